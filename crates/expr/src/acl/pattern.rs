//! The patterns of one test, in the form that its matching method searches fastest.

use core::net::IpAddr;
use std::sync::Arc;

use super::int::{self, IntSet, Operator};
use super::ip::{self, IpSet, IpSetBuilder, Net};
use super::matcher::Matcher;
use super::text::{AffixSet, ExactSet, PartSet, Raw, SubSet};
use crate::env::Env;
use crate::error::show;
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
            Matcher::Int | Matcher::Len => self.ranges.push(int::parse(pattern, self.operator)?),
            Matcher::Ip => self.add_ip(pattern, outside)?,
            Matcher::Bin => self.texts.push((unhex(pattern)?.into(), false)),
            Matcher::Reg => {
                Rx::new(pattern, self.ignore_case)?;
                self.texts.push((pattern.into(), self.ignore_case));
            }
            _ => self.texts.push((pattern.into(), self.ignore_case)),
        }
        Ok(())
    }

    fn add_ip(&mut self, pattern: &[u8], outside: &mut dyn Outside) -> Result<(), String> {
        let shown = show(pattern);
        let bad = || format!("'{shown}' is not a valid IPv4 or IPv6 address");
        let text = core::str::from_utf8(pattern).map_err(|_| bad())?;
        if let Some(net) = ip::parse(text) {
            self.nets.add(net);
            return Ok(());
        }
        let (host, mask) = text.split_once('/').map_or((text, None), |(host, mask)| (host, Some(mask)));
        let could_be_name = host.bytes().any(|b| b.is_ascii_alphabetic()) && !host.contains(':');
        if self.no_resolve || !could_be_name {
            return Err(bad());
        }
        let mask = mask.map_or(Some(core::net::Ipv4Addr::BROADCAST), crate::args::mask4).ok_or_else(bad)?;
        let found = outside.resolve4(host).filter(|found| !found.is_empty());
        for ip in found.ok_or_else(|| format!("could not resolve address '{host}'"))? {
            self.nets.add(Net::V4(ip, mask));
        }
        Ok(())
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
