//! What goes before a session: the PROXY protocol from a client (`accept-proxy`) and to a server (`send-proxy`).

use crate::session::Client;
use base::Buf;
use std::future::poll_fn;
use std::task::Poll;
use wire::{Parsed, Proxied, proxy_v1, proxy_v2};

/// The first bytes of a version 2 header.
const V2_SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Reads the PROXY header that a client must send first. False when it didn't: the connection ends.
pub async fn accept_proxy(client: &mut Client) -> bool {
    let limit = client.front.spec.timeout_http_request.or(client.front.front().timeout_client);
    client.timer.set(limit.map(|ms| client.accepted + ms));
    let mut held: Option<Buf> = None;
    let read = poll_fn(|cx| {
        loop {
            if let Some(buf) = &held
                && let Some(verdict) = look(buf)
            {
                return Poll::Ready(verdict);
            }
            let buf = match &mut held {
                Some(buf) => buf,
                None => held.insert(std::task::ready!(rt::poll_buf(cx))),
            };
            match client.stream.poll_read(cx, buf) {
                Poll::Ready(Ok(n)) if n > 0 => {}
                Poll::Ready(_) => return Poll::Ready(Verdict::Refused),
                Poll::Pending => return client.timer.poll(cx).map(|()| Verdict::Refused),
            }
        }
    })
    .await;
    let Verdict::Header { used, proxied } = read else { return false };
    if let Proxied::Addresses { src, dst } = proxied {
        client.set_addresses(src, dst);
    }
    client.idle_since = rt::now();
    if let Some(mut buf) = held {
        buf.consume(used);
        client.rest = Some(buf).filter(|b| !b.is_empty());
    }
    true
}

enum Verdict {
    Header { used: usize, proxied: Proxied },
    Refused,
}

/// `None` while more bytes are needed.
fn look(buf: &Buf) -> Option<Verdict> {
    let data = buf.data();
    let is_v2 = data.len() >= V2_SIGNATURE.len() && data.starts_with(V2_SIGNATURE);
    if !is_v2 && V2_SIGNATURE.starts_with(&data[..data.len().min(V2_SIGNATURE.len())]) {
        return None;
    }
    let parsed = match is_v2 {
        true => match proxy_v2::parse(data, buf.capacity()) {
            Parsed::Need => return None,
            Parsed::Done { used, value } => Some((used, value.proxied)),
            Parsed::Error(_) => None,
        },
        false => match proxy_v1::parse(data) {
            Parsed::Need => return None,
            Parsed::Done { used, value } => Some((used, value)),
            Parsed::Error(_) => None,
        },
    };
    Some(parsed.map_or(Verdict::Refused, |(used, proxied)| Verdict::Header { used, proxied }))
}
