//! What health checks say and expect (manual 4.2: `option httpchk` and its like, `http-check`, `tcp-check`; 12.9).

use super::{At, Sourced};
use base::Addr;
use rules::{SetIf, Var};

/// How a backend's servers are checked.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Checks {
    pub kind: CheckKind,
    /// A 404 takes a server out of balancing only.
    pub disable_on_404: bool,
    /// Requests tell the server how it is seen.
    pub send_state: bool,
    /// `http-check` or `tcp-check` rules, if `kind` uses them.
    pub rules: Vec<CheckRule>,
    /// `external-check command`.
    pub command: Option<Box<[u8]>>,
    /// `external-check path`.
    pub path: Option<Box<[u8]>>,
}

/// The protocol of a check.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum CheckKind {
    /// Connecting is all.
    #[default]
    Connect,
    /// `option tcp-check`: as the rules say.
    Tcp,
    /// `option httpchk`: a request, or as the rules say.
    Http(HttpCheck),
    SslHello,
    Smtp {
        hello: SmtpHello,
        domain: Box<[u8]>,
    },
    Pgsql {
        user: Box<[u8]>,
    },
    /// Without a user the server's greeting is enough.
    Mysql {
        user: Option<Box<[u8]>>,
        client: MysqlClient,
    },
    Redis,
    Ldap,
    Spop,
    /// A program decides.
    External,
}

/// The request of `option httpchk`. `None`: the documented default.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct HttpCheck {
    pub method: Option<Box<[u8]>>,
    pub uri: Option<Box<[u8]>>,
    pub version: Option<Box<[u8]>>,
    /// Header fields and a body that stand behind the version, an old trick.
    pub behind_version: Option<Box<[u8]>>,
    /// A format.
    pub host: Option<Sourced>,
}

/// `option smtpchk`'s greeting.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SmtpHello {
    #[default]
    Helo,
    Ehlo,
}

/// Which MySQL client is imitated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MysqlClient {
    Pre41,
    #[default]
    Post41,
    Post80,
}

/// One `http-check` or `tcp-check` rule.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CheckRule {
    pub step: CheckStep,
    /// What the log says if it fails.
    pub comment: Option<Box<[u8]>>,
    pub at: At,
}

/// What a rule does.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CheckStep {
    /// Names the next rule.
    Comment,
    Connect(Box<CheckConnect>),
    /// `tcp-check send…`.
    Send(CheckData),
    /// `http-check send`.
    Request(Box<CheckRequest>),
    Expect(Box<CheckExpect>),
    SetVar(CheckSetVar),
    UnsetVar(Var),
}

impl CheckStep {
    /// Whether it has to do with the network.
    pub fn is_stage(&self) -> bool {
        !matches!(self, CheckStep::Comment | CheckStep::SetVar(_) | CheckStep::UnsetVar(_))
    }

    /// The word that begins such a rule.
    pub fn word(&self) -> &'static str {
        match self {
            CheckStep::Comment => "comment",
            CheckStep::Connect(_) => "connect",
            CheckStep::Send(_) | CheckStep::Request(_) => "send",
            CheckStep::Expect(_) => "expect",
            CheckStep::SetVar(_) => "set-var",
            CheckStep::UnsetVar(_) => "unset-var",
        }
    }
}

/// `connect`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CheckConnect {
    /// The server line's options hold where this rule has none.
    pub default: bool,
    pub port: Option<CheckPort>,
    pub addr: Option<Addr>,
    pub send_proxy: bool,
    pub via_socks4: bool,
    pub ssl: bool,
    pub sni: Option<Box<[u8]>>,
    /// Names of protocols, in order.
    pub alpn: Vec<Box<[u8]>>,
    pub proto: Option<Box<str>>,
    pub linger: bool,
}

/// Where a check connects to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CheckPort {
    Number(u16),
    /// A sample expression.
    Expr(Sourced),
}

/// Bytes, or a format that gives them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CheckData {
    Bytes(Box<[u8]>),
    Format(Sourced),
    /// The format's result is read as hexadecimal digits.
    HexFormat(Sourced),
}

/// `http-check send`. `None`: what `option httpchk` says.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CheckRequest {
    pub method: Option<Box<[u8]>>,
    pub uri: Option<CheckData>,
    pub version: Option<Box<[u8]>>,
    /// Names, and formats of values.
    pub headers: Vec<(Box<[u8]>, Sourced)>,
    pub body: Option<CheckData>,
}

/// `expect`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CheckExpect {
    /// `!`.
    pub negated: bool,
    pub pattern: CheckPattern,
    /// Bytes that are awaited before anything is concluded.
    pub min_recv: Option<u32>,
    pub ok_status: Option<CheckStatus>,
    pub error_status: Option<CheckStatus>,
    pub timeout_status: Option<CheckStatus>,
    /// Formats.
    pub on_success: Option<Sourced>,
    pub on_error: Option<Sourced>,
    /// A sample expression.
    pub status_code: Option<Sourced>,
}

/// What a response must look like. Regular expressions are kept as written.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CheckPattern {
    /// Ranges of status codes, both ends included.
    Status(Vec<(u16, u16)>),
    StatusRegex(Box<[u8]>),
    Header(CheckHeader),
    Contains(CheckData),
    Regex(Box<[u8]>),
    /// Against the response in hexadecimal digits.
    HexRegex(Box<[u8]>),
    /// The check's own protocol decides.
    Custom,
}

/// `hdr`, `fhdr`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CheckHeader {
    /// Commas separate nothing.
    pub full: bool,
    pub name: CheckMatch,
    /// `None`: that it is there is enough.
    pub value: Option<CheckMatch>,
}

/// A text and how it is compared.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CheckMatch {
    pub method: CheckMatchMethod,
    pub text: CheckData,
}

/// `-m`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CheckMatchMethod {
    #[default]
    Str,
    Beg,
    End,
    Sub,
    Reg,
}

/// The results that a rule can give.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CheckStatus {
    L4Ok,
    L6Ok,
    L7Ok,
    L7OkConditional,
    L4Connection,
    L6Response,
    L7Response,
    L7Status,
    L4Timeout,
    L6Timeout,
    L7Timeout,
}

/// `set-var`, `set-var-fmt`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CheckSetVar {
    pub var: Var,
    /// What must hold for it to be set.
    pub conds: Box<[SetIf]>,
    /// An expression, or a format.
    pub value: Sourced,
    pub is_format: bool,
}
