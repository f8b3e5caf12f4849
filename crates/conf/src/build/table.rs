//! A stick table being read.

use crate::spec::StickTable;
use diag::Span;

/// One table, and where its references stand.
#[derive(Clone, Debug)]
pub struct TableB {
    pub table: StickTable,
    pub span: Span,
    /// Where `peers` names a section.
    pub peers: Option<Span>,
    /// Where `write-to` names a table.
    pub write_to: Option<Span>,
}
