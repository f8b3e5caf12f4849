//! `tune.h2.*` (manual 3.2).

/// HTTP/2, both sides.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct H2Tune {
    pub fe: H2Side,
    pub be: H2Side,
    /// Zero for no limit.
    pub fe_max_total_streams: u32,
    /// Zero for no limit.
    pub fe_max_rst_at_once: u32,
    /// `rq-load` and `min` of `tune.h2.fe.max-concurrent-streams`.
    pub fe_load: RunQueueLoad,
    pub fe_min_streams: u32,
    pub header_table_size: u32,
    /// `None`: as large as a buffer.
    pub initial_window_size: Option<u32>,
    pub max_concurrent_streams: u32,
    /// `None`: as large as a buffer, at least 16384.
    pub max_frame_size: Option<u32>,
    pub log_errors: H2LogErrors,
}

/// What each side can say for itself; `None` means what both share.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct H2Side {
    /// Zero for never.
    pub glitches_threshold: u32,
    pub initial_window_size: Option<u32>,
    pub max_concurrent_streams: Option<u32>,
    /// Zero for no limit.
    pub max_frames_at_once: u32,
    /// Bytes; `None` is a hundred buffers.
    pub rxbuf: Option<u64>,
}

/// `rq-load`: whether a busy thread advertises fewer streams.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum RunQueueLoad {
    #[default]
    Ignore,
    /// What `tune.runqueue-depth` says.
    Auto,
    Number(u32),
}

/// `tune.h2.log-errors`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum H2LogErrors {
    None,
    Connection,
    #[default]
    Stream,
}

impl Default for H2Tune {
    fn default() -> H2Tune {
        H2Tune {
            fe: H2Side::default(),
            be: H2Side::default(),
            fe_max_total_streams: 0,
            fe_max_rst_at_once: 0,
            fe_load: RunQueueLoad::default(),
            fe_min_streams: 1,
            header_table_size: 4096,
            initial_window_size: None,
            max_concurrent_streams: 100,
            max_frame_size: None,
            log_errors: H2LogErrors::default(),
        }
    }
}
