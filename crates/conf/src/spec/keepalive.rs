//! TCP keep-alive (manual 4.2, `clitcpka-*`, `srvtcpka-*`).

/// What differs from the system's settings, for connections with keep-alive on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TcpKeepAlive {
    /// Probes without an answer that end a connection.
    pub count: Option<u32>,
    /// Seconds of silence before the first probe.
    pub idle_s: Option<u32>,
    /// Seconds between probes.
    pub interval_s: Option<u32>,
}
