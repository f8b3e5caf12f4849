//! What section `global` says (manual 3).

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

/// The `tune.*` keywords that exist so far (manual 3.2). Sizes in bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Tune {
    pub bufsize: u32,
    pub maxrewrite: u32,
    pub http_maxhdr: u32,
    pub http_logurilen: u32,
    pub maxaccept: Option<u32>,
    pub maxpollevents: Option<u32>,
    pub pipesize: Option<u32>,
    pub buffers_limit: Option<u32>,
    pub rcvbuf_client: Option<u32>,
    pub rcvbuf_server: Option<u32>,
    pub sndbuf_client: Option<u32>,
    pub sndbuf_server: Option<u32>,
    /// Glitches after which an HTTP/1 connection is closed, 0 for never.
    pub h1_fe_glitches_threshold: u32,
    pub h1_be_glitches_threshold: u32,
    pub pool_low_fd_ratio: u32,
    pub pool_high_fd_ratio: u32,
    /// Threads take idle server connections over from each other.
    pub idle_pool_shared: bool,
    pub listener_multi_queue: MultiQueue,
    pub listener_default_shards: DefaultShards,
}

/// `tune.listener.multi-queue`: how accepted connections are spread over the threads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MultiQueue {
    #[default]
    On,
    Fair,
    Off,
}

/// `tune.listener.default-shards`: how many sockets a bind line without `shards` opens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum DefaultShards {
    ByProcess,
    ByThread,
    #[default]
    ByGroup,
}

impl Default for Tune {
    fn default() -> Tune {
        Tune {
            bufsize: 16384,
            maxrewrite: 1024,
            http_maxhdr: 101,
            http_logurilen: 1024,
            maxaccept: None,
            maxpollevents: None,
            pipesize: None,
            buffers_limit: None,
            rcvbuf_client: None,
            rcvbuf_server: None,
            sndbuf_client: None,
            sndbuf_server: None,
            h1_fe_glitches_threshold: 0,
            h1_be_glitches_threshold: 0,
            pool_low_fd_ratio: 20,
            pool_high_fd_ratio: 25,
            idle_pool_shared: true,
            listener_multi_queue: MultiQueue::default(),
            listener_default_shards: DefaultShards::default(),
        }
    }
}
