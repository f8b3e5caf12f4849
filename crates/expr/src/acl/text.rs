//! Text patterns: exact, prefix, suffix, substring, path part and domain part (manual 7.1.3). Patterns that ignore
//! case are kept in lower case, apart from the others.

use aho_corasick::AhoCorasick;
use hashbrown::HashTable;

/// Patterns on their way into a set, each with whether it ignores case.
pub(super) type Raw = Vec<(Box<[u8]>, bool)>;

type Patterns = Vec<Box<[u8]>>;

/// Exact patterns.
#[derive(Clone, Debug, Default)]
pub(super) struct ExactSet {
    exact: Keys,
    folded: Keys,
}

impl ExactSet {
    pub(super) fn new(raw: Raw) -> ExactSet {
        let (exact, folded) = divide(raw);
        ExactSet { exact: Keys::new(exact), folded: Keys::new(folded) }
    }

    #[inline]
    pub(super) fn has(&self, s: &[u8]) -> bool {
        self.exact.has(s, fnv, <[u8]>::eq) || self.folded.has(s, fnv_lower, is_lower_of)
    }
}

/// A few keys in a list, or many in a table.
#[derive(Clone, Debug)]
enum Keys {
    Few(Box<[Box<[u8]>]>),
    Many(HashTable<Box<[u8]>>),
}

impl Default for Keys {
    fn default() -> Keys {
        Keys::Few(Box::default())
    }
}

/// Up to here comparing one after the other costs less than hashing.
const FEW: usize = 8;

impl Keys {
    fn new(mut keys: Vec<Box<[u8]>>) -> Keys {
        keys.sort_unstable();
        keys.dedup();
        if keys.len() <= FEW {
            return Keys::Few(keys.into());
        }
        let mut table = HashTable::with_capacity(keys.len());
        for key in keys {
            table.insert_unique(fnv(&key), key, |k| fnv(k));
        }
        Keys::Many(table)
    }

    #[inline]
    fn has(&self, s: &[u8], hash: fn(&[u8]) -> u64, same: fn(&[u8], &[u8]) -> bool) -> bool {
        match self {
            Keys::Few(keys) => keys.iter().any(|k| k.len() == s.len() && same(k, s)),
            Keys::Many(table) => table.find(hash(s), |k| k.len() == s.len() && same(k, s)).is_some(),
        }
    }
}

/// FNV-1a. The keys come from the configuration, so nobody outside can make them collide.
pub(super) fn fnv(s: &[u8]) -> u64 {
    mixed(s.iter().copied())
}

/// The hash of `s` in lower case.
fn fnv_lower(s: &[u8]) -> u64 {
    mixed(s.iter().map(u8::to_ascii_lowercase))
}

fn mixed(bytes: impl Iterator<Item = u8>) -> u64 {
    let h = bytes.fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    // The table looks at the topmost bits, which the last bytes hardly reach.
    (h ^ (h >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Prefixes or suffixes.
#[derive(Clone, Debug)]
pub(super) struct AffixSet {
    exact: Affixes,
    folded: Affixes,
}

/// A few in a list; of many, those of each length together.
#[derive(Clone, Debug)]
enum Affixes {
    Few(Box<[Box<[u8]>]>),
    Many(Vec<(usize, Keys)>),
}

impl Affixes {
    fn new(patterns: Patterns) -> Affixes {
        if patterns.len() <= FEW {
            return Affixes::Few(patterns.into());
        }
        let mut lengths: std::collections::BTreeMap<usize, Patterns> = Default::default();
        for pattern in patterns {
            lengths.entry(pattern.len()).or_default().push(pattern);
        }
        Affixes::Many(lengths.into_iter().map(|(len, keys)| (len, Keys::new(keys))).collect())
    }

    /// Whether what `cut` leaves of the text at a length is one of them.
    #[inline]
    fn has<'s>(
        &self,
        cut: impl Fn(usize) -> Option<&'s [u8]>,
        hash: fn(&[u8]) -> u64,
        same: fn(&[u8], &[u8]) -> bool,
    ) -> bool {
        match self {
            Affixes::Few(all) => all.iter().any(|p| cut(p.len()).is_some_and(|s| same(p, s))),
            Affixes::Many(lengths) => {
                lengths.iter().any(|(len, keys)| cut(*len).is_some_and(|s| keys.has(s, hash, same)))
            }
        }
    }
}

impl AffixSet {
    pub(super) fn new(raw: Raw) -> AffixSet {
        let (exact, folded) = divide(raw);
        AffixSet { exact: Affixes::new(exact), folded: Affixes::new(folded) }
    }

    #[inline]
    pub(super) fn begins(&self, s: &[u8]) -> bool {
        let cut = |len: usize| s.get(..len);
        self.exact.has(cut, fnv, <[u8]>::eq) || self.folded.has(cut, fnv_lower, is_lower_of)
    }

    #[inline]
    pub(super) fn ends(&self, s: &[u8]) -> bool {
        let cut = |len: usize| s.len().checked_sub(len).map(|at| &s[at..]);
        self.exact.has(cut, fnv, <[u8]>::eq) || self.folded.has(cut, fnv_lower, is_lower_of)
    }
}

/// Substrings, found in one pass over the text however many there are.
#[derive(Clone, Debug)]
pub(super) struct SubSet {
    exact: Option<AhoCorasick>,
    folded: Option<AhoCorasick>,
}

impl SubSet {
    pub(super) fn new(raw: Raw) -> Result<SubSet, String> {
        let (exact, folded) = divide(raw);
        let build = |patterns: Vec<Box<[u8]>>, fold: bool| {
            if patterns.is_empty() {
                return Ok(None);
            }
            let built = AhoCorasick::builder().ascii_case_insensitive(fold).build(&patterns);
            built.map(Some).map_err(|e| format!("the patterns are too large: {e}"))
        };
        Ok(SubSet { exact: build(exact, false)?, folded: build(folded, true)? })
    }

    #[inline]
    pub(super) fn has(&self, s: &[u8]) -> bool {
        let found = |set: &Option<AhoCorasick>| set.as_ref().is_some_and(|set| set.is_match(s));
        found(&self.exact) || found(&self.folded)
    }
}

/// Parts between delimiters: of a path (`dir`) or of a domain (`dom`).
#[derive(Clone, Debug)]
pub(super) struct PartSet {
    delimiters: &'static [u8],
    exact: Box<[Box<[u8]>]>,
    folded: Box<[Box<[u8]>]>,
}

impl PartSet {
    /// What divides a path.
    pub(super) const DIR: &'static [u8] = b"/";
    /// What divides a domain, or a URL.
    pub(super) const DOM: &'static [u8] = b"/?.:";

    /// Delimiters at the ends of a pattern don't count; a pattern of nothing else never matches.
    pub(super) fn new(raw: Raw, delimiters: &'static [u8]) -> PartSet {
        let (exact, folded) = divide(raw);
        let trim = |patterns: Vec<Box<[u8]>>| -> Box<[Box<[u8]>]> {
            patterns.iter().map(|p| trimmed(p, delimiters)).filter(|p| !p.is_empty()).map(Box::from).collect()
        };
        PartSet { delimiters, exact: trim(exact), folded: trim(folded) }
    }

    pub(super) fn has(&self, s: &[u8]) -> bool {
        let mut from = 0;
        loop {
            let rest = &s[from..];
            let whole = |p: &[u8]| rest.get(p.len()).is_none_or(|b| self.delimiters.contains(b));
            if self.exact.iter().any(|p| rest.starts_with(p) && whole(p))
                || self.folded.iter().any(|p| rest.get(..p.len()).is_some_and(|s| is_lower_of(p, s)) && whole(p))
            {
                return true;
            }
            match rest.iter().position(|b| self.delimiters.contains(b)) {
                Some(at) => from += at + 1,
                None => return false,
            }
        }
    }
}

fn trimmed<'p>(mut p: &'p [u8], delimiters: &[u8]) -> &'p [u8] {
    while let [first, rest @ ..] = p
        && delimiters.contains(first)
    {
        p = rest;
    }
    while let [rest @ .., last] = p
        && delimiters.contains(last)
    {
        p = rest;
    }
    p
}

/// Whether `lower` is `s` in lower case; they have the same length. Eight bytes at a time.
#[inline]
fn is_lower_of(lower: &[u8], s: &[u8]) -> bool {
    let (l8, l_rest) = lower.as_chunks::<8>();
    let (s8, s_rest) = s.as_chunks::<8>();
    l8.iter().zip(s8).all(|(l, s)| u64::from_ne_bytes(*l) == lower8(u64::from_ne_bytes(*s)))
        && l_rest.len() == s_rest.len()
        && l_rest.iter().zip(s_rest).all(|(l, s)| *l == s.to_ascii_lowercase())
}

/// Eight bytes with their ASCII letters in lower case.
#[inline]
fn lower8(x: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low7 = x & (0x7f * EACH);
    // The top bit of each byte says whether its low seven bits are from `A` on, and whether they are behind `Z`.
    let from_a = low7 + (0x80 - b'A' as u64) * EACH;
    let behind_z = low7 + (0x7f - b'Z' as u64) * EACH;
    let upper = !x & (from_a ^ behind_z) & (0x80 * EACH);
    x | (upper >> 2)
}

/// The patterns that heed case, and in lower case those that ignore it.
fn divide(raw: Raw) -> (Patterns, Patterns) {
    let (mut exact, mut folded) = (Vec::new(), Vec::new());
    for (mut pattern, fold) in raw {
        if fold {
            pattern.make_ascii_lowercase();
            folded.push(pattern);
        } else {
            exact.push(pattern);
        }
    }
    (exact, folded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raw(patterns: &[&str], fold: bool) -> Raw {
        patterns.iter().map(|p| (p.as_bytes().into(), fold)).collect()
    }

    #[test]
    fn exact_with_few_and_many() {
        for n in [1, FEW, FEW + 1, 500] {
            let names: Vec<String> = (0..n).map(|i| format!("Host{i}.example")).collect();
            let names: Vec<&str> = names.iter().map(|s| &**s).collect();
            let (heeds, ignores) = (ExactSet::new(raw(&names, false)), ExactSet::new(raw(&names, true)));
            assert!(heeds.has(b"Host0.example") && !heeds.has(b"host0.example"));
            assert!(ignores.has(b"HOST0.Example") && !ignores.has(b"host0.example.") && !ignores.has(b""));
        }
    }

    #[test]
    fn affixes() {
        let beg = AffixSet::new(raw(&["/static", "/img"], false));
        assert!(beg.begins(b"/static/x") && beg.begins(b"/img") && !beg.begins(b"/stat") && !beg.begins(b"x/img"));
        let end = AffixSet::new(raw(&[".PNG"], true));
        assert!(end.ends(b"a.png") && end.ends(b".PNG") && !end.ends(b"png") && !end.ends(b""));
    }

    // The examples of manual 7.1.3.
    #[test]
    fn parts() {
        let dir = |p: &str| PartSet::new(raw(&[p], false), PartSet::DIR).has(b"/images/png/logo/32x32.png");
        for p in ["/images", "/images/png", "images/png", "/png/logo", "logo/32x32.png", "32x32.png"] {
            assert!(dir(p), "{p}");
        }
        assert!(!dir("/") && !dir(""));
        assert!(dir("png") && !dir("32x32") && !dir("image") && !dir("Images"));
        let dom = |p: &str| PartSet::new(raw(&[p], true), PartSet::DOM).has(b"http://www1.dc-eu.Example.com:80/blah");
        let yes = ["http", "www1", ".www1", "dc-eu", "example", "com", "80", "dc-eu.example", "blah", ":www1:"];
        for p in yes.into_iter().chain(["example.com:80"]) {
            assert!(dom(p), "{p}");
        }
        assert!(!dom("eu") && !dom("dc"));
    }

    #[test]
    fn substrings() {
        let sub = SubSet::new(vec![(b"Ab"[..].into(), false), (b"xY"[..].into(), true)]).unwrap();
        assert!(sub.has(b"__Ab") && !sub.has(b"ab") && sub.has(b"..XY..") && !sub.has(b""));
        assert!(!SubSet::new(Vec::new()).unwrap().has(b"x"));
    }

    #[test]
    fn eight_bytes_in_lower_case() {
        for b in 0..=255u8 {
            let bytes = [b, b'A', b'z', b'@', b'[', 0xc1, 0xff, b'Z'];
            let want = bytes.map(|b| b.to_ascii_lowercase());
            assert_eq!(lower8(u64::from_ne_bytes(bytes)).to_ne_bytes(), want, "{b}");
        }
        assert!(
            is_lower_of(b"www.example.com", b"WWW.Example.COM") && !is_lower_of(b"www.example.org", b"WWW.Example.COM")
        );
    }

    proptest! {
        #[test]
        fn as_a_list_would(patterns in prop::collection::vec("[aAb/.]{0,4}", 0..14), s in "[aAb/.]{0,8}", fold: bool) {
            let names: Vec<&str> = patterns.iter().map(|p| &**p).collect();
            let low = |s: &str| if fold { s.to_lowercase() } else { s.to_owned() };
            let (ls, text) = (low(&s), s.as_bytes());
            let any = |f: &dyn Fn(&str) -> bool| names.iter().any(|p| f(&low(p)));
            prop_assert_eq!(ExactSet::new(raw(&names, fold)).has(text), any(&|p| ls == p));
            prop_assert_eq!(AffixSet::new(raw(&names, fold)).begins(text), any(&|p| ls.starts_with(p)));
            prop_assert_eq!(AffixSet::new(raw(&names, fold)).ends(text), any(&|p| ls.ends_with(p)));
            prop_assert_eq!(SubSet::new(raw(&names, fold)).unwrap().has(text), any(&|p| ls.contains(p)));
        }
    }
}
