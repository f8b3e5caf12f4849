//! Section `log-forward` (manual 12.6).

use super::{At, Bind, LogTarget};
use base::Ms;

/// A syslog relay.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LogForward {
    pub name: Box<[u8]>,
    pub at: At,
    /// Where streams of messages come in.
    pub binds: Vec<Bind>,
    /// Where datagrams come in.
    pub dgram_binds: Vec<Bind>,
    pub targets: Vec<ForwardTarget>,
    /// Connections at a time.
    pub maxconn: u32,
    pub backlog: Option<u32>,
    pub timeout_client: Option<Ms>,
    pub host: ForwardHost,
    /// `option assume-rfc6587-ntf`: streams are cut at line feeds whatever they begin with.
    pub assume_ntf: bool,
    /// `option dont-parse-log`: messages go on as they are.
    pub dont_parse: bool,
}

/// One `log` line of a relay.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ForwardTarget {
    pub target: LogTarget,
    /// No format was said: the incoming one is kept where possible.
    pub keeps_format: bool,
}

/// `option host`: which host the outgoing message names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ForwardHost {
    /// The sender's address.
    Replace,
    /// The incoming one, else the sender's address.
    #[default]
    Fill,
    /// The incoming one, else none.
    Keep,
    /// The incoming one, and the sender's address behind it.
    Append,
}
