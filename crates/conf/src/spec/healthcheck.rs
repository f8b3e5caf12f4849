//! Section `healthcheck` (manual 12.9).

use super::{At, Checks};

/// A way to check that servers name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct HealthCheck {
    pub name: Box<[u8]>,
    pub at: At,
    pub checks: Checks,
}
