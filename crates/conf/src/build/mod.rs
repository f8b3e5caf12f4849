//! What keyword parsers write into, before names are resolved and defaults become final.

mod bind;
mod checks;
mod global;
mod log;
mod mail;
mod proxy;
mod server;
mod table;

pub use bind::{BindB, BindLine};
pub use checks::{ChecksB, RulesB};
pub use global::{DefaultPath, Exposed, GlobalB, UnixBind};
pub use log::{LogLine, Logs};
pub use mail::EmailB;
pub use proxy::{ErrorFile, LogFormatB, PendingTarget, ProxyB, SectionKind};
pub use server::{InitAddr, ServerB};
pub use table::TableB;
