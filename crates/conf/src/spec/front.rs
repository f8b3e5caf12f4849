//! The client side of a proxy.

use super::{At, Bind, CrtLine, LogSteps, Sourced, TcpKeepAlive};
use base::Ms;
use base::ix::PxIx;

/// What a `frontend` or `listen` adds to [`super::Proxy`].
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Front {
    pub binds: Vec<Bind>,
    pub backlog: Option<u32>,
    /// `rate-limit sessions`, per second.
    pub rate_limit_sessions: Option<u32>,
    /// `use_backend` rules, in order.
    pub use_backend: Vec<UseBackend>,
    pub default_backend: Option<PxIx>,
    pub monitor_uri: Option<Box<[u8]>>,
    pub timeout_client: Option<Ms>,
    pub timeout_client_fin: Option<Ms>,
    pub timeout_client_hs: Option<Ms>,
    /// `log-format`, or the format that `option httplog`/`tcplog` stands for; `None` is the default one-liner.
    pub log_format: Option<Sourced>,
    pub error_log_format: Option<Sourced>,
    /// `log-steps`; `None`: one line when all is known.
    pub log_steps: Option<LogSteps>,
    /// `max-session-srv-conns`: idle server connections that a client's session keeps.
    pub max_session_srv_conns: Option<u32>,
    pub keepalive: TcpKeepAlive,
    /// `ssl-f-use` lines.
    pub ssl_use: Vec<CrtLine>,
    pub opts: FrontOpts,
}

/// One `use_backend NAME [if|unless COND]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UseBackend {
    pub target: BackendName,
    /// `if`/`unless` and the words behind it; `None` always applies.
    pub cond: Option<Sourced>,
    pub at: At,
}

/// The backend of a `use_backend` rule.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum BackendName {
    Known(PxIx),
    /// Its name is found at run time.
    Format(expr::logfmt::LogFormat),
}

/// `option` lines of the client side (manual 4.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct FrontOpts {
    pub dontlognull: bool,
    pub dontlog_normal: bool,
    pub logasap: bool,
    pub log_separate_errors: bool,
    pub clitcpka: bool,
    pub tcp_smart_accept: Option<bool>,
    pub accept_unsafe_violations: bool,
    pub h1_case_adjust_bogus_client: bool,
    pub http_ignore_probes: bool,
    pub http_use_proxy_header: bool,
    pub socket_stats: bool,
    pub idle_close_on_response: bool,
    pub disable_h2_upgrade: bool,
    pub http_drop_response_trailers: bool,
}
