//! `lower`, `upper`, `length`.

use crate::args::Args;
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::val::Type::*;
use crate::val::Val;

pub static ITEMS: &[Conv] = &[
    c("lower", "", Str, Str, "the text with its ASCII letters in lower case").does(lower),
    c("upper", "", Str, Str, "the text with its ASCII letters in upper case").does(upper),
    c("length", "", Str, Int, "how many bytes the text has").does(length),
];

fn lower<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    recase(v, env, u8::is_ascii_uppercase, <[u8]>::make_ascii_lowercase)
}

fn upper<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    recase(v, env, u8::is_ascii_lowercase, <[u8]>::make_ascii_uppercase)
}

/// Text that has its case already is not copied.
fn recase<'a>(v: Val<'a>, env: &'a Env<'a>, is_other: fn(&u8) -> bool, change: fn(&mut [u8])) -> Option<Val<'a>> {
    let text = v.bytes()?;
    if !text.iter().any(is_other) {
        return Some(Val::Str(text));
    }
    let copy = env.scratch.copy_mut(text)?;
    change(copy);
    Some(Val::Str(copy))
}

fn length<'a>(_: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    Some(Val::Int(v.bytes()?.len() as i64))
}
