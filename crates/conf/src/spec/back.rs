//! The server side of a proxy.

use super::{Balance, Checks, Cookie, Forwarded, HashAffinity, HashType, RetryOn, Server, TcpKeepAlive};
use base::Ms;
use std::sync::Arc;

/// What a `backend` or `listen` adds to [`super::Proxy`].
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Back {
    pub balance: Balance,
    pub hash_type: HashType,
    /// Percentage of the average load that a server may have; `None` for any.
    pub hash_balance_factor: Option<u32>,
    pub hash_affinity: HashAffinity,
    pub cookie: Option<Cookie>,
    /// Secret of dynamic cookies.
    pub dynamic_cookie_key: Option<Box<[u8]>>,
    /// `persist rdp-cookie`: the cookie's name.
    pub rdp_persist: Option<Box<[u8]>>,
    pub checks: Checks,
    /// Servers in their order in the file. `base::ix::SrvIx` counts here.
    pub servers: Vec<Arc<Server>>,
    pub retries: Option<u32>,
    pub retry_on: RetryOn,
    /// Most requests in a server's queue for which a connection's last server is preferred; `None` for any.
    pub max_keep_alive_queue: Option<u32>,
    /// Header field that tells a server its name, in lower case.
    pub send_name_header: Option<Box<[u8]>>,
    pub forwarded: Option<Forwarded>,
    /// Section `fcgi-app`.
    pub fcgi_app: Option<Box<str>>,
    /// Rules of other proxies can't choose it.
    pub unpublished: bool,
    pub state_file: StateFile,
    pub keepalive: TcpKeepAlive,
    pub small_buffers: SmallBuffers,
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
    /// An address in a header field: its name in lower case, and which one of them (-1: the last).
    Header {
        name: Box<[u8]>,
        occurrence: i32,
    },
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
    pub checkcache: bool,
    pub http_drop_request_trailers: bool,
}

/// `load-server-state-from-file`, `server-state-file-name`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct StateFile {
    pub from: StateFrom,
    /// `None`: the backend's name.
    pub name: Option<Box<[u8]>>,
}

/// Where a backend's states at start come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum StateFrom {
    #[default]
    None,
    /// `server-state-file` of section `global`.
    Global,
    /// A file of its own.
    Local,
}

/// `option use-small-buffers`: where small buffers may be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SmallBuffers {
    pub queue: bool,
    pub l7_retries: bool,
    pub check: bool,
}
