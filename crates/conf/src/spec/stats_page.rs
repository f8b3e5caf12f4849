//! The statistics page (manual 4.2, `stats …`).

use super::{At, Sourced};

/// What `stats` lines of a proxy say together. Any of them turns the page on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct StatsPage {
    /// `None`: the documented default.
    pub uri: Option<Box<[u8]>>,
    pub realm: Option<Box<[u8]>>,
    /// Seconds.
    pub refresh_s: Option<u32>,
    /// Nothing: all proxies are shown.
    pub scopes: Vec<StatsScope>,
    /// `stats auth`.
    pub accounts: Vec<StatsAccount>,
    pub show_node: Option<StatsText>,
    pub show_desc: Option<StatsText>,
    pub show_legends: bool,
    pub show_modules: bool,
    pub show_version: bool,
    /// `stats admin`: conditions, any of which gives the right to change states.
    pub admin: Vec<Sourced>,
    /// `stats http-request`, the first one that applies decides.
    pub rules: Vec<StatsRule>,
}

/// Who may see the page.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct StatsAccount {
    pub user: Box<[u8]>,
    pub password: Box<[u8]>,
}

/// Which proxies are shown.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum StatsScope {
    /// The one where the line stands.
    Own,
    /// The one of that name, if there is one.
    Name(Box<[u8]>),
}

/// A text on the page.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum StatsText {
    /// Section `global`'s.
    Global,
    Own(Box<[u8]>),
}

/// One `stats http-request` line.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct StatsRule {
    pub action: StatsAction,
    /// `None` always applies.
    pub cond: Option<Sourced>,
    pub at: At,
}

/// What becomes of a request for the page.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum StatsAction {
    Allow,
    Deny,
    /// Asks for user and password.
    Auth {
        realm: Option<Box<[u8]>>,
    },
}
