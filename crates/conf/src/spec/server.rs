//! Servers: `server`, `default-server` and `server-template` lines (manual 5.2).

use super::{At, Mux, QuicCc, Source, Sourced, TlsServer};
use base::ix::{PxIx, SrvIx};
use base::{Addr, Ms};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// A `server` line, its `default-server` values merged in.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Server {
    pub name: Box<str>,
    pub at: At,
    pub id: Option<u32>,
    pub guid: Option<Box<str>>,
    pub addr: ServerAddr,
    pub weight: u32,
    pub backup: bool,
    pub disabled: bool,
    pub maxconn: Option<u32>,
    pub strict_maxconn: bool,
    pub minconn: Option<u32>,
    pub maxqueue: Option<u32>,
    pub slowstart: Option<Ms>,
    pub pool_max_conn: Option<u32>,
    pub pool_low_conn: u32,
    pub pool_purge_delay: Ms,
    /// What tells idle connections apart, beside the usual: an expression.
    pub pool_conn_name: Option<Sourced>,
    pub max_reuse: Option<u32>,
    pub source: Option<Source>,
    pub send_proxy: SendProxy,
    pub proxy_v2: ProxyV2,
    pub tcp_user_timeout_ms: Option<u32>,
    pub tfo: bool,
    pub mptcp: bool,
    pub cc: Option<Box<str>>,
    /// Password for TCP's MD5 signatures.
    pub md5sig: Option<Box<[u8]>>,
    pub namespace: Option<Box<str>>,
    /// `namespace *`: the one that the PROXY protocol header of the client's connection names.
    pub namespace_of_client: bool,
    /// How often an idle connection is asked whether it lives.
    pub idle_ping: Option<Ms>,
    pub socks4: Option<SocketAddr>,
    /// The protocol to speak, if forced.
    pub proto: Option<Mux>,
    pub websocket: Websocket,
    /// `quic4@`, `quic6@`, `quic+…@`.
    pub quic: bool,
    pub quic_cc: QuicCc,
    /// `rhttp@`: it connects to us; `addr` means nothing.
    pub reverse: bool,
    pub tls: Option<Arc<TlsServer>>,
    pub cookie: Option<Box<[u8]>>,
    /// GET and HEAD are answered by a redirection to this prefix.
    pub redir: Option<Box<[u8]>>,
    /// Its connections enter no stick-table.
    pub non_stick: bool,
    pub hash_key: ServerHashKey,
    pub init_state: InitState,
    pub check: Option<Check>,
    pub agent: Option<Agent>,
    /// Whose state it takes over.
    pub track: Option<(PxIx, SrvIx)>,
    /// Section with its checks, instead of the proxy's.
    pub healthcheck: Option<Box<[u8]>>,
    pub health: Health,
    pub dns: ServerDns,
    /// `mode log`.
    pub log: LogServer,
    /// Peers: which part of the keys it is told; 0 for all.
    pub shard: u32,
}

impl Default for Server {
    /// The documented settings (manual 5.2), at no address.
    fn default() -> Server {
        Server {
            name: "".into(),
            at: At::default(),
            id: None,
            guid: None,
            addr: ServerAddr::nowhere(0),
            weight: 1,
            backup: false,
            disabled: false,
            maxconn: None,
            strict_maxconn: false,
            minconn: None,
            maxqueue: None,
            slowstart: None,
            pool_max_conn: None,
            pool_low_conn: 0,
            pool_purge_delay: Ms(5000),
            pool_conn_name: None,
            max_reuse: None,
            source: None,
            send_proxy: SendProxy::No,
            proxy_v2: ProxyV2::default(),
            tcp_user_timeout_ms: None,
            tfo: false,
            mptcp: false,
            cc: None,
            md5sig: None,
            namespace: None,
            namespace_of_client: false,
            idle_ping: None,
            socks4: None,
            proto: None,
            websocket: Websocket::Auto,
            quic: false,
            quic_cc: QuicCc::default(),
            reverse: false,
            tls: None,
            cookie: None,
            redir: None,
            non_stick: false,
            hash_key: ServerHashKey::Id,
            init_state: InitState::None,
            check: None,
            agent: None,
            track: None,
            healthcheck: None,
            health: Health::default(),
            dns: ServerDns::default(),
            log: LogServer::default(),
            shard: 0,
        }
    }
}

/// Where a server is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ServerAddr {
    pub addr: Addr,
    /// The host name as written, when it was one.
    pub host: Option<Box<str>>,
    /// The name has no address yet (`init-addr none`): `addr` means nothing and the server can't be used.
    pub unresolved: bool,
    pub port: ServerPort,
}

impl ServerAddr {
    /// No address yet, and the port that it will have.
    pub fn nowhere(port: u16) -> ServerAddr {
        let addr = Addr::Ip(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port));
        ServerAddr { addr, host: None, unresolved: true, port: ServerPort::Fixed }
    }
}

/// A server's port: its own, or derived from the port that the client connected to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ServerPort {
    Fixed,
    /// No port given: the client's destination port.
    Same,
    /// `:+N` and `:-N`.
    Offset(i32),
}

/// `send-proxy`, `send-proxy-v2`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SendProxy {
    #[default]
    No,
    V1,
    V2,
}

/// What a PROXY protocol header of version 2 holds beside the addresses.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ProxyV2 {
    pub ssl: bool,
    pub cert_cn: bool,
    pub ssl_cipher: bool,
    pub cert_sig: bool,
    pub cert_key: bool,
    pub authority: bool,
    pub crc32c: bool,
    pub unique_id: bool,
    /// `set-proxy-v2-tlv-fmt`: types and the formats of their values, in order.
    pub tlvs: Vec<(u8, Sourced)>,
}

/// `ws`: what WebSocket requests are sent with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Websocket {
    Auto,
    H1,
    H2,
}

/// `hash-key`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ServerHashKey {
    Id,
    Id32,
    Guid,
    Addr,
    AddrPort,
}

/// `init-state`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum InitState {
    None,
    FullyUp,
    Up,
    Down,
    FullyDown,
}

/// Health checks of one server (manual 5.2).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Check {
    pub inter: Ms,
    pub fastinter: Option<Ms>,
    pub downinter: Option<Ms>,
    pub rise: u32,
    pub fall: u32,
    pub addr: Option<Addr>,
    pub port: Option<u16>,
    pub send_proxy: bool,
    /// The protocol to speak, if forced.
    pub proto: Option<Mux>,
    pub via_socks4: bool,
    /// Idle connections serve for checks.
    pub reuse_pool: bool,
    pub pool_conn_name: Option<Box<str>>,
}

impl Default for Check {
    fn default() -> Check {
        Check {
            inter: Ms(2000),
            fastinter: None,
            downinter: None,
            rise: 2,
            fall: 3,
            addr: None,
            port: None,
            send_proxy: false,
            proto: None,
            via_socks4: false,
            reuse_pool: false,
            pool_conn_name: None,
        }
    }
}

/// `agent-check` and what belongs to it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Agent {
    pub addr: Option<Addr>,
    pub port: Option<u16>,
    pub inter: Ms,
    pub send: Option<Box<[u8]>>,
}

impl Default for Agent {
    fn default() -> Agent {
        Agent { addr: None, port: None, inter: Ms(2000), send: None }
    }
}

/// What traffic tells about a server's health, and what follows from it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Health {
    pub observe: Observe,
    /// Errors in a row that make `on_error` happen.
    pub error_limit: u32,
    pub on_error: OnError,
    /// `on-marked-down shutdown-sessions`.
    pub down_ends_sessions: bool,
    /// `on-marked-up shutdown-backup-sessions`.
    pub up_ends_backup_sessions: bool,
}

impl Default for Health {
    fn default() -> Health {
        Health {
            observe: Observe::None,
            error_limit: 10,
            on_error: OnError::FailCheck,
            down_ends_sessions: false,
            up_ends_backup_sessions: false,
        }
    }
}

/// `observe`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Observe {
    None,
    Layer4,
    Layer7,
}

/// `on-error`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OnError {
    FastInter,
    FailCheck,
    SuddenDeath,
    MarkDown,
}

/// How a host name is looked up while running.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ServerDns {
    /// Section that says whom to ask; `None`: not at all.
    pub resolvers: Option<Box<[u8]>>,
    pub allow_dup_ip: bool,
    pub ignore_weight: bool,
    /// `resolve-prefer ipv4`.
    pub prefer_ipv4: bool,
    /// Networks whose addresses are preferred, with the length of their prefix.
    pub nets: Vec<(IpAddr, u8)>,
}

/// What servers in `mode log` and in rings have of their own.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct LogServer {
    /// It takes datagrams (`udp@` and the like).
    pub dgram: bool,
    /// `log-proto octet-count` rather than `legacy`.
    pub octet_count: bool,
    /// Bytes.
    pub bufsize: Option<u32>,
}
