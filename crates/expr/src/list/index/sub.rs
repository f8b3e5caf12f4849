//! Substrings, found in one pass over the text however many there are.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::super::entries::Entries;

#[derive(Debug)]
pub(in crate::list) struct SubIx(AhoCorasick);

/// From here on a table for each state would take too much memory.
const MANY: usize = 100;

impl SubIx {
    pub(super) fn new(entries: &Entries, fold: bool) -> Result<SubIx, String> {
        let kind = (entries.len() > MANY).then_some(AhoCorasickKind::ContiguousNFA);
        let keys = (0..entries.len()).map(|ix| entries.key(ix));
        let built = AhoCorasick::builder().ascii_case_insensitive(fold).kind(kind).build(keys);
        built.map(SubIx).map_err(|e| format!("the patterns are too large: {e}"))
    }

    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.0.is_match(text)
    }

    /// The first entry that is within `text`.
    pub(super) fn first(&self, entries: &Entries, text: &[u8]) -> Option<usize> {
        let found = self.0.find_overlapping_iter(text).map(|found| found.pattern().as_usize());
        found.filter(|ix| entries.is_alive(*ix)).min()
    }
}
