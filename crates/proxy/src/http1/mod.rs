//! HTTP/1 clients: the loop over a connection's requests. Between two requests a connection is only this loop's
//! few fields; everything that a request needs is in one boxed future that comes and goes with it.

mod answer;
mod body;
mod edit;
mod forward;
mod request;
mod rules;
mod transaction;
mod websocket;

pub use forward::pipes;

use crate::http2::{self, Opened};
use crate::session::{Client, IdleClose};
use crate::stream::Exchange;
use base::Tick;
use conf::spec::Mux;
use std::future::poll_fn;
use std::task::Poll;

/// What follows an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Another request may come on this connection.
    Keep,
    Close,
    /// The client goes on with HTTP/2.
    Http2,
}

/// Runs a stream that an HTTP/2 client has opened. Not an `async fn`: that would keep the client twice.
#[allow(clippy::manual_async_fn)]
pub fn serve_stream(mut client: Client, opened: Opened) -> impl Future<Output = ()> {
    async move { transaction::run_opened(&mut client, opened).await }
}

/// Serves a client connection that was one of TCP mode until now. Its stream goes on.
pub async fn serve_upgraded(client: &mut Client, x: Exchange) {
    if Box::pin(transaction::go_on(client, x)).await == Next::Keep {
        serve(client).await;
    }
}

/// Serves a client connection until either side ends it.
pub async fn serve(client: &mut Client) {
    if client.listener.proto == Some(Mux::H2) {
        let begun = client.rest.take();
        return Box::pin(http2::serve(client, begun)).await;
    }
    loop {
        if client.rest.is_none() {
            match idle(client).await {
                Idle::Data => {}
                // Even an end without a byte is an exchange that is logged, if it is the connection's first.
                Idle::End | Idle::Late if client.exchanges == 0 => {
                    Box::pin(transaction::run(client)).await;
                    return;
                }
                Idle::End | Idle::Late | Idle::Stop => return,
            }
        }
        client.follow_plan();
        match rt::reused(transaction::run(client)).await {
            Next::Keep => {}
            Next::Close => return,
            Next::Http2 => {
                let begun = client.rest.take();
                return Box::pin(http2::serve(client, begun)).await;
            }
        }
    }
}

enum Idle {
    /// The next request's first bytes are there.
    Data,
    /// The client closed.
    End,
    /// It took too long.
    Late,
    /// The process is stopping.
    Stop,
}

/// Waits for the first byte of a request without holding a buffer.
async fn idle(client: &mut Client) -> Idle {
    let deadline = idle_deadline(client);
    client.timer.set(deadline);
    let mut spread = false;
    poll_fn(|cx| {
        if client.stream.poll_read_ready(cx).is_ready() {
            let ended = client.stream.is_reset();
            return Poll::Ready(if ended { Idle::End } else { Idle::Data });
        }
        if client.exchanges > 0 && client.leaves_now() {
            match client.idle_close() {
                IdleClose::Now => return Poll::Ready(Idle::Stop),
                IdleClose::Within(ms) if !spread => {
                    spread = true;
                    let moment = rt::now().plus_ms(rt::random() % u64::from(ms.0).max(1));
                    client.timer.set(Some(deadline.map_or(moment, |d| d.min(moment))));
                }
                IdleClose::Within(_) | IdleClose::Never => {}
            }
        }
        client.timer.poll(cx).map(|()| Idle::Late)
    })
    .await
}

/// `timeout http-keep-alive` between requests, `timeout http-request` before the first; each falls back on the next
/// (manual 4.2).
pub fn idle_deadline(client: &Client) -> Option<Tick> {
    let spec = &client.front.spec;
    let keep_alive = spec.timeout_http_keep_alive.filter(|_| client.exchanges > 0);
    let limit = keep_alive.or(spec.timeout_http_request).or(client.front.front().timeout_client);
    limit.map(|ms| client.idle_since + ms)
}
