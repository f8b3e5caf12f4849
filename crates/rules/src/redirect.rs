//! Sending a client elsewhere (manual 4.2, `redirect`).

use expr::logfmt::LogFormat;

/// A redirection.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Redirect {
    /// Where to.
    pub to: To,
    /// The status: 301, 302, 303, 307 or 308.
    pub code: u16,
    /// `drop-query`.
    pub drop_query: bool,
    /// `keep-query`.
    pub keep_query: bool,
    /// `append-slash`.
    pub append_slash: bool,
    /// `ignore-empty`.
    pub ignore_empty: bool,
    /// What is done about a cookie.
    pub cookie: Option<Cookie>,
}

/// Where a redirection leads.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum To {
    /// To this location.
    Location(Text),
    /// To this, with the request's path behind it.
    Prefix(Text),
    /// To the same place with another scheme.
    Scheme(Text),
}

/// A text that the `redirect` keyword takes as it is and a rule takes as a format.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Text {
    /// As it is.
    Plain(Box<[u8]>),
    /// A format.
    Format(LogFormat),
}

/// A cookie that comes with a redirection.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Cookie {
    /// `set-cookie`.
    Set(Box<[u8]>),
    /// `set-cookie-fmt`.
    SetFormat(LogFormat),
    /// `clear-cookie`.
    Clear(Box<[u8]>),
}
