//! A list as one expression searches it.

use core::fmt;
use core::hash::{Hash, Hasher};
use std::sync::Arc;

use arc_swap::Guard;

use super::index::{Hit, Index, nets};
use super::{How, Kind, List, Probe, Run, Snapshot, ViewKey};
use crate::acl::{Matcher, Net};
use crate::error::show;
use crate::outside::Outside;
use crate::regex::Rx;
use crate::val::{Type, Val};
use crate::vars::Owned;

/// What the values of a map have to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Values {
    /// There are none, or they don't matter.
    Any,
    /// Text.
    Text,
    /// Text that refers to the groups of a regular expression.
    Groups,
    /// Integers.
    Int,
    /// Addresses.
    Addr,
    /// They don't matter, the key is wanted.
    Key,
}

impl Values {
    /// Whether a value is one.
    pub(super) fn check(self, value: &[u8]) -> bool {
        match self {
            Values::Int => int(value).is_some(),
            Values::Addr => addr(value).is_some(),
            Values::Any | Values::Text | Values::Groups | Values::Key => true,
        }
    }

    /// The value as an expression sees it; text isn't made.
    pub fn number(self, value: &[u8]) -> Option<Val<'static>> {
        match self {
            Values::Int => int(value).map(Val::Int),
            Values::Addr => match addr(value)? {
                Owned::Ip4(ip) => Some(Val::Ip4(ip)),
                Owned::Ip6(ip) => Some(Val::Ip6(ip)),
                _ => None,
            },
            Values::Any | Values::Text | Values::Groups | Values::Key => None,
        }
    }

    fn type_name(self) -> &'static str {
        match self {
            Values::Int => Type::Int.name(),
            Values::Addr => "addr",
            Values::Any | Values::Text | Values::Groups | Values::Key => Type::Str.name(),
        }
    }
}

fn int(text: &[u8]) -> Option<i64> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

fn addr(text: &[u8]) -> Option<Owned> {
    let text = core::str::from_utf8(text).ok()?;
    text.parse().map(Owned::Ip4).or_else(|_| text.parse().map(Owned::Ip6)).ok()
}

/// A list, and which of its indexes to use.
#[derive(Clone)]
pub struct View {
    list: Arc<List>,
    at: usize,
    key: ViewKey,
}

impl View {
    /// The list of this name, to be searched in this way. The error is the reason alone.
    pub fn load(name: &str, kind: Kind, key: ViewKey, outside: &mut dyn Outside) -> Result<View, String> {
        let list = super::Lists::load(name, kind, outside)?;
        list.view(key, outside)
    }

    /// The list.
    pub fn list(&self) -> &Arc<List> {
        &self.list
    }

    /// How it is searched.
    pub fn key(&self) -> ViewKey {
        self.key
    }

    /// Whether any entry matches.
    #[inline]
    pub fn has(&self, probe: Probe<'_>) -> bool {
        let now = self.list.now.load();
        now.runs.iter().any(|run| run.indexes.get(self.at).is_some_and(|index| index.has(&run.entries, probe)))
    }

    /// The entry that matches: the finest of prefixes and networks, the first of everything else.
    #[inline]
    pub fn find(&self, probe: Probe<'_>) -> Option<Found> {
        let now = self.list.now.load();
        let (run, hit) = best(&now.runs, self.at, probe)?;
        Some(Found { now, run, ix: hit.ix, at: self.at })
    }
}

fn best(runs: &[Run], at: usize, probe: Probe<'_>) -> Option<(usize, Hit)> {
    let mut best: Option<(usize, Hit)> = None;
    for (n, run) in runs.iter().enumerate() {
        let hit = run.indexes.get(at).and_then(|index| index.find(&run.entries, probe));
        if let Some(hit) = hit.filter(|hit| best.is_none_or(|(_, best)| hit.fineness > best.fineness)) {
            best = Some((n, hit));
            let finer_is_possible = matches!(&*run.indexes[at], Index::Beg(_) | Index::Ip(_));
            if !finer_is_possible {
                break;
            }
        }
    }
    best
}

/// An entry that was found. It stays as it is however the list changes.
pub struct Found {
    now: Guard<Arc<Snapshot>>,
    run: usize,
    ix: usize,
    at: usize,
}

impl Found {
    /// Its key.
    pub fn key(&self) -> &[u8] {
        self.now.runs[self.run].entries.key(self.ix)
    }

    /// What `f` makes of its value.
    pub fn value<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        self.now.runs[self.run].entries.value(self.ix, f)
    }

    /// Its regular expression.
    pub fn rx(&self) -> Option<&Rx> {
        self.now.runs[self.run].indexes[self.at].rx(self.ix)
    }
}

impl List {
    /// A way to search the list, made unless it is there already. The error is the reason alone, with file and line if
    /// there is one.
    pub fn view(self: &Arc<List>, key: ViewKey, outside: &mut dyn Outside) -> Result<View, String> {
        let view = |at| View { list: self.clone(), at, key };
        let mut writer = self.writer();
        if let Some(at) = writer.views.iter().position(|known| *known == key) {
            return Ok(view(at));
        }
        let now = self.now.load_full();
        let mut runs = now.runs.clone();
        for run in &mut runs {
            let at_line = |ix: usize, why: String| match self.kind {
                Kind::Inline => why,
                _ => format!("{why} at line {} of file '{}'", run.entries.line(ix), self.name),
            };
            let resolved = &mut writer.resolved;
            let mut resolve = |name: &[u8]| {
                let nets = resolve(name, key.no_resolve, outside)?;
                resolved.insert(name.into(), nets.clone());
                Ok(nets)
            };
            let index = Index::new(&run.entries, key.how, &mut resolve).map_err(|(ix, why)| at_line(ix, why))?;
            let bad = (0..run.entries.len()).find(|ix| !run.entries.value(*ix, |value| key.values.check(value)));
            if let Some(ix) = bad {
                let text = run.entries.value(ix, |value| key.values.complaint(value));
                return Err(at_line(ix, text));
            }
            run.indexes.push(Arc::new(index));
        }
        writer.views.push(key);
        self.now.store(Arc::new(Snapshot { runs, ..*now }));
        Ok(view(writer.views.len() - 1))
    }
}

impl Values {
    /// What is said of a value that isn't one.
    pub(super) fn complaint(self, value: &[u8]) -> String {
        format!("unable to parse '{}'", show(value))
    }
}

/// The networks that a host name and perhaps a mask stand for.
fn resolve(pattern: &[u8], forbidden: bool, outside: &mut dyn Outside) -> Result<Vec<Net>, String> {
    let bad = || format!("'{}' is not a valid IPv4 or IPv6 address", show(pattern));
    let text = core::str::from_utf8(pattern).map_err(|_| bad())?;
    let (host, mask) = text.split_once('/').map_or((text, None), |(host, mask)| (host, Some(mask)));
    let could_be_name = host.bytes().any(|b| b.is_ascii_alphabetic()) && !host.contains(':');
    if forbidden || !could_be_name {
        return Err(bad());
    }
    let mask = mask.map_or(Some(core::net::Ipv4Addr::BROADCAST), crate::args::mask4).ok_or_else(bad)?;
    let found = outside.resolve4(host).filter(|found| !found.is_empty());
    let found = found.ok_or_else(|| format!("could not resolve address '{host}'"))?;
    Ok(found.into_iter().map(|ip| Net::V4(ip, mask)).collect())
}

impl View {
    /// The list of an `acl` line's own values. It is searched only once it has been changed.
    pub(crate) fn inline(list: Arc<List>, key: ViewKey) -> View {
        View { list, at: 0, key }
    }
}

/// The networks of one pattern, host names included; the error is the reason alone.
pub(crate) fn nets_of(pattern: &[u8], no_resolve: bool, outside: &mut dyn Outside) -> Result<Vec<Net>, String> {
    nets(pattern, &mut |name| resolve(name, no_resolve, outside))
}

/// What one way of searching a list makes of a text, as `get map` and `get acl` show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The way.
    pub key: ViewKey,
    /// The key and the value that were found.
    pub found: Option<(Vec<u8>, Vec<u8>)>,
}

impl Shown {
    /// The name of the matching method.
    pub fn matcher(&self) -> &'static str {
        match (self.key.how.matcher, self.key.values) {
            (_, Values::Groups) => "regm",
            (Matcher::Meth, _) => "meth",
            (matcher, _) => matcher.name(),
        }
    }

    /// Whether entries are found in a tree, as the reference has them.
    pub fn is_tree(&self) -> bool {
        let matcher = self.key.how.matcher;
        let tree = matches!(matcher, Matcher::Str | Matcher::Beg | Matcher::Ip);
        tree && !self.key.how.ignore_case
    }

    /// The name of the values' type; `None` where there are none.
    pub fn type_name(&self) -> Option<&'static str> {
        (self.key.values != Values::Any).then(|| self.key.values.type_name())
    }
}

impl List {
    /// What each way of searching the list makes of `text`.
    pub fn look_up(&self, text: &[u8]) -> Vec<Shown> {
        let mut writer = self.writer();
        // One that can't be made shows as no way at all.
        let _ = self.settle(&mut writer);
        let keys = writer.views.clone();
        drop(writer);
        let now = self.now.load();
        let one = |(at, key): (usize, ViewKey)| {
            let found = probe_of(text, key.how).and_then(|probe| best(&now.runs, at, probe));
            let found = found.map(|(run, hit)| {
                let entries = &now.runs[run].entries;
                (entries.key(hit.ix).to_vec(), entries.value(hit.ix, <[u8]>::to_vec))
            });
            Shown { key, found }
        };
        keys.into_iter().enumerate().map(one).collect()
    }
}

/// A text as values of a way to match are.
fn probe_of(text: &[u8], how: How) -> Option<Probe<'_>> {
    Some(match how.matcher {
        Matcher::Found | Matcher::Bool => return None,
        Matcher::Int => Probe::Int(int(text)?),
        Matcher::Len => Probe::Int(text.len() as i64),
        Matcher::Ip => match addr(text)? {
            Owned::Ip4(ip) => Probe::Ip(ip.into()),
            Owned::Ip6(ip) => Probe::Ip(ip.into()),
            _ => return None,
        },
        _ => Probe::Text(text),
    })
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("list", &self.list.name).field("key", &self.key).finish()
    }
}

impl PartialEq for View {
    fn eq(&self, other: &View) -> bool {
        self.key == other.key && (Arc::ptr_eq(&self.list, &other.list) || same_origin(&self.list, &other.list))
    }
}

fn same_origin(a: &List, b: &List) -> bool {
    a.name == b.name && a.kind == b.kind && a.digest == b.digest
}

impl Eq for View {}

impl Hash for View {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.list.name, self.list.digest, self.key).hash(state);
    }
}
