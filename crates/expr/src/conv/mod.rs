//! Converters (manual 7.3.1): what can be applied to a value.

mod arith;
mod later;
mod text;

use crate::args::{ArgSpec, Args, Prepare};
use crate::env::Env;
use crate::val::{Type, Val};

/// What a converter does; `None` makes the whole expression absent.
pub type Fun = for<'a> fn(&'a Args, Val<'a>, &'a Env<'a>) -> Option<Val<'a>>;

/// One converter.
#[derive(Debug)]
pub struct Conv {
    /// Its name.
    pub name: &'static str,
    /// The arguments that it takes.
    pub args: ArgSpec,
    /// Checks the arguments and brings them into the form that `fun` wants; the error is the reason alone.
    pub prepare: Option<Prepare>,
    /// What it takes; the value is cast to it first.
    pub input: Type,
    /// What it gives; `Same` gives the input's type.
    pub out: Type,
    /// What it does, in one line.
    pub doc: &'static str,
    /// The doer; `None` makes the whole expression absent.
    pub fun: Fun,
}

/// All converters.
pub static ITEMS: &[&Conv] = &[
    &arith::ADD,
    &arith::AND,
    &arith::BOOL,
    &arith::CPL,
    &arith::DIV,
    &arith::EVEN,
    &arith::MOD,
    &arith::MUL,
    &arith::NEG,
    &arith::NOT,
    &arith::ODD,
    &arith::OR,
    &arith::SUB,
    &arith::XOR,
    &text::LENGTH,
    &text::LOWER,
    &text::UPPER,
];

/// The converter of this name.
pub fn find(name: &[u8]) -> Option<&'static Conv> {
    ITEMS.iter().copied().find(|c| c.name.as_bytes() == name)
}

/// The names of all converters.
pub fn names() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|c| c.name)
}

/// Whether the reference has a converter of this name that isn't built yet.
pub fn is_later(name: &[u8]) -> bool {
    later::NAMES.binary_search_by(|n| n.as_bytes().cmp(name)).is_ok()
}
