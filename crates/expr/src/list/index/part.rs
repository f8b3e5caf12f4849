//! Parts of paths and domains: keys without the delimiters around them, looked up for each row of parts of the text that
//! is as long as a key may be.

use super::super::entries::Entries;
use super::exact::ExactIx;

/// What divides a path.
pub(super) const DIR: &[u8] = b"/";
/// What divides a domain, or a URL.
pub(super) const DOM: &[u8] = b"/?.:";

/// Keys without the delimiters around them.
#[derive(Debug)]
pub(in crate::list) struct PartIx {
    keys: ExactIx,
    delimiters: &'static [u8],
    /// The most delimiters that a key has inside.
    most: usize,
}

impl PartIx {
    pub(super) fn new(entries: &Entries, fold: bool, delimiters: &'static [u8]) -> PartIx {
        let inside = |ix| trimmed(entries.key(ix), delimiters).iter().filter(|b| delimiters.contains(b)).count();
        PartIx {
            keys: ExactIx::of_parts(entries, fold, |key| trimmed(key, delimiters)),
            delimiters,
            most: (0..entries.len()).map(inside).max().unwrap_or(0),
        }
    }

    /// The first entry that is a part of `text`, or several in a row.
    pub(super) fn first(&self, entries: &Entries, text: &[u8]) -> Option<usize> {
        let ends = |from: usize| {
            let inner = text[from..].iter().enumerate().filter(|(_, b)| self.delimiters.contains(b));
            inner.map(move |(at, _)| from + at).chain([text.len()]).take(self.most + 1)
        };
        let starts = text.iter().enumerate().filter(|(_, b)| self.delimiters.contains(b)).map(|(at, _)| at + 1);
        let rows = [0].into_iter().chain(starts).flat_map(|from| ends(from).map(move |to| &text[from..to]));
        // A key of nothing but delimiters never matches.
        rows.filter(|row| !row.is_empty()).filter_map(|row| self.keys.find(entries, row)).min()
    }

    pub(super) fn bytes(&self) -> usize {
        self.keys.bytes()
    }
}

fn trimmed<'p>(p: &'p [u8], delimiters: &[u8]) -> &'p [u8] {
    let outside = |b: &u8| delimiters.contains(b);
    let from = p.iter().position(|b| !outside(b)).unwrap_or(p.len());
    let to = p.iter().rposition(|b| !outside(b)).map_or(from, |at| at + 1);
    &p[from..to]
}
