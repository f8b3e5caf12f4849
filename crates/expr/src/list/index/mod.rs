//! Entries in the form that one matching method searches fastest. An index holds numbers of entries, not their texts.

mod affix;
mod exact;
mod int;
mod ip;
mod part;
mod sub;

use core::net::IpAddr;

use super::entries::Entries;
use crate::acl::Matcher;
use crate::regex::{Rx, RxSet};

pub(super) use ip::nets;

/// What a list is searched for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Probe<'p> {
    /// Text.
    Text(&'p [u8]),
    /// A number.
    Int(i64),
    /// An address.
    Ip(IpAddr),
}

/// An entry that matches, and how fine the match is: of several runs, the finest counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hit {
    pub ix: usize,
    pub fineness: u32,
}

/// How entries are compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct How {
    /// The matching method.
    pub matcher: Matcher,
    /// Whether case counts for nothing.
    pub ignore_case: bool,
}

#[derive(Debug)]
pub(super) enum Index {
    /// These methods look at no entry.
    Nothing,
    Exact(exact::ExactIx),
    /// Entries that are hexadecimal.
    Bin(exact::ExactIx),
    Beg(affix::AffixIx),
    End(affix::AffixIx),
    Sub(sub::SubIx),
    Part(part::PartIx),
    Reg(RxSet),
    Int(int::IntIx),
    Ip(ip::IpIx),
}

/// The networks that a name stands for; the error is the reason alone.
pub(super) type Resolve<'r> = &'r mut dyn FnMut(&[u8]) -> Result<Vec<crate::acl::Net>, String>;

impl Index {
    /// The index of these entries. The error comes with the number of the entry that it is about.
    pub fn new(entries: &Entries, how: How, resolve: Resolve<'_>) -> Result<Index, (usize, String)> {
        let fold = how.ignore_case;
        Ok(match how.matcher {
            Matcher::Found | Matcher::Bool => Index::Nothing,
            Matcher::Str | Matcher::Meth => Index::Exact(exact::ExactIx::new(entries, fold)),
            Matcher::Bin => Index::Bin(exact::ExactIx::of_hex(entries)?),
            Matcher::Beg => Index::Beg(affix::AffixIx::new(entries, fold, false)),
            Matcher::End => Index::End(affix::AffixIx::new(entries, fold, true)),
            Matcher::Sub => Index::Sub(sub::SubIx::new(entries, fold).map_err(|why| (0, why))?),
            Matcher::Dir => Index::Part(part::PartIx::new(entries, fold, part::DIR)),
            Matcher::Dom => Index::Part(part::PartIx::new(entries, fold, part::DOM)),
            Matcher::Reg => {
                let patterns = (0..entries.len()).map(|ix| (entries.key(ix), fold));
                Index::Reg(RxSet::new(patterns).map_err(|(ix, why)| (ix, why.text))?)
            }
            Matcher::Int | Matcher::Len => Index::Int(int::IntIx::new(entries)?),
            Matcher::Ip => Index::Ip(ip::IpIx::new(entries, resolve)?),
        })
    }

    /// The entry that matches: the finest of prefixes and networks, the first one of everything else.
    pub fn find(&self, entries: &Entries, probe: Probe<'_>) -> Option<Hit> {
        let first = |ix| Hit { ix, fineness: 0 };
        match (self, probe) {
            (Index::Exact(ix), Probe::Text(text)) => ix.find(entries, text).map(first),
            (Index::Bin(ix), Probe::Text(text)) => ix.find(entries, text).map(first),
            (Index::Beg(ix), Probe::Text(text)) => ix.longest(entries, text),
            (Index::End(ix), Probe::Text(text)) => ix.first(entries, text).map(first),
            (Index::Sub(ix), Probe::Text(text)) => ix.first(entries, text).map(first),
            (Index::Part(ix), Probe::Text(text)) => ix.first(entries, text).map(first),
            (Index::Reg(set), Probe::Text(text)) => set.first(text, |ix| entries.is_alive(ix)).map(first),
            (Index::Int(ix), Probe::Int(n)) => ix.first(entries, n).map(first),
            (Index::Ip(ix), Probe::Ip(ip)) => ix.finest(entries, ip),
            _ => None,
        }
    }

    /// Whether any entry matches.
    pub fn has(&self, entries: &Entries, probe: Probe<'_>) -> bool {
        match (self, probe) {
            (Index::Reg(set), Probe::Text(text)) if entries.is_whole() => set.is_match(text),
            (Index::Sub(ix), Probe::Text(text)) if entries.is_whole() => ix.is_match(text),
            _ => self.find(entries, probe).is_some(),
        }
    }

    /// The regular expression of an entry.
    pub fn rx(&self, ix: usize) -> Option<&Rx> {
        match self {
            Index::Reg(set) => set.rx(ix),
            _ => None,
        }
    }

    /// What the index takes in memory, in bytes; of regular expressions and automata it isn't known.
    pub fn bytes(&self) -> usize {
        match self {
            Index::Exact(ix) | Index::Bin(ix) => ix.bytes(),
            Index::Beg(ix) | Index::End(ix) => ix.bytes(),
            Index::Part(ix) => ix.bytes(),
            Index::Int(ix) => ix.bytes(),
            Index::Ip(ix) => ix.bytes(),
            Index::Nothing | Index::Sub(_) | Index::Reg(_) => 0,
        }
    }
}
