//! A run of entries. Which they are never changes; that one is deleted or gets another value is written beside them, so
//! that readers need no lock and writers copy nothing.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;
use hashbrown::HashTable;

use super::hash;

/// Entries in their order.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// What keys and values are parts of: a file as it was read, or what was collected.
    text: Box<[u8]>,
    spans: Box<[Span]>,
    /// Each entry's number in its list, ascending.
    ids: Ids,
    /// A bit for each entry: deleted.
    dead: Box<[AtomicU64]>,
    dead_count: AtomicU32,
    /// Values that were set later; made when the first one is.
    values: OnceLock<Box<[Value]>>,
    /// All entries by the text of their keys; made when the first one is wanted.
    by_key: OnceLock<HashTable<u32>>,
}

/// A value that was set later, if one was.
type Value = ArcSwapOption<Box<[u8]>>;

#[derive(Clone, Copy, Debug)]
struct Span {
    key: u32,
    key_len: u32,
    value: u32,
    value_len: u32,
}

#[derive(Debug)]
enum Ids {
    From(u64),
    Each(Box<[u64]>),
}

impl Default for Ids {
    fn default() -> Ids {
        Ids::From(0)
    }
}

/// Collects entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Builder {
    text: Vec<u8>,
    spans: Vec<Span>,
    ids: Vec<u64>,
}

/// Text of one run is at most this long, since places in it are 32 bits.
const LONGEST: usize = u32::MAX as usize;

impl Builder {
    /// A copy of an entry; `false` if there is no room for it.
    pub fn push(&mut self, id: u64, key: &[u8], value: &[u8]) -> bool {
        let at = self.text.len();
        if at + key.len() + value.len() > LONGEST {
            return false;
        }
        self.text.extend_from_slice(key);
        self.text.extend_from_slice(value);
        self.spans.push(Span {
            key: at as u32,
            key_len: key.len() as u32,
            value: (at + key.len()) as u32,
            value_len: value.len() as u32,
        });
        self.ids.push(id);
        true
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn finish(self) -> Entries {
        Entries::new(self.text.into(), self.spans.into(), Ids::Each(self.ids.into()))
    }
}

impl Entries {
    fn new(text: Box<[u8]>, spans: Box<[Span]>, ids: Ids) -> Entries {
        let dead = (0..spans.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Entries { text, spans, ids, dead, ..Entries::default() }
    }

    /// The entries of a file, which stays in memory as it was read. `None` if it is larger than 4 GB.
    pub fn of_file(file: Vec<u8>, map: bool) -> Option<Entries> {
        if file.len() > LONGEST {
            return None;
        }
        let file = file.into_boxed_slice();
        let span = |line: super::file::Line| Span {
            key: line.key.0 as u32,
            key_len: (line.key.1 - line.key.0) as u32,
            value: line.value.0 as u32,
            value_len: (line.value.1 - line.value.0) as u32,
        };
        let spans: Vec<Span> = super::file::lines(&file, map).map(span).collect();
        Some(Entries::new(file, spans.into(), Ids::From(0)))
    }

    /// The line of the file that the entry stands on, if this is a file.
    pub fn line(&self, ix: usize) -> usize {
        super::file::number_of(&self.text, self.spans[ix].key as usize)
    }

    /// How many there are, deleted ones included.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// How many of them are not deleted.
    pub fn alive(&self) -> usize {
        self.len() - self.dead_count.load(Relaxed) as usize
    }

    /// The entry's key.
    pub fn key(&self, ix: usize) -> &[u8] {
        let span = self.spans[ix];
        &self.text[span.key as usize..][..span.key_len as usize]
    }

    /// What `f` makes of the entry's value.
    pub fn value<R>(&self, ix: usize, f: impl FnOnce(&[u8]) -> R) -> R {
        if let Some(slots) = self.values.get() {
            let set = slots[ix].load();
            if let Some(value) = &*set {
                return f(value);
            }
        }
        let span = self.spans[ix];
        f(&self.text[span.value as usize..][..span.value_len as usize])
    }

    /// The entry's number in its list.
    pub fn id(&self, ix: usize) -> u64 {
        match &self.ids {
            Ids::From(first) => first + ix as u64,
            Ids::Each(ids) => ids[ix],
        }
    }

    /// The entry of this number.
    pub fn find_id(&self, id: u64) -> Option<usize> {
        match &self.ids {
            Ids::From(first) => id.checked_sub(*first).map(|ix| ix as usize).filter(|ix| *ix < self.len()),
            Ids::Each(ids) => ids.binary_search(&id).ok(),
        }
    }

    /// Whether the entry is still there.
    #[inline]
    pub fn is_alive(&self, ix: usize) -> bool {
        // Readers see a deletion sooner or later; there is nothing else that it has to be in order with.
        self.dead[ix / 64].load(Relaxed) >> (ix % 64) & 1 == 0
    }

    /// Whether none was deleted.
    pub fn is_whole(&self) -> bool {
        self.dead_count.load(Relaxed) == 0
    }

    /// Deletes an entry. Only called by the list's one writer.
    pub fn kill(&self, ix: usize) {
        let bit = 1 << (ix % 64);
        if self.dead[ix / 64].fetch_or(bit, Relaxed) & bit == 0 {
            self.dead_count.fetch_add(1, Relaxed);
        }
    }

    /// Gives an entry another value.
    pub fn set(&self, ix: usize, value: &[u8]) {
        let slots = self.values.get_or_init(|| (0..self.len()).map(|_| ArcSwapOption::empty()).collect());
        slots[ix].store(Some(Arc::new(value.into())));
    }

    /// The entries that are still there and have this key, in no order.
    pub fn with_key<'e>(&'e self, key: &'e [u8]) -> impl Iterator<Item = usize> + 'e {
        let few = (self.len() <= FEW).then_some(0..self.len()).into_iter().flatten();
        let many = (self.len() > FEW).then(|| self.keys().iter_hash(hash(key)).map(|ix| *ix as usize));
        few.chain(many.into_iter().flatten()).filter(move |ix| self.is_alive(*ix) && self.key(*ix) == key)
    }

    fn keys(&self) -> &HashTable<u32> {
        self.by_key.get_or_init(|| {
            let mut table = HashTable::with_capacity(self.len());
            for ix in 0..self.len() {
                table.insert_unique(hash(self.key(ix)), ix as u32, |ix| hash(self.key(*ix as usize)));
            }
            table
        })
    }

    /// What these entries take in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let ids = if let Ids::Each(ids) = &self.ids { ids.len() * 8 } else { 0 };
        let by_key = self.by_key.get().map_or(0, HashTable::allocation_size);
        self.text.len() + self.spans.len() * size_of::<Span>() + ids + self.dead.len() * 8 + by_key
    }
}

/// Up to here comparing one after the other costs less than hashing.
pub(super) const FEW: usize = 8;
