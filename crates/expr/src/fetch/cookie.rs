//! Cookies of either side (manual 7.3.6; RFC 6265).

use http::{HdrId, Head};

use crate::args::Args;
use crate::env::{Env, View};
use crate::expr::{Cursor, Got};
use crate::fetch::head::{joined, joined_args};
use crate::fetch::message::{Found, find};
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::{Type, Val, leading_int};

/// A fetch that looks at the cookies of one side.
macro_rules! item {
    ($name:literal, $out:ident, $places:ident, $doc:literal, $side:expr, $fun:expr) => {
        f($name, "[string]", Type::$out, Places::$places, $doc).does(|args, env, cursor| {
            let side: fn(&Env<'_>) -> Side = $side;
            let side = side(env);
            match find(side.view(env), env.last) {
                Found::Head(head) => {
                    let fun: for<'a> fn(&'a Head, Side, &'a Args, &mut Cursor) -> Got<'a> = $fun;
                    fun(head, side, args, cursor)
                }
                Found::Not(got) => got,
            }
        })
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    item!("cook", Str, REQUEST, "a cookie of the request", |_| Side::Request, text),
    item!("cook_cnt", Int, REQUEST, "how often a cookie is in the request", |_| Side::Request, count),
    item!("cook_val", Int, REQUEST, "a cookie of the request as a number", |_| Side::Request, number),
    item!("cookie", Str, MESSAGE, "a cookie of the message at hand", Side::at_hand, text),
    item!("req.cook", Str, REQUEST, "a cookie of the request", |_| Side::Request, text),
    item!("req.cook_cnt", Int, REQUEST, "how often a cookie is in the request", |_| Side::Request, count),
    item!("req.cook_val", Int, REQUEST, "a cookie of the request as a number", |_| Side::Request, number),
    item!("res.cook", Str, RESPONSE, "a cookie that the response sets", |_| Side::Response, text),
    item!("res.cook_cnt", Int, RESPONSE, "how often the response sets a cookie", |_| Side::Response, count),
    item!("res.cook_val", Int, RESPONSE, "a cookie that the response sets as a number", |_| Side::Response, number),
    item!("scook", Str, RESPONSE, "a cookie that the response sets", |_| Side::Response, text),
    item!("scook_cnt", Int, RESPONSE, "how often the response sets a cookie", |_| Side::Response, count),
    item!("scook_val", Int, RESPONSE, "a cookie that the response sets as a number", |_| Side::Response, number),
    f("req.cook_names", "[string]", Type::Str, Places::REQUEST, "the names of the request's cookies")
        .prepared(joined_args)
        .does(|args, env, _| names(Side::Request, args, env)),
    f("res.cook_names", "[string]", Type::Str, Places::RESPONSE, "the names of the cookies that the response sets")
        .prepared(joined_args)
        .does(|args, env, _| names(Side::Response, args, env)),
];

/// Whose cookies.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Response,
}

impl Side {
    fn at_hand(env: &Env<'_>) -> Side {
        if Places::RESPONSE.has(env.place) { Side::Response } else { Side::Request }
    }

    fn view<'a>(self, env: &'a Env<'a>) -> View<'a> {
        match self {
            Side::Request => env.request,
            Side::Response => env.response,
        }
    }

    fn field(self) -> HdrId {
        match self {
            Side::Request => HdrId::Cookie,
            Side::Response => HdrId::SetCookie,
        }
    }
}

/// One cookie.
struct Cookie<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

/// The cookies of a field's value, from byte `from` on: those of a request are many, a response's field has one and then
/// its attributes. Each with where the next begins.
fn cookies(value: &[u8], from: usize, side: Side) -> impl Iterator<Item = (Cookie<'_>, usize)> {
    let mut at = from;
    core::iter::from_fn(move || {
        loop {
            let rest = value.get(at..).filter(|r| !r.is_empty())?;
            let len = end(rest);
            at = match side {
                Side::Request => at + len + 1,
                Side::Response => value.len(),
            };
            let pair = rest[..len].trim_ascii();
            // What has no equals sign is no cookie, and `$` begins what RFC 2965 says about cookies.
            let Some(equals) = memchr::memchr(b'=', pair).filter(|_| pair[0] != b'$') else { continue };
            let cookie = Cookie { name: pair[..equals].trim_ascii_end(), value: pair[equals + 1..].trim_ascii_start() };
            return Some((cookie, at));
        }
    })
}

/// Where a cookie ends: at a semicolon or comma outside of quotes.
fn end(text: &[u8]) -> usize {
    let mut from = 0;
    while let Some(at) = memchr::memchr3(b';', b',', b'"', &text[from..]) {
        let at = from + at;
        if text[at] != b'"' {
            return at;
        }
        let Some(close) = memchr::memchr(b'"', &text[at + 1..]) else { break };
        from = at + close + 2;
    }
    text.len()
}

fn text<'a>(head: &'a Head, side: Side, args: &'a Args, cursor: &mut Cursor) -> Got<'a> {
    pick(head, side, args, cursor, Val::Str)
}

fn number<'a>(head: &'a Head, side: Side, args: &'a Args, cursor: &mut Cursor) -> Got<'a> {
    pick(head, side, args, cursor, |value| Val::Int(leading_int(value)))
}

fn count<'a>(head: &'a Head, side: Side, args: &'a Args, _: &mut Cursor) -> Got<'a> {
    let wanted = wanted(args);
    let fields = head.find(side.field());
    let n = fields.flat_map(|f| cookies(f.value, 0, side)).filter(|(c, _)| wanted.is_none_or(|w| w == c.name)).count();
    Got::one(Val::Int(n as i64))
}

fn wanted(args: &Args) -> Option<&[u8]> {
    args.str(0).filter(|name| !name.is_empty())
}

/// The next cookie of that name for an ACL; otherwise the last, and the first of all if no name is given.
fn pick<'a>(head: &'a Head, side: Side, args: &'a Args, cursor: &mut Cursor, make: fn(&'a [u8]) -> Val<'a>) -> Got<'a> {
    let wanted = wanted(args);
    let mut last = None;
    for field in head.find(side.field()).starting_at(cursor.at) {
        let from = if field.at == cursor.at { cursor.sub } else { 0 };
        for (cookie, next) in cookies(field.value, from, side) {
            if wanted.is_some_and(|w| w != cookie.name) {
                continue;
            }
            if cursor.every {
                (cursor.at, cursor.sub) = (field.at, next);
                return Got::Val { v: make(cookie.value), more: true };
            }
            last = Some(cookie.value);
            if wanted.is_none() {
                return Got::opt(last.map(make));
            }
        }
    }
    Got::opt(last.map(make))
}

fn names<'a>(side: Side, args: &'a Args, env: &'a Env<'a>) -> Got<'a> {
    match find(side.view(env), env.last) {
        Found::Head(head) => {
            let all = head.find(side.field()).flat_map(|f| cookies(f.value, 0, side)).map(|(c, _)| c.name);
            joined(all, args, env)
        }
        Found::Not(got) => got,
    }
}
