//! The request line and what it is made of: `method`, `path`, `pathq`, `query`, `url`, `base`, `baseq` (manual 7.3.6).

use http::{HdrId, Head};

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::fetch::message::{Found, find};
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::{Place, Places};
use crate::record::{Needs, RequestText};
use crate::val::{Type, Val};

/// A part of the request's head.
macro_rules! part {
    ($name:literal, $doc:literal, $fun:expr) => {
        f($name, "", Type::Str, Places::REQUEST, $doc).does(|_, env, _| match find(env.request, env.last) {
            Found::Head(head) => {
                let part: for<'h> fn(&'h Head, &'h Env<'h>) -> Option<&'h [u8]> = $fun;
                Got::opt(part(head, env).map(Val::Str))
            }
            Found::Not(got) => got,
        })
    };
}

pub static ITEMS: &[Fetch] = &[
    part!("path", "the path, without host and query", |head, _| path(head)),
    part!("pathq", "the path and query", |head, _| pathq(head)),
    part!("url", "the whole request target as it was sent", |head, _| Some(head.target())),
    part!("base", "the first Host field and the path", |head, env| base(path(head), head, env)),
    part!("baseq", "the first Host field, the path and query", |head, env| base(pathq(head), head, env)),
    f("query", "[string]", Type::Str, Places::REQUEST, "what follows the first question mark")
        .prepared(query_options)
        .does(query),
    f("method", "", Type::Meth, Places::REQUEST_OR_LOG, "the request's method")
        .needing(Needs { request_line: true, ..Needs::NONE })
        .does(method),
];

/// The path as fetches see it: `*` and the authority of a CONNECT have none.
#[inline]
pub(super) fn path(head: &Head) -> Option<&[u8]> {
    let all = pathq(head)?;
    Some(&all[..memchr::memchr2(b'?', b'#', all).unwrap_or(all.len())])
}

/// Only targets in origin and absolute form have something here that begins with a slash.
#[inline]
fn pathq(head: &Head) -> Option<&[u8]> {
    let all = head.path_and_query();
    (all.first() == Some(&b'/')).then_some(all)
}

/// The first Host field and a part of the target, either of which may be missing. Nothing is copied unless
/// both are there.
fn base<'a>(path: Option<&'a [u8]>, head: &'a Head, env: &'a Env<'a>) -> Option<&'a [u8]> {
    match (head.first(HdrId::Host).filter(|h| !h.is_empty()), path) {
        (None, path) => path,
        (host, None) => host,
        (Some(host), Some(path)) => env.scratch.write(|w| {
            w.put(host);
            w.put(path);
        }),
    }
}

fn query_options(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    if let Some(slot) = args.0.first_mut() {
        *slot = match slot {
            Arg::Str(s) if **s == *b"with_qm" => Arg::Bool(true),
            Arg::Str(s) if s.is_empty() => Arg::Bool(false),
            _ => return Err("unexpected option, expected 'with_qm'".to_owned()),
        };
    }
    Ok(())
}

fn query<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let head = match find(env.request, env.last) {
        Found::Head(head) => head,
        Found::Not(got) => return got,
    };
    let Some(query) = pathq(head).and_then(|_| head.query()) else { return Got::Absent };
    if args.get(0) != Some(&Arg::Bool(true)) || query.is_empty() {
        return Got::one(Val::Str(query));
    }
    // The question mark is the byte before the query.
    let all = head.path_and_query();
    let from = head.path().len();
    Got::opt(all.get(from..from + 1 + query.len()).map(Val::Str))
}

fn method<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    if let crate::env::View::Ready(head) = env.request {
        return Got::one(Val::Meth(head.method_name()));
    }
    match env.record.map(|r| r.request) {
        Some(RequestText::Line { method, .. }) => Got::one(Val::Meth(method)),
        _ if env.last || env.place == Place::Log => Got::Absent,
        _ => match find(env.request, env.last) {
            Found::Not(got) => got,
            Found::Head(_) => Got::Absent,
        },
    }
}
