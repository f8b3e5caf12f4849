//! The Spec: what a configuration means, as pure owned data. Everything that can be looked up by name has become
//! an index; equality says whether something changed between two readings (places in the files don't count).

mod back;
mod front;
mod global;
mod log;
mod proxy;
mod rule_lang;
mod sock;

pub use back::*;
pub use front::*;
pub use global::*;
pub use log::*;
pub use proxy::*;
pub use rule_lang::*;
pub use sock::*;

use std::collections::HashSet;

/// A whole configuration, checked and resolved.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Spec {
    /// Section `global`, all its occurrences merged.
    pub global: Global,
    /// Frontends, backends and listens in their order in the files. `base::ix::PxIx` counts here.
    pub proxies: Vec<Proxy>,
}

impl Spec {
    /// The number of each proxy in statistics: its `id`, or the lowest free one from 2 on (manual 4.2, `id`).
    pub fn ids(&self) -> Vec<u32> {
        let given: HashSet<u32> = self.proxies.iter().filter_map(|proxy| proxy.id).collect();
        let mut free = (2..).filter(|id| !given.contains(id));
        self.proxies.iter().map(|proxy| proxy.id.or_else(|| free.next()).unwrap_or(u32::MAX)).collect()
    }
}
