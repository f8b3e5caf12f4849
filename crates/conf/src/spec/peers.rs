//! Section `peers` (manual 11.2).

use super::{At, Bind, LogSpec, Server, StickTable};

/// Instances that share stick tables.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Peers {
    pub name: Box<[u8]>,
    pub at: At,
    /// Which of [`Peers::peers`] this process is.
    pub local: u32,
    /// Where the others connect to this process.
    pub binds: Vec<Bind>,
    pub peers: Vec<Peer>,
    /// Tables of the section itself; their full names begin with the section's and a slash.
    pub tables: Vec<(Box<str>, StickTable)>,
    pub logs: LogSpec,
    /// Over how many of the peers entries are spread; `None`: all of them get all.
    pub shards: Option<u32>,
    pub disabled: bool,
}

/// One instance.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Peer {
    pub name: Box<str>,
    pub at: At,
    /// How it is reached; `None` for one without an address.
    pub server: Option<Server>,
}
