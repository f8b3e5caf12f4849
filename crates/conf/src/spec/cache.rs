//! Section `cache` (manual 6.2.1).

use super::At;

/// One cache.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cache {
    pub name: Box<[u8]>,
    pub at: At,
    /// `total-max-size` in bytes.
    pub size: u64,
    /// `max-object-size` in bytes; a 256th of the size if not said.
    pub max_object_size: u64,
    /// `max-age` in seconds.
    pub max_age_s: u32,
    pub max_secondary_entries: u32,
    pub process_vary: bool,
    pub early_hints: EarlyHints,
    /// How much of the cache hints alone may take, when objects are stored as well.
    pub hints_percent: u8,
}

/// `early-hints`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum EarlyHints {
    #[default]
    Off,
    On,
    /// Nothing but hints is stored.
    Only,
}
