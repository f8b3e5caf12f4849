//! What goes before a session: the PROXY protocol from a client (`accept-proxy`) and to a server (`send-proxy`).

use crate::session::Client;
use crate::stream;
use base::Buf;
use conf::spec::SendProxy;
use core::net::SocketAddr;
use net::HandshakeError;
use std::future::poll_fn;
use std::task::{Context, Poll};
use tls::session::Session;
use wire::proxied::Proxied;
use wire::{Parsed, netscaler_cip, proxy_v1, proxy_v2};

/// The first bytes of a version 2 header.
const V2_SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// The first bytes of a version 1 header.
const V1_SIGNATURE: &[u8] = b"PROXY ";

/// Speaks TLS with the client, if the bind line wants it. False: the connection ends.
pub async fn accept_tls(client: &mut Client) -> bool {
    let Some(line) = client.listener.tls.clone() else { return true };
    let begun = client.rest.take();
    client.stream.start_tls(Session::server(line), begun.as_ref().map_or(&[], |buf| buf.data()));
    drop(begun);
    let front = client.front.front();
    let limit = front.timeout_client_hs.or(front.timeout_client);
    client.timer.set(limit.map(|ms| rt::now() + ms));
    let done = poll_fn(|cx| match client.stream.poll_handshake(cx) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => client.timer.poll(cx).map(|()| None),
    })
    .await;
    let (number, text) = match &done {
        Some(Ok(())) => {
            client.idle_since = rt::now();
            client.extra.get_or_insert_default().handshake_end = rt::now();
            return true;
        }
        // The numbers and texts of manual 7.3.3 (`fc_err_str`).
        None => (26, "Timeout during SSL handshake"),
        Some(Err(HandshakeError::Closed)) => (24, "Connection closed during SSL handshake"),
        Some(Err(HandshakeError::Io(_))) => (25, "Connection error during SSL handshake"),
        Some(Err(HandshakeError::Tls(error))) => match error.fault() {
            None => (34, "SSL handshake failure"),
            Some(fault) if fault.depth == 0 => (31, "SSL client certificate not trusted"),
            Some(_) => (30, "SSL client CA chain cannot be verified"),
        },
    };
    let extra = client.extra.get_or_insert_default();
    extra.error = number;
    if let Some(Err(HandshakeError::Tls(error))) = &done {
        (extra.fault, extra.tls_error) = (error.fault(), tls::errors::describe(error));
    }
    stream::log_session_error(client, text);
    false
}

/// Speaks TLS with a server; `greeting` goes before it in clear. `stop` ends it early.
pub async fn connect_tls<S>(
    stream: &mut net::Stream,
    session: Session,
    greeting: Option<Buf>,
    mut stop: impl FnMut(&mut Context<'_>) -> Poll<S>,
) -> Result<Result<(), HandshakeError>, S> {
    let mut greeting = greeting;
    let mut session = Some(session);
    poll_fn(|cx| {
        while let Some(header) = greeting.as_mut().filter(|header| !header.is_empty()) {
            match stream.poll_write(cx, header.data()) {
                Poll::Ready(Ok(n)) => header.consume(n),
                Poll::Ready(Err(error)) => return Poll::Ready(Ok(Err(HandshakeError::Io(error)))),
                Poll::Pending => return stop(cx).map(Err),
            }
        }
        if let Some(session) = session.take() {
            stream.start_tls(session, &[]);
        }
        match stream.poll_handshake(cx) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending => stop(cx).map(Err),
        }
    })
    .await
}

/// Reads the PROXY header that a client must send first. False when it didn't: the connection ends.
pub async fn accept_proxy(client: &mut Client) -> bool {
    let Some((proxied, tlvs)) = read(client, &PROXY, look).await else { return false };
    if let Proxied::Ip { source, destination, .. } = proxied {
        client.set_addresses(source, destination);
    }
    let extra = client.extra.get_or_insert_default();
    (extra.proxied, extra.tlvs) = (true, tlvs);
    true
}

/// Reads the header that NetScaler puts in front of a client's bytes. False when it didn't: the connection ends.
pub async fn accept_netscaler(client: &mut Client) -> bool {
    // Without a number on the bind line it is 0, as observed.
    let magic = client.listener.netscaler_magic.unwrap_or(0);
    let look = |buf: &Buf| match netscaler_cip::parse(buf.data(), magic, buf.capacity()) {
        Parsed::More { .. } => None,
        Parsed::Done { consumed, info } => {
            Some(Verdict::Header { used: consumed, proxied: info, tlvs: Box::default() })
        }
        Parsed::Error(netscaler_cip::Error::Magic) => Some(Verdict::Refused(Refusal::Foreign)),
        Parsed::Error(_) => Some(Verdict::Refused(Refusal::Invalid)),
    };
    let Some((proxied, _)) = read(client, &NETSCALER, look).await else { return false };
    if let Proxied::Ip { source, destination, .. } = proxied {
        client.set_addresses(source, destination);
    }
    true
}

/// Reads until `look` knows what it is. What came behind the header stays for whoever reads next.
async fn read(
    client: &mut Client,
    refusals: &'static [(u8, &'static str); 5],
    look: impl Fn(&Buf) -> Option<Verdict>,
) -> Option<(Proxied, Box<[u8]>)> {
    let limit = client.front.spec.timeout_http_request.or(client.front.front().timeout_client);
    client.timer.set(limit.map(|ms| client.accepted + ms));
    let mut held: Option<Buf> = client.rest.take();
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
            buf.compact();
            match client.stream.poll_read(cx, buf) {
                Poll::Ready(Ok(n)) if n > 0 => {}
                Poll::Ready(_) => return Poll::Ready(Verdict::Refused(Refusal::of_end(buf))),
                Poll::Pending => return client.timer.poll(cx).map(|()| Verdict::Refused(Refusal::Late)),
            }
        }
    })
    .await;
    let (used, proxied, tlvs) = match read {
        Verdict::Header { used, proxied, tlvs } => (used, proxied, tlvs),
        Verdict::Refused(refusal) => {
            let (number, text) = refusals[refusal as usize];
            client.extra.get_or_insert_default().error = number;
            stream::log_session_error(client, text);
            return None;
        }
    };
    client.idle_since = rt::now();
    client.extra.get_or_insert_default().handshake_end = rt::now();
    if let Some(mut buf) = held {
        buf.consume(used);
        client.rest = Some(buf).filter(|b| !b.is_empty());
    }
    Some((proxied, tlvs))
}

enum Verdict {
    Header { used: usize, proxied: Proxied, tlvs: Box<[u8]> },
    Refused(Refusal),
}

/// Why there is no header. In the order of the words for it.
#[derive(Clone, Copy)]
enum Refusal {
    Closed,
    Truncated,
    Foreign,
    Invalid,
    Late,
}

/// The numbers of manual 7.3.3 (`fc_err_str`), and the reference's words, for each [`Refusal`] of a PROXY header.
static PROXY: [(u8, &str); 5] = [
    (11, "Connection closed while waiting for PROXY protocol header"),
    (14, "Truncated PROXY protocol header received"),
    (15, "Received something which does not look like a PROXY protocol header"),
    (16, "Received an invalid PROXY protocol header"),
    (13, "Timeout while waiting for PROXY protocol header"),
];

/// The same of a NetScaler header.
static NETSCALER: [(u8, &str); 5] = [
    (18, "Connection closed while waiting for NetScaler Client IP header"),
    (21, "Truncated NetScaler Client IP header received"),
    (22, "Received an invalid NetScaler Client IP magic number"),
    (23, "Received an unhandled protocol in the NetScaler Client IP header"),
    (20, "Timeout while waiting for a NetScaler Client IP header"),
];

impl Refusal {
    fn of_end(held: &Buf) -> Refusal {
        if held.is_empty() { Refusal::Closed } else { Refusal::Truncated }
    }
}

/// `None` while more bytes are needed.
fn look(buf: &Buf) -> Option<Verdict> {
    let data = buf.data();
    let begins = |with: &[u8]| with.starts_with(&data[..data.len().min(with.len())]);
    let verdict = match (begins(V2_SIGNATURE), begins(V1_SIGNATURE)) {
        (true, _) if data.len() < V2_SIGNATURE.len() => return None,
        (_, true) if data.len() < V1_SIGNATURE.len() => return None,
        (true, _) => match proxy_v2::parse(data, buf.capacity()) {
            Parsed::More { .. } => return None,
            Parsed::Done { consumed, info } => {
                Verdict::Header { used: consumed, proxied: info.proxied, tlvs: info.tlvs.bytes().into() }
            }
            Parsed::Error(proxy_v2::Error::Version) => Verdict::Refused(Refusal::Foreign),
            Parsed::Error(_) => Verdict::Refused(Refusal::Invalid),
        },
        (_, true) => match proxy_v1::parse(data) {
            Parsed::More { .. } => return None,
            Parsed::Done { consumed, info } => Verdict::Header { used: consumed, proxied: info, tlvs: Box::default() },
            Parsed::Error(_) if data.len() >= proxy_v1::MAX_LINE && !data.contains(&b'\n') => {
                Verdict::Refused(Refusal::Truncated)
            }
            Parsed::Error(_) => Verdict::Refused(Refusal::Invalid),
        },
        (false, false) => Verdict::Refused(Refusal::Foreign),
    };
    Some(verdict)
}

/// The header that tells a server whose connection this is. `None` when the server wants none.
pub fn proxy_header(wanted: SendProxy, client: &mut Client) -> Option<Buf> {
    if wanted == SendProxy::No {
        return None;
    }
    let proxied = match (client.src.ip(), client.dst()) {
        (Some(source), Some(destination)) => addresses(source, destination),
        _ => Proxied::Own,
    };
    let mut bytes = Vec::with_capacity(108);
    match wanted {
        SendProxy::No => {}
        SendProxy::V1 => proxy_v1::encode(&proxied, &mut bytes),
        SendProxy::V2 => {
            // Only TLVs can be too long, and there are none.
            let _ = proxy_v2::encode(&proxied, &proxy_v2::Extra::default(), &mut bytes);
        }
    }
    Some(Buf::from_bytes(&bytes))
}

/// Both addresses in one family, as the header wants them.
fn addresses(source: SocketAddr, destination: SocketAddr) -> Proxied {
    let kind = base::SockKind::Stream;
    if source.is_ipv4() == destination.is_ipv4() {
        return Proxied::Ip { kind, source, destination };
    }
    let mapped = |sa: SocketAddr| match sa {
        SocketAddr::V4(v4) => SocketAddr::from((v4.ip().to_ipv6_mapped(), v4.port())),
        SocketAddr::V6(_) => sa,
    };
    Proxied::Ip { kind, source: mapped(source), destination: mapped(destination) }
}
