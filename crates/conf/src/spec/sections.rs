//! The sections beside `global` and the proxies, one list a kind.

use super::{
    Acme, Cache, CrtStore, FcgiApp, HealthCheck, HttpErrors, LogForward, LogProfile, Mailers, Peers, Resolvers, Ring,
    Spoe, Trace, Userlist,
};

/// Every such section, in the order of the files.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sections {
    pub acmes: Vec<Acme>,
    pub crt_stores: Vec<CrtStore>,
    pub caches: Vec<Cache>,
    pub fcgi_apps: Vec<FcgiApp>,
    pub healthchecks: Vec<HealthCheck>,
    pub http_errors: Vec<HttpErrors>,
    pub log_forwards: Vec<LogForward>,
    pub log_profiles: Vec<LogProfile>,
    pub mailers: Vec<Mailers>,
    /// Names of the sections `namespace_list`.
    pub namespaces: Vec<Box<str>>,
    pub peers: Vec<Peers>,
    pub resolvers: Vec<Resolvers>,
    pub rings: Vec<Ring>,
    /// Engines that `filter spoe` lines name.
    pub spoe: Vec<Spoe>,
    /// Lines of the sections `traces`.
    pub traces: Vec<Trace>,
    pub userlists: Vec<Userlist>,
}
