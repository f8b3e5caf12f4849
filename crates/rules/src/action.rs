//! Actions and verdicts as typed data (manual 4.3, 4.4).
//!
//! What an action refers to by name (a table, a server, a cache …) is kept by name: whoever does it looks it up once.

use base::Ms;
use expr::logfmt::LogFormat;
use expr::vars::{SetIf, VarName};
use expr::{Expr, Regex};

use crate::redirect::Redirect;
use crate::reply::Reply;
use crate::var::Var;

/// What a rule can do. The doer is one exhaustive match in `proxy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// `accept`, `allow`: no further rule of this set is looked at.
    Accept,
    /// `reject`: the connection is closed without an answer.
    Reject,
    /// `close`: the server's connection is closed.
    Close,
    /// `dgram-drop`: the datagram is ignored.
    DgramDrop,
    /// `send-retry`: a Retry packet is sent.
    SendRetry,
    /// `silent-drop`: the client isn't told that its connection is gone. With a time to live, a reset is sent with it.
    SilentDrop(Option<u8>),
    /// `deny`: an answer instead of going on.
    Deny(Reply),
    /// `tarpit`: the same after a while.
    Tarpit(Reply),
    /// `return`: an answer of one's own.
    Return(Reply),
    /// `auth`: asks for a name and a password.
    Auth {
        /// What the client shows to its user; the proxy's name without one.
        realm: Option<Box<str>>,
    },
    /// `redirect`: the client is sent elsewhere.
    Redirect(Redirect),
    /// `use-service`: something else answers.
    UseService(Box<str>),
    /// `switch-mode http`: goes on in HTTP mode.
    SwitchMode {
        /// The protocol that is spoken from here on, if it is forced.
        proto: Option<Box<str>>,
    },
    /// `expect-proxy layer4`: a PROXY protocol header comes first.
    ExpectProxy,
    /// `expect-netscaler-cip layer4`: a NetScaler header comes first.
    ExpectNetscalerCip,
    /// `attach-srv`: the connection becomes an idle one of a server.
    AttachSrv {
        /// `backend/server`.
        server: Box<str>,
        /// The name that it gets in the pool.
        name: Option<Expr>,
    },

    /// `add-header`.
    AddHeader(Header),
    /// `set-header`.
    SetHeader(Header),
    /// `early-hint`: a field of a 103 answer.
    EarlyHint(Header),
    /// `del-header`.
    DelHeader(NameMatch),
    /// `replace-header`: whole values.
    ReplaceHeader(Rewrite),
    /// `replace-value`: each value of a list.
    ReplaceValue(Rewrite),
    /// `add-headers-bin`.
    AddHeadersBin(BinHeaders),
    /// `set-headers-bin`.
    SetHeadersBin(BinHeaders),
    /// `del-headers-bin`.
    DelHeadersBin {
        /// The names, as a string of varints.
        names: Expr,
        /// How they are compared; never by a regular expression.
        how: NameHow,
    },

    /// `set-method`, `set-path` and the like.
    SetTarget(TargetPart, LogFormat),
    /// `replace-path`, `replace-pathq`, `replace-uri`.
    ReplaceTarget(TargetPart, Regex, LogFormat),
    /// `normalize-uri`.
    NormalizeUri(Normalizer),
    /// `set-status`.
    SetStatus {
        /// The new status, 100 to 999.
        status: u16,
        /// The text behind it in HTTP/1, if it isn't the usual one.
        reason: Option<Box<str>>,
    },

    /// `set-var`.
    SetVar {
        /// Which one.
        var: VarName,
        /// What must hold for it; all of it.
        only: SetIf,
        /// Its new value.
        value: Expr,
    },
    /// `set-var-fmt`.
    SetVarFmt {
        /// Which one.
        var: VarName,
        /// What must hold for it; all of it.
        only: SetIf,
        /// Its new value.
        value: LogFormat,
    },
    /// `unset-var`.
    UnsetVar(VarName),
    /// `do-resolve`: looks a host name up.
    DoResolve {
        /// Where the address goes.
        var: Var,
        /// The `resolvers` section.
        resolvers: Box<str>,
        /// The preferred family.
        family: Option<Family>,
        /// The name.
        host: Expr,
    },

    /// `track-sc…`: counts into an entry of a table.
    TrackSc {
        /// The number of the counter.
        counter: u8,
        /// The entry's key.
        key: Expr,
        /// The table; the proxy's own without a name.
        table: Option<Box<str>>,
    },
    /// `sc-inc-gpc`, `sc-inc-gpc0`, `sc-inc-gpc1`.
    ScIncGpc {
        /// Which of the general purpose counters.
        which: Gpc,
        /// The number of the tracked counter.
        counter: u8,
    },
    /// `sc-add-gpc`.
    ScAddGpc {
        /// The index in the array.
        index: u8,
        /// The number of the tracked counter.
        counter: u8,
        /// How much.
        value: Num,
    },
    /// `sc-set-gpt`, `sc-set-gpt0`.
    ScSetGpt {
        /// The index in the array; `None`: the older `gpt0`.
        index: Option<u8>,
        /// The number of the tracked counter.
        counter: u8,
        /// What is stored.
        value: Num,
    },

    /// `add-acl`, `del-acl`, `set-map`, `del-map`.
    Patterns {
        /// The file's name, by which the list is known.
        file: Box<str>,
        /// What is done to it.
        change: Change,
        /// The entry.
        key: LogFormat,
    },
    /// `capture`: keeps a value for logs.
    Capture {
        /// What is kept.
        value: Expr,
        /// Where.
        slot: Slot,
    },

    /// `set-src`, `set-src-port`, `set-dst`, `set-dst-port`.
    SetAddress(AddressPart, Expr),
    /// `set-fc-mark`, `set-bc-mark`: netfilter's mark.
    SetMark(Side, Num),
    /// `set-fc-tos`, `set-bc-tos`: the type of service.
    SetTos(Side, Num),
    /// `set-nice`, -1024 to 1024.
    SetNice(i16),
    /// `set-priority-class`.
    SetPriorityClass(Expr),
    /// `set-priority-offset`.
    SetPriorityOffset(Expr),
    /// `set-retries`, 0 to 100.
    SetRetries(Num),
    /// `set-timeout`.
    SetTimeout(Timeout, Delay),
    /// `set-bandwidth-limit`.
    SetBandwidthLimit {
        /// The filter's name.
        filter: Box<str>,
        /// Bytes for a period.
        limit: Option<Num>,
        /// The period in milliseconds.
        period: Option<Delay>,
    },

    /// `set-log-level`; `None` is silence.
    SetLogLevel(Option<u8>),
    /// `do-log`.
    DoLog {
        /// The `log-profile` section.
        profile: Option<Box<str>>,
    },
    /// `strict-mode`: whether a rewriting that fails is an error.
    StrictMode(bool),
    /// `disable-l7-retry`.
    DisableL7Retry,
    /// `pause`.
    Pause(Delay),
    /// `wait-for-body`.
    WaitForBody {
        /// For so long at most.
        time: Ms,
        /// So many bytes are enough; 0: all.
        at_least: u64,
        /// Whether a large buffer may be taken.
        large: bool,
    },
    /// `wait-for-handshake`.
    WaitForHandshake,

    /// `cache-use`.
    CacheUse {
        /// The `cache` section.
        cache: Box<str>,
        /// `no-early-hints` was said.
        no_early_hints: bool,
    },
    /// `cache-store`.
    CacheStore(Box<str>),
    /// `send-spoe-group`.
    SendSpoeGroup {
        /// The engine.
        engine: Box<str>,
        /// The group in it.
        group: Box<str>,
    },
    /// `lua.NAME`.
    Lua {
        /// Its name without `lua.`.
        name: Box<str>,
        /// Its arguments.
        args: Box<[Box<[u8]>]>,
    },
}

/// A header field to be written.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Header {
    /// Its name as written.
    pub name: Box<[u8]>,
    /// Its value.
    pub value: LogFormat,
}

/// What happens to the values of a header field.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rewrite {
    /// The field.
    pub name: Box<[u8]>,
    /// What a value must match.
    pub regex: Regex,
    /// What it becomes; `\1` stands for the first group.
    pub format: LogFormat,
}

/// Header fields in one string of varints (`req.hdrs_bin`).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BinHeaders {
    /// The fields.
    pub fields: Expr,
    /// Only fields whose names begin so.
    pub prefix: Option<Box<[u8]>>,
}

/// Which header fields are meant.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum NameMatch {
    /// By a text.
    Text(Box<[u8]>, NameHow),
    /// By a regular expression.
    Regex(Regex),
}

/// How a text is compared with a field's name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NameHow {
    /// The whole name.
    Exact,
    /// Its beginning.
    Begin,
    /// Its end.
    End,
    /// Anything in it.
    Within,
}

/// A part of the request line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TargetPart {
    /// The method.
    Method,
    /// The path without the query.
    Path,
    /// The path with the query.
    PathQuery,
    /// The query.
    Query,
    /// All of the target.
    Uri,
}

/// `normalize-uri`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Normalizer {
    /// `fragment-encode`.
    FragmentEncode,
    /// `fragment-strip`.
    FragmentStrip,
    /// `path-merge-slashes`.
    MergeSlashes,
    /// `path-strip-dot`.
    StripDot,
    /// `path-strip-dotdot`; `full`: at the beginning too.
    StripDotDot {
        /// At the beginning too.
        full: bool,
    },
    /// `percent-decode-unreserved`; `strict`: what is no escape is an error.
    DecodeUnreserved {
        /// What is no escape is an error.
        strict: bool,
    },
    /// `percent-to-uppercase`; `strict`: what is no escape is an error.
    ToUppercase {
        /// What is no escape is an error.
        strict: bool,
    },
    /// `query-sort-by-name`.
    SortQuery,
}

/// Which general purpose counter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Gpc {
    /// `gpc0`.
    Zero,
    /// `gpc1`.
    One,
    /// One of the array.
    At(u8),
}

/// A number that is known, or found when the rule is reached.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Num {
    /// Known.
    Const(u64),
    /// Found by an expression.
    Expr(Expr),
}

/// A time that is known, or found when the rule is reached (in milliseconds).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Delay {
    /// Known.
    Const(Ms),
    /// Found by an expression.
    Expr(Expr),
}

/// What is done to a list of patterns.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Change {
    /// `add-acl`.
    AddAcl,
    /// `del-acl`.
    DelAcl,
    /// `set-map`, with the value.
    SetMap(LogFormat),
    /// `del-map`.
    DelMap,
}

/// Where a captured value goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slot {
    /// A slot of its own, this long.
    New {
        /// The slot's number among those of its direction.
        id: u32,
        /// How much of the value is kept.
        len: u32,
    },
    /// A slot that was declared.
    Declared(u32),
}

/// A part of one of the connection's addresses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AddressPart {
    /// The client's address.
    Src,
    /// The client's port.
    SrcPort,
    /// The address that the client connected to.
    Dst,
    /// The port that the client connected to.
    DstPort,
}

/// A side of the proxy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// The client's.
    Front,
    /// The server's.
    Back,
}

/// A timeout that a rule can change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Timeout {
    /// `timeout client`.
    Client,
    /// `timeout connect`.
    Connect,
    /// `timeout queue`.
    Queue,
    /// `timeout server`.
    Server,
    /// `timeout tarpit`.
    Tarpit,
    /// `timeout tunnel`.
    Tunnel,
}

/// A family of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}
