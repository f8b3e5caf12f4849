//! The patterns of one test, in the form that its matching method searches fastest.

use core::net::IpAddr;
use std::collections::HashMap;
use std::sync::Arc;

use super::int::{self, IntSet, Operator};
use super::ip::{IpSet, IpSetBuilder, Net};
use super::matcher::Matcher;
use super::text::{AffixSet, ExactSet, PartSet, Raw, SubSet};
use crate::env::Env;
use crate::error::show;
use crate::list::{How, Probe, Source, Values, View, ViewKey};
use crate::outside::Outside;
use crate::regex::{Rx, RxSet};
use crate::val::{Type, Val};

/// Compiled patterns.
#[derive(Clone, Debug)]
pub(super) enum Patterns {
    Found,
    Bool,
    Int(IntSet),
    Len(IntSet),
    Ip(IpSet),
    Bin(ExactSet),
    Str(ExactSet),
    Beg(AffixSet),
    End(AffixSet),
    Sub(SubSet),
    Part(PartSet),
    Reg(Arc<RxSet>),
    Meth(ExactSet),
}

impl Patterns {
    /// Whether `v` matches any of them.
    #[inline]
    pub(super) fn matches(&self, v: Val<'_>, env: &Env<'_>) -> bool {
        match self {
            Patterns::Found => true,
            Patterns::Bool => matches!(v.cast(Type::Bool, env.scratch), Some(Val::Bool(true))),
            Patterns::Int(set) => matches!(v.cast(Type::Int, env.scratch), Some(Val::Int(n)) if set.has(n)),
            Patterns::Ip(set) => address(v, env).is_some_and(|ip| set.has(ip)),
            _ => self.matches_text(v, env),
        }
    }

    #[inline]
    fn matches_text(&self, v: Val<'_>, env: &Env<'_>) -> bool {
        let text = match v {
            Val::Str(s) | Val::Bin(s) | Val::Meth(s) => s,
            _ => match v.cast(Type::Str, env.scratch) {
                Some(Val::Str(s)) => s,
                _ => return false,
            },
        };
        match self {
            Patterns::Str(set) | Patterns::Bin(set) | Patterns::Meth(set) => set.has(text),
            Patterns::Beg(set) => set.begins(text),
            Patterns::End(set) => set.ends(text),
            Patterns::Sub(set) => set.has(text),
            Patterns::Part(set) => set.has(text),
            Patterns::Len(set) => i64::try_from(text.len()).is_ok_and(|n| set.has(n)),
            Patterns::Reg(set) => set.is_match(text),
            Patterns::Found | Patterns::Bool | Patterns::Int(_) | Patterns::Ip(_) => false,
        }
    }
}

/// The address that a value is or holds.
fn address(v: Val<'_>, env: &Env<'_>) -> Option<IpAddr> {
    if let Val::Bin(b) = v {
        return match b.len() {
            4 => <[u8; 4]>::try_from(b).ok().map(IpAddr::from),
            16 => <[u8; 16]>::try_from(b).ok().map(IpAddr::from),
            _ => None,
        };
    }
    match v.cast(Type::Addr, env.scratch)? {
        Val::Ip4(ip) => Some(IpAddr::V4(ip)),
        Val::Ip6(ip) => Some(IpAddr::V6(ip)),
        _ => None,
    }
}

/// Whether the value matches any entry of a list.
pub(super) fn in_view(view: &View, v: Val<'_>, env: &Env<'_>) -> bool {
    let matcher = view.key().how.matcher;
    match matcher {
        Matcher::Found => true,
        Matcher::Bool => matches!(v.cast(Type::Bool, env.scratch), Some(Val::Bool(true))),
        Matcher::Int => matches!(v.cast(Type::Int, env.scratch), Some(Val::Int(n)) if view.has(Probe::Int(n))),
        Matcher::Ip => address(v, env).is_some_and(|ip| view.has(Probe::Ip(ip))),
        _ => {
            let text = match v {
                Val::Str(s) | Val::Bin(s) | Val::Meth(s) => s,
                _ => match v.cast(Type::Str, env.scratch) {
                    Some(Val::Str(s)) => s,
                    _ => return false,
                },
            };
            let len = || i64::try_from(text.len()).unwrap_or(i64::MAX);
            view.has(if matcher == Matcher::Len { Probe::Int(len()) } else { Probe::Text(text) })
        }
    }
}

/// Collects patterns for one matching method.
pub(super) struct Builder {
    matcher: Matcher,
    /// Ignore case in what follows (`-i`).
    pub ignore_case: bool,
    /// Don't take names for host names (`-n`).
    pub no_resolve: bool,
    /// The comparison in force.
    pub operator: Operator,
    ranges: Vec<(i64, i64)>,
    nets: IpSetBuilder,
    texts: Raw,
    /// The patterns as entries of a list.
    entries: Vec<Vec<u8>>,
    resolved: HashMap<Box<[u8]>, Vec<Net>>,
}

impl Builder {
    pub(super) fn new(matcher: Matcher) -> Builder {
        Builder {
            matcher,
            ignore_case: false,
            no_resolve: false,
            operator: Operator::Eq,
            ranges: Vec::new(),
            nets: IpSetBuilder::default(),
            texts: Vec::new(),
            entries: Vec::new(),
            resolved: HashMap::new(),
        }
    }

    /// Whether comparisons can stand before the values.
    pub(super) fn compares(&self) -> bool {
        matches!(self.matcher, Matcher::Int | Matcher::Len)
    }

    /// Adds one pattern; the error is the reason alone.
    pub(super) fn add(&mut self, pattern: &[u8], outside: &mut dyn Outside) -> Result<(), String> {
        match self.matcher {
            // These take no pattern; the manual says that all values are ignored.
            Matcher::Found | Matcher::Bool => {}
            Matcher::Int | Matcher::Len => {
                let range = int::parse(pattern, self.operator)?;
                self.ranges.push(range);
                self.entries.push(range_text(pattern, self.operator, range));
                return Ok(());
            }
            Matcher::Ip => self.add_ip(pattern, outside)?,
            Matcher::Bin => self.texts.push((unhex(pattern)?.into(), false)),
            Matcher::Reg => {
                Rx::new(pattern, self.ignore_case)?;
                self.texts.push((pattern.into(), self.ignore_case));
            }
            _ => self.texts.push((pattern.into(), self.ignore_case)),
        }
        self.entries.push(pattern.to_vec());
        Ok(())
    }

    fn add_ip(&mut self, pattern: &[u8], outside: &mut dyn Outside) -> Result<(), String> {
        let nets = crate::list::nets_of(pattern, self.no_resolve, outside)?;
        nets.iter().for_each(|net| self.nets.add(*net));
        self.resolved.insert(pattern.into(), nets);
        Ok(())
    }

    /// How lists are searched that are named here.
    pub(super) fn view_key(&self) -> ViewKey {
        let how = How { matcher: self.matcher, ignore_case: self.ignore_case };
        ViewKey { how, values: Values::Any, no_resolve: self.no_resolve }
    }

    /// The patterns so far as a list that can be changed at run time, if the line is one that can be named.
    pub(super) fn inline(&mut self, criterion: &[u8], source: &Source, outside: &mut dyn Outside) -> Option<View> {
        if source.line == 0 {
            return None;
        }
        let (key, resolved) = (self.view_key(), std::mem::take(&mut self.resolved));
        let list = outside.lists().inline(source, criterion, key, &self.entries, resolved)?;
        Some(View::inline(list, key))
    }

    pub(super) fn finish(self) -> Result<Patterns, String> {
        Ok(match self.matcher {
            Matcher::Found => Patterns::Found,
            Matcher::Bool => Patterns::Bool,
            Matcher::Int => Patterns::Int(IntSet::new(self.ranges)),
            Matcher::Len => Patterns::Len(IntSet::new(self.ranges)),
            Matcher::Ip => Patterns::Ip(self.nets.finish()),
            Matcher::Bin => Patterns::Bin(ExactSet::new(self.texts)),
            Matcher::Str => Patterns::Str(ExactSet::new(self.texts)),
            Matcher::Meth => Patterns::Meth(ExactSet::new(self.texts)),
            Matcher::Beg => Patterns::Beg(AffixSet::new(self.texts)),
            Matcher::End => Patterns::End(AffixSet::new(self.texts)),
            Matcher::Sub => Patterns::Sub(SubSet::new(self.texts)?),
            Matcher::Dir => Patterns::Part(PartSet::new(self.texts, PartSet::DIR)),
            Matcher::Dom => Patterns::Part(PartSet::new(self.texts, PartSet::DOM)),
            Matcher::Reg => {
                let set = RxSet::new(self.texts.iter().map(|(pattern, ignore_case)| (&**pattern, *ignore_case)));
                Patterns::Reg(Arc::new(set.map_err(|(_, why)| why)?))
            }
        })
    }
}

/// The bytes that an even number of hexadecimal digits stand for.
pub fn unhex(text: &[u8]) -> Result<Vec<u8>, String> {
    let bad = || format!("'{}' is not an even number of hexadecimal digits", show(text));
    let (pairs, odd) = text.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(bad());
    }
    let digit = |b: u8| (b as char).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| Some((digit(*high)? * 16 + digit(*low)?) as u8);
    pairs.iter().map(byte).collect::<Option<Vec<u8>>>().ok_or_else(bad)
}

/// A comparison as a range.
fn range_text(pattern: &[u8], operator: Operator, (low, high): (i64, i64)) -> Vec<u8> {
    if operator == Operator::Eq {
        return pattern.to_vec();
    }
    let bound = |n: i64, none: i64| if n == none { String::new() } else { n.to_string() };
    format!("{}:{}", bound(low, i64::MIN), bound(high, i64::MAX)).into_bytes()
}
