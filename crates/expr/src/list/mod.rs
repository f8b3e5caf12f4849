//! Lists of patterns and maps, which can be changed while they are searched (manual 2.7; management guide 9.3, `add map` and
//! the like).
//!
//! A list is a row of runs ([`entries`]), each with an index for every way in which some expression searches the list.
//! Readers take the row as it is at the moment, without a lock. What is added makes a small run at the end; small runs are
//! merged into larger ones, the largest by whoever has the time ([`List::merge`]). What is deleted or set is marked in its
//! run. Several lines that name the same file share one list.

mod entries;
mod file;
mod index;
mod registry;
mod update;
mod view;

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use twox_hash::XxHash3_64;

use crate::acl::Net;
use entries::{Builder, Entries};
use index::Index;

pub use file::pair;
pub use index::{How, Probe};
pub use registry::{Listed, Listing, Lists, Source, Use};
pub use update::{Change, Entry};
pub(crate) use view::nets_of;
pub use view::{Found, Shown, Values, View};

/// A list of patterns, or of keys with values.
#[derive(Debug)]
pub struct List {
    name: Box<str>,
    kind: Kind,
    /// Of its content when it was loaded.
    digest: u64,
    /// Distinguishes entries of this list from those of others.
    serial: u64,
    /// How the values of an `acl` line are compared.
    inline: Option<ViewKey>,
    now: ArcSwap<Snapshot>,
    /// It isn't as it was loaded any more.
    touched: AtomicBool,
    writer: Mutex<Writer>,
}

/// What a list is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A file of patterns.
    Patterns,
    /// A file of keys with values.
    Map,
    /// The values of one `acl` line.
    Inline,
}

/// A list at one moment.
#[derive(Clone, Debug, Default)]
struct Snapshot {
    version: u32,
    /// The oldest entries first.
    runs: Vec<Run>,
}

/// Entries with an index for each of the list's views, in their order.
#[derive(Clone, Debug)]
struct Run {
    entries: Arc<Entries>,
    indexes: Vec<Arc<Index>>,
}

/// What only who changes a list needs.
#[derive(Debug, Default)]
struct Writer {
    /// The newest version number that was given out.
    next_version: u32,
    next_id: u64,
    views: Vec<ViewKey>,
    /// Versions that are being prepared.
    prepared: BTreeMap<u32, Builder>,
    /// Host names among patterns, with their addresses: they are looked up only while a configuration is read.
    resolved: HashMap<Box<[u8]>, Vec<Net>>,
    /// How often all entries were replaced.
    replaced: u64,
    /// A merge is on its way.
    merging: Option<Merging>,
    merge_due: bool,
}

/// What a merge has to learn in the end.
#[derive(Debug)]
struct Merging {
    /// Entries that were deleted or set meanwhile.
    log: Vec<u64>,
    /// So many runs are merged.
    runs: usize,
}

/// How an expression searches a list, and what it wants of the values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ViewKey {
    /// How entries are compared.
    pub how: How,
    /// What the values have to be.
    pub values: Values,
    /// Names are no host names (`-n`).
    pub no_resolve: bool,
}

impl List {
    fn new(name: &str, kind: Kind, digest: u64, inline: Option<ViewKey>, entries: Entries) -> List {
        static SERIAL: AtomicU64 = AtomicU64::new(1);
        let writer = Writer { next_id: entries.len() as u64, ..Writer::default() };
        let runs =
            if entries.len() == 0 { Vec::new() } else { vec![Run { entries: Arc::new(entries), indexes: Vec::new() }] };
        List {
            name: name.into(),
            kind,
            digest,
            serial: SERIAL.fetch_add(1, Relaxed),
            inline,
            now: ArcSwap::from_pointee(Snapshot { version: 0, runs }),
            touched: AtomicBool::new(false),
            writer: Mutex::new(writer),
        }
    }

    /// What it is known by: the file's name without `file@` or `opt@`; empty for the values of an `acl` line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is made of.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Stands for the content that it was loaded with.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Whether it is still as it was loaded.
    #[inline]
    pub fn is_untouched(&self) -> bool {
        !self.touched.load(Relaxed)
    }

    /// How many entries there are in the version in force.
    pub fn len(&self) -> usize {
        self.now.load().runs.iter().map(|run| run.entries.alive()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the list takes in memory, in bytes. Of regular expressions and substrings only the texts count.
    pub fn bytes(&self) -> usize {
        let of_run = |run: &Run| run.entries.bytes() + run.indexes.iter().map(|index| index.bytes()).sum::<usize>();
        self.now.load().runs.iter().map(of_run).sum()
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic in the middle of a change leaves the row of runs as it was.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Entries can come from clients: nobody outside may know which keys collide.
static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));

#[inline]
fn hash(text: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(*SEED, text)
}

/// The hash of `text` in lower case.
fn hash_folded(text: &[u8]) -> u64 {
    let mut short = [0; 256];
    match short.get_mut(..text.len()) {
        Some(short) => {
            short.copy_from_slice(text);
            short.make_ascii_lowercase();
            hash(short)
        }
        // Longer than any host name or path that is worth listing.
        None => hash(&text.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests;
