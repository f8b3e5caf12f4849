//! Listening sockets: `bind` lines and their options (manual 4.2, 5.1).

use super::{At, TlsBind};
use base::ix::{PxIx, SrvIx};
use base::{Addr, Ms};
use std::sync::Arc;

/// One listening address of a `bind` or `stats socket` line. A line with several addresses or a port range makes
/// several of these, equal but for `addr` and `guid`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Bind {
    pub addr: Addr,
    pub at: At,
    /// `guid-prefix`, a dash, and which socket of the line it is.
    pub guid: Option<Box<str>>,
    pub opts: BindOpts,
}

/// Options of a `bind` line.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct BindOpts {
    pub name: Option<Box<str>>,
    pub label: Option<Box<str>>,
    pub id: Option<u32>,
    pub maxconn: Option<u32>,
    pub backlog: Option<u32>,
    pub nice: i32,
    pub interface: Option<Box<str>>,
    pub namespace: Option<Box<str>>,
    pub mss: Option<i32>,
    pub cc: Option<Box<str>>,
    /// Password for TCP's MD5 signatures.
    pub md5sig: Option<Box<[u8]>>,
    pub save_syn: SaveSyn,
    /// `tcp-ut` in milliseconds.
    pub tcp_user_timeout_ms: Option<u32>,
    pub tfo: bool,
    pub defer_accept: bool,
    pub transparent: bool,
    pub v6: V6Mode,
    pub mptcp: bool,
    pub accept_proxy: bool,
    /// `accept-netscaler-cip`: the magic number.
    pub accept_cip: Option<u32>,
    /// How often an idle connection is asked whether it lives.
    pub idle_ping: Option<Ms>,
    pub shards: Option<Shards>,
    pub threads: Option<ThreadSet>,
    /// The protocol to speak, if forced.
    pub proto: Option<Mux>,
    /// `quic4@`, `quic6@`, `quic+…@`.
    pub quic: bool,
    pub quic_opts: QuicOpts,
    /// `rhttp@`: connections are made to this server and then serve as if accepted; `addr` means nothing.
    pub reverse: Option<ReverseBind>,
    pub tls: Option<Arc<TlsBind>>,
    /// `expose-fd listeners`, on `stats socket`.
    pub expose_listeners: bool,
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

/// `tcp-ss`: what the kernel keeps of a connection's first packet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SaveSyn {
    #[default]
    No,
    /// From the IP header on.
    Ip,
    /// From the Ethernet header on.
    Ethernet,
}

/// `thread`: which threads may take connections.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ThreadSet {
    /// Numbers count within their group, which each range names, rather than in the whole process.
    pub by_group: bool,
    pub ranges: Vec<ThreadRange>,
}

/// One of the ranges of `thread`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ThreadRange {
    /// From 1 on; 0 where groups aren't named.
    pub group: u32,
    pub which: Threads,
}

/// Threads of a group or of the process, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Threads {
    All,
    Odd,
    Even,
    /// Both included.
    Range(u32, u32),
    /// To the last one.
    From(u32),
}

/// `proto`: what is spoken over a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mux {
    H1,
    H2,
    Quic,
    Qmux,
    Fcgi,
    Spop,
    /// TCP as it is.
    Pass,
}

/// Options of QUIC listeners.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct QuicOpts {
    pub cc: QuicCc,
    pub force_retry: bool,
    /// `quic-socket listener`: connections share the listener's socket.
    pub shared_socket: bool,
}

/// `quic-cc-algo`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct QuicCc {
    pub algorithm: QuicCcAlgorithm,
    /// Bytes; `None` for the global setting.
    pub max_window: Option<u64>,
}

/// The algorithm of `quic-cc-algo`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum QuicCcAlgorithm {
    #[default]
    Cubic,
    NewReno,
    Bbr,
    Fixed,
}

/// `rhttp@backend/server`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ReverseBind {
    pub backend: PxIx,
    pub server: SrvIx,
    /// `nbconn`: how many connections are held at a time.
    pub connections: u32,
}
