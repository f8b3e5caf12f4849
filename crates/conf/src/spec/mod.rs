//! The Spec: what a configuration means, as pure owned data. Everything that can be looked up by name has become
//! an index; equality says whether something changed between two readings (places in the files don't count).

mod back;
mod front;
mod global;
mod log;
mod proxy;
mod sock;

pub use back::*;
pub use front::*;
pub use global::*;
pub use log::*;
pub use proxy::*;
pub use sock::*;

/// A whole configuration, checked and resolved.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Spec {
    /// Section `global`, all its occurrences merged.
    pub global: Global,
    /// Frontends, backends and listens in their order in the files. `base::ix::PxIx` counts here.
    pub proxies: Vec<Proxy>,
}
