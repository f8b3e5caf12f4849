//! `email-alert` lines being read.

use diag::Span;

/// What they say together so far.
#[derive(Clone, Debug, Default)]
pub struct EmailB {
    pub from: Option<Box<[u8]>>,
    pub to: Option<Box<[u8]>>,
    pub mailers: Option<(Box<str>, Span)>,
    pub max_level: Option<u8>,
    pub my_hostname: Option<Box<[u8]>>,
    /// The last of the lines.
    pub span: Span,
}
