//! What keyword parsers write into, before names are resolved and defaults become final.

mod bind;
mod cache;
mod checks;
mod fcgi_app;
mod global;
mod http_errors;
mod log;
mod log_forward;
mod mail;
mod peers;
mod proxy;
mod resolvers;
mod ring;
mod server;
mod spoe;
mod stats;
mod table;
mod userlist;

pub use bind::{BindB, BindLine};
pub use cache::CacheB;
pub use checks::{ChecksB, RulesB};
pub use fcgi_app::FcgiAppB;
pub use global::{DefaultPath, Exposed, GlobalB, UnixBind};
pub use http_errors::HttpErrorsB;
pub use log::{LogLine, Logs};
pub use log_forward::LogForwardB;
pub use mail::EmailB;
pub use peers::PeersB;
pub use proxy::{ErrorFile, LogFormatB, PendingTarget, ProxyB, SectionKind};
pub use resolvers::{NameServerB, ResolversB};
pub use ring::RingB;
pub use server::{InitAddr, Mention, ServerB};
pub use spoe::{SpoeAgentB, SpoeB, SpoeGroupB, SpoeMessageB, SpoeName, SpoeNames};
pub use stats::StatsB;
pub use table::TableB;
pub use userlist::{GroupB, Members, UserB, UserlistB};
