//! Fetches (manual 7.3.2 to 7.3.7): what can be looked at. A family of them is a file, with one table of items.

mod ask;
mod auth;
mod body;
mod conn_error;
mod connection;
mod constant;
mod cookie;
mod counters;
mod distcc;
mod dump;
mod head;
mod header;
mod htx;
mod internal;
mod l4;
mod message;
mod payload;
mod process;
mod proxies;
mod rdp;
mod request;
mod timeouts;
mod timer;
mod tls_cert;
mod tls_session;
mod txn;
mod url;

use std::sync::LazyLock;

use crate::args::{ArgSpec, Args, Prepare};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::place::Places;
use crate::record::Needs;
use crate::val::Type;

pub(crate) use proxies::server_figure;

/// What a fetch does.
pub type Fun = for<'a> fn(&'a Args, &'a Env<'a>, &mut Cursor) -> Got<'a>;

/// One fetch. Aliases are items of their own name in the catalogue, with the same doer and often the same places.
#[derive(Clone, Copy, Debug)]
pub struct Fetch {
    /// Its name.
    pub name: &'static str,
    /// The arguments that it takes.
    pub args: ArgSpec,
    /// Checks the arguments and brings them into the form that `fun` wants; the error is the reason alone.
    pub prepare: Option<Prepare>,
    /// What it gives.
    pub out: Type,
    /// Where it is legal.
    pub places: Places,
    /// What has to be kept for it until the log line is written.
    pub needs: Needs,
    /// What it looks at, in one line.
    pub doc: &'static str,
    /// The doer; `None` while nobody has built it: expressions with it can be checked but not be run.
    pub fun: Option<Fun>,
    /// The proxy tells it what it needs. While it doesn't, expressions with it are as unbuilt as without a doer.
    pub supplied: bool,
}

/// A fetch that isn't built yet; `args` is in the catalogue's notation.
const fn f(name: &'static str, args: &'static str, out: Type, places: Places, doc: &'static str) -> Fetch {
    Fetch {
        name,
        args: ArgSpec::of(args),
        prepare: None,
        out,
        places,
        needs: Needs::NONE,
        doc,
        fun: None,
        supplied: true,
    }
}

impl Fetch {
    /// The same with its doer.
    const fn does(self, fun: Fun) -> Fetch {
        Fetch { fun: Some(fun), ..self }
    }

    /// The same, whose facts nobody supplies yet.
    const fn awaiting(self) -> Fetch {
        Fetch { supplied: false, ..self }
    }

    /// Whether a running process can evaluate it.
    pub fn works(&self) -> bool {
        self.fun.is_some() && self.supplied
    }

    /// The same with a check of its arguments.
    const fn prepared(self, prepare: Prepare) -> Fetch {
        Fetch { prepare: Some(prepare), ..self }
    }

    /// Whether it looks at raw bytes of a buffer: HTTP proxies have none (manual 7.3.5).
    pub fn reads_raw(&self) -> bool {
        payload::ITEMS.iter().any(|raw| raw.name == self.name)
    }

    /// The same with what has to be kept for it.
    const fn needing(self, needs: Needs) -> Fetch {
        Fetch { needs, ..self }
    }
}

/// All families.
static FAMILIES: &[&[Fetch]] = &[
    auth::ITEMS,
    body::ITEMS,
    connection::ITEMS,
    constant::ITEMS,
    cookie::ITEMS,
    counters::ITEMS,
    counters::SC,
    counters::SRC,
    head::ITEMS,
    header::ITEMS,
    htx::ITEMS,
    internal::ITEMS,
    l4::ITEMS,
    message::ITEMS,
    payload::ITEMS,
    process::ITEMS,
    proxies::ITEMS,
    request::ITEMS,
    timeouts::ITEMS,
    timer::ITEMS,
    tls_cert::ITEMS,
    tls_session::ITEMS,
    txn::ITEMS,
    url::ITEMS,
];

/// All fetches.
pub fn items() -> impl Iterator<Item = &'static Fetch> {
    FAMILIES.iter().copied().flatten()
}

/// The fetch of this name.
pub fn find(name: &[u8]) -> Option<&'static Fetch> {
    static BY_NAME: LazyLock<Vec<&Fetch>> = LazyLock::new(|| {
        let mut all: Vec<&Fetch> = items().collect();
        all.sort_unstable_by_key(|f| f.name);
        all
    });
    let at = BY_NAME.binary_search_by(|f| f.name.as_bytes().cmp(name)).ok()?;
    BY_NAME.get(at).copied()
}

/// The names of all fetches.
pub fn names() -> impl Iterator<Item = &'static str> {
    items().map(|f| f.name)
}
