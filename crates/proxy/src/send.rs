//! Small writes to the client outside of flows, and the end of a connection after an answer.

use crate::session::Client;
use crate::stream::Cause;
use base::Buf;
use net::Stream;
use std::future::poll_fn;
use std::task::{Context, Poll};

/// How a write went.
pub struct Sent {
    pub bytes: u64,
    pub result: Result<(), Cause>,
}

/// How long, and how much of, a client's input is read after our last answer.
const LINGER_MS: u64 = 1000;
const LINGER_BYTES: usize = 1 << 20;

/// Writes all of `out` to the client, within `timeout client`.
pub async fn all(client: &mut Client, out: &mut Buf) -> Sent {
    let limit = client.front.front().timeout_client;
    client.timer.set(limit.map(|ms| rt::now() + ms));
    let mut bytes = 0;
    let result = poll_fn(|cx| {
        while !out.is_empty() {
            match client.stream.poll_write(cx, out.data()) {
                Poll::Ready(Ok(n)) => {
                    out.consume(n);
                    bytes += n as u64;
                }
                Poll::Ready(Err(_)) => return Poll::Ready(Err(Cause::ClientAbort)),
                Poll::Pending => return client.timer.poll(cx).map(|()| Err(Cause::ClientTimeout)),
            }
        }
        Poll::Ready(Ok(()))
    })
    .await;
    Sent { bytes, result }
}

/// Reads and drops what the client sends. Ready with an error when it has closed.
pub fn poll_discard(cx: &mut Context<'_>, stream: &mut Stream, scrap: &mut Option<Buf>) -> Poll<Result<(), ()>> {
    loop {
        std::task::ready!(stream.poll_read_ready(cx));
        let buf = match scrap {
            Some(buf) => buf,
            None => scrap.insert(std::task::ready!(rt::poll_buf(cx))),
        };
        buf.clear();
        match stream.poll_read(cx, buf) {
            Poll::Ready(Ok(n)) if n > 0 => {}
            Poll::Ready(_) => return Poll::Ready(Err(())),
            Poll::Pending => {
                *scrap = None;
                return Poll::Pending;
            }
        }
    }
}

/// Ends our side and reads for a moment what the client still sends: a close with unread input would reset the
/// connection and could destroy the answer before the client has read it (RFC 9112 section 9.6).
pub async fn linger(client: &mut Client) {
    if client.stream.own().is_none_or(|own| own.shutdown_write().is_err()) {
        return;
    }
    client.timer.set(Some(rt::now().plus_ms(LINGER_MS)));
    let mut left = LINGER_BYTES;
    poll_fn(|cx| {
        loop {
            if client.timer.poll(cx).is_ready() {
                return Poll::Ready(());
            }
            std::task::ready!(client.stream.poll_read_ready(cx));
            let Some(mut scratch) = rt::buf() else { return Poll::Ready(()) };
            match std::task::ready!(client.stream.poll_read(cx, &mut scratch)) {
                Ok(n) if n > 0 && n < left => left -= n,
                _ => return Poll::Ready(()),
            }
        }
    })
    .await;
}
