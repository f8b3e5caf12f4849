//! Section `http-errors` (manual 12.4).

use super::At;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Responses for errors, to be imported by `errorfiles`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct HttpErrors {
    pub name: Box<[u8]>,
    pub at: At,
    /// Whole responses by status.
    pub files: BTreeMap<u16, Arc<[u8]>>,
}
