//! Health checks: when to check, what a result means for a server, and the words to log it with.
//!
//! A [`Checker`] is one server's machine over virtual time; it knows nothing of how a check is made. TCP,
//! HTTP, agent and scripted checks differ only in the [`Outcome`] that their drivers hand in.

mod checker;
mod health;
mod message;
mod status;
mod target;
mod timing;
mod warmup;

pub use checker::{Attempt, Checker, Last, Outcome, Verdict};
pub use health::{Health, InitState, Step, Thresholds, Transition};
pub use message::{Cause, Change, Counts, Report, Who, backend_empty, health_check, server_change};
pub use status::CheckStatus;
pub use target::check_addr;
pub use timing::{Timing, first_delay};
pub use warmup::Warmup;
