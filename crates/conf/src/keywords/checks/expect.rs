//! `http-check expect`, `tcp-check expect`.

use super::{Family, formatted, hex, unknown, value};
use crate::cx::{Cx, KEYWORD};
use crate::spec::{
    CheckData, CheckExpect, CheckHeader, CheckMatch, CheckMatchMethod, CheckPattern, CheckStatus, CheckStep,
};
use expr::Place;
use expr::logfmt::Use;
use syntax::value::number;

const OPTIONS: [&str; 8] =
    ["min-recv", "comment", "ok-status", "error-status", "tout-status", "on-success", "on-error", "status-code"];
const HTTP_PATTERNS: [&str; 7] = ["status", "rstatus", "hdr", "fhdr", "string", "rstring", "string-lf"];
const TCP_PATTERNS: [&str; 6] = ["string", "rstring", "string-lf", "binary", "rbinary", "binary-lf"];

pub fn read(cx: &mut Cx<'_>, family: Family) -> Option<(CheckStep, Option<Box<[u8]>>)> {
    let mut expect = CheckExpect {
        negated: false,
        pattern: CheckPattern::Custom,
        min_recv: None,
        ok_status: None,
        error_status: None,
        timeout_status: None,
        on_success: None,
        on_error: None,
        status_code: None,
    };
    let (mut comment, mut found, mut at) = (None, false, 0);
    while at < cx.len() {
        if OPTIONS.iter().any(|name| name.as_bytes() == cx.text(at)) {
            at = option(cx, at, &mut expect, &mut comment)?;
            continue;
        }
        let (negated, name, behind) = pattern_name(cx, at);
        if found {
            let is_pattern = patterns(family).iter().any(|known| known.as_bytes() == name);
            if is_pattern {
                cx.alert(at, ": one pattern only.");
            } else {
                unknown(cx, at, &OPTIONS);
            }
            return None;
        }
        let (pattern, end) = pattern(cx, family, name, behind)?;
        (expect.negated, expect.pattern, found, at) = (negated, pattern, true, end);
    }
    if !found {
        cx.alert(KEYWORD, ": the pattern is missing.");
        return None;
    }
    Some((CheckStep::Expect(Box::new(expect)), comment))
}

/// Reads the option at argument `at`, and answers where the next one begins.
fn option(cx: &mut Cx<'_>, at: usize, expect: &mut CheckExpect, comment: &mut Option<Box<[u8]>>) -> Option<usize> {
    use CheckStatus::*;
    value(cx, at)?;
    match cx.text(at) {
        b"comment" => *comment = Some(value(cx, at)?),
        b"min-recv" => {
            let least = cx.within("expect min-recv", |cx| cx.int(at + 1, -1, i64::from(i32::MAX)))?;
            expect.min_recv = u32::try_from(least).ok();
        }
        b"ok-status" => {
            let known = [("L7OK", L7Ok), ("L7OKC", L7OkConditional), ("L6OK", L6Ok), ("L4OK", L4Ok)];
            expect.ok_status = Some(cx.one_of(at + 1, &known)?);
        }
        b"error-status" => {
            let known = [
                ("L7OKC", L7OkConditional),
                ("L7RSP", L7Response),
                ("L7STS", L7Status),
                ("L6RSP", L6Response),
                ("L4CON", L4Connection),
            ];
            expect.error_status = Some(cx.one_of(at + 1, &known)?);
        }
        b"tout-status" => {
            let known = [("L7TOUT", L7Timeout), ("L6TOUT", L6Timeout), ("L4TOUT", L4Timeout)];
            expect.timeout_status = Some(cx.one_of(at + 1, &known)?);
        }
        b"on-success" => expect.on_success = Some(formatted(cx, at + 1, Use::Log)?),
        b"on-error" => expect.on_error = Some(formatted(cx, at + 1, Use::Log)?),
        _ => {
            let (_, end) = cx.expr(at + 1, Place::TcpCheck)?;
            expect.status_code = Some(cx.sourced(at + 1, end));
            return Some(end);
        }
    }
    Some(at + 2)
}

/// Whether exclamation marks stand before the name of a pattern, the name, and the argument behind it.
fn pattern_name<'a>(cx: &Cx<'a>, from: usize) -> (bool, &'a [u8], usize) {
    let (mut at, mut negated) = (from, false);
    while cx.text(at) == b"!" {
        negated = true;
        at += 1;
    }
    match cx.text(at).strip_prefix(b"!") {
        Some(name) => (true, name, at + 1),
        None => (negated, cx.text(at), at + 1),
    }
}

fn patterns(family: Family) -> &'static [&'static str] {
    match family {
        Family::Http => &HTTP_PATTERNS,
        Family::Tcp => &TCP_PATTERNS,
    }
}

/// Reads the pattern `name`, whose arguments begin at `at`, and answers where they end.
fn pattern(cx: &mut Cx<'_>, family: Family, name: &[u8], at: usize) -> Option<(CheckPattern, usize)> {
    if name == b"custom" {
        return Some((CheckPattern::Custom, at));
    }
    if !patterns(family).iter().any(|known| known.as_bytes() == name) {
        let known: Vec<&str> = patterns(family).iter().chain(&OPTIONS).copied().collect();
        unknown(cx, at - 1, &known);
        return None;
    }
    if matches!(name, b"hdr" | b"fhdr") {
        let (header, end) = header(cx, name == b"fhdr", at)?;
        return Some((CheckPattern::Header(header), end));
    }
    value(cx, at - 1)?;
    let pattern = match name {
        b"status" => CheckPattern::Status(statuses(cx, at)?),
        b"rstatus" => CheckPattern::StatusRegex(regex(cx, at)?),
        b"rstring" => CheckPattern::Regex(regex(cx, at)?),
        b"rbinary" => CheckPattern::HexRegex(regex(cx, at)?),
        b"string" => CheckPattern::Contains(CheckData::Bytes(cx.text(at).into())),
        b"binary" => CheckPattern::Contains(CheckData::Bytes(hex(cx, at)?)),
        b"string-lf" => CheckPattern::Contains(CheckData::Format(formatted(cx, at, Use::Log)?)),
        _ => CheckPattern::Contains(CheckData::HexFormat(formatted(cx, at, Use::Log)?)),
    };
    Some((pattern, at + 1))
}

fn regex(cx: &mut Cx<'_>, i: usize) -> Option<Box<[u8]>> {
    cx.regex(i, false)?;
    Some(cx.text(i).into())
}

/// `200,300-310`: codes and ranges of codes.
fn statuses(cx: &mut Cx<'_>, i: usize) -> Option<Vec<(u16, u16)>> {
    let mut ranges = Vec::new();
    let list = cx.text(i);
    for part in list.strip_suffix(b",").unwrap_or(list).split(|c| *c == b',') {
        let (low, high) = match part.iter().position(|c| *c == b'-') {
            Some(dash) => (code(&part[..dash]), code(&part[dash + 1..])),
            None => (code(part), code(part)),
        };
        match (low, high) {
            (Some(low), Some(high)) if low <= high => ranges.push((low, high)),
            _ => {
                let got = String::from_utf8_lossy(part).into_owned();
                cx.alert(i, format!(": '{got}' is neither a status code nor a range of them."));
                return None;
            }
        }
    }
    Some(ranges)
}

fn code(digits: &[u8]) -> Option<u16> {
    number(digits, 0, u64::from(u16::MAX)).ok().and_then(|n| u16::try_from(n).ok())
}

/// `{ name | name-lf } [-m <meth>] <name> [{ value | value-lf } [-m <meth>] <value>]`.
fn header(cx: &mut Cx<'_>, full: bool, at: usize) -> Option<(CheckHeader, usize)> {
    let is_format = match cx.text(at) {
        b"name" => false,
        b"name-lf" => true,
        _ => {
            cx.alert(at, ": 'hdr' and 'fhdr' expect 'name' or 'name-lf' first.");
            return None;
        }
    };
    let (name, at) = matched(cx, at, is_format)?;
    let is_format = match cx.text(at) {
        b"value" => false,
        b"value-lf" => true,
        _ => return Some((CheckHeader { full, name, value: None }, at)),
    };
    let (value, at) = matched(cx, at, is_format)?;
    Some((CheckHeader { full, name, value: Some(value) }, at))
}

/// `[-m <meth>] <text>` behind the word at argument `at`.
fn matched(cx: &mut Cx<'_>, mut at: usize, is_format: bool) -> Option<(CheckMatch, usize)> {
    let mut method = CheckMatchMethod::Str;
    if cx.text(at + 1) == b"-m" {
        let methods = [
            ("str", CheckMatchMethod::Str),
            ("beg", CheckMatchMethod::Beg),
            ("end", CheckMatchMethod::End),
            ("sub", CheckMatchMethod::Sub),
            ("reg", CheckMatchMethod::Reg),
        ];
        method = cx.one_of(at + 2, &methods)?;
        at += 2;
    }
    if cx.text(at + 1).is_empty() {
        cx.alert(at + 1, ": a header field's name or value is missing.");
        return None;
    }
    let text = match (is_format, method) {
        (true, CheckMatchMethod::Reg) => {
            cx.alert(at + 1, ": a format can't be a regular expression.");
            return None;
        }
        (true, _) => CheckData::Format(formatted(cx, at + 1, Use::Log)?),
        (false, CheckMatchMethod::Reg) => CheckData::Bytes(regex(cx, at + 1)?),
        (false, _) => CheckData::Bytes(cx.text(at + 1).into()),
    };
    Some((CheckMatch { method, text }, at + 2))
}
