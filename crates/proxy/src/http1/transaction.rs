//! One request and its response, from the first byte to the log line. `handle` reads as the life of a request.

use super::forward::{self, Outcome, Request};
use super::{Next, answer, request, rules};
use crate::answer::Stop;
use crate::http2::Opened;
use crate::session::{Client, Upgrade};
use crate::stream::{Cause, Exchange, Fail, Stage};
use h1::{BodyLen, ConnTokens};

/// Runs one exchange on a client connection that has (or is about to have) a request.
pub async fn run(client: &mut Client) -> Next {
    let x = Exchange::new(client);
    go_on(client, x).await
}

/// The same for an exchange that has begun already, as one of TCP mode.
pub async fn go_on(client: &mut Client, x: Exchange) -> Next {
    conclude(client, x, None).await
}

/// Runs the exchange of a stream that an HTTP/2 client has opened.
pub async fn run_opened(client: &mut Client, opened: Opened) {
    let x = Exchange::new(client);
    conclude(client, x, Some(opened)).await;
}

async fn conclude(client: &mut Client, mut x: Exchange, opened: Option<Opened>) -> Next {
    let (next, fail) = match handle(client, &mut x, opened).await {
        Ok((next, fail)) => (next, fail),
        Err(_) if x.upgrades => {
            x.forget(client);
            return Next::Http2;
        }
        Err(_) if x.false_alarm => {
            x.forget(client);
            return Next::Keep;
        }
        Err(stop) => {
            let (next, end) = answer::stopped(client, &mut x, stop).await;
            (next, Some(end))
        }
    };
    x.finish(client, fail);
    next
}

/// What is answered here is `Err`; one that struck after the response had begun comes beside the way to go on.
async fn handle(client: &mut Client, x: &mut Exchange, opened: Option<Opened>) -> Result<(Next, Option<Fail>), Stop> {
    let received = match opened {
        None => request::receive(client, x).await,
        Some(opened) => request::opened(client, x, opened),
    };
    if received.is_err() && client.upgraded == Some(Upgrade::ByBackend) {
        // What isn't HTTP never came to that backend, as observed.
        x.back = None;
    }
    let (mut head, mut framing) = received?;
    rules::front_content(client, x, &mut head).await?;
    if client.front.front().opts.http_use_proxy_header && !matches!(head.target().first(), Some(b'/' | b'*')) {
        x.proxied = true;
        framing.tokens = ConnTokens::of_proxied(&head);
    }
    x.method = Some(framing.method);
    x.asked = Some(framing);
    x.request_complete = framing.body == BodyLen::None && framing.keeps_alive();
    x.card.set_uri(head.target());
    x.texts.keep(&head, client.worker.shared.tune.http_logurilen as usize);
    x.keep_of_request(&client.front, &head);
    if answer::is_monitor(client, &head) {
        return Ok((answer::monitor(client, x, head, &framing).await, None));
    }
    x.log_connect(client);
    let mut request = Request::new(head, framing);
    let served = serve(client, x, &mut request).await;
    if matches!(served, Ok((Next::Keep, _))) || (served.is_err() && x.request_complete) {
        // Whatever became of this request, the next one may have begun to come behind it.
        client.rest = request.into_rest();
    }
    served
}

/// Finds a server and brings its response to the client.
async fn serve(client: &mut Client, x: &mut Exchange, request: &mut Request) -> Result<(Next, Option<Fail>), Stop> {
    if client.upgraded != Some(Upgrade::ByBackend) {
        rules::front_request(client, x, request).await?;
    }
    if x.back.is_none() {
        x.route(client, request.head()?)?;
    }
    if !x.backend().is_http() {
        // A stream that was switched to HTTP can't go to servers that don't speak it (manual 4.4, `switch-mode`).
        return Err(Fail::new(Cause::ServerAbort, Stage::Connect, 503).into());
    }
    rules::back_content(client, x, request.head()?).await?;
    rules::back_request(client, x, request).await?;
    request.prepare(client, x)?;
    loop {
        let mut link = x.reach_server(client, !request.framing.may_tunnel()).await?;
        match forward::exchange(client, x, &mut link, request).await? {
            Outcome::Done(done) => {
                x.remember_server(client);
                return Ok((forward::conclude(client, link, done), None));
            }
            Outcome::Cut(fail) => return Ok((Next::Close, Some(fail))),
            // The server had closed the idle connection already: the request goes out again on another.
            Outcome::Stale => x.slot = None,
        }
    }
}
