//! What of the body has come (manual 7.3.6).

use core::ops::Range;

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::facts::Received;
use crate::fetch::url::params;
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("req.body", "", Bin, Places::REQUEST, "the part of the request's body that has come").does(|_, env, _| body(env.request_body, env)).awaiting(),
    f("req.body_len", "", Int, Places::REQUEST, "how much of the request's body has come").does(|_, env, _| len(env.request_body)).awaiting(),
    f("req.body_param", "[string,string]", Bin, Places::REQUEST, "a parameter of a form in the request's body").prepared(param_args).does(param).awaiting(),
    f("req.body_size", "", Int, Places::REQUEST, "the length of the request's body as announced, or what has come").does(|_, env, _| size(env.request_body)).awaiting(),
    f("res.body", "", Bin, Places::RESPONSE, "the part of the response's body that has come").does(|_, env, _| body(env.response_body, env)).awaiting(),
    f("res.body_len", "", Int, Places::RESPONSE, "how much of the response's body has come").does(|_, env, _| len(env.response_body)).awaiting(),
    f("res.body_size", "", Int, Places::RESPONSE, "the length of the response's body as announced, or what has come").does(|_, env, _| size(env.response_body)).awaiting(),
];

/// Bytes `range` of what was received, as far as they are there. One piece of memory isn't copied.
pub(super) fn cut<'a>(received: &Received<'a>, range: Range<usize>, env: &'a Env<'a>) -> Option<&'a [u8]> {
    if let [only] = received.parts {
        return only.get(range.start.min(only.len())..range.end.min(only.len()));
    }
    env.scratch.write(|w| {
        let mut at = 0;
        for part in received.parts {
            let (from, to) = (range.start.saturating_sub(at), range.end.saturating_sub(at));
            w.put(&part[from.min(part.len())..to.min(part.len())]);
            at += part.len();
        }
    })
}

fn body<'a>(received: Option<&'a Received<'a>>, env: &'a Env<'a>) -> Got<'a> {
    Got::opt(received.and_then(|received| cut(received, 0..usize::MAX, env)).map(Val::Bin))
}

fn len<'a>(received: Option<&'a Received<'a>>) -> Got<'a> {
    Got::opt(received.map(|received| Val::Int(received.len() as i64)))
}

fn size<'a>(received: Option<&'a Received<'a>>) -> Got<'a> {
    let size = received.map(|received| received.announced.unwrap_or(received.len() as u64));
    Got::opt(size.map(|n| Val::Int(i64::try_from(n).unwrap_or(i64::MAX))))
}

/// The name, and whether case doesn't count.
fn param_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let any_case = match args.str(1) {
        None | Some(b"") => false,
        Some(b"i") => true,
        Some(_) => return Err("expects no second argument, or 'i'".to_owned()),
    };
    let name = args.str(0).unwrap_or_default();
    args.0 = Box::new([Arg::Str(name.into()), Arg::Bool(any_case)]);
    Ok(())
}

/// The first parameter of that name, or for an ACL the next one.
fn param<'a>(args: &'a Args, env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
    let Some(text) = env.request_body.and_then(|body| cut(body, 0..usize::MAX, env)) else { return Got::Absent };
    let (name, any_case) = (args.str(0).unwrap_or_default(), args.get(1) == Some(&Arg::Bool(true)));
    match params(text, cursor.sub, b'&', name, any_case) {
        None => Got::Absent,
        Some((value, next)) => {
            cursor.sub = next;
            Got::Val { v: Val::Bin(value), more: cursor.every && next < text.len() }
        }
    }
}
