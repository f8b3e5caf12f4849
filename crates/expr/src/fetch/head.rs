//! Whole heads: their lines, names, binary form (manual 7.3.6).

use http::Head;

use crate::args::{Arg, Args};
use crate::env::{Env, View};
use crate::expr::Got;
use crate::fetch::message::{Found, find};
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::{Sink, Type, Val};

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("req.hdr_names", "[string]", Type::Str, Places::REQUEST, "the names of the request's header fields").prepared(joined_args).does(|args, env, _| names(env.request, args, env)),
    f("req.hdrs", "", Type::Bin, Places::REQUEST, "the request's header fields as lines").does(|_, env, _| written(env.request, env, lines)),
    f("req.hdrs_bin", "", Type::Bin, Places::REQUEST, "the request's header fields in binary form").does(|_, env, _| written(env.request, env, binary)),
    f("res.hdr_names", "[string]", Type::Str, Places::RESPONSE, "the names of the response's header fields").prepared(joined_args).does(|args, env, _| names(env.response, args, env)),
    f("res.hdrs", "", Type::Bin, Places::RESPONSE, "the response's header fields as lines").does(|_, env, _| written(env.response, env, lines)),
    f("res.hdrs_bin", "", Type::Bin, Places::RESPONSE, "the response's header fields in binary form").does(|_, env, _| written(env.response, env, binary)),
];

/// The first character of the delimiter counts; a comma without one.
pub(super) fn joined_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let delimiter = args.str(0).and_then(<[u8]>::first).copied().unwrap_or(b',');
    args.0 = Box::new([Arg::Str([delimiter].into())]);
    Ok(())
}

/// The names with the delimiter of the arguments between them.
pub(super) fn joined<'a>(names: impl Iterator<Item = &'a [u8]>, args: &'a Args, env: &'a Env<'a>) -> Got<'a> {
    let delimiter = args.str(0).unwrap_or(b",");
    let out = env.scratch.write(|w| {
        for (i, name) in names.enumerate() {
            if i > 0 {
                w.put(delimiter);
            }
            w.put(name);
        }
    });
    Got::opt(out.map(Val::Str))
}

fn names<'a>(view: View<'a>, args: &'a Args, env: &'a Env<'a>) -> Got<'a> {
    match find(view, env.last) {
        Found::Head(head) => joined(head.fields().map(|f| f.name), args, env),
        Found::Not(got) => got,
    }
}

fn written<'a>(view: View<'a>, env: &'a Env<'a>, put: fn(&Head, &mut dyn Sink)) -> Got<'a> {
    match find(view, env.last) {
        Found::Head(head) => Got::opt(env.scratch.write(|w| put(head, w)).map(Val::Bin)),
        Found::Not(got) => got,
    }
}

fn lines(head: &Head, out: &mut dyn Sink) {
    for field in head.fields() {
        [field.name, b": ", field.value, b"\r\n"].iter().for_each(|part| out.put(part));
    }
    out.put(b"\r\n");
}

/// Names and values with their length before them, ended by an empty pair.
fn binary(head: &Head, out: &mut dyn Sink) {
    for field in head.fields() {
        for text in [field.name, field.value] {
            put_length(text.len() as u64, out);
            out.put(text);
        }
    }
    out.put(&[0, 0]);
}

/// A number as SPOE has it (SPOE.txt, section 3.1): below 240 one byte; otherwise four bits of it there, and seven in
/// each byte that follows.
fn put_length(n: u64, out: &mut dyn Sink) {
    if n < 240 {
        return out.put(&[n as u8]);
    }
    out.put(&[n as u8 | 0xf0]);
    let mut rest = (n - 240) >> 4;
    while rest >= 128 {
        out.put(&[rest as u8 | 0x80]);
        rest = (rest - 128) >> 7;
    }
    out.put(&[rest as u8]);
}
