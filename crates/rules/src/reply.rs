//! Answers that a rule gives itself (manual 4.4, `return`).

use std::sync::Arc;

use expr::logfmt::LogFormat;

/// An answer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Reply {
    /// Its status, 200 to 599.
    pub status: u16,
    /// What it consists of.
    pub body: Body,
    /// The body's type, if the body is one of one's own.
    pub content_type: Option<Box<str>>,
    /// More header fields: names and values.
    pub fields: Box<[(Box<[u8]>, LogFormat)]>,
}

/// Where an answer comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Body {
    /// There is none.
    Empty,
    /// What the proxy has for this status.
    Default,
    /// A whole answer out of a file.
    ErrorFile(Arc<http::Canned>),
    /// Out of a file that is empty: the connection is closed without an answer.
    Silence,
    /// That of an `http-errors` section.
    ErrorFiles(Box<str>),
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// What a format gives.
    Format(LogFormat),
}
