//! A `server` or `default-server` line being read.

use crate::addr::Parsed;
use crate::spec::{Agent, Check, Server, TlsServer};
use core::net::IpAddr;
use diag::Span;
use std::sync::Arc;

/// One server, or what the next ones start from.
#[derive(Clone, Debug, Default)]
pub struct ServerB {
    /// What is said; what depends on other lines is filled in at the end.
    pub spec: Server,
    pub span: Span,
    pub addr: Option<Parsed>,
    /// Where `id` and `guid` stand, for messages about clashes.
    pub id_span: Span,
    pub guid_span: Span,
    /// `check` was said; `check_opts` hold either way, so that `default-server inter` reaches a later `check`.
    pub check: bool,
    pub check_opts: Check,
    /// The same for `agent-check`.
    pub agent: bool,
    pub agent_opts: Agent,
    pub init_addr: Vec<InitAddr>,
    pub observe_span: Span,
    pub track: Option<Mention>,
    pub healthcheck: Option<Mention>,
    pub resolvers: Option<Mention>,
}

/// A name of something that may stand anywhere in the files.
#[derive(Clone, Debug)]
pub struct Mention {
    pub name: Box<[u8]>,
    pub span: Span,
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
    /// Its TLS, to be changed.
    pub fn tls(&mut self) -> &mut TlsServer {
        Arc::make_mut(self.spec.tls.get_or_insert_default())
    }
}
