//! What rules change of one stream and nothing else (manual 4.4).

use super::Exchange;
use base::Ms;
use core::net::SocketAddr;
use expr::Peer;
use rules::action::Timeout;
use wire::syslog::Level;

/// Changes to a stream. Made when the first rule changes something.
#[derive(Default)]
pub struct Tuning {
    /// The client's address and the one that it connected to, as they were before rules changed them.
    pub addresses: Option<(Peer, Option<SocketAddr>)>,
    /// `set-bc-mark`.
    pub mark: Option<u32>,
    /// `set-bc-tos`.
    pub tos: Option<u8>,
    /// `set-log-level`: the level of the stream's line, or none at all.
    pub log_level: Option<Option<Level>>,
    /// `set-priority-class`, -2047 to 2047.
    pub class: i16,
    /// `set-priority-offset` in milliseconds, -524287 to 524287.
    pub offset_ms: i32,
    /// `set-nice`: the next stream has its listener's niceness again.
    pub niced: bool,
    /// `set-retries`.
    pub retries: Option<u32>,
    /// `set-timeout`, in the order of [`Timeout`].
    pub timeouts: [Option<Ms>; 6],
}

impl Tuning {
    /// Forgets what rules of a frontend have set for a backend that the stream doesn't go to (manual 4.4, `set-retries`,
    /// `set-timeout`).
    pub fn forget_back(&mut self) {
        self.retries = None;
        let [_, connect, queue, server, _, tunnel] = &mut self.timeouts;
        for timeout in [connect, queue, server, tunnel] {
            *timeout = None;
        }
    }
}

impl Exchange {
    /// A timeout as rules have set it, else as it is configured.
    pub fn timeout(&self, which: Timeout, configured: Option<Ms>) -> Option<Ms> {
        match self.tuned() {
            None => configured,
            Some(tuned) => tuned.timeouts[which as usize].or(configured),
        }
    }
}
