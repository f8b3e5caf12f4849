//! The sections beside `global` and the proxies, one list a kind.

use super::{Cache, HttpErrors, Mailers, Resolvers, Userlist};

/// Every such section, in the order of the files.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sections {
    pub caches: Vec<Cache>,
    pub http_errors: Vec<HttpErrors>,
    pub mailers: Vec<Mailers>,
    pub resolvers: Vec<Resolvers>,
    pub userlists: Vec<Userlist>,
}
