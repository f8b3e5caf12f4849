//! `http-check send`.

use super::{formatted, unknown, value};
use crate::cx::Cx;
use crate::spec::{CheckData, CheckRequest, CheckStep};
use expr::logfmt::Use;

const OPTIONS: &[&str] = &["meth", "uri", "uri-lf", "ver", "hdr", "body", "body-lf", "comment"];

pub fn read(cx: &mut Cx<'_>) -> Option<(CheckStep, Option<Box<[u8]>>)> {
    let (mut request, mut comment, mut at) = (CheckRequest::default(), None, 0);
    while at < cx.len() {
        let mut used = 2;
        match cx.text(at) {
            b"meth" => {
                value(cx, at)?;
                request.method = Some(method(cx, at + 1)?);
            }
            b"uri" => request.uri = Some(CheckData::Bytes(value(cx, at)?)),
            b"uri-lf" => request.uri = Some(format(cx, at)?),
            b"ver" => request.version = Some(value(cx, at)?),
            b"body" => request.body = Some(CheckData::Bytes(value(cx, at)?)),
            b"body-lf" => request.body = Some(format(cx, at)?),
            b"comment" => comment = Some(value(cx, at)?),
            b"hdr" => {
                let header = header(cx, at)?;
                request.headers.push(header);
                used = 3;
            }
            _ => {
                unknown(cx, at, OPTIONS);
                return None;
            }
        }
        at += used;
    }
    Some((CheckStep::Request(Box::new(request)), comment))
}

/// A method: a token (RFC 9110, 9.1).
pub fn method(cx: &mut Cx<'_>, i: usize) -> Option<Box<[u8]>> {
    let text = cx.text(i);
    if text.is_empty() || !text.iter().all(is_token) {
        let got = cx.show(i);
        cx.alert(i, format!("expects an HTTP method, not '{got}'."));
        return None;
    }
    Some(text.into())
}

fn format(cx: &mut Cx<'_>, at: usize) -> Option<CheckData> {
    value(cx, at)?;
    Some(CheckData::Format(formatted(cx, at + 1, Use::Http)?))
}

/// `hdr <name> <fmt>`.
fn header(cx: &mut Cx<'_>, at: usize) -> Option<(Box<[u8]>, crate::spec::Sourced)> {
    if at + 2 >= cx.len() {
        cx.alert(cx.len(), "expects a name and a format behind 'hdr'.");
        return None;
    }
    let name = value(cx, at)?;
    if !name.iter().all(is_token) {
        let got = cx.show(at + 1);
        cx.alert(at + 1, format!("expects the name of a header field, not '{got}'."));
        return None;
    }
    Some((name, formatted(cx, at + 2, Use::Http)?))
}

/// RFC 9110, 5.6.2.
fn is_token(c: &u8) -> bool {
    c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(c)
}
