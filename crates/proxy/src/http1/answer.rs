//! Answers of the proxy's own on their way to an HTTP/1 client: here, and nowhere else, they become bytes.

use super::{Next, edit};
use crate::answer::{Answer, Stop};
use crate::rules::{self, Page};
use crate::send;
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage};
use base::Buf;
use h1::{BodyLen, RequestFraming};
use http::{HdrId, Head, Method};
use std::future::poll_fn;
use std::task::Poll;

/// Answers an exchange that was stopped, if nothing of a response went out yet. What follows on the connection depends
/// on whether the request was read to its end. How the exchange ended comes with it.
pub async fn stopped(client: &mut Client, x: &mut Exchange, stop: Stop) -> (Next, Fail) {
    match stop {
        Stop::Answer(answer) => {
            let end = answer.end;
            (ruled(client, x, *answer).await, end)
        }
        Stop::Fail(fail) => (failed(client, x, fail).await, fail),
    }
}

/// Answers a failed exchange with the page of its status.
async fn failed(client: &mut Client, x: &mut Exchange, fail: Fail) -> Next {
    x.slot = None;
    let Some(status) = fail.status else { return Next::Close };
    x.status = status;
    if x.asked.is_none() {
        return raw(client, x, status).await;
    }
    match Answer::page(client, x, fail) {
        Some(answer) => ruled(client, x, answer).await,
        None => Next::Close,
    }
}

/// Sends an answer once the rules for all responses have seen it. If they fail, that is the answer.
async fn ruled(client: &mut Client, x: &mut Exchange, mut answer: Answer) -> Next {
    x.slot = None;
    x.status = answer.end.status.unwrap_or(0);
    match rules::after_response(client, x, &mut answer.head) {
        Ok(()) => give(client, x, answer).await,
        Err(Stop::Answer(other)) => give(client, x, *other).await,
        Err(Stop::Fail(fail)) => {
            x.status = fail.status.unwrap_or(0);
            match Answer::page(client, x, fail) {
                Some(page) => give(client, x, page).await,
                None => Next::Close,
            }
        }
    }
}

/// Sends an answer as it is.
async fn give(client: &mut Client, x: &mut Exchange, mut answer: Answer) -> Next {
    let closing = answer.end.close || !x.request_complete;
    let Some(keep) = settle(client, x, &mut answer, closing) else { return Next::Close };
    if client.stream.peek_h2().is_some() {
        hand_over(client, x, &answer).await;
        return Next::Close;
    }
    let Some(mut out) = rt::buf() else { return Next::Close };
    if answer.head.serialise_h1(&mut out, edit::client_case(client)).is_err() {
        return Next::Close;
    }
    let body = if x.method == Some(Method::Head) { &b""[..] } else { answer.body.bytes() };
    if !deliver(client, x, out, body).await {
        return Next::Close;
    }
    if keep {
        return Next::Keep;
    }
    send::linger(client).await;
    Next::Close
}

/// Sends an answer on a stream of a shared connection, as far as its windows open within `timeout client`.
async fn hand_over(client: &mut Client, x: &mut Exchange, answer: &Answer) {
    let mut body = if x.method == Some(Method::Head) { &b""[..] } else { answer.body.bytes() };
    let limit = client.front.front().timeout_client;
    client.timer.set(limit.map(|ms| rt::now() + ms));
    let Some(stream) = client.stream.h2() else { return };
    x.bytes_out += answer.head.size() as u64;
    if stream.respond(&answer.head, body.is_empty()).is_err() {
        return;
    }
    while !body.is_empty() {
        let room = poll_fn(|cx| match stream.poll_room(cx) {
            Poll::Ready(room) => Poll::Ready(room.ok()),
            Poll::Pending => client.timer.poll(cx).map(|()| None),
        })
        .await;
        let Some(room) = room else { return };
        let (now, later) = body.split_at(room.min(body.len()));
        if stream.send(now, later.is_empty()).is_err() {
            return;
        }
        x.bytes_out += now.len() as u64;
        body = later;
    }
}

/// Completes the head: the body's length, and whether the connection stays, which is the answer here.
fn settle(client: &Client, x: &Exchange, answer: &mut Answer, closing: bool) -> Option<bool> {
    answer.settle_length().ok()?;
    let body = match answer.head.first(HdrId::ContentLength) {
        Some(_) => BodyLen::Length(answer.body.bytes().len() as u64),
        None => BodyLen::UntilClose,
    };
    edit::own_response(client, x, &mut answer.head, body, closing).ok()
}

/// A client whose request wasn't understood gets bytes that no rule has seen: nothing is known of its abilities.
async fn raw(client: &mut Client, x: &mut Exchange, status: u16) -> Next {
    if client.stream.peek_h2().is_some() {
        return unread(client, x, status).await;
    }
    let front = client.front.clone();
    let text = match front.spec.errorfiles.get(&status) {
        Some(file) => &**file,
        None => match (front.rules.page(status), http::pages::page(status)) {
            (Some(Page::Canned(canned)), _) => canned.bytes(),
            (Some(Page::Silence), _) | (_, None) => return Next::Close,
            (_, Some(page)) => page.raw.as_bytes(),
        },
    };
    let Some(out) = rt::buf() else { return Next::Close };
    if deliver(client, x, out, text).await {
        send::linger(client).await;
    }
    Next::Close
}

/// The same on a shared connection: what is too large is answered, other streams are only ended.
async fn unread(client: &mut Client, x: &mut Exchange, status: u16) -> Next {
    let end = Fail::new(Cause::Proxy, Stage::Request, status);
    if status != 431 {
        if let Some(stream) = client.stream.h2() {
            stream.set_code(h2::Code::PROTOCOL_ERROR);
        }
    } else if let Some(answer) = Answer::page(client, x, end) {
        hand_over(client, x, &answer).await;
    }
    Next::Close
}

/// Whether a request asks for `monitor-uri`.
pub fn is_monitor(client: &Client, head: &Head) -> bool {
    let is_front = client.upgraded != Some(crate::session::Upgrade::ByBackend);
    is_front && client.front.front().monitor_uri.as_deref().is_some_and(|uri| uri == head.target())
}

/// Answers a monitor request: neither logged nor sent on (manual, `monitor-uri`).
pub async fn monitor(client: &mut Client, x: &mut Exchange, head: Head, framing: &RequestFraming) -> Next {
    x.logged = true;
    let keep = framing.keeps_alive() && framing.body == BodyLen::None;
    let status = if rules::monitor_fails(client, x, &head) { 503 } else { 200 };
    let rest = head.into_rest();
    if !rest.is_empty() {
        client.rest = Some(rest);
    }
    let end = Fail::new(Cause::Local, Stage::Request, status).keeping();
    x.status = status;
    let Some(mut answer) = Answer::page(client, x, end) else { return Next::Close };
    let next = match rules::after_response(client, x, &mut answer.head) {
        Ok(()) => give(client, x, answer).await,
        Err(_) => Next::Close,
    };
    x.flags = end.flags();
    if keep { next } else { Next::Close }
}

/// Sends what is in `out` already with `body` behind it, in as many pieces as it takes.
async fn deliver(client: &mut Client, x: &mut Exchange, mut out: Buf, mut body: &[u8]) -> bool {
    loop {
        let n = body.len().min(out.room());
        let fits = out.push(&body[..n]);
        debug_assert!(fits, "the room was asked for");
        body = &body[n..];
        let sent = send::all(client, &mut out).await;
        x.bytes_out += sent.bytes;
        if sent.result.is_err() || body.is_empty() {
            return sent.result.is_ok();
        }
        out.clear();
    }
}
