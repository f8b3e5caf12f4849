//! `tune.*` (manual 3.2), but for the families that have files of their own.

use super::{H2Tune, LuaTune, QuicTune, TlsTune, VarsTune};
use base::Ms;

/// `tune.*`. Sizes in bytes.
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
    /// Buffers a thread keeps for when memory is short.
    pub buffers_reserve: u32,
    /// `None`: there are no large buffers.
    pub bufsize_large: Option<u32>,
    pub bufsize_small: u32,
    pub cli_max_payload_size: u32,
    pub comp_maxlevel: u32,
    pub zlib_memlevel: u32,
    pub zlib_windowsize: u32,
    pub defaults_purge: Purge,
    pub epoll_mask: EpollMask,
    /// Events that an asynchronous handler takes at once.
    pub max_events_at_once: u32,
    pub fd_edge_triggered: Option<bool>,
    /// `tune.fd.tables per-thread-group`.
    pub fd_tables_per_group: bool,
    /// Only above this load are connections closed for their glitches.
    pub glitches_kill_cpu_percent: u32,
    pub http_cookielen: u32,
    /// How long a buffer must be empty for its stream to count as idle; zero for never.
    pub idletimer: Ms,
    /// Zero for no limit.
    pub max_checks_per_thread: u32,
    pub max_rules_at_once: u32,
    pub memory_hot_size: u64,
    pub notsent_lowat_client: Option<u32>,
    pub notsent_lowat_server: Option<u32>,
    pub pattern_cache_size: u32,
    pub peers_max_updates_at_once: u32,
    pub rcvbuf_frontend: Option<u32>,
    pub rcvbuf_backend: Option<u32>,
    pub sndbuf_frontend: Option<u32>,
    pub sndbuf_backend: Option<u32>,
    pub recv_enough: u32,
    pub renice_startup: Option<i32>,
    pub renice_runtime: Option<i32>,
    pub ring_queues: Option<u32>,
    pub runqueue_depth: Option<u32>,
    pub low_latency: bool,
    pub stick_counters: u32,
    /// Percent of a frontend's connections; zero for no limit.
    pub streams_elasticity_percent: u32,
    pub takeover_other_groups: Takeover,
    pub zero_copy: ZeroCopy,
    pub h2: H2Tune,
    pub quic: QuicTune,
    pub lua: LuaTune,
    pub tls: TlsTune,
    pub vars: VarsTune,
}

/// `tune.defaults.purge`: what is dropped once the configuration is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Purge {
    pub proxies: bool,
    pub servers: bool,
}

/// `tune.epoll.mask-events`: events that count as input only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct EpollMask {
    pub err: bool,
    pub hup: bool,
    pub rdhup: bool,
}

/// `tune.takeover-other-tg-connections`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Takeover {
    #[default]
    None,
    Restricted,
    Full,
}

/// Which ways of forwarding without a copy are allowed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ZeroCopy {
    /// `tune.disable-fast-forward` makes it false.
    pub fast_forward: bool,
    /// `tune.disable-zero-copy-forwarding` makes it false, and all others with it.
    pub any: bool,
    pub applet: bool,
    pub h1_recv: bool,
    pub h1_send: bool,
    pub h2_send: bool,
    pub pass_through: bool,
    pub quic_send: bool,
}

impl Default for ZeroCopy {
    fn default() -> ZeroCopy {
        ZeroCopy {
            fast_forward: true,
            any: true,
            applet: true,
            h1_recv: true,
            h1_send: true,
            h2_send: true,
            pass_through: true,
            quic_send: true,
        }
    }
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
            buffers_reserve: 4,
            bufsize_large: None,
            bufsize_small: 1024,
            cli_max_payload_size: 128 << 10,
            comp_maxlevel: 1,
            zlib_memlevel: 8,
            zlib_windowsize: 15,
            defaults_purge: Purge::default(),
            epoll_mask: EpollMask::default(),
            max_events_at_once: 100,
            fd_edge_triggered: None,
            fd_tables_per_group: false,
            glitches_kill_cpu_percent: 0,
            http_cookielen: 63,
            idletimer: Ms(1000),
            max_checks_per_thread: 0,
            max_rules_at_once: 50,
            memory_hot_size: 512 << 10,
            notsent_lowat_client: None,
            notsent_lowat_server: None,
            pattern_cache_size: 10_000,
            peers_max_updates_at_once: 200,
            rcvbuf_frontend: None,
            rcvbuf_backend: None,
            sndbuf_frontend: None,
            sndbuf_backend: None,
            recv_enough: 10_136,
            renice_startup: None,
            renice_runtime: None,
            ring_queues: None,
            runqueue_depth: None,
            low_latency: false,
            stick_counters: 3,
            streams_elasticity_percent: 0,
            takeover_other_groups: Takeover::default(),
            zero_copy: ZeroCopy::default(),
            h2: H2Tune::default(),
            quic: QuicTune::default(),
            lua: LuaTune::default(),
            tls: TlsTune::default(),
            vars: VarsTune::default(),
        }
    }
}
