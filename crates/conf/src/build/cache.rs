//! A `cache` section being read.

use crate::spec::Cache;
use diag::Span;

/// One section; sizes are compared once both are known.
#[derive(Clone, Debug)]
pub struct CacheB {
    pub made: Cache,
    /// `total-max-size` was there, right or wrong.
    pub size_said: bool,
    pub max_object_size: Option<(u32, Span)>,
}
