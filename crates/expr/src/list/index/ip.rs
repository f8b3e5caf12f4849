//! Addresses: networks lie within or beside each other, so they are cut into ranges that don't overlap, of which each
//! belongs to the finest network around it.

use core::net::{IpAddr, Ipv6Addr};

use super::super::entries::Entries;
use super::{Hit, Resolve};
use crate::acl::{Net, parse_net};
use crate::error::show;
use crate::val::embedded_v4;

#[derive(Debug)]
pub(in crate::list) struct IpIx {
    v4: Ranges<u32>,
    v6: Ranges<u128>,
    /// Networks whose mask has a hole: address, mask, entry.
    holed: Box<[(u32, u32, u32)]>,
}

/// The networks of a key; the error is the reason alone.
pub(in crate::list) fn nets(key: &[u8], resolve: Resolve<'_>) -> Result<Vec<Net>, String> {
    let bad = || format!("'{}' is not a valid IPv4 or IPv6 address", show(key));
    let text = core::str::from_utf8(key).map_err(|_| bad())?;
    match parse_net(text) {
        Some(net) => Ok(vec![net]),
        None => resolve(key),
    }
}

impl IpIx {
    pub(super) fn new(entries: &Entries, resolve: Resolve<'_>) -> Result<IpIx, (usize, String)> {
        let (mut v4, mut v6, mut holed) = (Vec::new(), Vec::new(), Vec::new());
        for ix in 0..entries.len() {
            let key = entries.key(ix);
            // Nearly all are addresses, and need no memory of their own to be read.
            let simple = core::str::from_utf8(key).ok().and_then(parse_net);
            let more = match simple {
                Some(_) => Vec::new(),
                None => nets(key, resolve).map_err(|why| (ix, why))?,
            };
            for net in simple.into_iter().chain(more) {
                match net {
                    Net::V4(ip, mask) => {
                        let (ip, mask) = (u32::from(ip), u32::from(mask));
                        if mask.leading_ones() + mask.trailing_zeros() >= 32 {
                            v4.push((ip & mask, ip | !mask, ix as u32));
                        } else {
                            holed.push((ip & mask, mask, ix as u32));
                        }
                    }
                    Net::V6(ip, bits) => {
                        let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                        let ip = u128::from(ip);
                        v6.push((ip & mask, ip | !mask, ix as u32));
                    }
                }
            }
        }
        Ok(IpIx { v4: Ranges::new(v4), v6: Ranges::new(v6), holed: holed.into() })
    }

    /// The finest network around an address. An IPv4 address is looked for among networks of its own family first.
    pub(super) fn finest(&self, entries: &Entries, ip: IpAddr) -> Option<Hit> {
        const OWN: u32 = 1000;
        let v6 = |ip: Ipv6Addr, rank: u32| {
            self.v6.find(entries, u128::from(ip)).map(|(ix, prefix)| Hit { ix, fineness: rank + prefix })
        };
        match ip {
            IpAddr::V4(ip) => self.v4(entries, u32::from(ip), OWN).or_else(|| v6(ip.to_ipv6_mapped(), 0)),
            IpAddr::V6(ip) => v6(ip, OWN).or_else(|| self.v4(entries, u32::from(embedded_v4(ip)?), 0)),
        }
    }

    fn v4(&self, entries: &Entries, ip: u32, rank: u32) -> Option<Hit> {
        let plain = self.v4.find(entries, ip).map(|(ix, prefix)| Hit { ix, fineness: rank + prefix });
        plain.or_else(|| {
            let fits = |(net, mask, ix): &&(u32, u32, u32)| ip & mask == *net && entries.is_alive(*ix as usize);
            self.holed
                .iter()
                .find(fits)
                .map(|(_, mask, ix)| Hit { ix: *ix as usize, fineness: rank + mask.count_ones() })
        })
    }

    pub(super) fn bytes(&self) -> usize {
        self.v4.bytes() + self.v6.bytes() + size_of_val(&*self.holed)
    }
}

/// A number that addresses are.
trait Number: Copy + Ord {
    fn next(self) -> Self;
    fn before(self) -> Self;
    /// How many bits all numbers from `from` to this one begin with.
    fn prefix(self, from: Self) -> u8;
}

impl Number for u32 {
    fn next(self) -> u32 {
        self.wrapping_add(1)
    }
    fn before(self) -> u32 {
        self.wrapping_sub(1)
    }
    fn prefix(self, from: u32) -> u8 {
        (self ^ from).leading_zeros() as u8
    }
}

impl Number for u128 {
    fn next(self) -> u128 {
        self.wrapping_add(1)
    }
    fn before(self) -> u128 {
        self.wrapping_sub(1)
    }
    fn prefix(self, from: u128) -> u8 {
        (self ^ from).leading_zeros() as u8
    }
}

/// Every so many ranges one start is kept apart, so that the first steps of a search stay within a cache's reach.
const STRIDE: usize = 64;

/// Ranges that don't overlap, in ascending order.
#[derive(Debug)]
struct Ranges<T> {
    coarse: Box<[T]>,
    from: Box<[T]>,
    to: Box<[T]>,
    /// The number of the network that a range belongs to.
    net: Box<[u32]>,
    /// Each network: its entry, the number of the one around it, and how long its prefix is.
    nets: Box<[(u32, u32, u8)]>,
}

const NONE: u32 = u32::MAX;

impl<T: Number> Ranges<T> {
    /// `nets`: first and last address, and entry.
    fn new(mut nets: Vec<(T, T, u32)>) -> Ranges<T> {
        // Outer networks come before those within them; of equal ones the first in the list is the innermost.
        nets.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then(b.2.cmp(&a.2)));
        let mut out: Vec<(T, T, u32)> = Vec::with_capacity(nets.len());
        let mut up = vec![NONE; nets.len()];
        // The networks around the place in hand, the innermost last: where what is left of each begins, if anything is.
        let mut around: Vec<(Option<T>, T, u32)> = Vec::new();
        let close = |around: &mut Vec<(Option<T>, T, u32)>, out: &mut Vec<(T, T, u32)>| {
            let Some((rest, to, net)) = around.pop() else { return };
            out.extend(rest.map(|from| (from, to, net)));
            if let Some(outer) = around.last_mut() {
                outer.0 = (to < outer.1).then(|| to.next());
            }
        };
        for (net, (from, to, _)) in (0..).zip(&nets) {
            while around.last().is_some_and(|outer| outer.1 < *from) {
                close(&mut around, &mut out);
            }
            if let Some((rest, _, outer)) = around.last() {
                up[net as usize] = *outer;
                out.extend(rest.filter(|rest| rest < from).map(|rest| (rest, from.before(), *outer)));
            }
            around.push((Some(*from), *to, net));
        }
        while !around.is_empty() {
            close(&mut around, &mut out);
        }
        out.sort_unstable_by_key(|range| range.0);
        let nets = nets.into_iter().zip(up).map(|((from, to, ix), up)| (ix, up, to.prefix(from))).collect();
        Ranges {
            coarse: out.iter().step_by(STRIDE).map(|range| range.0).collect(),
            from: out.iter().map(|range| range.0).collect(),
            to: out.iter().map(|range| range.1).collect(),
            net: out.iter().map(|range| range.2).collect(),
            nets,
        }
    }

    /// The entry of the finest network around `n`, and how long its prefix is.
    #[inline]
    fn find(&self, entries: &Entries, n: T) -> Option<(usize, u32)> {
        let block = self.coarse.partition_point(|from| *from <= n).checked_sub(1)? * STRIDE;
        let end = (block + STRIDE).min(self.from.len());
        let at = block + self.from[block..end].partition_point(|from| *from <= n) - 1;
        if n > self.to[at] {
            return None;
        }
        let mut net = self.net[at];
        loop {
            let (ix, up, prefix) = *self.nets.get(net as usize)?;
            if entries.is_alive(ix as usize) {
                return Some((ix as usize, u32::from(prefix)));
            }
            net = up;
        }
    }

    fn bytes(&self) -> usize {
        let ranges = size_of_val(&*self.coarse) + size_of_val(&*self.from) + size_of_val(&*self.to);
        ranges + size_of_val(&*self.net) + size_of_val(&*self.nets)
    }
}
