//! A `bind` or `stats socket` line being read.

use crate::addr::Parsed;
use crate::spec::{At, BindOpts, CliLevel};
use diag::Span;

/// The options that one line sets.
#[derive(Clone, Debug, Default)]
pub struct BindB {
    pub opts: BindOpts,
    /// `level`, on `stats socket`.
    pub level: Option<CliLevel>,
    /// `severity-output`, on `stats socket`.
    pub severity_output: crate::spec::SeverityOutput,
    /// Where `id` stands, for the message about a clash.
    pub id_span: Option<Span>,
}

/// One line with its addresses.
#[derive(Clone, Debug)]
pub struct BindLine {
    pub addrs: Vec<Parsed>,
    pub at: At,
    pub span: Span,
    pub bind: BindB,
}
