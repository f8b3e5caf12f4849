//! What the configuration says about connections of one side.

/// The settings of one side (manual 3.2, `tune.h2.*`). All sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `tune.h2.header-table-size`: at most 65,536.
    pub header_table_size: u32,
    /// `tune.h2.{fe,be}.initial-window-size`: the window of each stream at first, and at least.
    pub initial_window: u32,
    /// `tune.h2.{fe,be}.max-concurrent-streams`: how many streams may be open at a time; 0 for any number.
    pub max_concurrent: u32,
    /// `tune.h2.max-frame-size`: the largest frame that the peer may send, 16,384 or more.
    pub max_frame: u32,
    /// `tune.h2.{fe,be}.rxbuf`: what all streams of a connection may hold together.
    pub rxbuf: u32,
    /// `tune.bufsize`: what each stream may hold in any case.
    pub bufsize: u32,
    /// `tune.h2.fe.max-total-streams`: after so many streams the connection ends gracefully; 0 for never.
    pub max_total: u32,
    /// `tune.h2.{fe,be}.glitches-threshold`: so many oddities end the connection, three quarters of them gracefully; 0
    /// for never.
    pub glitches: u32,
    /// Say that extended CONNECT is understood (off with `h2-workaround-bogus-websocket-clients`).
    pub connect_protocol: bool,
    /// Bytes that a head may take, counted as on an HTTP/1 wire.
    pub max_head: usize,
    /// Bytes that a head may grow to by edits.
    pub max_edited: usize,
    /// Fields that a head may have, the start line counting as one (`tune.http.maxhdr`).
    pub max_lines: usize,
    /// `option accept-unsafe-violations-in-http-request` or `-response`.
    pub relaxed: bool,
}

impl Default for Config {
    /// The manual's defaults.
    fn default() -> Config {
        Config {
            header_table_size: 4096,
            initial_window: 16_384,
            max_concurrent: 100,
            max_frame: 16_384,
            rxbuf: 100 * 16_384,
            bufsize: 16_384,
            max_total: 0,
            glitches: 0,
            connect_protocol: true,
            max_head: 16_384 - 1024,
            max_edited: 16_384,
            max_lines: 101,
            relaxed: false,
        }
    }
}
