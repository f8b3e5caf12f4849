//! What rules change of one stream and nothing else (manual 4.4).

use core::net::SocketAddr;
use expr::Peer;

/// Changes to a stream. Made when the first rule changes something.
#[derive(Default)]
pub struct Tuning {
    /// The client's address and the one that it connected to, as they were before rules changed them.
    pub addresses: Option<(Peer, Option<SocketAddr>)>,
    /// `set-bc-mark`.
    pub mark: Option<u32>,
    /// `set-bc-tos`.
    pub tos: Option<u8>,
}
