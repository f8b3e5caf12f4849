//! Answers of a rule's own: the actions, and what `http-error` has in common with them (manual 4.2, 4.4).

use super::{Act, RuleCx, Stages};
use crate::cx::Cx;
use crate::finish::fault;
use crate::paths;
use diag::Severity;
use expr::Places;
use expr::logfmt::{LogFormat, Use};
use rules::reply::{Body, Reply};
use rules::{Action, Stage};

pub static DENY: Act = Act {
    name: "deny",
    stages: Stages::of("-----XX-"),
    done: Stages::of("-----XX-"),
    args: ARGS,
    doc: "Refuses the message with an answer.",
    is_final: true,
    ..Act::plain(|rule| {
        let status = if rule.stage == Stage::HttpReq { 403 } else { 502 };
        action(rule, Kind::Refusal, status).map(Action::Deny)
    })
};

pub static TARPIT: Act = Act {
    name: "tarpit",
    stages: Stages::of("-----X--"),
    done: Stages::of("-----X--"),
    args: ARGS,
    doc: "Refuses the request after a while.",
    is_final: true,
    ..Act::plain(|rule| action(rule, Kind::Refusal, 500).map(Action::Tarpit))
};

pub static RETURN: Act = Act {
    name: "return",
    stages: Stages::of("-----XX-"),
    done: Stages::of("-----XX-"),
    args: ARGS,
    since: "2.2",
    doc: "Gives an answer of one's own.",
    is_final: true,
    ..Act::plain(|rule| action(rule, Kind::Answer, 200).map(Action::Return))
};

const ARGS: &str = "[status <code>] [content-type <type>] [a body] [hdr <name> <fmt>]…";

pub static AUTH: Act = Act {
    name: "auth",
    stages: Stages::of("-----X--"),
    done: Stages::of("-----X--"),
    args: "[realm <realm>]",
    doc: "Asks for a user's name and password.",
    is_final: true,
    ..Act::plain(|rule| {
        let realm = if rule.takes("realm") { Some(rule.text()?) } else { None };
        Some(Action::Auth { realm })
    })
};

fn action(rule: &mut RuleCx<'_, '_>, kind: Kind, status: u16) -> Option<Reply> {
    read(rule.cx, &mut rule.at, kind, status, rule.places)
}

/// What an answer is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `deny`, `tarpit`: `deny_status` is a word for `status`, and alone it means the proxy's own page.
    Refusal,
    /// `return`.
    Answer,
    /// `http-error`: no condition can follow.
    Error,
}

/// What a line has said about its answer so far.
#[derive(Default)]
struct Said {
    status: Option<u16>,
    /// `status` rather than `deny_status`.
    plainly: bool,
    content_type: Option<Box<str>>,
    body: Option<(&'static str, Body)>,
    fields: Vec<(Box<[u8]>, LogFormat)>,
}

/// Reads an answer from argument `at` on, up to its condition.
pub fn read(cx: &mut Cx<'_>, at: &mut usize, kind: Kind, status: u16, places: Places) -> Option<Reply> {
    let mut said = Said::default();
    while *at < cx.len() && (kind == Kind::Error || !matches!(cx.text(*at), b"if" | b"unless")) {
        if !one(cx, at, kind, places, &mut said)? {
            break;
        }
    }
    if kind == Kind::Error && *at < cx.len() {
        let got = cx.show(*at);
        cx.alert(*at, format!("doesn't know the argument '{got}'."));
        return None;
    }
    finish(cx, kind, status, said)
}

/// Reads one argument with its value; false: it doesn't belong to an answer.
fn one(cx: &mut Cx<'_>, at: &mut usize, kind: Kind, places: Places, said: &mut Said) -> Option<bool> {
    let word = *at;
    *at += 1;
    match cx.text(word) {
        b"deny_status" if kind == Kind::Refusal => said.status = Some(status(cx, at)?),
        b"status" => (said.status, said.plainly) = (Some(status(cx, at)?), true),
        b"content-type" => {
            value(cx, at, 1, "a type")?;
            said.content_type = Some(cx.string(*at - 1)?);
        }
        b"default-errorfiles" => put(cx, word, said, "default-errorfiles", |_| Some(Body::Default))?,
        b"errorfiles" => {
            value(cx, at, 1, "the name of an 'http-errors' section")?;
            put(cx, word, said, "errorfiles", |cx| {
                cx.refers(word + 1, "http-errors");
                cx.string(word + 1).map(Body::ErrorFiles)
            })?;
        }
        b"errorfile" => {
            value(cx, at, 1, "a file")?;
            put(cx, word, said, "errorfile", |cx| error_file(cx, word + 1))?;
        }
        b"file" => {
            value(cx, at, 1, "a file")?;
            put(cx, word, said, "file", |cx| content(cx, word + 1).map(|bytes| Body::Bytes(bytes.into())))?;
        }
        b"lf-file" => {
            value(cx, at, 1, "a file")?;
            put(cx, word, said, "lf-file", |cx| format_file(cx, word + 1, places))?;
        }
        b"string" => {
            value(cx, at, 1, "a text")?;
            put(cx, word, said, "string", |cx| Some(Body::Bytes(cx.text(word + 1).into())))?;
        }
        b"lf-string" => {
            value(cx, at, 1, "a log format")?;
            put(cx, word, said, "lf-string", |cx| cx.format(word + 1, Use::Http, places, true).map(Body::Format))?;
        }
        b"hdr" => {
            value(cx, at, 2, "a name and a value")?;
            let name = cx.bytes(*at - 2)?;
            let value = cx.format(*at - 1, Use::Http, places, true)?;
            if name.eq_ignore_ascii_case(b"content-type") || name.eq_ignore_ascii_case(b"content-length") {
                let name = cx.show(*at - 2);
                cx.warn(*at - 2, format!(": header '{name}' is always ignored in an answer."));
            } else {
                said.fields.push((name, value));
            }
        }
        _ => {
            *at = word;
            return Some(false);
        }
    }
    Some(true)
}

/// Takes the `n` values behind a word.
fn value(cx: &mut Cx<'_>, at: &mut usize, n: usize, what: &str) -> Option<()> {
    let word = *at - 1;
    *at += n;
    if *at <= cx.len() && !cx.text(word + 1).is_empty() {
        return Some(());
    }
    let name = cx.show(word);
    cx.alert(cx.len(), format!(": '{name}' expects {what}."));
    None
}

fn status(cx: &mut Cx<'_>, at: &mut usize) -> Option<u16> {
    value(cx, at, 1, "a status code")?;
    cx.uint(*at - 1, 200, 599).and_then(|status| u16::try_from(status).ok())
}

/// Sets the body, of which there can be only one.
fn put(
    cx: &mut Cx<'_>,
    word: usize,
    said: &mut Said,
    name: &'static str,
    read: impl FnOnce(&mut Cx<'_>) -> Option<Body>,
) -> Option<()> {
    if let Some((before, _)) = &said.body {
        let text = format!(": unexpected '{name}' argument, '{before}' already defined.");
        cx.alert(word, text);
        return None;
    }
    said.body = Some((name, read(cx)?));
    Some(())
}

fn content(cx: &mut Cx<'_>, i: usize) -> Option<Vec<u8>> {
    let path = paths::join(cx.text(i), cx.files.name(cx.span(i).file), &cx.default_path);
    match cx.world.read(&path) {
        Ok(content) => Some(content),
        Err(why) => {
            let name = cx.show(i);
            cx.alert(i, format!(": error opening file '{name}' : {why}."));
            None
        }
    }
}

/// A file that holds a whole answer.
fn error_file(cx: &mut Cx<'_>, i: usize) -> Option<Body> {
    let content = content(cx, i)?;
    if let Some(fault) = fault(&content) {
        let name = cx.show(i);
        cx.alert(i, format!(": '{name}' : {fault}."));
        return None;
    }
    // An empty file answers nothing at all.
    let canned = if content.is_empty() { None } else { http::Canned::parse(content.into()) };
    Some(canned.map_or(Body::Silence, |canned| Body::ErrorFile(canned.into())))
}

/// A file that holds a log format.
fn format_file(cx: &mut Cx<'_>, i: usize, places: Places) -> Option<Body> {
    let content = content(cx, i)?;
    match LogFormat::compile(&content, Use::Http, places, true, &mut cx.expr_world(i)) {
        Ok(format) => {
            for one in format.unbuilt() {
                cx.not_yet(i, one.name);
            }
            Some(Body::Format(format))
        }
        Err(error) => {
            let name = cx.show(i);
            cx.alert(i, format!(": file '{name}' : {}.", error.text));
            None
        }
    }
}

/// Checks what fits together.
fn finish(cx: &mut Cx<'_>, kind: Kind, status: u16, said: Said) -> Option<Reply> {
    if kind == Kind::Error && said.status.is_none() {
        cx.alert(0, "expects at least 'status <code>'.");
        return None;
    }
    let lone = kind == Kind::Refusal && !said.plainly && said.content_type.is_none() && said.fields.is_empty();
    let status = said.status.unwrap_or(status);
    let (name, body) = match said.body {
        Some((name, body)) => (name, body),
        None if lone => ("default-errorfiles", Body::Default),
        None => ("", Body::Empty),
    };
    let from_page = matches!(body, Body::Default | Body::ErrorFile(_) | Body::ErrorFiles(_) | Body::Silence);
    if (from_page || kind == Kind::Error) && !is_handled(status) {
        let text = format!(": status code '{status}' is not one that has a page of its own ('{name}').");
        cx.alert(0, text);
        return None;
    }
    let mut content_type = said.content_type;
    let empty = matches!(&body, Body::Bytes(bytes) if bytes.is_empty());
    let why_not = if from_page {
        Some("with a page out of an errorfile")
    } else if matches!(body, Body::Empty) {
        Some("where neither errorfile nor payload is defined")
    } else {
        empty.then_some("with an empty payload")
    };
    match (why_not, &content_type) {
        (Some(why), Some(named)) => {
            let text = format!("content-type '{named}' is ignored {why}.");
            cx.say(Severity::Warning, 0, &text, None);
            content_type = None;
        }
        (None, None) => {
            cx.alert(0, ": a content type must be defined when a payload that isn't empty is configured.");
            return None;
        }
        _ => {}
    }
    let mut fields = said.fields;
    if from_page && !fields.is_empty() {
        cx.say(Severity::Warning, 0, "'hdr' parameters are ignored with a page out of an errorfile.", None);
        fields.clear();
    }
    Some(Reply { status, body, content_type, fields: fields.into() })
}

/// Whether the proxy has a page of its own for a status (manual 4.2, `http-error`).
pub fn is_handled(status: u16) -> bool {
    matches!(status, 200 | 400 | 401 | 403 | 404 | 405 | 407 | 408 | 410 | 413 | 414 | 425 | 429 | 431 | 500..=504)
}
