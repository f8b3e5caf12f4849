//! What keyword parsers write into, before names are resolved and defaults become final.

mod bind;
mod cache;
mod global;
mod http_errors;
mod log;
mod log_forward;
mod proxy;
mod resolvers;
mod ring;
mod server;
mod userlist;

pub use bind::{BindB, BindLine};
pub use cache::CacheB;
pub use global::{DefaultPath, Exposed, GlobalB, UnixBind};
pub use http_errors::HttpErrorsB;
pub use log::{LogLine, Logs};
pub use log_forward::LogForwardB;
pub use proxy::{ErrorFile, LogFormatB, PendingTarget, ProxyB, SectionKind};
pub use resolvers::{NameServerB, ResolversB};
pub use ring::RingB;
pub use server::{InitAddr, ServerB};
pub use userlist::{GroupB, Members, UserB, UserlistB};
