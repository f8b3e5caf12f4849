//! `log` lines being read.

use crate::spec::LogTarget;
use diag::Span;

/// What one section says about logs.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    pub lines: Vec<LogLine>,
    pub tag: Option<Box<[u8]>>,
}

/// One `log` line.
#[derive(Clone, Debug)]
pub enum LogLine {
    /// `log global`, replaced by the global section's lines once all is read.
    Global(Span),
    /// `format_said`: otherwise the format depends on `log-send-hostname`.
    Target { target: LogTarget, format_said: bool, span: Span, profile_span: Option<Span> },
}
