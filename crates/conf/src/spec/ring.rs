//! Section `ring` (manual 12.5).

use super::{At, LogFormat, Server};
use base::Ms;

/// A buffer of events in memory, and where they are forwarded to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ring {
    pub name: Box<[u8]>,
    pub at: At,
    pub description: Option<Box<str>>,
    pub format: LogFormat,
    /// In bytes.
    pub size: u64,
    /// Longer messages are cut, in bytes.
    pub max_len: u64,
    pub backing_file: Option<Box<[u8]>>,
    pub servers: Vec<Server>,
    pub timeout_connect: Option<Ms>,
    pub timeout_server: Option<Ms>,
}
