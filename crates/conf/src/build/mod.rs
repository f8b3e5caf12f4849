//! What keyword parsers write into, before names are resolved and defaults become final.

mod bind;
mod global;
mod log;
mod proxy;
mod server;
mod userlist;

pub use bind::{BindB, BindLine};
pub use global::{DefaultPath, Exposed, GlobalB, UnixBind};
pub use log::{LogLine, Logs};
pub use proxy::{ErrorFile, LogFormatB, PendingTarget, ProxyB, SectionKind};
pub use server::{InitAddr, Mention, ServerB};
pub use userlist::{GroupB, Members, UserB, UserlistB};
