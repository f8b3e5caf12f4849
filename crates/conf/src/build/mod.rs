//! What keyword parsers write into, before names are resolved and defaults become final.

mod bind;
mod cache;
mod checks;
mod global;
mod http_errors;
mod log;
mod mail;
mod own;
mod proxy;
mod resolvers;
mod server;
mod stats;
mod table;
mod userlist;

pub use bind::{BindB, BindLine};
pub use cache::CacheB;
pub use checks::{ChecksB, RulesB};
pub use global::{DefaultPath, Exposed, GlobalB, UnixBind};
pub use http_errors::HttpErrorsB;
pub use log::{LogLine, Logs};
pub use mail::EmailB;
pub use own::{CaptureRef, Order, Own};
pub use proxy::{ErrorFile, LogFormatB, PendingTarget, ProxyB, SectionKind};
pub use resolvers::{NameServerB, ResolversB};
pub use server::{InitAddr, ServerB};
pub use stats::StatsB;
pub use table::TableB;
pub use userlist::{GroupB, Members, UserB, UserlistB};
