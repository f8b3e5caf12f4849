//! Maps: files of keys with values, where the first or finest key that matches gives its value (manual 7.3.1, `map`).
//!
//! The file stays in memory as it was read; keys and values are places in it. Exact keys are found by hash, prefixes and
//! suffixes by one hash for each length that occurs, addresses among disjoint ranges; the other ways to match go
//! through a list, as the reference does.

use core::hash::{Hash, Hasher};
use core::net::{IpAddr, Ipv6Addr};
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use hashbrown::HashTable;

use super::int::{self, Operator};
use super::ip::{self, Net};
use super::matcher::Matcher;
use super::text::{PartSet, fnv};
use crate::error::show;
use crate::outside::Outside;
use crate::regex::Rx;
use crate::val::embedded_v4;

/// A loaded map for one way to match.
#[derive(Debug)]
pub struct Map {
    file: Box<[u8]>,
    entries: Box<[Entry]>,
    finder: Finder,
    matcher: Matcher,
    digest: u64,
}

/// Where key and value stand in the file.
#[derive(Clone, Copy, Debug)]
struct Entry {
    key: (u32, u32),
    value: (u32, u32),
}

#[derive(Debug)]
enum Finder {
    Exact(HashTable<u32>),
    /// Each length that occurs, the longest first, with the keys that have it; the finest wins.
    Prefix(Vec<(usize, HashTable<u32>)>),
    /// The same from the end; the first in the file wins.
    Suffix(Vec<(usize, HashTable<u32>)>),
    Sub,
    Part(&'static [u8]),
    Reg(Vec<Rx>),
    Groups(Vec<Rx>),
    Int(Vec<(i64, i64)>),
    Ip(Box<IpFinder>),
}

/// What a key is looked up by.
#[derive(Clone, Copy, Debug)]
pub enum Probe<'p> {
    /// Text.
    Text(&'p [u8]),
    /// A number.
    Int(i64),
    /// An address.
    Ip(IpAddr),
}

/// Maps that are in use, so that each is in memory once however many expressions name it.
static IN_USE: Mutex<Option<HashMap<u64, Vec<Weak<Map>>>>> = Mutex::new(None);

impl Map {
    /// The map in a file, shared with whoever has loaded the same already. `groups`: regular expressions whose groups
    /// the values refer to. The error is the reason alone.
    pub fn load(name: &str, matcher: Matcher, groups: bool, outside: &mut dyn Outside) -> Result<Arc<Map>, String> {
        let file = read(name, outside)?;
        let digest = digest(&file, matcher, groups);
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        let known = in_use.get_or_insert_default().entry(digest).or_default();
        known.retain(|map| map.strong_count() > 0);
        let same = |map: &Arc<Map>| *map.file == *file && map.matcher == matcher;
        if let Some(map) = known.iter().filter_map(Weak::upgrade).find(same) {
            return Ok(map);
        }
        let map = Arc::new(Map::build(name, file, matcher, groups, digest)?);
        known.push(Arc::downgrade(&map));
        Ok(map)
    }

    fn build(name: &str, file: Vec<u8>, matcher: Matcher, groups: bool, digest: u64) -> Result<Map, String> {
        if u32::try_from(file.len()).is_err() {
            return Err(format!("map file '{name}' is larger than 4 GB"));
        }
        let file = file.into_boxed_slice();
        let (entries, lines) = entries(&file);
        let keys = entries.iter().map(|e| part(&file, e.key));
        let at_line = |i: usize, why: String| format!("{why} at line {} of file '{name}'", lines[i]);
        let finder = match matcher {
            Matcher::Beg => Finder::Prefix(by_length(&file, &entries)),
            Matcher::End => Finder::Suffix(by_length(&file, &entries)),
            Matcher::Sub => Finder::Sub,
            Matcher::Dir => Finder::Part(PartSet::DIR),
            Matcher::Dom => Finder::Part(PartSet::DOM),
            Matcher::Reg if groups => {
                let rx = keys.enumerate().map(|(i, k)| Rx::new(k, false).map_err(|why| at_line(i, why.text)));
                Finder::Groups(rx.collect::<Result<_, _>>()?)
            }
            Matcher::Reg => {
                let rx = keys.enumerate().map(|(i, k)| Rx::new(k, false).map_err(|why| at_line(i, why.text)));
                Finder::Reg(rx.collect::<Result<_, _>>()?)
            }
            Matcher::Int => {
                let range = |(i, k)| int::parse(k, Operator::Eq).map_err(|why| at_line(i, why));
                Finder::Int(keys.enumerate().map(range).collect::<Result<_, _>>()?)
            }
            Matcher::Ip => {
                let net = |(i, k): (usize, &[u8])| {
                    let net = core::str::from_utf8(k).ok().and_then(ip::parse);
                    net.ok_or_else(|| at_line(i, format!("'{}' is not a valid IPv4 or IPv6 address", show(k))))
                };
                Finder::Ip(Box::new(IpFinder::new(keys.enumerate().map(net).collect::<Result<_, _>>()?)))
            }
            _ => Finder::Exact(table(&file, &entries, |_| true)),
        };
        Ok(Map { file, entries: entries.into(), finder, matcher, digest })
    }

    /// The entry whose key matches.
    pub fn find(&self, probe: Probe<'_>) -> Option<usize> {
        match (&self.finder, probe) {
            (Finder::Int(ranges), Probe::Int(n)) => ranges.iter().position(|(low, high)| (*low..=*high).contains(&n)),
            (Finder::Ip(ips), Probe::Ip(ip)) => ips.find(ip),
            (_, Probe::Text(text)) => self.find_text(text),
            _ => None,
        }
    }

    fn find_text(&self, text: &[u8]) -> Option<usize> {
        let within = |table: &HashTable<u32>, key: &[u8]| {
            table.find(fnv(key), |i| part(&self.file, self.entries[*i as usize].key) == key).map(|i| *i as usize)
        };
        let first = |is: &dyn Fn(&[u8]) -> bool| self.entries.iter().position(|e| is(part(&self.file, e.key)));
        match &self.finder {
            Finder::Exact(table) => within(table, text),
            Finder::Prefix(lengths) => {
                lengths.iter().find_map(|(len, table)| text.get(..*len).and_then(|key| within(table, key)))
            }
            Finder::Suffix(lengths) => {
                let tail = |len: usize| text.len().checked_sub(len).map(|at| &text[at..]);
                lengths.iter().filter_map(|(len, table)| tail(*len).and_then(|key| within(table, key))).min()
            }
            Finder::Sub => first(&|key| memchr::memmem::find(text, key).is_some()),
            Finder::Part(delimiters) => first(&|key| PartSet::one(key, delimiters, text)),
            Finder::Reg(regexes) => regexes.iter().position(|r| r.is_match(text)),
            Finder::Groups(regexes) => regexes.iter().position(|r| r.captures_at(text, 0).is_some()),
            Finder::Int(_) | Finder::Ip(_) => None,
        }
    }

    /// The regular expression of an entry whose groups are wanted.
    pub fn groups(&self, entry: usize) -> Option<&Rx> {
        match &self.finder {
            Finder::Groups(regexes) => regexes.get(entry),
            _ => None,
        }
    }

    /// The entry's key, as the file has it.
    pub fn key(&self, entry: usize) -> &[u8] {
        self.entries.get(entry).map_or(b"", |e| part(&self.file, e.key))
    }

    /// The entry's value.
    pub fn value(&self, entry: usize) -> &[u8] {
        self.entries.get(entry).map_or(b"", |e| part(&self.file, e.value))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Map) -> bool {
        self.digest == other.digest && self.matcher == other.matcher && self.file == other.file
    }
}

impl Eq for Map {}

impl Hash for Map {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

/// The content of a file of patterns or of a map: `opt@` names one that may be missing, `virt@` one that never is there
/// (manual 2.7).
pub(super) fn read(name: &str, outside: &mut dyn Outside) -> Result<Vec<u8>, String> {
    if name.starts_with("virt@") {
        return Ok(Vec::new());
    }
    if let Some(path) = name.strip_prefix("opt@") {
        return Ok(outside.read(path).unwrap_or_default());
    }
    let path = name.strip_prefix("file@").unwrap_or(name);
    outside.read(path).map_err(|why| format!("failed to open pattern file <{path}> : {why}"))
}

fn digest(file: &[u8], matcher: Matcher, groups: bool) -> u64 {
    let mut state = DefaultHasher::new();
    (file, matcher, groups).hash(&mut state);
    state.finish()
}

fn part(file: &[u8], (from, to): (u32, u32)) -> &[u8] {
    &file[from as usize..to as usize]
}

/// Key and value of each line, and the lines' numbers. Blanks around both don't count, nor do empty lines and those that
/// begin with `#`.
fn entries(file: &[u8]) -> (Vec<Entry>, Vec<u32>) {
    let (mut out, mut lines) = (Vec::new(), Vec::new());
    let mut from = 0;
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    for (number, line) in (1..).zip(file.split(|b| *b == b'\n')) {
        let start = from;
        from += line.len() + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'#') {
            continue;
        }
        let lead = line.iter().take_while(|b| blank(b)).count();
        let key = line[lead..].iter().position(blank).map_or(line.len(), |at| lead + at);
        if key == lead {
            continue;
        }
        let gap = key + line[key..].iter().take_while(|b| blank(b)).count();
        let end = line.iter().rposition(|b| !blank(b)).map_or(gap, |at| (at + 1).max(gap));
        // The whole file is shorter than 4 GB.
        let at = |from: usize, to: usize| ((start + from) as u32, (start + to) as u32);
        out.push(Entry { key: at(lead, key), value: at(gap, end) });
        lines.push(number);
    }
    (out, lines)
}

/// The first entry of each key that `takes` says yes to.
fn table(file: &[u8], entries: &[Entry], takes: impl Fn(&[u8]) -> bool) -> HashTable<u32> {
    let hash = |i: &u32| fnv(part(file, entries[*i as usize].key));
    let mut table = HashTable::new();
    for (i, entry) in (0..).zip(entries) {
        let key = part(file, entry.key);
        if takes(key) && table.find(fnv(key), |other: &u32| part(file, entries[*other as usize].key) == key).is_none() {
            table.insert_unique(fnv(key), i, hash);
        }
    }
    table.shrink_to_fit(hash);
    table
}

fn by_length(file: &[u8], entries: &[Entry]) -> Vec<(usize, HashTable<u32>)> {
    let mut tables: HashMap<usize, Vec<u32>> = HashMap::new();
    for (i, entry) in (0..).zip(entries) {
        tables.entry(part(file, entry.key).len()).or_default().push(i);
    }
    let hash = |i: &u32| fnv(part(file, entries[*i as usize].key));
    let one = |(len, members): (usize, Vec<u32>)| {
        let mut table = HashTable::with_capacity(members.len());
        for i in members {
            let key = part(file, entries[i as usize].key);
            if table.find(fnv(key), |other: &u32| part(file, entries[*other as usize].key) == key).is_none() {
                table.insert_unique(fnv(key), i, hash);
            }
        }
        (len, table)
    };
    let mut out: Vec<_> = tables.into_iter().map(one).collect();
    out.sort_unstable_by_key(|(len, _)| core::cmp::Reverse(*len));
    out
}

/// Networks with their entries: disjoint ranges of which each belongs to the finest network around it.
#[derive(Debug)]
struct IpFinder {
    v4: Box<[(u32, u32, u32)]>,
    v6: Box<[(u128, u128, u32)]>,
    /// Networks whose mask has a hole: address, mask, entry.
    holed: Vec<(u32, u32, u32)>,
}

impl IpFinder {
    fn new(nets: Vec<Net>) -> IpFinder {
        let (mut v4, mut v6, mut holed) = (Vec::new(), Vec::new(), Vec::new());
        for (i, net) in (0..).zip(nets) {
            match net {
                Net::V4(ip, mask) => {
                    let (ip, mask) = (u32::from(ip), u32::from(mask));
                    if mask.leading_ones() + mask.trailing_zeros() >= 32 {
                        v4.push((ip & mask, ip | !mask, i));
                    } else {
                        holed.push((ip & mask, mask, i));
                    }
                }
                Net::V6(ip, bits) => {
                    let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                    let ip = u128::from(ip);
                    v6.push((ip & mask, ip | !mask, i));
                }
            }
        }
        IpFinder {
            v4: finest(v4, |n| n.wrapping_add(1), |n| n.wrapping_sub(1)),
            v6: finest(v6, |n| n.wrapping_add(1), |n| n.wrapping_sub(1)),
            holed,
        }
    }

    fn find(&self, ip: IpAddr) -> Option<usize> {
        let v6 = |ip: Ipv6Addr| within(&self.v6, u128::from(ip));
        match ip {
            IpAddr::V4(ip) => self.find_v4(u32::from(ip)).or_else(|| v6(ip.to_ipv6_mapped())),
            IpAddr::V6(ip) => v6(ip).or_else(|| self.find_v4(u32::from(embedded_v4(ip)?))),
        }
    }

    fn find_v4(&self, ip: u32) -> Option<usize> {
        within(&self.v4, ip)
            .or_else(|| self.holed.iter().find(|(net, mask, _)| ip & mask == *net).map(|(_, _, i)| *i as usize))
    }
}

fn within<T: Copy + Ord>(ranges: &[(T, T, u32)], n: T) -> Option<usize> {
    let (_, to, i) = ranges[..ranges.partition_point(|(from, _, _)| *from <= n)].last()?;
    (n <= *to).then_some(*i as usize)
}

/// Cuts networks, which lie within or beside each other, into disjoint ranges. Of equal ones the first counts.
fn finest<T: Copy + Ord>(mut nets: Vec<(T, T, u32)>, next: fn(T) -> T, before: fn(T) -> T) -> Box<[(T, T, u32)]> {
    // Outer networks come before those within them.
    nets.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
    nets.dedup_by(|b, a| (a.0, a.1) == (b.0, b.1));
    let mut out = Vec::with_capacity(nets.len());
    // The networks around the place in hand, the innermost last: where what is left of each begins, if anything is.
    let mut around: Vec<(Option<T>, T, u32)> = Vec::new();
    let close = |around: &mut Vec<(Option<T>, T, u32)>, out: &mut Vec<(T, T, u32)>| {
        let Some((rest, to, i)) = around.pop() else { return };
        out.extend(rest.map(|from| (from, to, i)));
        if let Some(outer) = around.last_mut() {
            outer.0 = (to < outer.1).then(|| next(to));
        }
    };
    for (from, to, i) in nets {
        while around.last().is_some_and(|outer| outer.1 < from) {
            close(&mut around, &mut out);
        }
        if let Some((Some(rest), _, outer)) = around.last()
            && *rest < from
        {
            out.push((*rest, before(from), *outer));
        }
        around.push((Some(from), to, i));
    }
    while !around.is_empty() {
        close(&mut around, &mut out);
    }
    out.sort_unstable_by_key(|r| r.0);
    out.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::args::NameKind;
    use crate::outside::Lookup;

    struct One(Vec<u8>);

    impl Outside for One {
        fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
            if path == "there" { Ok(self.0.clone()) } else { Err("No such file or directory".to_owned()) }
        }

        fn resolve4(&mut self, _: &str) -> Option<Vec<core::net::Ipv4Addr>> {
            None
        }

        fn find(&mut self, _: NameKind, _: &[u8]) -> Lookup {
            Lookup::Later
        }
    }

    fn load(text: &str, matcher: Matcher) -> Arc<Map> {
        Map::load("there", matcher, false, &mut One(text.into())).unwrap()
    }

    #[track_caller]
    fn check(text: &str, matcher: Matcher, probe: &str, want: &str) {
        let map = load(text, matcher);
        let probe = match matcher {
            Matcher::Int => Probe::Int(probe.parse().unwrap()),
            Matcher::Ip => Probe::Ip(probe.parse().unwrap()),
            _ => Probe::Text(probe.as_bytes()),
        };
        assert_eq!(map.find(probe).map_or("-".to_owned(), |i| show(map.value(i))), want, "{probe:?}");
    }

    #[test]
    fn lines() {
        let map = load("# c\n\n  a  one two \t\r\nb\n\t\nc\tx", Matcher::Str);
        let all: Vec<_> = (0..map.len()).map(|i| (show(map.key(i)), show(map.value(i)))).collect();
        let want = [("a", "one two"), ("b", ""), ("c", "x")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(all, want);
    }

    #[test]
    fn each_way_to_match() {
        let text = "/a 1\n/a/b 2\n/a 3\n.png 4\nb 5";
        check(text, Matcher::Str, "/a", "1");
        check(text, Matcher::Str, "/A", "-");
        check(text, Matcher::Beg, "/a/b/c", "2");
        check(text, Matcher::Beg, "/a/c", "1");
        check(text, Matcher::Beg, "/", "-");
        check(text, Matcher::End, "x.png", "4");
        check(text, Matcher::End, "/a/b", "2");
        check(text, Matcher::Sub, "x/ab", "1");
        check(text, Matcher::Dir, "/x/b/y", "5");
        check("^/(a|b)$ 1\n. 2", Matcher::Reg, "/b", "1");
        check("1:5 a\n3 b", Matcher::Int, "3", "a");
        check("1:5 a\n3 b", Matcher::Int, "6", "-");
        check("10.0.0.0/8 a\n10.1.0.0/16 b\n0.0.0.0/0 c", Matcher::Ip, "10.1.2.3", "b");
        check("10.0.0.0/8 a\n10.1.0.0/16 b\n0.0.0.0/0 c", Matcher::Ip, "10.2.2.3", "a");
        check("10.0.0.0/8 a\n10.1.0.0/16 b\n0.0.0.0/0 c", Matcher::Ip, "255.255.255.255", "c");
        check("2001:db8::/32 a\n::/0 b", Matcher::Ip, "2001:db8::1", "a");
        check("2001:db8::/32 a\n::/0 b", Matcher::Ip, "::1", "b");
        check("255.255.255.255 a\n0.0.0.0/0 b", Matcher::Ip, "255.255.255.254", "b");
    }

    #[test]
    fn files() {
        let mut outside = One(b"10.0.0.0/8 a\nx b".to_vec());
        let mut load = |name: &str, matcher| Map::load(name, matcher, false, &mut outside);
        let e = load("there", Matcher::Ip).unwrap_err();
        assert_eq!(e, "'x' is not a valid IPv4 or IPv6 address at line 2 of file 'there'");
        assert!(load("missing", Matcher::Str).is_err());
        assert!(
            load("opt@missing", Matcher::Str).unwrap().is_empty() && load("virt@x", Matcher::Str).unwrap().is_empty()
        );
        let (a, b) = (load("there", Matcher::Str).unwrap(), load("file@there", Matcher::Str).unwrap());
        assert!(Arc::ptr_eq(&a, &b) && !Arc::ptr_eq(&a, &load("there", Matcher::Beg).unwrap()));
    }

    proptest! {
        #[test]
        fn finest_network_as_a_list_would(nets in prop::collection::vec((any::<u8>(), 0u32..=32), 0..20), last: u8) {
            let (base, ip) = (u32::MAX << 8, u32::MAX << 8 | u32::from(last));
            let mask = |bits: u32| u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            let list: Vec<Net> =
                nets.iter().map(|(n, bits)| Net::V4((base | u32::from(*n)).into(), mask(*bits).into())).collect();
            let holds = |(_, (n, bits)): &(usize, &(u8, u32))| (base | u32::from(*n)) & mask(*bits) == ip & mask(*bits);
            let want = nets.iter().enumerate().filter(holds).max_by_key(|(i, (_, bits))| (*bits, usize::MAX - i));
            prop_assert_eq!(IpFinder::new(list).find(IpAddr::V4(ip.into())), want.map(|(i, _)| i));
        }
    }
}
