//! Heads and trailers on their way out.

use http::{Form, HdrId, Head, Method, StartLine, has_token};

use crate::hpack::{Encoder, Pseudo};
use crate::incoming::is_hop_field;

/// What a request's pseudo-header fields need beyond its head.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestForm<'a> {
    /// The scheme where the target has none.
    pub scheme: &'a [u8],
    /// Send an extended CONNECT for this protocol (RFC 8441): the head is a GET with `upgrade`.
    pub protocol: Option<&'a [u8]>,
}

/// Appends the block of a head.
pub(crate) fn put_head(encoder: &mut Encoder, head: &Head, form: RequestForm<'_>, out: &mut Vec<u8>) {
    encoder.begin(out);
    match head.start() {
        StartLine::Status(line) => encoder.status(line.status, out),
        StartLine::Request(_) => put_request_line(encoder, head, form, out),
    }
    let is_request = head.request_line().is_some();
    let nominates = head.first(HdrId::Connection).is_some();
    for field in head.fields() {
        let dropped = is_hop_field(field.id, field.value)
            || is_request && field.id == HdrId::Host && has_authority(head)
            || form.protocol.is_some() && field.id == HdrId::SecWebsocketKey
            || nominates && head.has_token(HdrId::Connection, field.name);
        if dropped {
            continue;
        }
        // Only `trailers` of a longer list (RFC 9113 section 8.2.2).
        let value = if field.id == HdrId::Te { b"trailers" } else { http::trim_ows(field.value) };
        encoder.field(field.id, field.name, value, out);
    }
}

/// Appends the block of trailers, which come as lines.
pub(crate) fn put_trailers(encoder: &mut Encoder, lines: &[u8], out: &mut Vec<u8>) {
    encoder.begin(out);
    for line in lines.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(colon) = line.iter().position(|b| *b == b':') else { continue };
        let (name, value) = (&line[..colon], http::trim_ows(&line[colon + 1..]));
        let id = HdrId::of(name);
        if !is_hop_field(id, value) && !name.is_empty() {
            encoder.field(id, name, value, out);
        }
    }
}

/// Whether `:authority` can be told: else `host` stays (RFC 9113 section 8.3.1).
fn has_authority(head: &Head) -> bool {
    !authority(head).is_empty()
}

/// What rules may have set: `host` goes before the target's authority.
fn authority(head: &Head) -> &[u8] {
    match head.method() {
        Some(Method::Connect) => head.target(),
        _ => head.first(HdrId::Host).unwrap_or_else(|| head.authority()),
    }
}

fn put_request_line(encoder: &mut Encoder, head: &Head, form: RequestForm<'_>, out: &mut Vec<u8>) {
    let connect = head.method() == Some(Method::Connect);
    let method = if form.protocol.is_some() { b"CONNECT" } else { head.method_name() };
    encoder.pseudo(Pseudo::Method, method, out);
    if let Some(protocol) = form.protocol {
        encoder.pseudo(Pseudo::Protocol, protocol, out);
    }
    if !connect {
        let scheme = if head.scheme().is_empty() { form.scheme } else { head.scheme() };
        encoder.pseudo(Pseudo::Scheme, scheme, out);
    }
    let authority = authority(head);
    if !authority.is_empty() {
        encoder.pseudo(Pseudo::Authority, authority, out);
    }
    if !connect {
        let path = match (head.path_and_query(), head.form()) {
            // Section 8.3.1: OPTIONS without a path is about the server.
            (b"", _) if head.method() == Some(Method::Options) && head.form() == Some(Form::Absolute) => b"*",
            (b"", _) => b"/",
            (path, _) => path,
        };
        encoder.pseudo(Pseudo::Path, path, out);
    }
}

/// Whether an upgrade in this request can become an extended CONNECT: one protocol, and WebSocket is the only one that
/// means the same in both (RFC 8441 section 5).
pub fn is_websocket(head: &Head) -> bool {
    head.method() == Some(Method::Get)
        && head.has_token(HdrId::Connection, b"upgrade")
        && head.first(HdrId::Upgrade).is_some_and(|v| has_token(v, b"websocket"))
}
