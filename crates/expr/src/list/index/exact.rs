//! Exact keys: a few are compared one by one, many are in a table.

use hashbrown::HashTable;

use super::super::entries::{Entries, FEW};
use super::super::{hash, hash_folded};
use crate::acl::unhex;

/// Entries by their whole keys.
#[derive(Debug)]
pub(in crate::list) struct ExactIx {
    fold: bool,
    /// All entries; of equal ones the chain begins at the first.
    table: Option<HashTable<u32>>,
    /// Keys in another form than the entries', one for each.
    other: Option<Box<[Box<[u8]>]>>,
}

impl ExactIx {
    pub(in crate::list) fn new(entries: &Entries, fold: bool) -> ExactIx {
        ExactIx { fold, table: None, other: None }.filled(entries)
    }

    /// Keys that are written as hexadecimal digits.
    pub(super) fn of_hex(entries: &Entries) -> Result<ExactIx, (usize, String)> {
        let key = |ix| unhex(entries.key(ix)).map(Box::from).map_err(|why| (ix, why));
        let other = (0..entries.len()).map(key).collect::<Result<_, _>>()?;
        Ok(ExactIx { fold: false, table: None, other: Some(other) }.filled(entries))
    }

    /// Keys of which only a part counts.
    pub(super) fn of_parts(entries: &Entries, fold: bool, part: impl Fn(&[u8]) -> &[u8]) -> ExactIx {
        let other = (0..entries.len()).map(|ix| part(entries.key(ix)).into()).collect();
        ExactIx { fold, table: None, other: Some(other) }.filled(entries)
    }

    fn filled(mut self, entries: &Entries) -> ExactIx {
        if entries.len() <= FEW {
            return self;
        }
        let mut table = HashTable::with_capacity(entries.len());
        for ix in 0..entries.len() {
            table.insert_unique(self.hash(self.key(entries, ix)), ix as u32, |ix| {
                self.hash(self.key(entries, *ix as usize))
            });
        }
        self.table = Some(table);
        self
    }

    /// The first entry whose key is `text`.
    pub(super) fn find(&self, entries: &Entries, text: &[u8]) -> Option<usize> {
        let is = |ix: &usize| self.same(self.key(entries, *ix), text) && entries.is_alive(*ix);
        match &self.table {
            None => (0..entries.len()).find(is),
            // Equal keys are few: a list that has many of one is searched as long as it has them.
            Some(table) => table.iter_hash(self.hash(text)).map(|ix| *ix as usize).filter(is).min(),
        }
    }

    fn key<'e>(&'e self, entries: &'e Entries, ix: usize) -> &'e [u8] {
        self.other.as_ref().map_or_else(|| entries.key(ix), |other| &other[ix])
    }

    fn hash(&self, text: &[u8]) -> u64 {
        if self.fold { hash_folded(text) } else { hash(text) }
    }

    fn same(&self, key: &[u8], text: &[u8]) -> bool {
        if self.fold { key.eq_ignore_ascii_case(text) } else { key == text }
    }

    pub(super) fn bytes(&self) -> usize {
        let other = self.other.iter().flatten().map(|key| key.len() + size_of::<Box<[u8]>>()).sum::<usize>();
        self.table.as_ref().map_or(0, HashTable::allocation_size) + other
    }
}
