//! The whole language as one value, and its index for looking words up.

use crate::build::{BindB, GlobalB, ProxyB, ServerB};
use crate::keyword::Keyword;
use crate::sections::{AnyKind, KINDS};
use crate::spec::CertLoad;
use crate::{keywords, spoe};
use core::any::Any;
use std::collections::HashMap;
use syntax::Word;

/// Every keyword, by the kind of place. The binary composes one and hands it down.
pub struct Lang {
    pub global: &'static [&'static Keyword<GlobalB>],
    /// `defaults`, `frontend`, `listen`, `backend`.
    pub proxy: &'static [&'static [&'static Keyword<ProxyB>]],
    /// Options of `bind` and `stats socket`.
    pub bind: &'static [&'static Keyword<BindB>],
    /// The same, of TLS.
    pub bind_tls: &'static [&'static Keyword<BindB>],
    /// Options of `server` and `default-server`.
    pub server: &'static [&'static Keyword<ServerB>],
    /// Options of `load` lines, which crt-lists have as well.
    pub load: &'static [&'static Keyword<CertLoad>],
    /// The other sections, each with its keywords.
    pub kinds: &'static [&'static dyn AnyKind],
    /// The sections of files that `filter spoe` lines name.
    pub spoe: &'static [&'static dyn AnyKind],
}

/// What this crate brings.
pub static LANG: Lang = Lang {
    global: keywords::global::ITEMS,
    proxy: &[
        keywords::proxy::ITEMS,
        keywords::checks::RULES,
        keywords::checks::kind::ITEMS,
        keywords::proxy::gone_rules::ITEMS,
        keywords::option::ITEMS,
        keywords::stats::ITEMS,
        keywords::timeout::ITEMS,
    ],
    bind: keywords::bind::ITEMS,
    bind_tls: keywords::bind::TLS_ITEMS,
    server: keywords::server::ITEMS,
    load: keywords::crt_store::LOAD_ITEMS,
    kinds: KINDS,
    spoe: spoe::KINDS,
};

/// Names to keywords, built once per compilation.
pub struct Index {
    pub global: Table<GlobalB>,
    pub proxy: Table<ProxyB>,
    pub bind: Table<BindB>,
    pub server: Table<ServerB>,
    pub load: Table<CertLoad>,
    kinds: HashMap<&'static str, IndexedKind>,
}

/// A kind of section and its [`Table`].
struct IndexedKind {
    kind: &'static dyn AnyKind,
    table: Box<dyn Any>,
}

impl Index {
    /// Indexes a language.
    pub fn new(lang: &Lang) -> Index {
        Index {
            global: Table::new(lang.global.iter().copied()),
            proxy: Table::new(lang.proxy.iter().flat_map(|items| items.iter().copied())),
            bind: Table::new(lang.bind.iter().chain(lang.bind_tls).copied()),
            server: Table::new(lang.server.iter().copied()),
            load: Table::new(lang.load.iter().copied()),
            kinds: lang
                .kinds
                .iter()
                .chain(lang.spoe)
                .map(|k| (k.word(), IndexedKind { kind: *k, table: k.table() }))
                .collect(),
        }
    }

    /// The kind of section that a word opens.
    pub fn kind(&self, word: &[u8]) -> Option<&'static dyn AnyKind> {
        self.kinds.get(core::str::from_utf8(word).ok()?).map(|known| known.kind)
    }

    /// The keywords of a kind of section whose lines write into a `B`.
    pub fn of<B: 'static>(&self, word: &str) -> Option<&Table<B>> {
        self.kinds.get(word)?.table.downcast_ref()
    }

    /// Where a word belongs, for one that stands elsewhere.
    pub fn home(&self, word: &[u8]) -> Option<String> {
        let place = if self.proxy.has(word) {
            "a proxy section"
        } else if self.global.has(word) {
            "section 'global'"
        } else if self.bind.has(word) {
            "a 'bind' line"
        } else if self.server.has(word) {
            "a 'server' line"
        } else {
            if crate::spoe::KINDS.iter().any(|kind| kind.word().as_bytes() == word) {
                return Some("the file that a 'filter spoe' line names".to_owned());
            }
            let mut words: Vec<&str> =
                self.kinds.values().map(|k| k.kind).filter(|k| k.has(word)).map(|k| k.word()).collect();
            words.sort_unstable();
            return words.first().map(|word| format!("section '{word}'"));
        };
        Some(place.to_owned())
    }
}

/// The keywords of one kind of place.
pub struct Table<B: 'static> {
    heads: HashMap<&'static [u8], Head<B>>,
    /// Every first word, sorted, so that the same mistake always gets the same advice.
    names: Vec<&'static str>,
}

/// What begins with one word.
struct Head<B: 'static> {
    alone: Option<&'static Keyword<B>>,
    seconds: HashMap<&'static [u8], &'static Keyword<B>>,
}

/// What a line's first words are.
pub enum Found<B: 'static> {
    /// A keyword of so many words.
    Keyword(&'static Keyword<B>, usize),
    /// The first word needs a second one, of which there are these.
    Second(Vec<&'static str>),
    Unknown,
}

/// The second word of a keyword's name.
fn second_word(name: &'static str) -> &'static str {
    name.split_once(' ').map_or(name, |(_, second)| second)
}

impl<B> Table<B> {
    /// Indexes keywords.
    pub fn new(items: impl Iterator<Item = &'static Keyword<B>>) -> Table<B> {
        let mut table = Table { heads: HashMap::new(), names: Vec::new() };
        for item in items {
            table.insert(item);
        }
        table.names = table.heads.keys().filter_map(|k| core::str::from_utf8(k).ok()).collect();
        table.names.sort_unstable();
        table
    }

    fn insert(&mut self, entry: &'static Keyword<B>) {
        let name = entry.name;
        let (first, second) = name.split_once(' ').map_or((name, None), |(a, b)| (a, Some(b)));
        let head = self.heads.entry(first.as_bytes()).or_insert_with(|| Head { alone: None, seconds: HashMap::new() });
        match second {
            Some(second) => {
                head.seconds.insert(second.strip_suffix("*)").unwrap_or(second).as_bytes(), entry);
            }
            None => head.alone = Some(entry),
        }
    }

    /// What the words begin with.
    pub fn find(&self, words: &[Word]) -> Found<B> {
        let Some(head) = words.first().and_then(|w| self.heads.get(&w.text[..])) else { return Found::Unknown };
        let second = words.get(1).and_then(|w| head.seconds.get(&w.text[..]).copied());
        // A name like «set-var(*)» stands for a word whose parentheses hold arguments: that word is one itself.
        let called = words.get(1).and_then(|w| {
            let open = w.text.iter().position(|c| *c == b'(')?;
            head.seconds.get(&w.text[..=open]).copied()
        });
        if let (None, Some(kw)) = (second, called) {
            return Found::Keyword(kw, 1);
        }
        match (second, head.alone) {
            (Some(kw), _) => Found::Keyword(kw, 2),
            (None, Some(kw)) => Found::Keyword(kw, 1),
            (None, None) => {
                let mut names: Vec<&str> = head.seconds.values().map(|keyword| second_word(keyword.name)).collect();
                names.sort_unstable();
                Found::Second(names)
            }
        }
    }

    /// The keyword of one word alone.
    pub fn one(&self, word: &[u8]) -> Option<&'static Keyword<B>> {
        self.heads.get(word).and_then(|head| head.alone)
    }

    /// The keywords of one word.
    pub fn keywords(&self) -> impl Iterator<Item = &'static Keyword<B>> {
        self.names.iter().filter_map(|name| self.one(name.as_bytes()))
    }

    /// Every first word that exists, for «did you mean».
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.iter().copied()
    }

    /// Whether anything begins with this word.
    pub fn has(&self, word: &[u8]) -> bool {
        self.heads.contains_key(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyword::Facts;
    use std::collections::HashSet;

    fn check<B>(items: &[&Keyword<B>]) {
        let facts: Vec<Facts> = items.iter().map(|item| item.facts()).collect();
        check_facts(&facts);
    }

    fn check_facts(items: &[Facts]) {
        let mut seen = HashSet::new();
        for item in items {
            let name = item.name;
            assert!(!name.is_empty() && name == name.trim(), "{name:?}");
            assert!(seen.insert(name), "'{name}' is there twice");
            assert!(name.split(' ').count() <= 2, "'{name}' has more words than the index splits");
            assert!(!item.doc.is_empty() && item.doc.ends_with('.'), "'{name}' has no documentation");
            assert!(item.manual.starts_with(|c: char| c.is_ascii_digit()), "'{name}' names no section");
            assert!(item.args.min <= item.args.max, "'{name}'");
            assert!(item.args.max == 0 || !item.args.what.is_empty(), "'{name}' doesn't say its arguments");
        }
    }

    #[test]
    fn the_registry_is_sound() {
        check(LANG.global);
        check(&LANG.proxy.concat());
        check(&[LANG.bind, LANG.bind_tls].concat());
        check(LANG.server);
        check(LANG.load);
        for kind in LANG.kinds.iter().chain(LANG.spoe) {
            check_facts(&kind.keywords());
            assert!(!kind.doc().is_empty() && kind.doc().ends_with('.'), "'{}' has no documentation", kind.word());
            assert!(kind.manual().starts_with(|c: char| c.is_ascii_digit()), "'{}' names no section", kind.word());
        }
    }
}
