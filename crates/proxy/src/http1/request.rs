//! Receiving a request's head.

use crate::http2::Opened;
use crate::invalid;
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage};
use base::Buf;
use conf::spec::Mux;
use h1::{
    BodyDecoder, BodyLen, ConnTokens, Fault, Piece, Progress, RequestFraming, RequestParser, UpgradeKind, Violations,
};
use http::{HdrId, Head, Method, Version};
use std::future::poll_fn;
use std::task::Poll;

/// `timeout http-request`.
const TOO_LATE: Fail = Fail::new(Cause::ClientTimeout, Stage::Request, 408);

/// The socket was reported readable (as every new one is, unseen) but has nothing: back to being idle, where a
/// connection holds neither a buffer nor a transaction.
const FALSE_ALARM: Fail = Fail::silent(Cause::Internal, Stage::Request);

/// Reads until the head is complete.
pub async fn receive(client: &mut Client, x: &mut Exchange) -> Result<(Head, RequestFraming), Fail> {
    let front = client.front.clone();
    let mut parser = RequestParser::new(&client.worker.heads);
    let mut held = client.rest.take();
    set_deadline(client);
    if let Some(buf) = &held {
        x.bytes_in += buf.len() as u64;
    }
    loop {
        if let Some(buf) = &held {
            match parser.parse(buf.data(), &front.h1) {
                Ok(Progress::Done) => break,
                Ok(Progress::Need) => {}
                Err(error) if error.fault == Fault::Http2Preface && may_upgrade(client) => {
                    client.rest = held;
                    x.upgrades = true;
                    return Err(FALSE_ALARM);
                }
                Err(error) => {
                    invalid::request(client, buf, error.at);
                    return Err(refuse(client, x, error.fault));
                }
            }
        }
        match read_more(client, &mut held).await {
            Ok(0) => return Err(closed(client, x, &held)),
            Ok(n) => x.bytes_in += n as u64,
            Err(fail) if fail == FALSE_ALARM => {
                x.false_alarm = true;
                return Err(fail);
            }
            Err(fail) if fail.cause == Cause::ClientTimeout => return Err(late(client, x, &held)),
            Err(fail) => return Err(fail),
        }
    }
    let buf = held.expect("a head was parsed from it");
    let (head, framing) = parser.finish(buf, &front.h1).expect("the parser said that it is complete");
    if !begins_well(&head, &framing, &front.h1) {
        return Err(refuse(client, x, Fault::TransferEncoding));
    }
    x.times.request = rt::now();
    if let Some(fail) = count_glitches(client, framing.violations.count) {
        return Err(fail);
    }
    Ok((head, framing))
}

/// Whether a client that begins with the preface of HTTP/2 gets it (manual 4.2, `option disable-h2-upgrade`).
fn may_upgrade(client: &Client) -> bool {
    client.exchanges == 0 && !client.front.front().opts.disable_h2_upgrade && client.listener.proto != Some(Mux::H1)
}

/// What an HTTP/2 client has opened a stream with.
pub fn opened(client: &mut Client, x: &mut Exchange, opened: Opened) -> Result<(Head, RequestFraming), Fail> {
    let message = match opened {
        Opened::Request(message) => message,
        Opened::Malformed(_, fault) => {
            let status = if fault == h2::Malformed::TooLarge { 431 } else { 400 };
            x.texts.mark_bad();
            client.count_bad_request();
            return Err(Fail::new(Cause::Proxy, Stage::Request, status));
        }
    };
    let head = message.head;
    x.bytes_in += head.size() as u64;
    x.times.request = rt::now();
    let body = match message.content_length {
        _ if message.end || message.extended_connect || head.method() == Some(Method::Connect) => BodyLen::None,
        Some(0) => BodyLen::None,
        Some(n) => BodyLen::Length(n),
        None => BodyLen::Chunked,
    };
    let expects = head.first(HdrId::Expect).is_some_and(|v| v.eq_ignore_ascii_case(b"100-continue"));
    let upgrade = match message.extended_connect {
        true if head.has_token(HdrId::Upgrade, b"websocket") => UpgradeKind::WebSocket,
        true => UpgradeKind::Other,
        false => UpgradeKind::None,
    };
    let framing = RequestFraming {
        method: head.method().unwrap_or(Method::Other),
        version: Version::HTTP_2,
        body,
        tokens: ConnTokens { upgrade: message.extended_connect, ..ConnTokens::default() },
        upgrade,
        expects_continue: expects && body != BodyLen::None,
        insecure: false,
        violations: Violations::default(),
    };
    Ok((head, framing))
}

/// Whether what has come of a chunked body is valid: a client that is wrong from the beginning reaches no server.
fn begins_well(head: &Head, framing: &RequestFraming, opts: &h1::Opts) -> bool {
    if framing.body != BodyLen::Chunked {
        return true;
    }
    let mut decoder = BodyDecoder::new(framing.body);
    let mut rest = head.rest();
    loop {
        match decoder.next(rest, opts) {
            Ok(Piece::Data { skip, len }) => {
                decoder.took(len as u64);
                rest = &rest[skip + len..];
            }
            Ok(Piece::Need { .. } | Piece::End { .. }) => return true,
            Err(_) => return false,
        }
    }
}

/// Bytes read; 0 when the client has closed.
async fn read_more(client: &mut Client, held: &mut Option<Buf>) -> Result<usize, Fail> {
    poll_fn(|cx| {
        let buf = match held {
            Some(buf) => buf,
            None => match rt::poll_buf(cx) {
                Poll::Ready(buf) => held.insert(buf),
                Poll::Pending => return client.timer.poll(cx).map(|()| Err(TOO_LATE)),
            },
        };
        // The parser refuses a head that fills the buffer, so there is always room after this.
        if buf.room() == 0 {
            buf.compact();
        }
        if let Poll::Ready(got) = client.stream.poll_read(cx, buf) {
            return Poll::Ready(match got {
                Ok(n) => Ok(n),
                Err(_) => Err(Fail::new(Cause::ClientAbort, Stage::Request, 400)),
            });
        }
        if client.timer.poll(cx).is_ready() {
            return Poll::Ready(Err(TOO_LATE));
        }
        if buf.is_empty() && !client.stream.is_readable() {
            return Poll::Ready(Err(FALSE_ALARM));
        }
        Poll::Pending
    })
    .await
}

/// `timeout http-request` counts from the first byte after an idle time, else from the accept.
fn set_deadline(client: &mut Client) {
    let limit = client.front.spec.timeout_http_request.or(client.front.front().timeout_client);
    let since = if client.exchanges == 0 { client.idle_since } else { rt::now() };
    client.timer.set(limit.map(|ms| since + ms));
}

fn refuse(client: &mut Client, x: &mut Exchange, fault: Fault) -> Fail {
    x.texts.mark_bad();
    client.count_bad_request();
    Fail::new(Cause::Proxy, Stage::Request, fault.status())
}

fn closed(client: &mut Client, x: &mut Exchange, held: &Option<Buf>) -> Fail {
    let nothing = held.as_ref().is_none_or(|b| b.is_empty());
    if nothing && (client.exchanges > 0 || client.front.front().opts.http_ignore_probes) {
        // The ordinary end of a kept connection, or a probe: no request has begun.
        x.uncounted = true;
        return Fail::silent(Cause::ClientAbort, Stage::Request);
    }
    x.texts.mark_bad();
    client.count_bad_request();
    Fail::new(Cause::ClientAbort, Stage::Request, 400)
}

fn late(client: &mut Client, x: &mut Exchange, held: &Option<Buf>) -> Fail {
    let nothing = held.as_ref().is_none_or(|b| b.is_empty());
    if nothing && client.front.front().opts.http_ignore_probes {
        x.uncounted = true;
        return Fail::silent(Cause::ClientTimeout, Stage::Request);
    }
    x.texts.mark_bad();
    client.count_bad_request();
    TOO_LATE
}

/// Adds oddities to the connection's account; above the threshold it is over.
fn count_glitches(client: &mut Client, n: u32) -> Option<Fail> {
    client.glitches = client.glitches.saturating_add(n);
    let limit = client.worker.shared.tune.h1_fe_glitches_threshold;
    (limit > 0 && client.glitches >= limit).then(|| Fail::new(Cause::Proxy, Stage::Request, 400))
}
