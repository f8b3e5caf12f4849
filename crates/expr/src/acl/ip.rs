//! Address patterns (manual 7.1.6). A match only asks whether an address is in any of the networks, so they become
//! disjoint ranges that are searched by halves.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::val::embedded_v4;

/// A set of networks of both families.
#[derive(Clone, Debug, Default)]
pub(super) struct IpSet {
    v4: Box<[(u32, u32)]>,
    v6: Box<[(u128, u128)]>,
    /// Networks whose mask has a hole: address and mask.
    holed: Box<[(u32, u32)]>,
}

/// Collects networks.
#[derive(Debug, Default)]
pub(super) struct IpSetBuilder {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
    holed: Vec<(u32, u32)>,
}

/// What one pattern means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Net {
    /// Address and mask.
    V4(Ipv4Addr, Ipv4Addr),
    /// Address and length of the prefix.
    V6(Ipv6Addr, u8),
}

impl IpSetBuilder {
    pub(super) fn add(&mut self, net: Net) {
        match net {
            Net::V4(ip, mask) => {
                let (ip, mask) = (u32::from(ip), u32::from(mask));
                if mask.leading_ones() + mask.trailing_zeros() >= 32 {
                    self.v4.push((ip & mask, ip | !mask));
                } else {
                    self.holed.push((ip & mask, mask));
                }
            }
            Net::V6(ip, bits) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                let ip = u128::from(ip);
                self.v6.push((ip & mask, ip | !mask));
            }
        }
    }

    pub(super) fn finish(self) -> IpSet {
        IpSet { v4: disjoint(self.v4), v6: disjoint(self.v6), holed: self.holed.into() }
    }
}

impl IpSet {
    pub(super) fn has(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(ip) => self.has_v4(ip) || self.has_v6(ip.to_ipv6_mapped()),
            IpAddr::V6(ip) => self.has_v6(ip) || embedded_v4(ip).is_some_and(|ip| self.has_v4(ip)),
        }
    }

    fn has_v4(&self, ip: Ipv4Addr) -> bool {
        let ip = u32::from(ip);
        within(&self.v4, ip) || self.holed.iter().any(|&(net, mask)| ip & mask == net)
    }

    fn has_v6(&self, ip: Ipv6Addr) -> bool {
        within(&self.v6, u128::from(ip))
    }
}

#[inline]
fn within<T: Copy + Ord>(ranges: &[(T, T)], n: T) -> bool {
    let behind = ranges.partition_point(|&(from, _)| from <= n);
    behind > 0 && n <= ranges[behind - 1].1
}

fn disjoint<T: Copy + Ord>(mut ranges: Vec<(T, T)>) -> Box<[(T, T)]> {
    ranges.sort_unstable();
    let mut merged: Vec<(T, T)> = Vec::with_capacity(ranges.len());
    for (from, to) in ranges {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged.into()
}

/// The network that `text` means; `None` if it is neither an address nor a network.
pub(crate) fn parse(text: &str) -> Option<Net> {
    let (addr, mask) = match text.split_once('/') {
        Some((addr, mask)) => (addr, Some(mask)),
        None => (text, None),
    };
    if let Some(ip) = short_v4(addr) {
        let mask = mask.map_or(Some(Ipv4Addr::BROADCAST), crate::args::mask4)?;
        return Some(Net::V4(ip, mask));
    }
    let ip: Ipv6Addr = addr.parse().ok()?;
    let bits = mask.map_or(Some(128), |m| m.parse().ok().filter(|b| *b <= 128))?;
    Some(Net::V6(ip, bits))
}

/// An IPv4 address, perhaps with zero octets left out before its last number: `10.12` is `10.0.0.12`, `127` is
/// `0.0.0.127`.
fn short_v4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let parts: Vec<&str> = text.split('.').collect();
    let (last, first) = parts.split_last()?;
    if first.len() > 3 {
        return None;
    }
    for (octet, part) in octets.iter_mut().zip(first) {
        *octet = decimal(part)?;
    }
    octets[3] = decimal(last)?;
    Some(Ipv4Addr::from(octets))
}

fn decimal(text: &str) -> Option<u8> {
    (text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(nets: &[&str]) -> IpSet {
        let mut b = IpSetBuilder::default();
        nets.iter().for_each(|n| b.add(parse(n).unwrap()));
        b.finish()
    }

    #[track_caller]
    fn check(nets: &[&str], ip: &str, want: bool) {
        assert_eq!(set(nets).has(ip.parse().unwrap()), want, "{ip} in {nets:?}");
    }

    #[test]
    fn notations() {
        let v4 = |ip: [u8; 4], bits: &str| Some(Net::V4(ip.into(), crate::args::mask4(bits).unwrap()));
        assert_eq!(parse("192.168.1"), v4([192, 168, 0, 1], "32"));
        assert_eq!(parse("192.168.1/22"), v4([192, 168, 0, 1], "22"));
        assert_eq!(parse("10.12/8"), v4([10, 0, 0, 12], "8"));
        assert_eq!(parse("127.1"), v4([127, 0, 0, 1], "32"));
        assert_eq!(parse("127"), v4([0, 0, 0, 127], "32"));
        assert_eq!(parse("10.0.0.0/255.0.0.0"), v4([10, 0, 0, 0], "8"));
        assert_eq!(parse("::1/64"), Some(Net::V6(Ipv6Addr::LOCALHOST, 64)));
        for bad in ["", "10.", "1.2.3.4.5", "1.2.3.256", "1.2.3.4/33", "::1/129", "::1/ffff::", "a.b", "1.2.3.4/"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    // The four cases of manual 7.1.6.
    #[test]
    fn families_meet() {
        check(&["10.0.0.0/8"], "10.1.2.3", true);
        check(&["10.0.0.0/8"], "11.1.2.3", false);
        check(&["2001:db8::/32"], "2001:db8:1::", true);
        check(&["10.0.0.0/8"], "::ffff:10.1.2.3", true);
        check(&["10.0.0.0/8"], "::10.1.2.3", true);
        check(&["10.0.0.0/8"], "2002:a01:203::", true);
        check(&["10.0.0.0/8"], "2003:a01:203::", false);
        check(&["::ffff:10.0.0.0/104"], "10.1.2.3", true);
        check(&["::/0"], "1.2.3.4", true);
        check(&["10.0.0.1/255.0.0.255"], "10.9.9.1", true);
        check(&["10.0.0.1/255.0.0.255"], "10.9.9.2", false);
        check(&["10.0.0.0/8", "10.1.0.0/16", "9.0.0.0/8"], "10.200.0.1", true);
        check(&[], "10.0.0.1", false);
        check(&["0.0.0.0/0"], "255.255.255.255", true);
    }

    proptest! {
        #[test]
        fn as_a_list_would(nets in prop::collection::vec((any::<u8>(), 24u32..=32), 0..20), last in any::<u8>()) {
            let base = Ipv4Addr::new(10, 0, 0, 0);
            let at = |n: u8| u32::from(base) | u32::from(n);
            let mut b = IpSetBuilder::default();
            let mut want = false;
            for (ip, bits) in nets {
                let mask = u32::MAX << (32 - bits);
                b.add(Net::V4(Ipv4Addr::from(at(ip)), Ipv4Addr::from(mask)));
                want |= at(ip) & mask == at(last) & mask;
            }
            prop_assert_eq!(b.finish().has(IpAddr::V4(Ipv4Addr::from(at(last)))), want);
        }
    }
}
