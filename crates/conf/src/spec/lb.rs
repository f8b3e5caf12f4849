//! How a server is chosen (manual 4.2, `balance` and `hash-*`).

use super::Sourced;

/// `balance`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Balance {
    RoundRobin,
    StaticRr,
    LeastConn,
    First,
    Random {
        draws: u32,
    },
    /// A hash of something that a connection, a request or a log message carries.
    Hash(HashKey),
    /// The server that was used before, for as long as it works.
    Sticky,
}

impl Default for Balance {
    /// Without a `balance` line (3.5; earlier versions took round robin).
    fn default() -> Balance {
        Balance::Random { draws: 2 }
    }
}

impl Balance {
    /// The word behind `balance`, without arguments.
    pub fn word(&self) -> &'static str {
        match self {
            Balance::RoundRobin => "roundrobin",
            Balance::StaticRr => "static-rr",
            Balance::LeastConn => "leastconn",
            Balance::First => "first",
            Balance::Random { .. } => "random",
            Balance::Hash(key) => key.word(),
            Balance::Sticky => "sticky",
        }
    }
}

/// What is hashed. Round robin serves where there is no such thing.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum HashKey {
    /// The client's address.
    Source,
    /// The target up to its query.
    Uri {
        /// Most bytes that count.
        len: Option<u32>,
        /// Most slashes that count.
        depth: Option<u32>,
        /// The query counts as well.
        whole: bool,
        /// Scheme and authority don't count.
        path_only: bool,
    },
    /// A parameter of the query, or of a POST request's body.
    UrlParam { name: Box<[u8]>, check_post: bool },
    /// A header field; its name is in lower case.
    Header { name: Box<[u8]>, use_domain_only: bool },
    /// The cookie of an RDP connection.
    RdpCookie { name: Box<[u8]> },
    /// A sample expression.
    Expr(Sourced),
    /// Converters that are applied to a log message.
    Log(Sourced),
}

impl HashKey {
    /// The word behind `balance`, without arguments.
    pub fn word(&self) -> &'static str {
        match self {
            HashKey::Source => "source",
            HashKey::Uri { .. } => "uri",
            HashKey::UrlParam { .. } => "url_param",
            HashKey::Header { .. } => "hdr",
            HashKey::RdpCookie { .. } => "rdp-cookie",
            HashKey::Expr(_) => "hash",
            HashKey::Log(_) => "log-hash",
        }
    }

    /// Whether only an HTTP request has it.
    pub fn needs_http(&self) -> bool {
        matches!(self, HashKey::Uri { .. } | HashKey::UrlParam { .. } | HashKey::Header { .. })
    }
}

/// `hash-type`: how a hash is computed and mapped to a server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct HashType {
    pub method: HashMethod,
    pub function: HashFunction,
    /// The hash is mixed once more.
    pub avalanche: bool,
}

/// How a hash is mapped to a server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum HashMethod {
    #[default]
    MapBased,
    Consistent,
}

/// How a key is hashed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum HashFunction {
    #[default]
    Sdbm,
    Djb2,
    Wt6,
    Crc32,
    /// The key is a number already.
    None,
}

/// `hash-preserve-affinity`: when a server that a hash points to is passed over.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum HashAffinity {
    /// Never.
    #[default]
    Always,
    /// When all its connections are in use.
    Maxconn,
    /// When its queue is full as well.
    Maxqueue,
}
