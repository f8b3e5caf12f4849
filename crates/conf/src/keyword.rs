//! What the registry says about one keyword. Each is one `static` literal in one file under `keywords/`; parser,
//! checks of place and arity, «did you mean», reload rules and documentation all come from that literal.

use crate::cx::Cx;
use crate::spec::{Global, Mode};

/// A keyword whose parser writes into a `B`: [`crate::build::GlobalB`], [`crate::build::ProxyB`],
/// [`crate::build::BindB`] or [`crate::build::ServerB`].
pub struct Keyword<B: 'static> {
    /// As written. Keywords of several words (`timeout client`, `option httplog`) have them all here, one space
    /// between them.
    pub name: &'static str,
    /// Where it may stand.
    pub places: Places,
    /// How many words may follow; checked before the parser runs.
    pub args: Arity,
    /// Whether `no` or `default` may stand before it.
    pub prefix: Prefix,
    /// The mode that it needs; in others it's told and has no effect.
    pub mode: Option<Mode>,
    /// First version that has it, empty if older than 1.4.
    pub since: &'static str,
    /// One line, for listings and editors.
    pub doc: &'static str,
    /// Section of the manual.
    pub manual: &'static str,
    pub status: Status,
    /// What `global` must say before it may be used.
    pub gate: Gate,
    /// What a reload inside the process does about a change (manual 3; meaningful for `global` only).
    pub reload: Reload,
    /// Whether arguments in parentheses belong to its word: `set-proxy-v2-tlv-fmt(0x20)`.
    pub paren: bool,
    /// Reads the arguments. It reports what it finds and goes on.
    pub parse: fn(&mut Cx<'_>, &mut B),
}

impl<B> core::fmt::Debug for Keyword<B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Keyword({})", self.name)
    }
}

impl<B> Keyword<B> {
    /// Why it's never taken: the end of a sentence, and advice.
    pub fn refusal(&self) -> Option<(&'static str, &'static str)> {
        match self.status {
            Status::Gone(advice) => Some(("is not supported any more.", advice)),
            Status::Absent(why) => Some(("is not available in this build.", why)),
            Status::Working | Status::Parsed => None,
        }
    }

    /// Everything but the parser.
    pub fn facts(&self) -> Facts {
        let Keyword { name, args, since, doc, manual, status, gate, .. } = *self;
        Facts { name, args, since, doc, manual, status, gate }
    }

    /// What a keyword is where its literal doesn't say otherwise: takes no argument, stands everywhere, takes no
    /// prefix, works, can change in place.
    pub const fn plain(parse: fn(&mut Cx<'_>, &mut B)) -> Keyword<B> {
        Keyword {
            name: "",
            places: Places::ALL,
            args: Arity::NONE,
            prefix: Prefix::None,
            mode: None,
            since: "",
            doc: "",
            manual: "",
            status: Status::Working,
            gate: Gate::None,
            reload: Reload::Live,
            paren: false,
            parse,
        }
    }

    /// A keyword that was documented once: always refused, with what to do instead.
    pub const fn gone(name: &'static str, doc: &'static str, advice: &'static str) -> Keyword<B> {
        Keyword {
            name,
            args: Arity::at_least(0, "anything"),
            prefix: Prefix::NoDefault,
            doc,
            manual: "4.2",
            status: Status::Gone(advice),
            ..Keyword::plain(|_, _| {})
        }
    }
}

/// What listings need of a keyword, whatever it writes into.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub name: &'static str,
    pub args: Arity,
    pub since: &'static str,
    pub doc: &'static str,
    pub manual: &'static str,
    pub status: Status,
    pub gate: Gate,
}

/// A set of places where a keyword may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Places(u16);

impl Places {
    pub const DEFAULTS: Places = Places(1);
    pub const FRONTEND: Places = Places(2);
    pub const LISTEN: Places = Places(4);
    pub const BACKEND: Places = Places(8);
    /// On `server` lines but not on `default-server`.
    pub const SERVER_ONLY: Places = Places(16);
    /// On `stats socket` lines but not on `bind`.
    pub const SOCKET_ONLY: Places = Places(32);
    /// In `defaults` sections that have a name.
    pub const NAMED_DEFAULTS: Places = Places(64);
    /// Not tolerated on a proxy without the needed side: an error, where others get a warning.
    pub const STRICT: Places = Places(128);
    /// The parser itself tells when the needed side is missing.
    pub const QUIET: Places = Places(256);
    /// On the lines of a crt-list as well.
    pub const CRT_LIST: Places = Places(1 << 14);
    pub const ALL: Places = Places(15);
    /// Manual 4.1: `X X X -`.
    pub const FRONT: Places = Places(1 | 2 | 4);
    /// Manual 4.1: `X - X X`.
    pub const BACK: Places = Places(1 | 4 | 8);
    /// Manual 4.1: `- X X X`.
    pub const NAMED: Places = Places(2 | 4 | 8);
    /// Manual 4.1: `- X X -`.
    pub const NAMED_FRONT: Places = Places(2 | 4);
    /// Manual 4.1: `- - X X`.
    pub const NAMED_BACK: Places = Places(4 | 8);

    /// Both sets together.
    pub const fn or(self, other: Places) -> Places {
        Places(self.0 | other.0)
    }

    /// Whether the two sets have anything in common.
    pub const fn meets(self, other: Places) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether all of `other` is in this set.
    pub const fn has(self, other: Places) -> bool {
        self.0 & other.0 == other.0
    }
}

/// How many arguments a keyword takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arity {
    pub min: u8,
    /// `u8::MAX` for any number.
    pub max: u8,
    /// What the arguments are, for messages: `<name> <value>`.
    pub what: &'static str,
}

impl Arity {
    pub const NONE: Arity = Arity { min: 0, max: 0, what: "" };

    pub const fn exactly(n: u8, what: &'static str) -> Arity {
        Arity { min: n, max: n, what }
    }

    pub const fn between(min: u8, max: u8, what: &'static str) -> Arity {
        Arity { min, max, what }
    }

    pub const fn at_least(min: u8, what: &'static str) -> Arity {
        Arity { min, max: u8::MAX, what }
    }
}

/// Whether a keyword may be negated (`no`) or reset (`default`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prefix {
    None,
    /// `no` only.
    No,
    /// Both.
    NoDefault,
}

/// The prefix that a line actually carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Said {
    #[default]
    Plain,
    No,
    Default,
}

/// Whether the thing behind a keyword exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Working,
    /// Read and checked to the same depth; `-c` passes, a start is refused: `not supported yet`.
    Parsed,
    /// Was once documented and is gone; the text says what to do instead.
    Gone(&'static str),
    /// Belongs to something that this program is built without; the text says what, and why.
    Absent(&'static str),
}

/// What must be exposed in `global` before a keyword may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    None,
    /// `expose-experimental-directives`.
    Experimental,
    /// `expose-deprecated-directives`.
    Deprecated,
}

/// What happens when a reload inside the process finds a changed value.
#[derive(Clone, Copy)]
pub enum Reload {
    /// Takes effect.
    Live,
    /// Needs another process. The function says whether two readings agree.
    NewProcess(fn(&Global, &Global) -> bool),
}
