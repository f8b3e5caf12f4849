//! `tune.quic.*` (manual 3.2).

use base::Ms;

/// QUIC, both sides.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct QuicTune {
    pub fe: QuicSide,
    pub be: QuicSide,
    /// Half-open connections from which on every client must prove its address.
    pub fe_retry_threshold: u32,
    /// Whether a connection has a socket of its own.
    pub fe_sock_per_conn: bool,
    /// Zero for no limit.
    pub fe_max_total_streams: u32,
    pub listen: bool,
    /// Bytes; `None` for no limit.
    pub mem_tx_max: Option<u64>,
}

/// What each side says for itself.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct QuicSide {
    pub cubic_min_losses: u32,
    pub hystart: bool,
    pub max_frame_loss: u32,
    /// Bytes.
    pub max_win_size: u64,
    pub reorder_ratio_percent: u32,
    pub max_idle_timeout: Ms,
    /// Zero for never.
    pub glitches_threshold: u32,
    pub data_ratio_percent: u32,
    pub max_concurrent_streams: u32,
    /// Bytes; zero for as many buffers as there can be streams.
    pub rxbuf: u64,
    pub pacing: bool,
    pub udp_gso: bool,
}

impl Default for QuicTune {
    fn default() -> QuicTune {
        QuicTune {
            fe: QuicSide::default(),
            be: QuicSide::default(),
            fe_retry_threshold: 100,
            fe_sock_per_conn: true,
            fe_max_total_streams: 0,
            listen: true,
            mem_tx_max: None,
        }
    }
}

impl Default for QuicSide {
    fn default() -> QuicSide {
        QuicSide {
            cubic_min_losses: 1,
            hystart: false,
            max_frame_loss: 10,
            max_win_size: 480 << 10,
            reorder_ratio_percent: 50,
            max_idle_timeout: Ms(30_000),
            glitches_threshold: 0,
            data_ratio_percent: 90,
            max_concurrent_streams: 100,
            rxbuf: 0,
            pacing: true,
            udp_gso: true,
        }
    }
}
