//! Who waits for a slot, how many slots there are, and what happens after a failure.
//!
//! The waiting itself (wakers, the slot that is handed over) lives in the proxy crate.

mod limit;
mod order;
mod retry;

pub use limit::{Limits, dynamic_maxconn};
pub use order::{Key, Queue, Source, next_source};
pub use retry::{Chosen, Failure, Redispatch, Retry, RetryOn, RetryOnError, RetryPolicy, after_failure};
