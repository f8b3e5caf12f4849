//! Rewriting the request line and the status (manual 4.4).

use super::doing::{Doing, Verdict};
use crate::answer::Stop;
use crate::stream::{Cause, Fail, Stage};
use base::Tick;
use expr::Regex;
use expr::conv::expand;
use expr::logfmt::LogFormat;
use http::normalize::{self, BadEscape};
use http::{EditError, HdrId, Head, Method};
use rules::Step;
use rules::action::{Normalizer, TargetPart};

/// `set-method`, `set-path`, `set-pathq`, `set-query`, `set-uri`.
pub fn set(doing: &mut Doing<'_>, part: TargetPart, value: &LogFormat) -> Step<Verdict> {
    let text = doing.text(value);
    let result = put(doing.head, part, &text);
    doing.put_back(text);
    doing.rewritten(result)
}

/// `replace-path`, `replace-pathq`, `replace-uri`: a part that matches is replaced as a whole.
pub fn replace(doing: &mut Doing<'_>, part: TargetPart, regex: &Regex, value: &LogFormat) -> Step<Verdict> {
    let old = match part {
        TargetPart::Path => doing.head.path(),
        TargetPart::PathQuery => doing.head.path_and_query(),
        _ => doing.head.target(),
    };
    if !regex.is_match(old) {
        return Step::Next;
    }
    let format = doing.text(value);
    let mut made = Vec::new();
    let old = match part {
        TargetPart::Path => doing.head.path(),
        TargetPart::PathQuery => doing.head.path_and_query(),
        _ => doing.head.target(),
    };
    let valid = regex
        .captures_at(old, 0)
        .is_some_and(|groups| expand(&format, |n| groups.get(n).map_or(&b""[..], |m| m.as_bytes()), &mut made));
    doing.put_back(format);
    let result = if valid { put(doing.head, part, &made) } else { Err(EditError::BadTarget) };
    doing.rewritten(result)
}

fn put(head: &mut Head, part: TargetPart, text: &[u8]) -> Result<(), EditError> {
    match part {
        TargetPart::Method => set_method(head, text),
        TargetPart::Path => set_path(head, text),
        TargetPart::PathQuery => head.set_path_and_query(text),
        TargetPart::Query => head.set_query(text),
        TargetPart::Uri => set_uri(head, text),
    }
}

/// A path that brings a query of its own has the old one behind it, as observed.
fn set_path(head: &mut Head, text: &[u8]) -> Result<(), EditError> {
    if !text.contains(&b'?') {
        return head.set_path(text);
    }
    let behind = head.path_and_query().get(head.path().len()..).unwrap_or_default();
    head.set_path_and_query(&[text, behind].concat())
}

/// The host of an absolute target is that of the request too (RFC 9112 section 3.2.2).
fn set_uri(head: &mut Head, text: &[u8]) -> Result<(), EditError> {
    head.set_target(text)?;
    let authority = head.authority();
    let host = authority.iter().rposition(|b| *b == b'@').map_or(authority, |at| &authority[at + 1..]);
    match head.find(HdrId::Host).next().map(|field| field.at) {
        Some(at) if !host.is_empty() => {
            let host = host.to_vec();
            head.replace_value(at, &host)
        }
        _ => Ok(()),
    }
}

/// A tunnel begins where both sides know of it, so that nothing becomes a CONNECT or ceases to be one.
fn set_method(head: &mut Head, text: &[u8]) -> Result<(), EditError> {
    let is_connect = head.method() == Some(Method::Connect);
    if is_connect != (Method::parse(text) == Method::Connect) {
        return Err(EditError::BadMethod);
    }
    head.set_method(text)
}

/// `normalize-uri`. What can't be read strictly is the client's fault.
pub fn normalize(doing: &mut Doing<'_>, how: Normalizer) -> Step<Verdict> {
    let all = doing.head.path_and_query();
    let made = match how {
        Normalizer::FragmentEncode => Ok(normalize::encode_fragment(all)),
        Normalizer::FragmentStrip => Ok(normalize::strip_fragment(all)),
        Normalizer::MergeSlashes => Ok(normalize::merge_slashes(all)),
        Normalizer::StripDot => Ok(normalize::strip_dot(all)),
        Normalizer::StripDotDot { full } => Ok(normalize::strip_dot_dot(all, full)),
        Normalizer::DecodeUnreserved { strict } => normalize::decode_unreserved(all, strict),
        Normalizer::ToUppercase { strict } => normalize::uppercase_escapes(all, strict),
        Normalizer::SortQuery => Ok(normalize::sort_query(all)),
    };
    match made {
        Ok(None) => Step::Next,
        Ok(Some(made)) => {
            let result = doing.head.set_path_and_query(&made);
            doing.rewritten(result)
        }
        Err(BadEscape) => {
            doing.client.count_bad_request();
            // The request's analysis isn't complete: its time doesn't count, as observed.
            doing.x.times.request = Tick::NONE;
            let fail = Fail::new(Cause::Proxy, Stage::Request, 400);
            Step::Final(Verdict::Stop(Stop::Fail(fail)))
        }
    }
}

/// `set-status`.
pub fn set_status(doing: &mut Doing<'_>, status: u16, reason: Option<&str>) -> Step<Verdict> {
    let result = doing.head.set_status(status, reason.map(str::as_bytes));
    if result.is_ok() {
        doing.x.status = status;
    }
    doing.rewritten(result)
}
