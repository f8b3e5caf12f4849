//! Section `fcgi-app` (manual 10.1.1).

use super::{At, LogSpec, Sourced};

/// A FastCGI application.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FcgiApp {
    pub name: Box<[u8]>,
    pub at: At,
    /// On the application's host.
    pub docroot: Box<[u8]>,
    /// Script behind a path that ends in a slash.
    pub index: Option<Box<[u8]>>,
    /// Regular expression that parts script and path info.
    pub path_info: Option<Sourced>,
    pub acls: Vec<Sourced>,
    pub rules: Vec<FcgiRule>,
    /// `log-stderr`.
    pub stderr: LogSpec,
    /// `option get-values`: the application is asked for its limits.
    pub get_values: bool,
    /// `option keep-conn`: the application leaves connections open.
    pub keep_conn: bool,
    /// `option mpxs-conns`: a connection carries several requests.
    pub multiplex: bool,
    /// `option max-reqs`: at a time, on one connection.
    pub max_reqs: u32,
}

/// What the application gets to see.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FcgiRule {
    pub what: FcgiParam,
    pub cond: Option<Sourced>,
    pub at: At,
}

/// `pass-header` and `set-param`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum FcgiParam {
    /// A header field that is usually left out, in lower case.
    PassHeader(Box<[u8]>),
    SetParam {
        name: Box<[u8]>,
        value: Sourced,
    },
}
