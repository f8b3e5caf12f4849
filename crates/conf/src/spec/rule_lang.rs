//! What a proxy says in the rule language.

use super::At;
use base::Ms;
use expr::Expr;
use expr::acl::Cond;
use expr::logfmt::LogFormat;
use rules::{Action, Redirect, Reply, Stage};
use std::sync::Arc;

/// The rule language's part of a proxy.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct RuleLang {
    /// The rule sets, by the order of [`Stage::ALL`]; those of the named `defaults` section come first.
    pub sets: [Vec<Arc<Rule>>; 8],
    /// `tcp-request inspect-delay`.
    pub inspect_request: Option<Ms>,
    /// `tcp-response inspect-delay`.
    pub inspect_response: Option<Ms>,
    pub captures: Captures,
    /// `redirect`.
    pub redirects: Vec<Conditional<Redirect>>,
    /// `use-server`.
    pub use_server: Vec<Conditional<ServerName>>,
    /// `force-persist` and `ignore-persist`.
    pub persist: Vec<Conditional<Persist>>,
    /// `force-be-switch`.
    pub force_switch: Vec<Conditional<()>>,
    /// `monitor fail`.
    pub monitor_fail: Vec<Conditional<()>>,
    /// `stick`.
    pub stick: Vec<Conditional<Stick>>,
    /// `filter`.
    pub filters: Vec<Filter>,
    /// `filter-sequence` for requests and for responses: names of filters.
    pub filter_sequence: [Option<Vec<Box<str>>>; 2],
    /// `http-error`.
    pub http_errors: Vec<Reply>,
    /// `errorfiles`: an `http-errors` section and the statuses taken from it, all of them if none is named.
    pub errorfiles: Vec<(Box<str>, Vec<u16>)>,
    pub unique_id_format: Option<LogFormat>,
    pub unique_id_header: Option<Box<[u8]>>,
    /// `log-format-sd`: the structured data of log lines of RFC 5424.
    pub log_format_sd: Option<super::Sourced>,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rule {
    /// When it applies; always without a condition.
    pub cond: Option<Cond>,
    pub action: Action,
    pub at: At,
}

/// Something that applies under a condition.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Conditional<T> {
    /// Always without a condition.
    pub cond: Option<Cond>,
    pub what: T,
    pub at: At,
}

/// The server of a `use-server` rule.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ServerName {
    Name(Box<str>),
    Format(LogFormat),
}

/// Whether a server that is down is used for who belongs to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Persist {
    Force,
    Ignore,
}

/// A `stick` rule (manual 4.2).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Stick {
    /// `match`, or `on`.
    pub finds: bool,
    /// `store-request`, or `on`.
    pub stores: bool,
    /// `store-response`.
    pub stores_response: bool,
    pub key: Expr,
    /// The table; the proxy's own without a name.
    pub table: Option<Box<str>>,
}

/// A `filter` (manual 9).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Filter {
    Trace {
        name: Option<Box<str>>,
        random_forwarding: bool,
        max_forward: Option<u32>,
        hexdump: bool,
        quiet: bool,
    },
    /// `compression`, `comp-req`, `comp-res`.
    Compress {
        requests: bool,
        responses: bool,
    },
    Cache(Box<str>),
    Spoe {
        engine: Option<Box<str>>,
        file: Box<[u8]>,
    },
    FcgiApp(Box<str>),
    Bandwidth(Box<Bandwidth>),
    Lua {
        name: Box<str>,
        args: Box<[Box<[u8]>]>,
    },
}

/// `filter bwlim-in`, `filter bwlim-out`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Bandwidth {
    pub name: Box<str>,
    /// What goes to the server; otherwise what comes from it.
    pub uploads: bool,
    /// Bytes for a period.
    pub limit: u32,
    pub kind: BandwidthKind,
    /// How much is forwarded at once at least.
    pub min_size: u32,
}

/// Who shares a limit.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum BandwidthKind {
    /// Each stream has it for itself.
    Stream { period: Ms },
    /// All streams with the same key.
    Shared { key: Expr, table: Option<Box<str>> },
}

impl RuleLang {
    /// The rules of one set.
    pub fn set(&self, stage: Stage) -> &[Arc<Rule>] {
        &self.sets[stage as usize]
    }

    /// Whether there is a rule in any set.
    pub fn has_rules(&self) -> bool {
        self.sets.iter().any(|set| !set.is_empty())
    }
}

/// What is kept of messages for logs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Captures {
    /// `capture cookie`: the beginning of its name, and how much of it is kept.
    pub cookie: Option<(Box<[u8]>, u32)>,
    /// Slots of requests, in the order of their numbers.
    pub request: Vec<Capture>,
    /// Slots of responses.
    pub response: Vec<Capture>,
}

/// A slot for captures.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Capture {
    /// The header field that fills it; otherwise rules do.
    pub header: Option<Box<[u8]>>,
    /// How much is kept, in bytes.
    pub len: u32,
}

impl Filter {
    /// The word that names this kind of filter.
    pub fn word(&self) -> String {
        match self {
            Filter::Trace { .. } => "trace".into(),
            Filter::Compress { requests: true, responses: true } => "compression".into(),
            Filter::Compress { requests: true, .. } => "comp-req".into(),
            Filter::Compress { .. } => "comp-res".into(),
            Filter::Cache(_) => "cache".into(),
            Filter::Spoe { .. } => "spoe".into(),
            Filter::FcgiApp(_) => "fcgi-app".into(),
            Filter::Bandwidth(limit) if limit.uploads => "bwlim-in".into(),
            Filter::Bandwidth(_) => "bwlim-out".into(),
            Filter::Lua { name, .. } => format!("lua.{name}"),
        }
    }
}

impl Bandwidth {
    /// Whether streams share it.
    pub fn is_shared(&self) -> bool {
        matches!(self.kind, BandwidthKind::Shared { .. })
    }
}
