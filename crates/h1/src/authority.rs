//! Whether the target and the `host` field agree (RFC 9112 section 3.2), and the default port that both leave out.

use http::{Field, FieldFlags, Form, RequestLine, Span, default_port, same_authority, split_authority};

use crate::{Fault, Opts, ParseError, Violations};

/// Checks `host` against the target. A default port is cut off the host's value here; the one in the target is
/// returned, for the caller to cut it when nothing else can fail.
pub(crate) fn check(
    data: &[u8],
    line: &RequestLine,
    host: Option<&mut Field>,
    violations: &mut Violations,
    opts: &Opts,
) -> Result<Option<Span>, ParseError> {
    let bad = ParseError { fault: Fault::Host, at: line.target.start() };
    let of = |s: Span| &data[s.start()..s.end()];
    let span = without_userinfo(data, line.authority);
    if span.is_empty() {
        return Ok(None);
    }
    let authority = of(span);
    let port = port_of(authority);
    let default = match line.form {
        Form::Authority => port.filter(|p| *p == b"80" || *p == b"443"),
        _ => match default_port(of(line.scheme)) {
            Some(80) => Some(&b"80"[..]),
            Some(443) => Some(&b"443"[..]),
            _ => None,
        },
    };
    let strict = line.form != Form::Authority || is_host_and_port(of(line.authority));
    if !strict || !host.as_ref().is_none_or(|h| agree(authority, of(h.value), default)) {
        if !opts.relaxed {
            return Err(bad);
        }
        violations.note(bad.fault, bad.at);
    }
    let Some(port) = port.filter(|p| p.is_empty() || Some(*p) == default) else { return Ok(None) };
    if let Some(field) = host
        && let Some(own) = port_of(of(field.value)).filter(|p| Some(*p) == default)
    {
        field.value = field.value.sub(0, field.value.len() - own.len() - 1);
        field.flags = FieldFlags::NONE;
    }
    let whole = span.sub(span.len() - port.len() - 1, span.len());
    Ok((line.form == Form::Absolute).then_some(whole))
}

fn agree(authority: &[u8], host: &[u8], default: Option<&[u8]>) -> bool {
    let scheme: &[u8] = match default {
        Some(b"80") => b"http",
        Some(b"443") => b"https",
        _ => b"",
    };
    same_authority(scheme, authority, host)
}

/// CONNECT names a host and a port, nothing else (RFC 9110 section 9.3.6).
fn is_host_and_port(target: &[u8]) -> bool {
    split_authority(target)
        .is_ok_and(|a| a.userinfo.is_none() && !a.host.is_empty() && a.port.is_some_and(|p| !p.is_empty()))
}

fn without_userinfo(data: &[u8], authority: Span) -> Span {
    let bytes = &data[authority.start()..authority.end()];
    match memchr::memrchr(b'@', bytes) {
        Some(at) => authority.sub(at + 1, authority.len()),
        None => authority,
    }
}

/// The port of a well-formed host; the ports of others are left alone.
fn port_of(host: &[u8]) -> Option<&[u8]> {
    split_authority(host).ok().filter(|a| a.userinfo.is_none()).and_then(|a| a.port)
}
