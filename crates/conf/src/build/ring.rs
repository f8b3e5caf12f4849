//! A `ring` section being read.

use super::ProxyB;
use crate::spec::Ring;
use diag::Span;

/// One section.
#[derive(Clone, Debug)]
pub struct RingB {
    /// All but servers and timeouts.
    pub made: Ring,
    /// What has the servers and their timeouts.
    pub holder: ProxyB,
    pub max_len: Option<(u64, Span)>,
}
