//! Captured packets: Ethernet, IP, TCP (manual 7.3.1; RFC 791, 8200, 9293). Each converter takes bytes that begin with
//! its header.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::args::Args;
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("eth.data", "", Bin, Bin, "what follows an Ethernet header").does(|_, v, _| eth(v, |p, at, _| Some(Val::Bin(&p[at..])))),
    c("eth.dst", "", Bin, Bin, "the destination of an Ethernet header").does(|_, v, _| eth(v, |p, _, _| p.get(..6).map(Val::Bin))),
    c("eth.hdr", "", Bin, Bin, "an Ethernet header").does(|_, v, _| eth(v, |p, at, _| Some(Val::Bin(&p[..at])))),
    c("eth.proto", "", Bin, Int, "the protocol in an Ethernet header").does(|_, v, _| eth(v, |p, at, _| number(p, at - 2, 2))),
    c("eth.src", "", Bin, Bin, "the source of an Ethernet header").does(|_, v, _| eth(v, |p, _, _| p.get(6..12).map(Val::Bin))),
    c("eth.vlan", "", Bin, Int, "the VLAN in an Ethernet header").does(|_, v, _| eth(v, |_, _, vlan| vlan.map(Val::Int))),
    c("ip.data", "", Bin, Bin, "what follows an IP header").does(|_, v, _| ip(v, |ip| Some(Val::Bin(ip.data)))),
    c("ip.df", "", Bin, Int, "1 if an IP header forbids fragments").does(|_, v, _| ip(v, |ip| Some(Val::Int(ip.df)))),
    c("ip.dst", "", Bin, Addr, "the destination of an IP header").does(|_, v, _| ip(v, |ip| ip.address(1))),
    c("ip.fp", "[integer]", Bin, Bin, "a fingerprint of an IP header and the SYN behind it").does(fingerprint),
    c("ip.hdr", "", Bin, Bin, "an IP header").does(|_, v, _| ip(v, |ip| Some(Val::Bin(ip.header)))),
    c("ip.proto", "", Bin, Int, "the protocol in an IP header").does(|_, v, _| ip(v, |ip| Some(Val::Int(ip.proto)))),
    c("ip.src", "", Bin, Addr, "the source of an IP header").does(|_, v, _| ip(v, |ip| ip.address(0))),
    c("ip.tos", "", Bin, Int, "the type of service of an IP header").does(|_, v, _| ip(v, |ip| Some(Val::Int(ip.tos)))),
    c("ip.ttl", "", Bin, Int, "the time to live, or hop limit, of an IP header").does(|_, v, _| ip(v, |ip| Some(Val::Int(ip.ttl)))),
    c("ip.ver", "", Bin, Int, "the version of an IP header").does(|_, v, _| Some(Val::Int(i64::from(v.bytes()?.first()? >> 4)))),
    c("tcp.dst", "", Bin, Int, "the destination port of a TCP header").does(|_, v, _| tcp(v, |h| number(h, 2, 2))),
    c("tcp.flags", "", Bin, Int, "the flags of a TCP header").does(|_, v, _| tcp(v, |h| number(h, 13, 1))),
    c("tcp.options.mss", "", Bin, Int, "the maximum segment size in a TCP header").does(|_, v, _| tcp(v, |h| match option(h, 2) {
        Some(mss) => number(mss, 0, 2),
        None => Some(Val::Int(0)),
    })),
    c("tcp.options.sack", "", Bin, Int, "1 if a TCP header permits selective acknowledgements").does(|_, v, _| tcp(v, |h| Some(Val::Int(i64::from(option(h, 4).is_some()))))),
    c("tcp.options.tsopt", "", Bin, Int, "1 if a TCP header has a timestamp").does(|_, v, _| tcp(v, |h| Some(Val::Int(i64::from(option(h, 8).is_some()))))),
    c("tcp.options.tsval", "", Bin, Int, "the timestamp in a TCP header").does(|_, v, _| tcp(v, |h| number(option(h, 8)?, 0, 4))),
    c("tcp.options.wscale", "", Bin, Int, "the window scale in a TCP header, 0 without one").does(|_, v, _| tcp(v, |h| match option(h, 3) {
        Some(scale) => number(scale, 0, 1),
        None => Some(Val::Int(0)),
    })),
    c("tcp.options.wsopt", "", Bin, Int, "1 if a TCP header has a window scale").does(|_, v, _| tcp(v, |h| Some(Val::Int(i64::from(option(h, 3).is_some()))))),
    c("tcp.options_list", "", Bin, Bin, "the kinds of the options of a TCP header").does(kinds),
    c("tcp.seq", "", Bin, Int, "the sequence number of a TCP header").does(|_, v, _| tcp(v, |h| number(h, 4, 4))),
    c("tcp.src", "", Bin, Int, "the source port of a TCP header").does(|_, v, _| tcp(v, |h| number(h, 0, 2))),
    c("tcp.win", "", Bin, Int, "the window of a TCP header").does(|_, v, _| tcp(v, |h| number(h, 14, 2))),
];

/// `len` bytes at `at`, big-endian.
fn number(bytes: &[u8], at: usize, len: usize) -> Option<Val<'static>> {
    raw(bytes, at, len).map(Val::Int)
}

fn raw(bytes: &[u8], at: usize, len: usize) -> Option<i64> {
    Some(bytes.get(at..at + len)?.iter().fold(0, |n, b| n << 8 | i64::from(*b)))
}

/// Gives `part` the frame, where its data begins, and the last VLAN.
fn eth<'a>(v: Val<'a>, part: fn(&'a [u8], usize, Option<i64>) -> Option<Val<'a>>) -> Option<Val<'a>> {
    let frame = v.bytes()?;
    let (mut at, mut vlan) = (14, None);
    // Tags of IEEE 802.1Q and 802.1ad stand before the protocol.
    while let 0x8100 | 0x88a8 = raw(frame, at - 2, 2)? {
        vlan = Some(raw(frame, at, 2)? & 0xfff);
        at += 4;
    }
    (frame.len() >= at).then(|| part(frame, at, vlan))?
}

/// What an IP header says.
struct Ip<'a> {
    v6: bool,
    header: &'a [u8],
    data: &'a [u8],
    tos: i64,
    ttl: i64,
    df: i64,
    proto: i64,
    options: bool,
}

impl<'a> Ip<'a> {
    fn of(packet: &'a [u8]) -> Option<Ip<'a>> {
        match packet.first()? >> 4 {
            4 => {
                let len = usize::from(packet[0] & 15) * 4;
                let (header, data) = packet.split_at_checked(len).filter(|_| len >= 20)?;
                Some(Ip {
                    v6: false,
                    header,
                    data,
                    tos: raw(header, 1, 1)?,
                    ttl: raw(header, 8, 1)?,
                    df: raw(header, 6, 1)? >> 6 & 1,
                    proto: raw(header, 9, 1)?,
                    options: len > 20,
                })
            }
            6 => {
                let (len, proto) = extensions(packet)?;
                let (header, data) = packet.split_at_checked(len)?;
                Some(Ip {
                    v6: true,
                    header,
                    data,
                    tos: raw(header, 0, 2)? >> 4 & 0xff,
                    ttl: raw(header, 7, 1)?,
                    // There is no such flag, and nobody on the way fragments.
                    df: 1,
                    proto,
                    options: len > 40,
                })
            }
            _ => None,
        }
    }

    /// Address 0 is the source, 1 the destination.
    fn address(&self, which: usize) -> Option<Val<'a>> {
        if self.v6 {
            let bytes = self.header.get(8 + 16 * which..)?.first_chunk::<16>()?;
            return Some(Val::Ip6(Ipv6Addr::from(*bytes)));
        }
        let bytes = self.header.get(12 + 4 * which..)?.first_chunk::<4>()?;
        Some(Val::Ip4(Ipv4Addr::from(*bytes)))
    }
}

/// The length of an IPv6 header with its extensions, and the protocol behind them (RFC 8200 section 4).
fn extensions(packet: &[u8]) -> Option<(usize, i64)> {
    let (mut at, mut next) = (40, raw(packet, 6, 1)?);
    loop {
        let len = match next {
            // Hop-by-hop, routing, destination, mobility, HIP, shim6: counted in eights beyond the first.
            0 | 43 | 60 | 135 | 139 | 140 => 8 + 8 * raw(packet, at + 1, 1)?,
            // A fragment's is fixed.
            44 => 8,
            // The authentication header counts fours beyond the first two.
            51 => 8 + 4 * raw(packet, at + 1, 1)?,
            _ => return Some((at, next)),
        };
        next = raw(packet, at, 1)?;
        at += usize::try_from(len).ok()?;
    }
}

fn ip<'a>(v: Val<'a>, part: impl FnOnce(Ip<'a>) -> Option<Val<'a>>) -> Option<Val<'a>> {
    part(Ip::of(v.bytes()?)?)
}

/// Gives `part` the TCP header, options included.
fn tcp<'a>(v: Val<'a>, part: fn(&'a [u8]) -> Option<Val<'a>>) -> Option<Val<'a>> {
    part(tcp_header(v.bytes()?)?)
}

fn tcp_header(segment: &[u8]) -> Option<&[u8]> {
    let len = usize::from(segment.get(12)? >> 4) * 4;
    segment.get(..len).filter(|_| len >= 20)
}

/// Kind and content of each option, the padding aside.
fn options(header: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = header.get(20..).unwrap_or_default();
    core::iter::from_fn(move || match rest {
        [] | [0, ..] => None,
        [1, tail @ ..] => {
            rest = tail;
            Some((1, &b""[..]))
        }
        [kind, len, ..] => {
            let (option, tail) = rest.split_at_checked(usize::from(*len)).filter(|_| *len >= 2)?;
            rest = tail;
            Some((*kind, &option[2..]))
        }
        [_] => None,
    })
}

fn option(header: &[u8], kind: u8) -> Option<&[u8]> {
    options(header).find(|(k, _)| *k == kind).map(|(_, content)| content)
}

fn kinds<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let header = tcp_header(v.bytes()?)?;
    env.scratch.write(|w| options(header).for_each(|(kind, _)| w.put(&[kind]))).map(Val::Bin)
}

fn fingerprint<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let mode = args.int(0).unwrap_or(0);
    let ip = Ip::of(v.bytes()?)?;
    let header = tcp_header(ip.data)?;
    let has_data = ip.data.len() > header.len();
    let flags = header[13];
    let ttl_class: u8 = match ip.ttl {
        ..=32 => 0,
        33..=64 => 1,
        65..=128 => 2,
        _ => 3,
    };
    let traits = u8::from(ip.v6) << 7
        | (ip.df as u8) << 6
        | ttl_class << 4
        | u8::from(ip.options) << 3
        | u8::from(has_data) << 2
        | flags >> 7 << 1
        | (flags >> 6 & 1);
    let scale = option(header, 3).and_then(|o| o.first()).map_or(0, |s| (s + 1).min(15));
    let mss = option(header, 2).and_then(|o| o.first_chunk::<2>()).unwrap_or(&[0, 0]);
    let present = options(header).fold(0u8, |set, (kind, _)| match kind {
        2..=8 => set | 1 << (kind - 2),
        9.. => set | 1 << 7,
        _ => set,
    });
    env.scratch
        .write(|w| {
            let sizes = (header.len() / 4) as u8;
            w.put(&[ip.tos as u8, traits, sizes << 4 | scale, header[14], header[15], mss[0], mss[1], present]);
            if mode & 1 != 0 {
                w.put(&[ip.ttl as u8]);
            }
            if mode & 2 != 0 {
                options(header).for_each(|(kind, _)| w.put(&[kind]));
            }
            if mode & 4 != 0 {
                let at = if ip.v6 { 8..24 } else { 12..16 };
                w.put(&ip.header[at]);
            }
        })
        .map(Val::Bin)
}
