//! The Spec: what a configuration means, as pure owned data. Everything that can be looked up by name has become
//! an index; equality says whether something changed between two readings (places in the files don't count).

mod back;
mod cache;
mod certs;
mod checks;
mod compression;
mod cookie;
mod fcgi_app;
mod forwarded;
mod front;
mod global;
mod healthcheck;
mod http_errors;
mod keepalive;
mod lb;
mod log;
mod log_forward;
mod log_profile;
mod mail;
mod mailers;
mod peers;
mod proxy;
mod resolvers;
mod retry;
mod ring;
mod rule_lang;
mod sections;
mod server;
mod sock;
mod spoe;
mod stats_page;
mod table;
mod tls;
mod traces;
mod userlist;

pub use back::*;
pub use cache::*;
pub use certs::*;
pub use checks::*;
pub use compression::*;
pub use cookie::*;
pub use fcgi_app::*;
pub use forwarded::*;
pub use front::*;
pub use global::*;
pub use healthcheck::*;
pub use http_errors::*;
pub use keepalive::*;
pub use lb::*;
pub use log::*;
pub use log_forward::*;
pub use log_profile::*;
pub use mail::*;
pub use mailers::*;
pub use peers::*;
pub use proxy::*;
pub use resolvers::*;
pub use retry::*;
pub use ring::*;
pub use rule_lang::*;
pub use sections::*;
pub use server::*;
pub use sock::*;
pub use spoe::*;
pub use stats_page::*;
pub use table::*;
pub use tls::*;
pub use traces::*;
pub use userlist::*;

use std::collections::HashSet;
use std::sync::Arc;

/// A whole configuration, checked and resolved.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Spec {
    /// Section `global`, all its occurrences merged.
    pub global: Global,
    /// Frontends, backends and listens in their order in the files. `base::ix::PxIx` counts here. Shared with the Plans
    /// that are made of them, as servers are: there may be ten thousands.
    pub proxies: Vec<Arc<Proxy>>,
    pub sections: Sections,
}

impl Spec {
    /// The number of each proxy in statistics: its `id`, or the lowest free one from 2 on (manual 4.2, `id`).
    pub fn ids(&self) -> Vec<u32> {
        let given: HashSet<u32> = self.proxies.iter().filter_map(|proxy| proxy.id).collect();
        let mut free = (2..).filter(|id| !given.contains(id));
        self.proxies.iter().map(|proxy| proxy.id.or_else(|| free.next()).unwrap_or(u32::MAX)).collect()
    }
}
