//! The server side of a proxy.

use super::At;
use base::{Addr, Ms};

/// What a `backend` or `listen` adds to [`super::Proxy`].
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Back {
    pub balance: Balance,
    /// Servers in their order in the file. `base::ix::SrvIx` counts here.
    pub servers: Vec<Server>,
    pub retries: Option<u32>,
    /// `option redispatch [interval]`: 0 when off, -1 (the default interval) on the last retry only.
    pub redispatch: i32,
    pub reuse: HttpReuse,
    pub fullconn: Option<u32>,
    pub source: Option<Source>,
    pub timeout_connect: Option<Ms>,
    pub timeout_server: Option<Ms>,
    pub timeout_server_fin: Option<Ms>,
    pub timeout_queue: Option<Ms>,
    pub timeout_tunnel: Option<Ms>,
    pub timeout_check: Option<Ms>,
    pub opts: BackOpts,
}

/// `balance`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Balance {
    RoundRobin,
    StaticRr,
    LeastConn,
    First,
    Random { draws: u32 },
}

impl Default for Balance {
    /// Without a `balance` line (3.5; earlier versions took round robin).
    fn default() -> Balance {
        Balance::Random { draws: 2 }
    }
}

/// `http-reuse`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum HttpReuse {
    Never,
    #[default]
    Safe,
    Aggressive,
    Always,
}

/// `option forwardfor`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ForwardFor {
    /// Header name in lower case.
    pub header: Box<[u8]>,
    /// Networks whose clients get no header: address and prefix length.
    pub except: Option<(core::net::IpAddr, u8)>,
    pub if_none: bool,
}

/// `source`, on a proxy or a server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Source {
    /// Address to connect from; port 0 lets the kernel choose.
    pub addr: core::net::SocketAddr,
    /// Last port of a range, servers only.
    pub last_port: Option<u16>,
    pub interface: Option<Box<str>>,
    pub usesrc: Option<UseSrc>,
}

/// `source … usesrc`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum UseSrc {
    Addr(core::net::SocketAddr),
    Client,
    ClientIp,
}

/// `option` lines of the server side.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct BackOpts {
    pub allbackups: bool,
    pub srvtcpka: bool,
    pub tcp_smart_connect: Option<bool>,
    pub accept_unsafe_violations: bool,
    pub h1_case_adjust_bogus_server: bool,
    pub log_health_checks: bool,
    pub prefer_last_server: bool,
    pub persist: bool,
}
