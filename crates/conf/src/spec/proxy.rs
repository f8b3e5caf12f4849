//! A proxy: what frontends, backends and listens share.

use super::{Back, Front, LogSpec};
use base::Ms;
use core::hash::{Hash, Hasher};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One `frontend`, `backend` or `listen`, everything inherited from `defaults` merged in.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Proxy {
    pub name: Box<str>,
    pub kind: ProxyKind,
    pub at: At,
    pub mode: Mode,
    /// `id`, unique. Those without one are numbered by [`super::Spec::ids`], not here: an assigned number would make
    /// a proxy look changed when another one comes or goes.
    pub id: Option<u32>,
    pub guid: Option<Box<str>>,
    pub description: Option<Box<str>>,
    /// `disabled`: parsed, but neither listens nor checks.
    pub disabled: bool,
    pub maxconn: Option<u32>,
    pub logs: LogSpec,
    /// `acl` lines in order, so that conditions can be compiled and changes be seen.
    pub acls: Vec<Sourced>,
    /// Rules and what belongs to them.
    pub lang: super::RuleLang,
    /// `errorfile`/`errorloc` contents by status come with a later part; 4.2 default pages otherwise.
    pub errorfiles: BTreeMap<u16, Arc<[u8]>>,
    pub timeout_http_request: Option<Ms>,
    pub timeout_http_keep_alive: Option<Ms>,
    pub timeout_tarpit: Option<Ms>,
    pub opts: ProxyOpts,
    /// `option forwardfor`; the backend's goes before the frontend's where both have one.
    pub forwardfor: Option<super::ForwardFor>,
    /// `option originalto`; the backend's goes before the frontend's where both have one.
    pub originalto: Option<super::ForwardFor>,
    /// `option http-restrict-req-hdr-names`; `None`: as documented for the kind of backend.
    pub header_names: Option<HeaderNames>,
    pub compression: Option<super::Compression>,
    pub email_alert: Option<super::EmailAlert>,
    pub stats: Option<super::StatsPage>,
    pub table: Option<super::StickTable>,
    /// Present on frontends and listens.
    pub front: Option<Front>,
    /// Present on backends and listens.
    pub back: Option<Back>,
}

/// Which section made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProxyKind {
    Frontend,
    Backend,
    Listen,
}

impl ProxyKind {
    /// The word that begins the section.
    pub fn word(self) -> &'static str {
        match self {
            ProxyKind::Frontend => "frontend",
            ProxyKind::Backend => "backend",
            ProxyKind::Listen => "listen",
        }
    }
}

/// `mode`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Mode {
    #[default]
    Tcp,
    Http,
    /// A backend that takes log messages.
    Log,
    /// A backend whose servers speak SPOP.
    Spop,
    /// A frontend that answers by itself, for measurements.
    Haterm,
}

impl Mode {
    /// The word behind `mode`.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Tcp => "tcp",
            Mode::Http => "http",
            Mode::Log => "log",
            Mode::Spop => "spop",
            Mode::Haterm => "haterm",
        }
    }

    /// Whether HTTP is understood.
    pub fn is_http(self) -> bool {
        matches!(self, Mode::Http | Mode::Haterm)
    }
}

/// What becomes of a request with a field name that isn't of letters, digits and dashes alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HeaderNames {
    Preserve,
    /// The field goes.
    Delete,
    /// 403.
    Reject,
}

/// `option` lines that are legal on both sides.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ProxyOpts {
    pub http_connection: HttpConnection,
    pub nolinger: bool,
    pub splice_request: bool,
    pub splice_response: bool,
    pub splice_auto: bool,
    pub http_no_delay: bool,
    pub http_pretend_keepalive: bool,
    pub contstats: bool,
    /// Legal on both sides since 3.x; `None`: the documented default of the mode.
    pub abortonclose: Option<bool>,
    pub http_buffer_request: bool,
    pub independent_streams: bool,
}

/// How HTTP connections end: `option httpclose`, `http-server-close`, `http-keep-alive`. The strongest of the
/// frontend's and the backend's wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum HttpConnection {
    #[default]
    KeepAlive,
    ServerClose,
    Close,
}

/// Where something stands in the files. It never takes part in comparisons: a moved line is no change.
#[derive(Clone, Copy, Debug, Default)]
pub struct At {
    /// `diag::FileId` as a number.
    pub file: u32,
    /// Byte range in it.
    pub start: u32,
    pub end: u32,
    /// Line number, from 1, as messages show it.
    pub line: u32,
}

impl At {
    /// The same as a span of diagnostics.
    pub fn span(&self) -> diag::Span {
        diag::Span::new(diag::FileId(self.file), self.start, self.end)
    }
}

impl PartialEq for At {
    fn eq(&self, _: &At) -> bool {
        true
    }
}

impl Eq for At {}

impl Hash for At {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// Words of the rule language, checked while compiling and compiled again when linked: conditions, ACLs and
/// log-formats. Equal when the words are.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Sourced {
    pub words: Vec<Box<[u8]>>,
    pub at: At,
}
