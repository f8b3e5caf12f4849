//! What keyword parsers write into, before names are resolved and defaults become final.

mod bind;
mod global;
mod log;
mod own;
mod proxy;
mod server;

pub use bind::{BindB, BindLine};
pub use global::{DefaultPath, Exposed, GlobalB, UnixBind};
pub use log::{LogLine, Logs};
pub use own::{CaptureRef, Order, Own};
pub use proxy::{ErrorFile, LogFormatB, PendingTarget, ProxyB, SectionKind};
pub use server::{InitAddr, ServerB};
