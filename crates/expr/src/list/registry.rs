//! Lists by name, so that all lines that name a file have the same list, and a reload finds it again with what was changed
//! at run time.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arc_swap::ArcSwap;

use super::entries::{Builder, Entries};
use super::{Kind, List, ViewKey};
use crate::acl::Net;
use crate::outside::Outside;

/// All lists of a process. Clones are the same.
///
/// A list is kept as long as something uses it. As long as the content of its file stays the same, it is found again, with
/// all that was changed at run time; another content makes another list.
#[derive(Clone, Debug, Default)]
pub struct Lists(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    known: Mutex<HashMap<Key, Weak<List>>>,
    /// What the configuration that is being read uses, if one is.
    noted: Mutex<Option<Vec<Use>>>,
    /// What the configuration in force uses.
    listing: ArcSwap<Listing>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    name: Box<str>,
    kind: Kind,
    digest: u64,
}

/// A place in the configuration.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Source {
    /// The file's name.
    pub file: Box<str>,
    /// The line, from 1; 0 if it isn't known.
    pub line: u32,
}

/// One use of a list.
#[derive(Clone, Debug)]
pub struct Use {
    /// The list.
    pub list: Arc<List>,
    /// `acl` or `map`.
    pub by: &'static str,
    /// What an ACL looks at.
    pub criterion: Box<str>,
    /// The number that was asked for (`-u`).
    pub id: Option<u32>,
    /// Where it stands.
    pub source: Source,
}

/// The lists of the configuration in force, by their numbers.
#[derive(Debug, Default)]
pub struct Listing {
    /// In the order of their numbers.
    pub rows: Vec<Listed>,
    by_name: HashMap<Box<str>, usize>,
}

/// One list with its number.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its number on the runtime API.
    pub id: u32,
    /// The list.
    pub list: Arc<List>,
    /// Some line uses it as a map, or as patterns.
    pub as_map: bool,
    /// Some line uses it as patterns.
    pub as_acl: bool,
    /// Who uses it, as `show acl` says it.
    pub text: String,
}

impl Lists {
    /// The list of this name (manual 2.7). The error is the reason alone.
    pub fn load(name: &str, kind: Kind, outside: &mut dyn Outside) -> Result<Arc<List>, String> {
        let (name, content) = read(name, outside)?;
        // Compared within this process only.
        let key = Key { name: name.into(), kind, digest: super::hash(&content) };
        let make = || {
            let entries = Entries::of_file(content, kind == Kind::Map);
            let entries = entries.ok_or_else(|| format!("file '{name}' is larger than 4 GB"))?;
            Ok(List::new(&key.name, kind, key.digest, None, entries))
        };
        let lists = outside.lists();
        let other = |used: &Use| used.list.name() == name && used.list.kind() != kind;
        if locked(&lists.0.noted).iter().flatten().any(other) {
            let columns = |map: bool| if map { "two" } else { "one" };
            let (was, wanted) = (columns(kind != Kind::Map), columns(kind == Kind::Map));
            let text = format!(
                "the file \"{name}\" is already used as {was} column file and can't be used as {wanted} column file"
            );
            return Err(text);
        }
        lists.get(key.clone(), make)
    }

    /// The list of what an `acl` line has for values. `source` tells the line from others of the same text.
    pub(crate) fn inline(
        &self,
        source: &Source,
        criterion: &[u8],
        view: ViewKey,
        values: &[Vec<u8>],
        resolved: HashMap<Box<[u8]>, Vec<Net>>,
    ) -> Option<Arc<List>> {
        let mut state = DefaultHasher::new();
        // The file's name isn't known to whoever compiles the line again.
        (source.line, criterion, view, values).hash(&mut state);
        let key = Key { name: "".into(), kind: Kind::Inline, digest: state.finish() };
        let make = || {
            let mut builder = Builder::default();
            if !(0..).zip(values).all(|(id, value)| builder.push(id, value, b"")) {
                return Err(String::new());
            }
            let list = List::new("", Kind::Inline, key.digest, Some(view), builder.finish());
            list.writer().resolved = resolved;
            Ok(list)
        };
        self.get(key.clone(), make).ok()
    }

    fn get(&self, key: Key, make: impl FnOnce() -> Result<List, String>) -> Result<Arc<List>, String> {
        if let Some(list) = locked(&self.0.known).get(&key).and_then(Weak::upgrade) {
            return Ok(list);
        }
        let list = Arc::new(make()?);
        let mut known = locked(&self.0.known);
        // Now and then those that nobody uses any more are let go.
        if known.len().is_power_of_two() {
            known.retain(|_, list| list.strong_count() > 0);
        }
        known.insert(key, Arc::downgrade(&list));
        Ok(list)
    }

    /// Notes a use while a configuration is read.
    pub(crate) fn note(&self, used: Use) {
        // What is compiled again once its configuration is read has no file's name.
        if used.source.file.is_empty() {
            return;
        }
        locked(&self.0.noted).get_or_insert_default().push(used);
    }

    /// A configuration is read from its beginning: what was noted before is void.
    pub fn begin(&self) {
        *locked(&self.0.noted) = Some(Vec::new());
    }

    /// Whether what was noted has another list in the place of one that is in force: its file's content has changed.
    pub fn has_changed(&self) -> bool {
        let listing = self.0.listing.load();
        let other = |used: &Use| {
            let known = listing.by_name.get(used.list.name()).map(|at| &listing.rows[*at].list);
            known.is_some_and(|known| !Arc::ptr_eq(known, &used.list))
        };
        locked(&self.0.noted).iter().flatten().any(other)
    }

    /// What was noted is in force. Without anything read since the last time, what is in force stays.
    pub fn take_up(&self) {
        if let Some(noted) = locked(&self.0.noted).take() {
            self.0.listing.store(Arc::new(Listing::of(&noted)));
        }
    }

    /// The lists in force.
    pub fn listing(&self) -> Arc<Listing> {
        self.0.listing.load_full()
    }

    /// The list of this name that is in force, if there is one.
    pub fn find(&self, name: &str) -> Option<Arc<List>> {
        let listing = self.0.listing.load();
        listing.by_name.get(known_as(name)).map(|at| listing.rows[*at].list.clone())
    }
}

impl Listing {
    fn of(uses: &[Use]) -> Listing {
        let mut rows: Vec<(Option<u32>, Listed)> = Vec::new();
        let mut at_of: HashMap<*const List, usize> = HashMap::new();
        let mut places: Vec<Vec<(&str, &Source)>> = Vec::new();
        for used in uses {
            let at = *at_of.entry(Arc::as_ptr(&used.list)).or_insert_with(|| {
                let row = Listed { id: 0, list: used.list.clone(), as_map: false, as_acl: false, text: String::new() };
                rows.push((None, row));
                places.push(Vec::new());
                rows.len() - 1
            });
            let (id, row) = &mut rows[at];
            *id = id.or(used.id.filter(|_| used.list.name().is_empty()));
            row.as_map |= used.by == "map" || used.list.kind() == Kind::Map;
            row.as_acl |= used.by == "acl";
            // What is compiled twice is one use.
            if !places[at].contains(&(used.by, &used.source)) {
                places[at].push((used.by, &used.source));
                row.text.push_str(&said(used, places[at].len() == 1));
            }
        }
        let taken: Vec<u32> = rows.iter().filter_map(|(id, _)| *id).collect();
        let mut free = (0..).filter(|id| !taken.contains(id));
        let mut rows: Vec<Listed> = rows
            .into_iter()
            .map(|(id, row)| Listed { id: id.or_else(|| free.next()).unwrap_or(u32::MAX), text: row.text + ".", ..row })
            .collect();
        rows.sort_by_key(|row| row.id);
        // A name that stands for patterns and for a map means the map.
        let mut by_name: HashMap<Box<str>, usize> = HashMap::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| !row.list.name().is_empty()) {
            let entry = by_name.entry(row.list.name().into()).or_insert(at);
            if row.as_map {
                *entry = at;
            }
        }
        Listing { rows, by_name }
    }

    /// The list that `#<number>` or a name means.
    pub fn find(&self, name: &str) -> Option<&Listed> {
        match name.strip_prefix('#') {
            Some(id) => {
                let id: u32 = id.parse().ok()?;
                self.rows.binary_search_by_key(&id, |row| row.id).ok().map(|at| &self.rows[at])
            }
            None => self.by_name.get(name).map(|at| &self.rows[*at]),
        }
    }
}

/// One use of a list in words.
fn said(used: &Use, first: bool) -> String {
    let Source { file, line } = &used.source;
    if used.list.kind() == Kind::Inline {
        return if first { format!("acl '{}' file '{file}' line {line}", used.criterion) } else { String::new() };
    }
    let lead = if first { format!("pattern loaded from file '{}' used", used.list.name()) } else { ",".to_owned() };
    // A map that is also used as patterns is called a map, as observed.
    let by = if used.list.kind() == Kind::Map { "map" } else { used.by };
    format!("{lead} by {by} at file '{file}' line {line}")
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name by which a list is known, and its content.
fn read<'n>(name: &'n str, outside: &mut dyn Outside) -> Result<(&'n str, Vec<u8>), String> {
    if name.starts_with("virt@") {
        return Ok((name, Vec::new()));
    }
    if let Some(path) = name.strip_prefix("opt@") {
        return Ok((path, outside.read(path).unwrap_or_default()));
    }
    let path = known_as(name);
    Ok((path, outside.read(path).map_err(|why| format!("failed to open pattern file <{path}> : {why}"))?))
}

/// The name by which a list is known: `file@` and `opt@` are no part of it, `virt@` is.
fn known_as(name: &str) -> &str {
    name.strip_prefix("file@").or_else(|| name.strip_prefix("opt@")).unwrap_or(name)
}
