//! What a connection goes through before it is a session: `tcp-request connection` rules right after the accept, the
//! headers that other proxies put in front, the TLS handshake, then `tcp-request session` rules (manual 4.2).

use crate::handshake;
use crate::rules::{self, At, Came, Progress, Set, Verdict};
use crate::session::Client;
use crate::stream::Exchange;
use ::rules::End;
use expr::View;

/// Whether there is anything to go through. Most connections have nothing, and pay for nothing.
pub fn is_needed(client: &Client) -> bool {
    let rules = &client.front.rules;
    let listener = &client.listener;
    let headers = listener.accept_proxy || listener.netscaler_magic.is_some() || listener.tls.is_some();
    headers || !rules.tcp_connection.is_empty() || !rules.tcp_session.is_empty()
}

/// Goes through all of it. False: the connection ends here.
pub async fn pass(client: &mut Client) -> bool {
    let front = client.front.clone();
    if !admits(client, &front.rules.tcp_connection, At::CONNECTION) {
        return false;
    }
    let expects = client.extra.as_ref().map(|extra| extra.expects).unwrap_or_default();
    let netscaler = expects.netscaler || client.listener.netscaler_magic.is_some();
    if netscaler && !handshake::accept_netscaler(client).await {
        return false;
    }
    if (expects.proxy || client.listener.accept_proxy) && !handshake::accept_proxy(client).await {
        return false;
    }
    if !handshake::accept_tls(client).await {
        return false;
    }
    admits(client, &front.rules.tcp_session, At::SESSION)
}

/// Runs a set in which nothing waits. There is no exchange yet, but actions want to have one in hand.
fn admits(client: &mut Client, set: &Set, at: At) -> bool {
    if set.is_empty() {
        return true;
    }
    let mut x = Exchange::new(client);
    let came = Came { bytes: None, http: View::Absent, last: true };
    let end = rules::advance_raw(set, &mut Progress::default(), client, &mut x, at, came);
    x.forget(client);
    !matches!(end, End::Final(Verdict::Stop(_)))
}
