//! Messages as a whole: `status`, `req.ver`, `res.ver`, `req.proto_http` (manual 7.3.6).

use http::{Head, Version};

use crate::args::Args;
use crate::env::{Env, View};
use crate::expr::{Cursor, Got};
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::record::{Needs, RequestText};
use crate::val::{Type, Val};

/// A message's head, or what to answer instead.
pub(super) enum Found<'a> {
    Head(&'a Head),
    Not(Got<'a>),
}

/// The head in `view`; one that may still come makes the caller wait unless this was the `last` chance.
#[inline]
pub(super) fn find<'a>(view: View<'a>, last: bool) -> Found<'a> {
    match view {
        View::Ready(head) => Found::Head(head),
        View::Pending if !last => Found::Not(Got::Wait),
        View::Pending | View::Absent => Found::Not(Got::Absent),
    }
}

const LINE: Needs = Needs { request_line: true, ..Needs::NONE };

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("req.ver", "", Type::Str, Places::REQUEST_OR_LOG, "the request's HTTP version, such as 1.1").needing(LINE).does(req_ver),
    f("req_ver", "", Type::Str, Places::REQUEST_OR_LOG, "the request's HTTP version, such as 1.1").needing(LINE).does(req_ver),
    f("res.ver", "", Type::Str, Places::RESPONSE_OR_LOG, "the response's HTTP version, such as 1.1").does(res_ver),
    f("resp_ver", "", Type::Str, Places::RESPONSE_OR_LOG, "the response's HTTP version, such as 1.1").does(res_ver),
    f("status", "", Type::Int, Places::RESPONSE_OR_LOG, "the response's status code").does(status),
    f("req.proto_http", "", Type::Bool, Places::REQUEST_OR_LOG, "true once the request is known to be HTTP").needing(LINE).does(proto_http),
    f("req_proto_http", "", Type::Bool, Places::REQUEST_OR_LOG, "true once the request is known to be HTTP").needing(LINE).does(proto_http),
];

fn req_ver<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    if let Some(RequestText::Line { version, .. }) = env.record.map(|r| r.request) {
        return Got::opt(version.strip_prefix(b"HTTP/").map(Val::Str));
    }
    match find(env.request, env.last) {
        Found::Head(head) => Got::opt(version_text(head.version(), env)),
        Found::Not(got) => got,
    }
}

fn res_ver<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    match find(env.response, env.last) {
        Found::Head(head) => Got::opt(version_text(head.version(), env)),
        Found::Not(got) => got,
    }
}

fn version_text<'a>(version: Version, env: &'a Env<'a>) -> Option<Val<'a>> {
    let text: &'static [u8] = match version {
        Version::HTTP_1_1 => b"1.1",
        Version::HTTP_1_0 => b"1.0",
        Version::HTTP_2 => b"2.0",
        Version::HTTP_3 => b"3.0",
        Version { major, minor } => {
            let digits = |n: u8| Val::Int(i64::from(n));
            return env
                .scratch
                .write(|w| {
                    digits(major).write_text(w);
                    w.put(b".");
                    digits(minor).write_text(w);
                })
                .map(Val::Str);
        }
    };
    Some(Val::Str(text))
}

fn status<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let logged = env.record.map(|r| i64::from(r.status)).filter(|s| *s > 0);
    match find(env.response, env.last) {
        Found::Head(head) => Got::opt(head.status().map(|s| Val::Int(i64::from(s)))),
        Found::Not(got) => logged.map_or(got, |s| Got::one(Val::Int(s))),
    }
}

fn proto_http<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    if env.record.is_some_and(|r| matches!(r.request, RequestText::Line { .. })) {
        return Got::one(Val::Bool(true));
    }
    match find(env.request, env.last) {
        Found::Head(_) => Got::one(Val::Bool(true)),
        Found::Not(got) => got,
    }
}
