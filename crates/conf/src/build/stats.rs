//! `stats` lines of a proxy being read.

use crate::spec::StatsPage;
use diag::Span;

/// The page so far.
#[derive(Clone, Debug, Default)]
pub struct StatsB {
    pub page: Option<StatsPage>,
    /// The page is this section's, not inherited.
    pub own: bool,
    /// The last of the lines.
    pub span: Span,
    /// `stats show-desc` without a text.
    pub desc_span: Span,
}

impl StatsB {
    /// The page, which is there from now on. The first line of a section ends what it inherited.
    pub fn page(&mut self, span: Span) -> &mut StatsPage {
        if !self.own {
            *self = StatsB { own: true, ..StatsB::default() };
        }
        self.span = span;
        self.page.get_or_insert_default()
    }
}
