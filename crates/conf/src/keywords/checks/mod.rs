//! Health checks: `option httpchk` and its like, `http-check …`, `tcp-check …` (manual 4.2). The readers work on a
//! [`ChecksB`], so that section `healthcheck` (manual 12.9) can use them as well.

mod connect;
mod expect;
pub mod kind;
mod request;
mod send;
mod variables;

use crate::build::{ChecksB, ProxyB};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::{CheckRule, CheckStep, Sourced};
use diag::Severity;
use expr::Place;
use expr::logfmt::Use;

/// The rules; a section `healthcheck` has them as well.
pub static RULES: &[&Keyword<ProxyB>] = &[
    &HTTP_COMMENT,
    &HTTP_CONNECT,
    &HTTP_DISABLE_ON_404,
    &HTTP_EXPECT,
    &HTTP_SEND,
    &HTTP_SEND_STATE,
    &HTTP_SET_VAR,
    &HTTP_SET_VAR_FMT,
    &HTTP_UNSET_VAR,
    &TCP_COMMENT,
    &TCP_CONNECT,
    &TCP_EXPECT,
    &TCP_SEND,
    &TCP_SEND_BINARY,
    &TCP_SEND_BINARY_LF,
    &TCP_SEND_LF,
    &TCP_SET_VAR,
    &TCP_SET_VAR_FMT,
    &TCP_UNSET_VAR,
];

/// Whose rules they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    Http,
    Tcp,
}

/// An `http-check` or `tcp-check` line.
const fn check(
    name: &'static str,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    let places = Places::BACK;
    Keyword { name, status: Status::Parsed, places, args, since: "2.2", doc, manual: "4.2", ..Keyword::plain(parse) }
}

/// A rule of a family; its reader answers with the step and the comment.
fn rule(
    cx: &mut Cx<'_>,
    checks: &mut ChecksB,
    family: Family,
    read: impl FnOnce(&mut Cx<'_>) -> Option<(CheckStep, Option<Box<[u8]>>)>,
) {
    let Some((step, comment)) = read(cx) else { return };
    let rules = match family {
        Family::Http => &mut checks.http,
        Family::Tcp => &mut checks.tcp,
    };
    let rule = CheckRule { step, comment, at: cx.at(KEYWORD) };
    if let Err(why) = rules.push(rule, cx.span(KEYWORD)) {
        cx.alert(KEYWORD, format!(": {why}."));
    }
    checks.mark();
}

const COMMENT: Arity = Arity::exactly(1, "a comment");
const ANY: Arity = Arity::at_least(0, "options");
const DATA: Arity = Arity::between(1, 3, "what to send, and optionally 'comment' <msg>");
const SET_VAR: Arity = Arity::at_least(2, "an expression");
const SET_VAR_FMT: Arity = Arity::exactly(2, "a format");
const UNSET_VAR: Arity = Arity::exactly(1, "the name of a variable in parentheses");

static HTTP_COMMENT: Keyword<ProxyB> =
    check("http-check comment", COMMENT, "What the log says if the next rule fails.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Http, |cx| Some((CheckStep::Comment, Some(cx.bytes(0)?))))
    });

static TCP_COMMENT: Keyword<ProxyB> =
    check("tcp-check comment", COMMENT, "What the log says if the next rule fails.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Tcp, |cx| Some((CheckStep::Comment, Some(cx.bytes(0)?))))
    });

static HTTP_CONNECT: Keyword<ProxyB> =
    check("http-check connect", ANY, "Opens a connection for the requests that follow.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Http, |cx| connect::read(cx, Family::Http))
    });

static TCP_CONNECT: Keyword<ProxyB> =
    check("tcp-check connect", ANY, "Opens a connection for the rules that follow.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Tcp, |cx| connect::read(cx, Family::Tcp))
    });

static HTTP_EXPECT: Keyword<ProxyB> = check(
    "http-check expect",
    Arity::at_least(1, "at least a pattern"),
    "What a response must look like.",
    |cx, proxy| rule(cx, &mut proxy.checks, Family::Http, |cx| expect::read(cx, Family::Http)),
);

static TCP_EXPECT: Keyword<ProxyB> = check(
    "tcp-check expect",
    Arity::at_least(1, "at least a pattern"),
    "What the server's answer must look like.",
    |cx, proxy| rule(cx, &mut proxy.checks, Family::Tcp, |cx| expect::read(cx, Family::Tcp)),
);

static HTTP_SEND: Keyword<ProxyB> = check("http-check send", ANY, "The request of a check.", |cx, proxy| {
    rule(cx, &mut proxy.checks, Family::Http, request::read)
});

static HTTP_DISABLE_ON_404: Keyword<ProxyB> = check(
    "http-check disable-on-404",
    Arity::NONE,
    "Takes servers that answer 404 out of balancing, but not away from their clients.",
    |_, proxy| proxy.checks.disable_on_404 = true,
);

static HTTP_SEND_STATE: Keyword<ProxyB> =
    check("http-check send-state", Arity::NONE, "Tells servers how they are seen.", |_, proxy| {
        proxy.checks.send_state = true
    });

static TCP_SEND: Keyword<ProxyB> =
    check("tcp-check send", DATA, "Sends a text.", |cx, proxy| rule(cx, &mut proxy.checks, Family::Tcp, send::text));

static TCP_SEND_LF: Keyword<ProxyB> = check("tcp-check send-lf", DATA, "Sends what a format gives.", |cx, proxy| {
    rule(cx, &mut proxy.checks, Family::Tcp, send::format)
});

static TCP_SEND_BINARY: Keyword<ProxyB> =
    check("tcp-check send-binary", DATA, "Sends bytes given in hexadecimal digits.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Tcp, send::binary)
    });

static TCP_SEND_BINARY_LF: Keyword<ProxyB> =
    check("tcp-check send-binary-lf", DATA, "Sends the bytes whose hexadecimal digits a format gives.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Tcp, send::binary_format)
    });

static HTTP_SET_VAR: Keyword<ProxyB> =
    check("http-check set-var(*)", SET_VAR, "Sets a variable of the check.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Http, variables::set)
    });

static HTTP_SET_VAR_FMT: Keyword<ProxyB> =
    check("http-check set-var-fmt(*)", SET_VAR_FMT, "Sets a variable to what a format gives.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Http, variables::set_format)
    });

static HTTP_UNSET_VAR: Keyword<ProxyB> =
    check("http-check unset-var(*)", UNSET_VAR, "Forgets a variable.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Http, variables::unset)
    });

static TCP_SET_VAR: Keyword<ProxyB> =
    check("tcp-check set-var(*)", SET_VAR, "Sets a variable of the check.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Tcp, variables::set)
    });

static TCP_SET_VAR_FMT: Keyword<ProxyB> =
    check("tcp-check set-var-fmt(*)", SET_VAR_FMT, "Sets a variable to what a format gives.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Tcp, variables::set_format)
    });

static TCP_UNSET_VAR: Keyword<ProxyB> =
    check("tcp-check unset-var(*)", UNSET_VAR, "Forgets a variable.", |cx, proxy| {
        rule(cx, &mut proxy.checks, Family::Tcp, variables::unset)
    });

/// A value behind the word at argument `at`.
fn value(cx: &mut Cx<'_>, at: usize) -> Option<Box<[u8]>> {
    let value = cx.text(at + 1);
    if value.is_empty() {
        let word = cx.show(at);
        cx.alert(at + 1, format!(": '{word}' expects a value."));
        return None;
    }
    Some(value.into())
}

/// A format in argument `i`, evaluated while a server is checked. Whether the proxy is in HTTP mode isn't known yet, and
/// makes no difference to a check.
fn formatted(cx: &mut Cx<'_>, i: usize, purpose: Use) -> Option<Sourced> {
    cx.format(i, purpose, Place::TcpCheck, true)?;
    Some(cx.sourced(i, i + 1))
}

/// The bytes of hexadecimal digits in argument `i`.
fn hex(cx: &mut Cx<'_>, i: usize) -> Option<Box<[u8]>> {
    let text = cx.text(i);
    if let Some(at) = text.iter().position(|c| !c.is_ascii_hexdigit()) {
        let word = cx.word(i)?;
        let text = format!("'{}' : '{}' is no hexadecimal digit.", cx.name, text[at].escape_ascii());
        cx.push(diag::Diagnostic::new(Severity::Alert, text).at(word.part(at, at + 1)));
        return None;
    }
    if !text.len().is_multiple_of(2) {
        let shown = cx.show(i);
        cx.alert(i, format!(": '{shown}' has an odd number of hexadecimal digits."));
        return None;
    }
    let digit = |c: u8| (c as char).to_digit(16).unwrap_or(0) as u8;
    Some(text.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect())
}

/// Reports the word at argument `at`, which is none of those that may stand there.
fn unknown(cx: &mut Cx<'_>, at: usize, known: &[&'static str]) {
    let names: Vec<String> = known.iter().map(|name| format!("'{name}'")).collect();
    let text = format!("knows {}, not '{}'.", names.join(", "), cx.show(at));
    match diag::closest(cx.text(at), known.iter().copied()) {
        Some(near) if !cx.text(at).is_empty() => cx.alert_help(at, text, format!("did you mean '{near}'?")),
        _ => cx.alert(at, text),
    }
}
