//! Answers of the proxy's own: error pages and `monitor-uri`.

use super::Next;
use crate::send;
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage};
use base::Buf;
use h1::{BodyLen, RequestFraming};
use http::{HdrId, Head, Method};

/// Answers a failed exchange with the page of its status, if nothing of a response went out yet. What follows on
/// the connection depends on whether the request was read to its end.
pub async fn error(client: &mut Client, x: &mut Exchange, fail: Fail) -> Next {
    x.slot = None;
    let Some(status) = fail.status else { return Next::Close };
    x.status = status;
    let keep = !fail.close && x.request_complete;
    let back = x.back.as_ref().map(|b| b.back().spec.errorfiles.clone());
    let file = back.as_ref().and_then(|files| files.get(&status)).or_else(|| client.front.spec.errorfiles.get(&status));
    let out = match file {
        Some(file) => from_file(file),
        None => built_in(client, x, status, keep),
    };
    let Some(mut out) = out else { return Next::Close };
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
    let keep = framing.keeps_alive() && framing.body == BodyLen::None;
    let rest = head.into_rest();
    if !rest.is_empty() {
        client.rest = Some(rest);
    }
    let Some(mut out) = built_in(client, x, 200, keep) else { return Next::Close };
    let delivered = deliver(client, x, &mut out).await;
    x.flags = [Cause::Local as u8, Stage::Request as u8];
    if keep && delivered { Next::Keep } else { Next::Close }
}

async fn deliver(client: &mut Client, x: &mut Exchange, out: &mut Buf) -> bool {
    let sent = send::all(client, out).await;
    x.bytes_out += sent.bytes;
    sent.result.is_ok()
}

/// A built-in page as it goes out. `None` if there is no such page or no room for it.
fn built_in(client: &Client, x: &Exchange, status: u16, keep: bool) -> Option<Buf> {
    let page = http::pages::page(status)?;
    let mut out = rt::buf()?;
    let Some(method) = x.method else {
        // Nothing is known of the client's abilities: the bytes are fixed.
        return out.push(page.raw.as_bytes()).then_some(out);
    };
    let mut head = page.head(client.front.h1.max_edited).ok()?;
    if !keep {
        head.add_id(HdrId::Connection, b"close").ok()?;
    }
    head.serialise_h1(&mut out, super::edit::client_case(client)).ok()?;
    (method == Method::Head || out.push(page.body.as_bytes())).then_some(out)
}

/// An error file goes out as it is, head included (manual 4.2, `errorfile`).
fn from_file(file: &[u8]) -> Option<Buf> {
    let mut out = rt::buf()?;
    out.push(file).then_some(out)
}
