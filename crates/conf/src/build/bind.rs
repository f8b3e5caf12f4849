//! A `bind` or `stats socket` line being read.

use crate::addr::Parsed;
use crate::spec::{At, BindOpts, CliLevel, TlsBind};
use diag::Span;

/// The options that one line sets.
#[derive(Clone, Debug, Default)]
pub struct BindB {
    /// `tls` is kept beside it until the end.
    pub opts: BindOpts,
    pub tls: TlsBind,
    /// `level`, on `stats socket`.
    pub level: Option<CliLevel>,
    /// `severity-output`, on `stats socket`.
    pub severity_output: crate::spec::SeverityOutput,
    /// Where `id` stands, for the message about a clash.
    pub id_span: Option<Span>,
    pub guid_prefix: Option<(Box<str>, Span)>,
    /// `nbconn`, and where it stands.
    pub nbconn: Option<(u32, Span)>,
}

/// One line with its addresses.
#[derive(Clone, Debug)]
pub struct BindLine {
    pub addrs: Vec<Parsed>,
    /// The addresses as written.
    pub text: Box<[u8]>,
    pub at: At,
    pub span: Span,
    pub bind: BindB,
}
