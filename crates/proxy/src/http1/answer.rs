//! Answers of the proxy's own: error pages and `monitor-uri`.

use super::Next;
use crate::send;
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage};
use base::Buf;
use h1::{BodyLen, RequestFraming};
use http::{Head, Method};

/// Answers a failed exchange with the page of its status, if nothing of a response went out yet. What follows on
/// the connection depends on whether the request was read to its end.
pub async fn error(client: &mut Client, x: &mut Exchange, fail: Fail) -> Next {
    x.slot = None;
    let Some(status) = fail.status else { return Next::Close };
    x.status = status;
    let back = x.back.as_ref().map(|b| &b.back().spec.errorfiles);
    let page = back
        .and_then(|pages| pages.get(&status))
        .or_else(|| client.front.spec.errorfiles.get(&status))
        .map(|page| &page[..])
        .unwrap_or_else(|| http::pages::page(status));
    let keep = !fail.close && x.request_complete;
    let head_only = x.method == Some(Method::Head);
    let mut out = match page_for(page, keep, head_only) {
        Some(out) => out,
        None => return Next::Close,
    };
    if !deliver(client, x, &mut out).await {
        return Next::Close;
    }
    if keep {
        return Next::Keep;
    }
    send::linger(client).await;
    Next::Close
}

/// Whether a request asks for `monitor-uri`.
pub fn is_monitor(client: &Client, head: &Head) -> bool {
    client.front.front().monitor_uri.as_deref().is_some_and(|uri| uri == head.target())
}

/// Answers a monitor request: neither logged nor sent on (manual, `monitor-uri`).
pub async fn monitor(client: &mut Client, x: &mut Exchange, head: Head, framing: &RequestFraming) -> Next {
    x.logged = true;
    x.status = 200;
    let head_only = framing.method == Method::Head;
    let keep = framing.keeps_alive() && framing.body == BodyLen::None;
    let rest = head.into_rest();
    if !rest.is_empty() {
        client.rest = Some(rest);
    }
    let Some(mut out) = page_for(http::pages::page(200), keep, head_only) else { return Next::Close };
    let delivered = deliver(client, x, &mut out).await;
    x.flags = [Cause::Local as u8, Stage::Request as u8];
    if keep && delivered { Next::Keep } else { Next::Close }
}

async fn deliver(client: &mut Client, x: &mut Exchange, out: &mut Buf) -> bool {
    let sent = send::all(client, out).await;
    x.bytes_out += sent.bytes;
    sent.result.is_ok()
}

/// A page as it goes out: with `connection: close` unless the connection is kept, without its body for HEAD.
/// `None` if it doesn't fit into a buffer or isn't a whole response (error files are checked when they are read).
fn page_for(page: &[u8], keep: bool, head_only: bool) -> Option<Buf> {
    let end = memchr::memmem::find(page, b"\r\n\r\n")?;
    let (head, body) = page.split_at(end);
    let mut out = rt::buf()?;
    let mut fits = out.push(head);
    if !keep && !says_close(head) {
        fits &= out.push(b"\r\nconnection: close");
    }
    fits &= out.push(if head_only { b"\r\n\r\n" } else { body });
    fits.then_some(out)
}

fn says_close(head: &[u8]) -> bool {
    head.split(|b| *b == b'\n').any(|line| line.trim_ascii().eq_ignore_ascii_case(b"connection: close"))
}
