//! Listening sockets: `bind` lines and their options (manual 4.2, 5.1).

use super::At;
use base::Addr;

/// One listening address of a `bind` or `stats socket` line. A line with several addresses or a port range makes
/// several of these, equal but for `addr`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Bind {
    pub addr: Addr,
    pub at: At,
    pub opts: BindOpts,
}

/// Options of a `bind` line.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct BindOpts {
    pub name: Option<Box<str>>,
    pub id: Option<u32>,
    pub maxconn: Option<u32>,
    pub backlog: Option<u32>,
    pub nice: i32,
    pub interface: Option<Box<str>>,
    pub namespace: Option<Box<str>>,
    pub mss: Option<i32>,
    pub cc: Option<Box<str>>,
    /// `tcp-ut` in milliseconds.
    pub tcp_user_timeout_ms: Option<u32>,
    pub tfo: bool,
    pub defer_accept: bool,
    pub transparent: bool,
    pub v6: V6Mode,
    pub mptcp: bool,
    pub accept_proxy: bool,
    pub shards: Option<Shards>,
    /// Unix sockets.
    pub uid: Option<u32>,
    pub gid: Option<u32>,
    pub mode: Option<u32>,
}

/// `v4v6`, `v6only`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum V6Mode {
    #[default]
    System,
    V4V6,
    V6Only,
}

/// `shards`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Shards {
    Number(u32),
    ByThread,
    ByGroup,
}

/// `ssl-f-use`: a certificate of a frontend and its settings. Names are kept as written.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct SslUse {
    pub crt: Option<Box<[u8]>>,
    pub key: Option<Box<[u8]>>,
    pub ocsp: Option<Box<[u8]>>,
    pub issuer: Option<Box<[u8]>>,
    pub sctl: Option<Box<[u8]>>,
    pub ocsp_update: Option<bool>,
    /// What options of `bind` lines say.
    pub opts: BindOpts,
}
