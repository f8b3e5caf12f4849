//! Log formats (manual 8.2): text with aliases and expressions in it, compiled once and written without
//! allocating.

mod alias;
mod compile;
mod standard;
mod write;

pub use alias::{Alias, ITEMS};
pub use standard::Standard;

use wire::log_time::Dates;

use crate::env::Env;
use crate::error::{Error, Unbuilt};
use crate::expr::Expr;
use crate::outside::Outside;
use crate::place::Places;
use crate::record::{Needs, Record};

/// A compiled format.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LogFormat {
    nodes: Box<[Node]>,
    needs: Needs,
    purpose: Use,
    source: Box<[u8]>,
    unbuilt: Box<[Unbuilt]>,
}

/// What a format is used for: how bytes are escaped depends on it, and whether spaces are merged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Use {
    /// `log-format`, `error-log-format`: spaces are merged, unprintable bytes become `#XX`.
    Log,
    /// `log-format-sd`: as `Log`, in the structured data of RFC 5424.
    LogSd,
    /// `unique-id-format`: spaces are merged, unprintable bytes become `#XX`.
    UniqueId,
    /// Values of header fields and the like: bytes that can't stand there become `%XX`.
    Http,
}

/// One piece of a format.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Node {
    /// Text as it is.
    Text(Box<[u8]>),
    /// One space, unless there is one already.
    Space,
    /// A fact of the record.
    Alias(&'static Alias, Flags),
    /// A sample expression.
    Expr(Box<Expr>, Flags),
}

/// How a piece is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Flags {
    /// `+Q`: in double quotes.
    quote: bool,
    /// `+X`: numbers and addresses in hexadecimal.
    hex: bool,
    /// `+E`: `"`, `\` and `]` get a backslash.
    escape: bool,
    /// `+bin`: bytes as they are.
    bin: bool,
}

impl LogFormat {
    /// Compiles `text`, the one word behind `log-format` and the like, for use at `place`, or at one of several. `http`: the proxy works in
    /// HTTP mode; otherwise items that only exist there are refused.
    pub fn compile(
        text: &[u8],
        purpose: Use,
        place: impl Into<Places>,
        http: bool,
        outside: &mut dyn Outside,
    ) -> Result<LogFormat, Error> {
        compile::compile(text, purpose, place.into(), http, outside)
    }

    /// One of the reference's own formats.
    pub fn standard(which: Standard) -> LogFormat {
        standard::compile(which)
    }

    /// What has to be kept of an exchange until this can be written.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// What it uses and nobody has built yet.
    pub fn unbuilt(&self) -> &[Unbuilt] {
        &self.unbuilt
    }

    /// The text that it was compiled from.
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// The expressions in it, in their order.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Expr(expr, _) => Some(&**expr),
            _ => None,
        })
    }

    /// Whether it shows facts of the record, which has to be made for it then.
    pub fn has_aliases(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node, Node::Alias(..)))
    }

    /// The places where all its expressions work.
    pub fn places(&self) -> Places {
        self.nodes.iter().fold(Places::ALL, |all, node| match node {
            Node::Expr(expr, _) => all.and(expr.places()),
            _ => all,
        })
    }

    /// Appends the line to `out`, at most `max` bytes of it.
    pub fn format(&self, env: &Env<'_>, record: &Record<'_>, dates: &mut Dates, max: usize, out: &mut Vec<u8>) {
        write::write(&self.nodes, self.purpose, env, record, dates, max, out);
    }
}

#[cfg(test)]
mod tests;
