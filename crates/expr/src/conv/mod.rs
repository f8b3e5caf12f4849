//! Converters (manual 7.3.1): what can be applied to a value. A family of them is a file, with one table of items.

mod arith;
mod cipher;
mod coding;
mod date;
mod fix;
mod forwarded;
mod hash;
mod json;
mod jwt;
mod map;
mod mqtt;
mod packet;
mod protobuf;
mod state;
mod table;
mod text;
mod web;
mod words;

use std::sync::LazyLock;

use crate::args::{ArgSpec, Args, Prepare};
use crate::env::Env;
use crate::val::{Type, Val};

pub(crate) use coding::base64_decode;
pub(crate) use hash::hash32;
pub use json::Step as PathStep;
pub use jwt::PublicKey;
pub use state::When;
pub use words::expand;

/// What a converter does; `None` makes the whole expression absent.
pub type Fun = for<'a> fn(&'a Args, Val<'a>, &'a Env<'a>) -> Option<Val<'a>>;

/// One converter.
#[derive(Clone, Copy, Debug)]
pub struct Conv {
    /// Its name.
    pub name: &'static str,
    /// The arguments that it takes.
    pub args: ArgSpec,
    /// Checks the arguments and brings them into the form that `fun` wants; the error is the reason alone.
    pub prepare: Option<Prepare>,
    /// What it takes; the value is cast to it first.
    pub input: Type,
    /// What it gives; `Same` is the input's type, known at run time.
    pub out: Type,
    /// What it does, in one line.
    pub doc: &'static str,
    /// The doer; `None` while nobody has built it: expressions with it can be checked but not be run.
    pub fun: Option<Fun>,
}

/// A converter that isn't built yet; `args` is in the catalogue's notation.
const fn c(name: &'static str, args: &'static str, input: Type, out: Type, doc: &'static str) -> Conv {
    Conv { name, args: ArgSpec::of(args), prepare: None, input, out, doc, fun: None }
}

impl Conv {
    /// The same with its doer.
    const fn does(self, fun: Fun) -> Conv {
        Conv { fun: Some(fun), ..self }
    }

    /// Whether a running process can apply it.
    pub fn works(&self) -> bool {
        self.fun.is_some()
    }

    /// The same with a check of its arguments.
    const fn prepared(self, prepare: Prepare) -> Conv {
        Conv { prepare: Some(prepare), ..self }
    }
}

/// All families.
static FAMILIES: &[&[Conv]] = &[
    arith::ITEMS,
    cipher::ITEMS,
    coding::ITEMS,
    date::ITEMS,
    fix::ITEMS,
    forwarded::ITEMS,
    hash::ITEMS,
    json::ITEMS,
    jwt::ITEMS,
    map::ITEMS,
    map::BEG,
    map::DIR,
    map::DOM,
    map::END,
    map::INT,
    map::IP,
    map::REG,
    map::STR,
    map::SUB,
    mqtt::ITEMS,
    packet::ITEMS,
    protobuf::ITEMS,
    state::ITEMS,
    table::ITEMS,
    text::ITEMS,
    web::ITEMS,
    words::ITEMS,
];

/// All converters.
pub fn items() -> impl Iterator<Item = &'static Conv> {
    FAMILIES.iter().copied().flatten()
}

/// The converter of this name.
pub fn find(name: &[u8]) -> Option<&'static Conv> {
    static BY_NAME: LazyLock<Vec<&Conv>> = LazyLock::new(|| {
        let mut all: Vec<&Conv> = items().collect();
        all.sort_unstable_by_key(|c| c.name);
        all
    });
    let at = BY_NAME.binary_search_by(|c| c.name.as_bytes().cmp(name)).ok()?;
    BY_NAME.get(at).copied()
}

/// The names of all converters.
pub fn names() -> impl Iterator<Item = &'static str> {
    items().map(|c| c.name)
}
