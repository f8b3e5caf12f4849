//! Prefixes and suffixes: keys in order, each with the longest other key that it begins (or ends) with. What a text begins
//! with is then the key before the text in that order, or one on the way up from it.

use core::cmp::Ordering;

use super::super::entries::Entries;
use super::Hit;

/// Keys in order.
#[derive(Debug)]
pub(in crate::list) struct AffixIx {
    fold: bool,
    /// From the end instead of from the beginning.
    backwards: bool,
    /// Entries by key; equal ones in their own order.
    order: Box<[u32]>,
    /// For each place in the order the place of the first of the longest shorter affixes; `NONE` if there is none.
    up: Box<[u32]>,
}

const NONE: u32 = u32::MAX;

impl AffixIx {
    pub(super) fn new(entries: &Entries, fold: bool, backwards: bool) -> AffixIx {
        let mut ix = AffixIx { fold, backwards, order: (0..entries.len() as u32).collect(), up: Box::default() };
        let mut order = core::mem::take(&mut ix.order);
        order.sort_by(|a, b| ix.compare(entries.key(*a as usize), entries.key(*b as usize)));
        let mut up = vec![NONE; order.len()].into_boxed_slice();
        // Places whose keys each begin with the one before it: all that the next key could begin with.
        let mut around: Vec<u32> = Vec::new();
        for at in 0..order.len() {
            let key = entries.key(order[at] as usize);
            while let Some(outer) = around.last()
                && !ix.covers(entries.key(order[*outer as usize] as usize), key)
            {
                around.pop();
            }
            match around.last() {
                Some(same) if entries.key(order[*same as usize] as usize).len() == key.len() => {
                    up[at] = up[*same as usize];
                }
                outer => {
                    up[at] = outer.copied().unwrap_or(NONE);
                    around.push(at as u32);
                }
            }
        }
        AffixIx { order, up, ..ix }
    }

    /// The longest key that `text` begins with.
    pub(super) fn longest(&self, entries: &Entries, text: &[u8]) -> Option<Hit> {
        self.covering(entries, text).next().map(|ix| Hit { ix, fineness: entries.key(ix).len() as u32 })
    }

    /// The first entry whose key `text` begins with.
    pub(super) fn first(&self, entries: &Entries, text: &[u8]) -> Option<usize> {
        self.covering(entries, text).min()
    }

    /// The first entry of each key that `text` begins with, the longest first.
    fn covering<'e>(&'e self, entries: &'e Entries, text: &'e [u8]) -> impl Iterator<Item = usize> + 'e {
        let key = |at: usize| entries.key(self.order[at] as usize);
        let behind =
            self.order.partition_point(|ix| self.compare(entries.key(*ix as usize), text) != Ordering::Greater);
        let mut at = behind.checked_sub(1);
        core::iter::from_fn(move || {
            loop {
                let here = at?;
                at = Some(self.up[here]).filter(|up| *up != NONE).map(|up| up as usize);
                if !self.covers(key(here), text) {
                    continue;
                }
                let len = key(here).len();
                let from = self.first_of_same(entries, here, len);
                let same = (from..self.order.len()).take_while(|n| key(*n).len() == len && self.covers(key(*n), text));
                let found = same.map(|n| self.order[n] as usize).find(|ix| entries.is_alive(*ix));
                if found.is_some() {
                    return found;
                }
            }
        })
    }

    /// The first place whose key is the same as that at `at`.
    fn first_of_same(&self, entries: &Entries, at: usize, len: usize) -> usize {
        let key = entries.key(self.order[at] as usize);
        if at == 0 || entries.key(self.order[at - 1] as usize).len() != len {
            return at;
        }
        self.order[..at].partition_point(|ix| self.compare(entries.key(*ix as usize), key) == Ordering::Less)
    }

    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        let fold = |byte: &u8| if self.fold { byte.to_ascii_lowercase() } else { *byte };
        match (self.backwards, self.fold) {
            (true, _) => a.iter().rev().map(fold).cmp(b.iter().rev().map(fold)),
            (false, true) => a.iter().map(fold).cmp(b.iter().map(fold)),
            (false, false) => a.cmp(b),
        }
    }

    /// Whether `text` begins (or ends) with `key`.
    fn covers(&self, key: &[u8], text: &[u8]) -> bool {
        let Some(more) = text.len().checked_sub(key.len()) else { return false };
        let part = if self.backwards { &text[more..] } else { &text[..key.len()] };
        if self.fold { part.eq_ignore_ascii_case(key) } else { part == key }
    }

    pub(super) fn bytes(&self) -> usize {
        (self.order.len() + self.up.len()) * 4
    }
}
