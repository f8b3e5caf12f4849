//! A `peers` section being read.

use super::{BindB, BindLine, Logs, ServerB, TableB};
use crate::spec::At;
use diag::Span;

/// One section.
#[derive(Clone, Debug)]
pub struct PeersB {
    pub name: Box<[u8]>,
    pub at: At,
    pub span: Span,
    /// What this process is called, as known when the section began.
    pub local_name: Box<str>,
    pub peers: Vec<ServerB>,
    /// Which of them is this process.
    pub local: Option<usize>,
    /// The address of the local peer's line, or the `bind` line.
    pub bind: Option<BindLine>,
    /// The first `peer` line; those don't go with a `bind` line.
    pub peer_line: Option<Span>,
    pub bind_line: Option<Span>,
    pub default_bind: BindB,
    pub default_server: ServerB,
    pub tables: Vec<(Box<str>, TableB)>,
    pub logs: Logs,
    pub shards: Option<u32>,
    pub disabled: bool,
}
