//! What section `global` says (manual 3).

mod codes;
mod debug;
mod h2;
mod lua;
mod quic;
mod services;
mod state;
mod threads;
mod tls;
mod tune;

pub use codes::*;
pub use debug::*;
pub use h2::*;
pub use lua::*;
pub use quic::*;
pub use services::*;
pub use state::*;
pub use threads::*;
pub use tls::*;
pub use tune::*;

use super::{Bind, LogSpec};
use base::Ms;

/// Process-wide settings. `None` means that the file didn't say, so that the default can depend on the machine.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Global {
    pub daemon: bool,
    pub quiet: bool,
    pub zero_warning: bool,
    pub strict_limits: Option<bool>,
    pub nbthread: Option<u32>,
    /// Numeric user and group to run as, names already looked up.
    pub uid: Option<u32>,
    pub gid: Option<u32>,
    /// The name behind `uid`, for `initgroups`.
    pub user: Option<Box<str>>,
    /// The name behind `gid`, for messages.
    pub group: Option<Box<str>>,
    pub chroot: Option<Box<[u8]>>,
    pub pidfile: Option<Box<[u8]>>,
    pub maxconn: Option<u32>,
    pub maxconnrate: Option<u32>,
    pub maxsessrate: Option<u32>,
    pub maxpipes: Option<u32>,
    pub ulimit_n: Option<u32>,
    pub fd_hard_limit: Option<u32>,
    pub set_dumpable: bool,
    pub hard_stop_after: Option<Ms>,
    /// `grace`: time between SIGUSR1 and the soft stop itself.
    pub grace: Option<Ms>,
    /// `localpeer`; `-L` on the command line goes before it.
    pub localpeer: Option<Box<str>>,
    pub insecure_fork_wanted: bool,
    pub insecure_setuid_wanted: bool,
    /// `close-spread-time`: `None` closes at once, `Some(None)` never closes idle ones («infinite»).
    pub close_spread_time: Option<Option<Ms>>,
    pub node: Option<Box<str>>,
    pub description: Option<Box<str>>,
    pub logs: LogSpec,
    /// `log-send-hostname`: `Some("")` means the machine's own name.
    pub log_send_hostname: Option<Box<[u8]>>,
    pub stats_sockets: Vec<StatsSocket>,
    pub stats_timeout: Option<Ms>,
    pub stats_maxconn: Option<u32>,
    pub spread_checks_percent: u32,
    pub nosplice: bool,
    pub noreuseport: bool,
    pub tune: Tune,
    /// `h1-case-adjust` and its file: lower-case name → what leaves.
    pub h1_case_adjust: Vec<CasePair>,
    pub h1_keep_open_on_insecure_te: bool,
    pub h1_accept_payload_with_any_method: bool,
    /// `h2-workaround-bogus-websocket-clients`: RFC 8441 isn't offered.
    pub h2_hide_websockets: bool,
    pub threads: ThreadSpec,
    pub cpus: CpuSpec,
    pub polling: Polling,
    pub compression: CompressionLimits,
    pub tls: TlsSpec,
    pub httpclient: HttpClientSpec,
    pub ocsp_update: OcspUpdate,
    pub dns_families: DnsFamilies,
    pub jwt: JwtSpec,
    pub lua: LuaSpec,
    pub state: StateSpec,
    /// `set-var`, `set-var-fmt`, in order.
    pub vars: Vec<GlobalVar>,
    pub debug: DebugSpec,
    /// `http-err-codes`; `None` is [`StatusCodes::errors`].
    pub http_err_codes: Option<StatusCodes>,
    /// `http-fail-codes`; `None` is [`StatusCodes::failures`].
    pub http_fail_codes: Option<StatusCodes>,
    /// `acme.scheduler off`.
    pub acme_scheduler_off: bool,
    pub cluster_secret: Option<Box<[u8]>>,
    pub external_check: ExternalCheck,
    /// `harden.reject-privileged-ports.…`: clients that come from a port below 1024 are turned away.
    pub reject_privileged_tcp: bool,
    /// The same over QUIC; `None` is on.
    pub reject_privileged_quic: Option<bool>,
    pub master: MasterSpec,
    /// `max-spread-checks`: the first and the last check of a farm start at most so far apart.
    pub max_spread_checks: Option<Ms>,
    pub no_memory_trimming: bool,
    pub nogetaddrinfo: bool,
    pub noktls: bool,
    pub pp2_never_send_local: bool,
    pub prealloc_fd: bool,
    pub quick_exit: bool,
    pub setcap: Vec<Capability>,
    /// `stats calculate-max-counters off`.
    pub no_max_counters: bool,
}

impl Global {
    /// How many threads there should be on a machine with so many processors (`nbthread`, `thread-hard-limit`).
    pub fn worker_threads(&self, cpus: u32) -> u32 {
        let wanted = self.nbthread.unwrap_or(cpus);
        self.threads.hard_limit.map_or(wanted, |limit| wanted.min(limit))
    }

    /// The variables of `set-var`, or those of `set-var-fmt`.
    pub fn preset(&self, by_format: bool) -> impl Iterator<Item = &GlobalVar> {
        self.vars.iter().filter(move |var| var.is_format == by_format)
    }
}

/// `busy-polling`, and the ways to wait for events that aren't to be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Polling {
    pub busy: bool,
    pub noepoll: bool,
    pub nopoll: bool,
    pub noevports: bool,
    pub nokqueue: bool,
}

/// `maxcomprate`, `maxcompcpuusage`, `maxzlibmem`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct CompressionLimits {
    /// Kilobytes of input a second; zero for no limit.
    pub rate_kb: u32,
    /// `None` is 100, no limit.
    pub cpu_percent: Option<u32>,
    /// Megabytes; zero for no limit.
    pub zlib_mb: u32,
}

/// `external-check`: whether programs may be run as checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ExternalCheck {
    #[default]
    Forbidden,
    Allowed,
    /// With the environment of this process.
    WithEnvironment,
}

/// What matters to a master process only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct MasterSpec {
    /// `master-worker no-exit-on-failure`.
    pub outlives_workers: bool,
    /// `mworker-max-reloads`; `None` is 50.
    pub max_reloads: Option<u32>,
}

/// `setcap`: a right that survives the change of user.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Capability {
    NetAdmin,
    NetBindService,
    NetRaw,
    SysAdmin,
}

/// A header name in lower case, and as it leaves.
pub type CasePair = (Box<[u8]>, Box<[u8]>);

/// `stats socket`: where the runtime API listens.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct StatsSocket {
    pub bind: Bind,
    pub level: CliLevel,
    pub severity_output: SeverityOutput,
}

/// `severity-output`: what precedes the answers of a runtime API socket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SeverityOutput {
    #[default]
    None,
    Number,
    String,
}

/// What a runtime API connection may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum CliLevel {
    User,
    #[default]
    Operator,
    Admin,
}
