//! What many keywords of `global` share: the shapes of their literals, and values on their way into the Spec.

use crate::build::GlobalB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Status};
use base::Ms;
use core::ops::RangeInclusive;

type Parse = fn(&mut Cx<'_>, &mut GlobalB);

/// A keyword that is read and checked, and that nothing obeys yet.
pub const fn parsed(args: Arity, parse: Parse) -> Keyword<GlobalB> {
    Keyword { args, status: Status::Parsed, ..Keyword::plain(parse) }
}

/// One that takes no argument.
pub const fn flag(parse: Parse) -> Keyword<GlobalB> {
    parsed(Arity::NONE, parse)
}

/// One that takes a number.
pub const fn number(parse: Parse) -> Keyword<GlobalB> {
    parsed(Arity::exactly(1, "<number>"), parse)
}

/// One that takes a size in bytes (manual 2.6).
pub const fn size(parse: Parse) -> Keyword<GlobalB> {
    parsed(Arity::exactly(1, "<size>"), parse)
}

/// One that takes a time (manual 2.5).
pub const fn time(parse: Parse) -> Keyword<GlobalB> {
    parsed(Arity::exactly(1, "<time>"), parse)
}

/// One that takes `on` or `off`.
pub const fn switch(parse: Parse) -> Keyword<GlobalB> {
    parsed(Arity::exactly(1, "'on' or 'off'"), parse)
}

/// The largest number where the manual names no limit: far beyond any machine, and safe to add up.
pub const MOST: u32 = i32::MAX as u32;

/// Any number.
pub const ANY: RangeInclusive<u32> = 0..=MOST;

/// Reads a number into its place, which keeps what it has if the number is wrong.
pub fn put_number<T: From<u32>>(cx: &mut Cx<'_>, range: RangeInclusive<u32>, slot: &mut T) {
    if let Some(n) = cx.uint(0, *range.start(), *range.end()) {
        *slot = n.into();
    }
}

/// The same for a size of up to 1 GB.
pub fn put_size<T: From<u32>>(cx: &mut Cx<'_>, slot: &mut T) {
    if let Some(n) = cx.size(0, 0, 1 << 30) {
        *slot = n.into();
    }
}

/// The same for a size of up to a terabyte.
pub fn put_long_size<T: From<u64>>(cx: &mut Cx<'_>, slot: &mut T) {
    if let Some(n) = cx.long_size(0, 0, 1 << 40) {
        *slot = n.into();
    }
}

/// The same for a time.
pub fn put_time<T: From<Ms>>(cx: &mut Cx<'_>, slot: &mut T) {
    if let Some(ms) = cx.time(0, 0) {
        *slot = ms.into();
    }
}

/// The same for `on` and `off`.
pub fn put_switch<T: From<bool>>(cx: &mut Cx<'_>, slot: &mut T) {
    if let Some(on) = cx.on_off(0) {
        *slot = on.into();
    }
}

/// The same for one of several words.
pub fn put_choice<T: Copy>(cx: &mut Cx<'_>, choices: &[(&str, T)], slot: &mut T) {
    if let Some(choice) = cx.one_of(0, choices) {
        *slot = choice;
    }
}

/// Reads what may be said once: a second line is told and has no effect, as in the reference.
pub fn put_once<T>(cx: &mut Cx<'_>, slot: &mut Option<T>, value: Option<T>) {
    match (&slot, value) {
        (None, value) => *slot = value,
        (Some(_), Some(_)) => cx.once_more(KEYWORD),
        (Some(_), None) => {}
    }
}
