//! A `server` or `default-server` line being read.

use crate::addr::Parsed;
use crate::spec::{At, Check, SendProxy, Source};
use base::{Addr, Ms};
use core::net::IpAddr;
use diag::Span;

/// One server, or what the next ones start from.
#[derive(Clone, Debug)]
pub struct ServerB {
    pub name: Box<str>,
    pub at: At,
    pub span: Span,
    pub addr: Option<Parsed>,
    pub id: Option<(u32, Span)>,
    pub guid: Option<(Box<str>, Span)>,
    pub weight: u32,
    pub backup: bool,
    pub disabled: bool,
    pub maxconn: Option<u32>,
    pub minconn: Option<u32>,
    pub maxqueue: Option<u32>,
    pub slowstart: Option<Ms>,
    pub pool_max_conn: Option<u32>,
    pub pool_low_conn: u32,
    pub pool_purge_delay: Ms,
    pub max_reuse: Option<u32>,
    pub source: Option<Source>,
    pub send_proxy: SendProxy,
    pub tcp_user_timeout_ms: Option<u32>,
    pub tfo: bool,
    pub mptcp: bool,
    pub cc: Option<Box<str>>,
    pub namespace: Option<Box<str>>,
    /// `check` was said; `check_opts` hold either way, so that `default-server inter` reaches a later `check`.
    pub check: bool,
    pub check_opts: Check,
    pub check_addr: Option<Addr>,
    pub init_addr: Vec<InitAddr>,
}

/// One step of `init-addr`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InitAddr {
    Last,
    Libc,
    None,
    Ip(IpAddr),
}

impl ServerB {
    /// The documented settings (manual 5.2).
    pub fn fresh() -> ServerB {
        ServerB {
            name: "".into(),
            at: At::default(),
            span: Span::default(),
            addr: None,
            id: None,
            guid: None,
            weight: 1,
            backup: false,
            disabled: false,
            maxconn: None,
            minconn: None,
            maxqueue: None,
            slowstart: None,
            pool_max_conn: None,
            pool_low_conn: 0,
            pool_purge_delay: Ms(5000),
            max_reuse: None,
            source: None,
            send_proxy: SendProxy::No,
            tcp_user_timeout_ms: None,
            tfo: false,
            mptcp: false,
            cc: None,
            namespace: None,
            check: false,
            check_opts: Check {
                inter: Ms(2000),
                fastinter: None,
                downinter: None,
                rise: 2,
                fall: 3,
                addr: None,
                port: None,
                send_proxy: false,
            },
            check_addr: None,
            init_addr: Vec::new(),
        }
    }
}
