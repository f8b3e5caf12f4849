//! What a proxy changes in heads by itself: `x-forwarded-for`, `connection`, the case of names.

use crate::answer::itoa;
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage};
use conf::spec::{ForwardFor, HttpConnection};
use core::net::IpAddr;
use expr::Peer;
use h1::conn::{self, Answer, ConnectionField, Mode};
use h1::{BodyLen, RequestFraming, ResponseFraming};
use http::{HdrId, Head, SerialOpts};

/// A rewrite didn't fit (manual 8.5, `PR` and `PH`).
const REQUEST_REWRITE: Fail = Fail::new(Cause::Proxy, Stage::Request, 500);
const RESPONSE_REWRITE: Fail = Fail::new(Cause::Proxy, Stage::Headers, 500);

/// How the response goes to the client.
pub struct ResponsePlan {
    pub chunked: bool,
    pub keep_client: bool,
}

/// Edits a request on its way to the backend.
pub fn request(client: &mut Client, x: &mut Exchange, head: &mut Head, framing: &RequestFraming) -> Result<(), Fail> {
    let back = x.backend();
    let front = client.front.clone();
    if let Some(forward) = back.spec.forwardfor.as_ref().or(front.spec.forwardfor.as_ref()) {
        forwarded_for(client.src, forward, head)?;
    }
    let decided = conn::to_server(framing, server_mode(client, x));
    x.keep_server = decided.stays_open;
    // `option http-pretend-keepalive`: the server isn't told that we will close.
    let pretend = front.spec.opts.http_pretend_keepalive || back.spec.opts.http_pretend_keepalive;
    let field =
        if pretend && decided.field == ConnectionField::Close { ConnectionField::Nothing } else { decided.field };
    apply(x, head, field).map_err(|_| REQUEST_REWRITE)
}

fn apply(x: &Exchange, head: &mut Head, field: ConnectionField) -> Result<(), http::EditError> {
    if x.proxied { conn::apply_to_proxy(head, field) } else { conn::apply(head, field) }
}

/// Edits a response on its way to the client.
pub fn response(
    client: &Client,
    x: &Exchange,
    head: &mut Head,
    request: &RequestFraming,
    framing: &ResponseFraming,
) -> Result<ResponsePlan, Fail> {
    let closing = client.ends_with_response();
    let decided = conn::to_client(request, &Answer::of(framing), client_mode(client), closing);
    apply(x, head, decided.field).map_err(|_| RESPONSE_REWRITE)?;
    Ok(ResponsePlan { chunked: framing.body == BodyLen::Chunked, keep_client: decided.stays_open })
}

/// Edits an answer of ours on its way to the client, and says whether the connection stays. `closing`: it must not.
pub fn own_response(
    client: &Client,
    x: &Exchange,
    head: &mut Head,
    body: BodyLen,
    closing: bool,
) -> Result<bool, http::EditError> {
    let Some(request) = x.asked else { return Ok(false) };
    let answer = Answer { version: head.version(), body, tunnel: false, insecure: false };
    let closing = closing || client.ends_with_response();
    let decided = conn::to_client(&request, &answer, client_mode(client), closing);
    apply(x, head, decided.field)?;
    Ok(decided.stays_open)
}

/// Makes the fields about the body's length say what it is: rules that change them can't change the body, and whoever
/// receives the message must not be led to believe otherwise.
pub fn settle_framing(head: &mut Head, body: BodyLen) -> Result<(), http::EditError> {
    match body {
        BodyLen::None => {
            head.remove_id(HdrId::TransferEncoding);
            // In a request without a body only a length of nothing may stand; in a response it is what a body would have.
            if head.request_line().is_some() && head.find(HdrId::ContentLength).any(|f| f.value != b"0") {
                head.remove_id(HdrId::ContentLength);
            }
            Ok(())
        }
        BodyLen::Length(n) => {
            head.remove_id(HdrId::TransferEncoding);
            let digits = itoa(usize::try_from(n).unwrap_or(usize::MAX));
            let mut told = head.find(HdrId::ContentLength);
            if let (Some(one), None) = (told.next(), told.next())
                && one.value == digits.text()
            {
                return Ok(());
            }
            head.remove_id(HdrId::ContentLength);
            head.add_id(HdrId::ContentLength, digits.text())
        }
        BodyLen::Chunked => {
            head.remove_id(HdrId::ContentLength);
            let mut told = head.find(HdrId::TransferEncoding);
            if let (Some(one), None) = (told.next(), told.next())
                && one.value.eq_ignore_ascii_case(b"chunked")
            {
                return Ok(());
            }
            head.remove_id(HdrId::TransferEncoding);
            head.add_id(HdrId::TransferEncoding, b"chunked")
        }
        BodyLen::UntilClose => {
            head.remove_id(HdrId::ContentLength);
            head.remove_id(HdrId::TransferEncoding);
            Ok(())
        }
    }
}

/// How a request is written for the server.
pub fn server_case<'a>(client: &'a Client, x: &Exchange) -> SerialOpts<'a> {
    let bogus = x.backend().back().opts.h1_case_adjust_bogus_server;
    let case = bogus.then_some(&client.worker.shared.case);
    // Over HTTP/2 every target is absolute, and `host` says the same.
    SerialOpts { case, origin_form: client.stream.peek_h2().is_some() }
}

/// How a response is written for the client.
pub fn client_case(client: &Client) -> SerialOpts<'_> {
    let case = client.front.front().opts.h1_case_adjust_bogus_client.then_some(&client.worker.shared.case);
    SerialOpts { case, ..SerialOpts::default() }
}

/// For the server's side, of the frontend's and the backend's `option http…` the one that closes more.
fn server_mode(client: &Client, x: &Exchange) -> Mode {
    let front = client.front.spec.opts.http_connection;
    mode(front.max(x.backend().spec.opts.http_connection))
}

/// For the client's side only the frontend's option counts.
fn client_mode(client: &Client) -> Mode {
    mode(client.front.spec.opts.http_connection)
}

fn mode(option: HttpConnection) -> Mode {
    match option {
        HttpConnection::KeepAlive => Mode::KeepAlive,
        HttpConnection::ServerClose => Mode::ServerClose,
        HttpConnection::Close => Mode::Close,
    }
}

/// `option forwardfor`.
fn forwarded_for(src: Peer, forward: &ForwardFor, head: &mut Head) -> Result<(), Fail> {
    let Some(ip) = src.ip().map(|sa| sa.ip()) else { return Ok(()) };
    let excepted = forward.except.is_some_and(|(net, bits)| in_network(ip, net, bits));
    if excepted || (forward.if_none && head.first_by_name(&forward.header).is_some()) {
        return Ok(());
    }
    let mut text = Text::new();
    text.ip(ip);
    head.add(&forward.header, text.bytes()).map_err(|_| REQUEST_REWRITE)
}

fn in_network(ip: IpAddr, net: IpAddr, bits: u8) -> bool {
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => {
            let shift = 32 - u32::from(bits.min(32));
            u32::from(ip).checked_shr(shift) == u32::from(net).checked_shr(shift)
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) => {
            let shift = 128 - u32::from(bits.min(128));
            u128::from(ip).checked_shr(shift) == u128::from(net).checked_shr(shift)
        }
        _ => false,
    }
}

/// An address as text without allocating: the longest IPv6 form has 45 characters.
struct Text {
    bytes: [u8; 46],
    len: usize,
}

impl Text {
    fn new() -> Text {
        Text { bytes: [0; 46], len: 0 }
    }

    fn ip(&mut self, ip: IpAddr) {
        use core::fmt::Write;
        write!(self, "{ip}").expect("every address fits");
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl core::fmt::Write for Text {
    fn write_str(&mut self, s: &str) -> core::fmt::Result {
        let room = self.bytes.get_mut(self.len..self.len + s.len()).ok_or(core::fmt::Error)?;
        room.copy_from_slice(s.as_bytes());
        self.len += s.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_their_addresses() {
        for (ip, net, bits, inside) in [
            ("127.0.0.1", "127.0.0.0", 8, true),
            ("128.0.0.1", "127.0.0.0", 8, false),
            ("10.1.2.3", "10.1.2.3", 32, true),
            ("10.1.2.3", "0.0.0.0", 0, true),
            ("::1", "::1", 128, true),
            ("2001:db8::1", "2001:db8::", 32, true),
            ("2001:db9::1", "2001:db8::", 32, false),
            ("::1", "127.0.0.1", 0, false),
        ] {
            assert_eq!(in_network(ip.parse().unwrap(), net.parse().unwrap(), bits), inside, "{ip} in {net}/{bits}");
        }
    }

    #[test]
    fn the_longest_address_fits() {
        let mut text = Text::new();
        text.ip("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".parse().unwrap());
        assert!(text.len > 30);
    }
}
