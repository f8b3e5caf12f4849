//! Bytes both ways until both sides are done: TCP mode, and HTTP after an upgrade or CONNECT.

use crate::http1::pipes;
use crate::session::Client;
use crate::stream::flow::{Broken, Flow};
use crate::stream::{Cause, Exchange, Fail, Link, Sender, Stage};
use crate::tcp::Gate;
use base::{Ms, Tick};
use rules::action::Timeout;
use std::future::poll_fn;
use std::task::{Poll, ready};

/// How long each side may be silent.
struct Patience {
    client: Option<Ms>,
    server: Option<Ms>,
}

/// Relays until both directions have ended. Answers what went wrong, if anything did. What the server sends waits at
/// `gate` until rules let it through.
pub async fn relay(
    client: &mut Client,
    x: &mut Exchange,
    link: &mut Link,
    mut up: Flow,
    mut down: Flow,
    mut gate: Option<Gate>,
) -> Option<Fail> {
    let back = x.backend();
    let front = client.front.clone();
    let is_http = client.is_http();
    let (mut up_open, mut down_open) = (true, true);
    let (mut client_last, mut server_last) = (rt::now(), rt::now());
    let mut seen = Seen::default();
    let mut lost = None;
    let smooth = x.counts_while_moving(client);
    let result = poll_fn(|cx| {
        if x.is_killed() {
            let stage = if is_http { Stage::Data } else { Stage::None };
            return Poll::Ready(Some(Fail::silent(Cause::Killed, stage)));
        }
        if up_open && let Poll::Ready(result) = up.poll(cx, client.stream.get(), link.end(), &front.h1) {
            if let Err(broken) = result {
                let fail = Fail::broken(&broken, Sender::Client);
                if !matches!(broken, Broken::Write) {
                    return Poll::Ready(Some(fail));
                }
                // The server takes no more, but what it said before that may still be on its way.
                lost = Some(fail);
            }
            up_open = false;
            let _ = link.end().shutdown_write();
        }
        if let Some(shut) = &mut gate
            && let Poll::Ready(result) = shut.poll(cx, client, x, link)
        {
            match result {
                Err(fail) => return Poll::Ready(Some(fail)),
                Ok(held) => down = Flow::raw(pipes(client), None, held),
            }
            if shut.closes {
                // The server takes no more: the end of what it has sent is the end.
                up_open = false;
            }
            gate = None;
        }
        if down_open
            && gate.is_none()
            && let Poll::Ready(result) = down.poll(cx, link.end(), client.stream.get(), &back.h1)
        {
            if let Err(broken) = result {
                return Poll::Ready(Some(Fail::broken(&broken, Sender::Server)));
            }
            down_open = false;
            let _ = client.stream.shutdown_write();
        }
        if !up_open && !down_open {
            return Poll::Ready(lost);
        }
        let now = rt::now();
        seen.note(&up, &down, now, &mut client_last, &mut server_last);
        if smooth {
            x.count_moved(client, up.received, down.sent);
        }
        let patience = patience(&front, &back, x, up_open, down_open);
        let client_due = patience.client.map(|ms| client_last + ms);
        let server_due = patience.server.map(|ms| server_last + ms);
        let gate_due = gate.as_ref().and_then(Gate::due);
        client.timer.set(earlier(earlier(client_due, server_due), gate_due));
        ready!(client.timer.poll(cx));
        if gate_due.is_some_and(|due| due <= rt::now()) {
            // Its moment has come: it is looked at anew at once.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let on_client = client_due.is_some_and(|due| due <= now);
        let cause = if on_client { Cause::ClientTimeout } else { Cause::ServerTimeout };
        Poll::Ready(Some(Fail::silent(cause, Stage::Data)))
    })
    .await;
    if result.is_some_and(|fail| fail.cause == Cause::ClientAbort) {
        // The server must not take what it got for all that there was.
        let _ = link.end().set_linger_reset();
    }
    // A rule's end is no abort: it has counted already.
    if let Some(fail) = result.filter(|fail| fail.cause != Cause::Proxy) {
        x.count_abort(client, fail);
    }
    x.bytes_in += up.received;
    x.bytes_out += down.sent;
    result
}

/// `timeout tunnel` rules while both directions are open; a half-closed one has `client-fin` and `server-fin`
/// (manual 4.2).
fn patience(
    front: &crate::plan::Front,
    back: &crate::plan::Back,
    x: &Exchange,
    up_open: bool,
    down_open: bool,
) -> Patience {
    let (f, b) = (front.front(), back.back());
    let both = up_open && down_open;
    let tunnel = x.timeout(Timeout::Tunnel, b.timeout_tunnel);
    let client = tunnel.or(x.timeout(Timeout::Client, f.timeout_client));
    let server = tunnel.or(x.timeout(Timeout::Server, b.timeout_server));
    match both {
        true => Patience { client, server },
        false => Patience { client: f.timeout_client_fin.or(client), server: b.timeout_server_fin.or(server) },
    }
}

/// What had moved at the last look, on each side in each direction.
#[derive(Default)]
struct Seen {
    client: u64,
    server: u64,
}

impl Seen {
    fn note(&mut self, up: &Flow, down: &Flow, now: Tick, client_last: &mut Tick, server_last: &mut Tick) {
        let (client, server) = (up.received + down.sent, down.received + up.sent);
        if client != self.client {
            self.client = client;
            *client_last = now;
        }
        if server != self.server {
            self.server = server;
            *server_last = now;
        }
    }
}

/// The earlier of two moments that may not be set.
pub fn earlier(a: Option<Tick>, b: Option<Tick>) -> Option<Tick> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
