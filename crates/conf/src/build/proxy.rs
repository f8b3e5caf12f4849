//! A `defaults`, `frontend`, `backend` or `listen` section being read. A `defaults` section is the value from which
//! later proxies start.

use super::{BindLine, ChecksB, EmailB, Logs, Own, ServerB, StatsB, TableB};
use crate::keyword::{Keyword, Places};
use crate::rulelang::Named;
use crate::spec::{At, Back, Compression, Front, HeaderNames, Mode, ProxyKind, ProxyOpts, RuleLang, Sourced};
use base::Ms;
use core::cell::RefCell;
use diag::Span;
use expr::acl::Acls;
use expr::logfmt::LogFormat;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// One section.
#[derive(Clone, Debug)]
pub struct ProxyB {
    pub kind: SectionKind,
    pub name: Box<str>,
    pub at: At,
    pub span: Span,
    pub mode: Mode,
    /// Where `mode` stands.
    pub mode_span: Span,
    pub id: Option<(u32, Span)>,
    pub guid: Option<(Box<str>, Span)>,
    pub description: Option<Box<str>>,
    pub disabled: bool,
    pub maxconn: Option<u32>,
    pub logs: Logs,
    pub acls: Vec<Sourced>,
    /// What they declare.
    pub known_acls: Acls,
    /// What it says in the rule language; conditions mean the ACLs known at their line until all is read.
    pub lang: RuleLang,
    /// `log-format-sd`.
    pub log_format_sd: Option<(Sourced, Span)>,
    /// Where the sections of `errorfiles` are named, in their order.
    pub errorfiles_spans: Vec<Span>,
    /// What its own lines have said, apart from what it inherits.
    pub own: Own,
    /// Names that the section's expressions refer to.
    pub named: Vec<Named>,
    /// Keywords in force that need mode http.
    pub http_only: Vec<&'static Keyword<ProxyB>>,
    pub errorfiles: BTreeMap<u16, ErrorFile>,
    pub timeout_http_request: Option<Ms>,
    pub timeout_http_keep_alive: Option<Ms>,
    pub timeout_tarpit: Option<Ms>,
    pub opts: ProxyOpts,
    pub forwardfor: Option<crate::spec::ForwardFor>,
    pub originalto: Option<crate::spec::ForwardFor>,
    pub header_names: Option<HeaderNames>,
    pub compression: Option<Compression>,
    pub email: Option<EmailB>,
    pub stats: StatsB,
    pub table: Option<TableB>,
    /// Client side; `binds`, targets and formats are kept apart below until names can be resolved.
    pub front: Front,
    pub binds: Vec<BindLine>,
    pub use_backend: Vec<PendingTarget>,
    pub default_backend: Option<PendingTarget>,
    pub log_format: LogFormatB,
    pub error_log_format: Option<(Sourced, Span)>,
    /// Server side; `servers` are kept apart.
    pub back: Back,
    /// Where `balance` stands.
    pub balance_span: Span,
    pub checks: ChecksB,
    pub fcgi_app: Option<(Box<str>, Span)>,
    /// Where `load-server-state-from-file` stands.
    pub state_file_span: Span,
    pub servers: Vec<Box<ServerB>>,
    /// `default-server`, what the next `server` line starts from.
    pub default_server: ServerB,
    /// `default-server name …`.
    pub named_servers: HashMap<Box<str>, ServerB>,
    pub server_names: RefCell<ServerNames>,
}

/// Servers by name, made when one is looked for: what was added since is entered then.
#[derive(Clone, Debug, Default)]
pub struct ServerNames {
    entered: usize,
    by_name: HashMap<Box<str>, usize>,
}

/// Which section is being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SectionKind {
    Defaults { named: bool },
    Proxy(ProxyKind),
}

/// A file to be sent for a status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErrorFile {
    pub content: Arc<[u8]>,
    pub at: At,
    pub span: Span,
}

/// A backend named by `use_backend` or `default_backend`.
#[derive(Clone, Debug)]
pub struct PendingTarget {
    pub name: Box<str>,
    /// The name as a format.
    pub format: Option<LogFormat>,
    pub cond: Option<Sourced>,
    pub at: At,
    pub span: Span,
}

/// What `log-format` or one of the `option …log` lines asked for; the last one wins.
#[derive(Clone, Debug, Default)]
pub enum LogFormatB {
    #[default]
    OneLine,
    Tcp(Span),
    TcpClf(Span),
    Http(Span),
    HttpClf(Span),
    Https(Span),
    Custom(Sourced, Span),
}

impl ProxyB {
    /// The documented settings, with nothing inherited.
    pub fn fresh() -> ProxyB {
        ProxyB {
            kind: SectionKind::Defaults { named: false },
            name: "".into(),
            at: At::default(),
            span: Span::default(),
            mode: Mode::default(),
            mode_span: Span::default(),
            id: None,
            guid: None,
            description: None,
            disabled: false,
            maxconn: None,
            logs: Logs::default(),
            acls: Vec::new(),
            known_acls: Acls::new(),
            lang: RuleLang::default(),
            log_format_sd: None,
            errorfiles_spans: Vec::new(),
            own: Own::default(),
            named: Vec::new(),
            http_only: Vec::new(),
            errorfiles: BTreeMap::new(),
            timeout_http_request: None,
            timeout_http_keep_alive: None,
            timeout_tarpit: None,
            opts: ProxyOpts::default(),
            forwardfor: None,
            originalto: None,
            header_names: None,
            compression: None,
            email: None,
            stats: StatsB::default(),
            table: None,
            front: Front::default(),
            binds: Vec::new(),
            use_backend: Vec::new(),
            default_backend: None,
            log_format: LogFormatB::default(),
            error_log_format: None,
            back: Back::default(),
            balance_span: Span::default(),
            checks: ChecksB::default(),
            fcgi_app: None,
            state_file_span: Span::default(),
            servers: Vec::new(),
            default_server: ServerB::default(),
            named_servers: HashMap::new(),
            server_names: RefCell::default(),
        }
    }

    /// Which of its servers has this name; the first one if there are several.
    pub fn server_at(&self, name: &str) -> Option<usize> {
        let mut names = self.server_names.borrow_mut();
        for (at, server) in self.servers.iter().enumerate().skip(names.entered) {
            names.by_name.entry(server.spec.name.clone()).or_insert(at);
        }
        names.entered = self.servers.len();
        names.by_name.get(name).copied()
    }

    /// What a section that takes this one's settings over begins with.
    pub fn heir(&self) -> ProxyB {
        let mut heir = self.clone();
        heir.checks.inherit();
        heir.stats.own = false;
        heir
    }

    /// The place that keywords of this section stand in.
    pub fn place(&self) -> Places {
        match self.kind {
            SectionKind::Defaults { .. } => Places::DEFAULTS,
            SectionKind::Proxy(ProxyKind::Frontend) => Places::FRONTEND,
            SectionKind::Proxy(ProxyKind::Listen) => Places::LISTEN,
            SectionKind::Proxy(ProxyKind::Backend) => Places::BACKEND,
        }
    }

    /// The word that begins the section.
    pub fn word(&self) -> &'static str {
        self.kind.word()
    }
}

impl SectionKind {
    /// The word that begins such a section.
    pub fn word(self) -> &'static str {
        match self {
            SectionKind::Defaults { .. } => "defaults",
            SectionKind::Proxy(kind) => kind.word(),
        }
    }
}
