//! Changes at run time.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};

use super::entries::{Builder, Entries};
use super::index::Index;
use super::{List, Merging, Run, Snapshot, Writer};
use crate::acl::Matcher;

/// Which entries are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry<'e> {
    /// All that have this key.
    Key(&'e [u8]),
    /// The one with this reference.
    Ref(u64),
}

/// What a change may fail by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// There is no such entry.
    NotFound,
    /// It doesn't fit; the text says why.
    Bad(String),
}

/// A run of this many entries is taken as the last one, where new ones are added.
const YOUNG: usize = 64;
/// Runs with more entries than this together are merged by whoever calls [`List::merge`].
const AT_ONCE: usize = 8192;
/// The same two where entries have to be compiled.
const YOUNG_COMPILED: usize = 8;
const AT_ONCE_COMPILED: usize = 256;
/// More deleted entries than this, and than there are others, are worth a merge.
const DEAD: usize = 4096;
/// A run is merged with the one before it unless that is so many times larger.
const GROWTH: usize = 4;

impl List {
    /// Adds an entry, to the version in force or to one that was prepared. Whether there is one with that key isn't asked.
    pub fn add(&self, version: Option<u32>, key: &[u8], value: &[u8]) -> Result<(), Change> {
        let mut writer = self.writer();
        self.add_with(&mut writer, version, key, value)
    }

    fn add_with(&self, writer: &mut Writer, version: Option<u32>, key: &[u8], value: &[u8]) -> Result<(), Change> {
        self.settle(writer)?;
        let id = writer.next_id;
        let now = self.now.load_full();
        writer.check(key, value)?;
        if let Some(version) = version.filter(|version| *version != now.version) {
            let room = writer.prepared.get_mut(&version).is_none_or(|prepared| prepared.push(id, key, value));
            if !room {
                return Err(Change::Bad("out of memory".into()));
            }
            writer.next_id += 1;
            return Ok(());
        }
        let mut runs = now.runs.clone();
        let young = if writer.compiles() { YOUNG_COMPILED } else { YOUNG };
        let mut builder = Builder::default();
        let is_merged = writer.merging.as_ref().is_some_and(|merging| runs.len() <= merging.runs);
        let last = runs.pop_if(|run| run.entries.len() < young && !is_merged);
        let fits = last.is_none_or(|run| copy(&run.entries, &mut builder)) && builder.push(id, key, value);
        if !fits {
            return Err(Change::Bad("out of memory".into()));
        }
        runs.push(writer.run(builder.finish())?);
        writer.next_id += 1;
        writer.merge_small(&mut runs)?;
        self.touched.store(true, Relaxed);
        self.now.store(Arc::new(Snapshot { runs, ..*now }));
        Ok(())
    }

    /// Gives entries another value.
    pub fn set(&self, entry: Entry<'_>, value: &[u8]) -> Result<(), Change> {
        let mut writer = self.writer();
        self.set_with(&mut writer, entry, value)
    }

    fn set_with(&self, writer: &mut Writer, entry: Entry<'_>, value: &[u8]) -> Result<(), Change> {
        if let Some(key) = writer.views.iter().find(|view| !view.values.check(value)) {
            return Err(Change::Bad(format!("{}.", key.values.complaint(value))));
        }
        self.each(writer, entry, |entries, ix| entries.set(ix, value))
    }

    /// Gives the entries of a key another value, or adds one if there is none.
    pub fn put(&self, key: &[u8], value: &[u8]) -> Result<(), Change> {
        let mut writer = self.writer();
        match self.set_with(&mut writer, Entry::Key(key), value) {
            Err(Change::NotFound) => self.add_with(&mut writer, None, key, value),
            done => done,
        }
    }

    /// Adds an entry unless there is one with that key.
    pub fn add_once(&self, key: &[u8]) -> Result<(), Change> {
        let mut writer = self.writer();
        let there = self.now.load().runs.iter().any(|run| run.entries.with_key(key).next().is_some());
        if there { Ok(()) } else { self.add_with(&mut writer, None, key, b"") }
    }

    /// Deletes entries.
    pub fn del(&self, entry: Entry<'_>) -> Result<(), Change> {
        let mut writer = self.writer();
        self.each(&mut writer, entry, Entries::kill)
    }

    fn each(&self, writer: &mut Writer, entry: Entry<'_>, act: impl Fn(&Entries, usize)) -> Result<(), Change> {
        self.settle(writer)?;
        let now = self.now.load();
        let mut done = 0;
        for run in &now.runs {
            let entries = &*run.entries;
            let mut one = |ix: usize| {
                act(entries, ix);
                done += 1;
                if let Some(merging) = &mut writer.merging {
                    merging.log.push(entries.id(ix));
                }
            };
            match entry {
                Entry::Key(key) => entries.with_key(key).for_each(&mut one),
                Entry::Ref(id) => {
                    let id = id.checked_sub(self.serial << 32).unwrap_or(u64::MAX);
                    entries.find_id(id).filter(|ix| entries.is_alive(*ix)).into_iter().for_each(&mut one);
                }
            }
        }
        if done == 0 {
            return Err(Change::NotFound);
        }
        self.touched.store(true, Release);
        // Deleted entries take memory until then; a few are worth no merge of many.
        let alive: usize = now.runs.iter().map(|run| run.entries.alive()).sum();
        let all: usize = now.runs.iter().map(|run| run.entries.len()).sum();
        writer.merge_due |= all - alive > DEAD.max(alive);
        Ok(())
    }

    /// Deletes all entries of the version in force, or of one that is being prepared.
    pub fn clear(&self, version: Option<u32>) {
        let mut writer = self.writer();
        let now = self.now.load_full();
        match version.filter(|version| *version != now.version) {
            Some(version) => {
                if let Some(prepared) = writer.prepared.get_mut(&version) {
                    *prepared = Builder::default();
                }
            }
            None => self.replace(&mut writer, Snapshot { version: now.version, runs: Vec::new() }),
        }
    }

    /// Begins a version that replaces all entries at once when it is committed; answers its number.
    pub fn prepare(&self) -> u32 {
        let mut writer = self.writer();
        writer.next_version = writer.next_version.wrapping_add(1);
        let version = writer.next_version;
        writer.prepared.insert(version, Builder::default());
        version
    }

    /// Puts a prepared version in force; `false` if there is none of that number.
    pub fn commit(&self, version: u32) -> Result<bool, Change> {
        let mut writer = self.writer();
        self.settle(&mut writer)?;
        let current = self.now.load().version;
        let ahead = version.wrapping_sub(current);
        if ahead == 0 || ahead > writer.next_version.wrapping_sub(current) {
            return Ok(false);
        }
        let prepared = writer.prepared.remove(&version).unwrap_or_default();
        // Making the indexes of many entries takes a while, in which the version in force may go on changing.
        let views = writer.views.clone();
        let plan = Writer { views, resolved: writer.resolved.clone(), ..Writer::default() };
        drop(writer);
        let runs = if prepared.len() == 0 { Vec::new() } else { vec![plan.run(prepared.finish())?] };
        let mut writer = self.writer();
        writer.prepared.retain(|other, _| (other.wrapping_sub(version) as i32) > 0);
        self.replace(&mut writer, Snapshot { version, runs });
        Ok(true)
    }

    /// Makes the index of an `acl` line's own values, which nobody needs before the first change.
    pub(super) fn settle(&self, writer: &mut Writer) -> Result<(), Change> {
        let Some(view) = self.inline.filter(|_| writer.views.is_empty()) else { return Ok(()) };
        writer.views.push(view);
        let now = self.now.load_full();
        let mut runs = Vec::with_capacity(now.runs.len());
        for run in &now.runs {
            let mut builder = Builder::default();
            copy(&run.entries, &mut builder);
            runs.push(writer.run(builder.finish())?);
        }
        self.now.store(Arc::new(Snapshot { runs, ..*now }));
        Ok(())
    }

    fn replace(&self, writer: &mut Writer, now: Snapshot) {
        writer.replaced += 1;
        writer.merging = None;
        self.touched.store(true, Relaxed);
        self.now.store(Arc::new(now));
    }

    /// The version in force, the newest that was prepared, and how many entries there are in all of them.
    pub fn versions(&self) -> (u32, u32, usize) {
        let writer = self.writer();
        let now = self.now.load();
        let alive: usize = now.runs.iter().map(|run| run.entries.alive()).sum();
        (now.version, writer.next_version, alive + writer.prepared.values().map(Builder::len).sum::<usize>())
    }

    /// All entries of a version, in order: reference, key and value. They are as they were when this was called, but
    /// for what is set and deleted meanwhile.
    pub fn entries(&self, version: Option<u32>) -> impl Iterator<Item = (u64, Vec<u8>, Vec<u8>)> + use<> {
        let writer = self.writer();
        let now = self.now.load_full();
        let runs: Vec<Arc<Entries>> = match version.filter(|version| *version != now.version) {
            None => now.runs.iter().map(|run| run.entries.clone()).collect(),
            Some(version) => writer.prepared.get(&version).cloned().map(|b| Arc::new(b.finish())).into_iter().collect(),
        };
        let base = self.serial << 32;
        runs.into_iter().flat_map(move |run| {
            let all = 0..run.len();
            all.filter_map(move |ix| {
                let value = || run.value(ix, <[u8]>::to_vec);
                run.is_alive(ix).then(|| (base.wrapping_add(run.id(ix)), run.key(ix).to_vec(), value()))
            })
        })
    }

    /// Whether [`List::merge`] would make the list faster or smaller.
    pub fn merge_due(&self) -> bool {
        let writer = self.writer();
        writer.merge_due && writer.merging.is_none()
    }

    /// Makes one run of all. Takes a while with many entries, in which the list can be read and changed. Does nothing if
    /// another call is on it.
    pub fn merge(&self) -> Result<(), Change> {
        let mut writer = self.writer();
        if writer.merging.is_some() {
            return Ok(());
        }
        let old = self.now.load_full();
        writer.merging = Some(Merging { log: Vec::new(), runs: old.runs.len() });
        writer.merge_due = false;
        let replaced = writer.replaced;
        let plan = Writer { views: writer.views.clone(), resolved: writer.resolved.clone(), ..Writer::default() };
        drop(writer);
        let mut builder = Builder::default();
        let run = match old.runs.iter().all(|run| copy(&run.entries, &mut builder)) {
            true => plan.run(builder.finish()),
            false => Err(Change::Bad("the list is too long for one run".into())),
        };
        let mut writer = self.writer();
        let log = if writer.replaced == replaced { writer.merging.take() } else { None };
        let (Some(Merging { log, .. }), run) = (log, run?) else { return Ok(()) };
        if writer.views.len() != run.indexes.len() {
            return Ok(());
        }
        for id in log {
            let source = old.runs.iter().find_map(|old| old.entries.find_id(id).map(|ix| (&old.entries, ix)));
            if let (Some((old, from)), Some(ix)) = (source, run.entries.find_id(id)) {
                if old.is_alive(from) {
                    old.value(from, |value| run.entries.set(ix, value));
                } else {
                    run.entries.kill(ix);
                }
            }
        }
        let now = self.now.load_full();
        let runs = [run].into_iter().chain(now.runs[old.runs.len()..].iter().cloned()).collect();
        self.now.store(Arc::new(Snapshot { runs, ..*now }));
        Ok(())
    }
}

impl Writer {
    /// Whether an entry fits all ways in which the list is searched.
    fn check(&self, key: &[u8], value: &[u8]) -> Result<(), Change> {
        let mut builder = Builder::default();
        builder.push(0, key, value);
        self.run(builder.finish())?;
        match self.views.iter().find(|view| !view.values.check(value)) {
            Some(view) => Err(Change::Bad(format!("{}.", view.values.complaint(value)))),
            None => Ok(()),
        }
    }

    /// The entries with all indexes. Host names that nobody has looked up yet are no addresses.
    fn run(&self, entries: Entries) -> Result<Run, Change> {
        let mut resolve = |name: &[u8]| {
            let bad = || format!("'{}' is not a valid IPv4 or IPv6 address", crate::error::show(name));
            self.resolved.get(name).cloned().ok_or_else(bad)
        };
        let index = |view: &super::ViewKey| Index::new(&entries, view.how, &mut resolve).map(Arc::new);
        let indexes = self.views.iter().map(index).collect::<Result<_, _>>();
        let indexes = indexes.map_err(|(_, why)| Change::Bad(format!("{why}.")))?;
        Ok(Run { entries: Arc::new(entries), indexes })
    }

    fn compiles(&self) -> bool {
        self.views.iter().any(|view| matches!(view.how.matcher, Matcher::Reg | Matcher::Sub))
    }

    /// Merges runs at the end as long as that costs little, so that there are few.
    fn merge_small(&mut self, runs: &mut Vec<Run>) -> Result<(), Change> {
        let (young, most) = if self.compiles() { (YOUNG_COMPILED, AT_ONCE_COMPILED) } else { (YOUNG, AT_ONCE) };
        if runs.last().is_none_or(|run| run.entries.len() < young) {
            return Ok(());
        }
        let fixed = self.merging.as_ref().map_or(0, |merging| merging.runs);
        let (mut from, mut sum) = (runs.len() - 1, runs[runs.len() - 1].entries.len());
        while from > fixed && runs[from - 1].entries.len() < sum * GROWTH && runs[from - 1].entries.len() + sum <= most
        {
            from -= 1;
            sum += runs[from].entries.len();
        }
        self.merge_due |= from > 0 && runs[from - 1].entries.len() < sum * GROWTH && sum > most / 2 || runs.len() > 12;
        if from + 1 == runs.len() {
            return Ok(());
        }
        let mut builder = Builder::default();
        if runs[from..].iter().all(|run| copy(&run.entries, &mut builder)) {
            runs.truncate(from);
            runs.push(self.run(builder.finish())?);
        }
        Ok(())
    }
}

/// Adds what is left of a run; `false` if there is no room.
fn copy(entries: &Entries, to: &mut Builder) -> bool {
    let mut alive = (0..entries.len()).filter(|ix| entries.is_alive(*ix));
    alive.all(|ix| entries.value(ix, |value| to.push(entries.id(ix), entries.key(ix), value)))
}
