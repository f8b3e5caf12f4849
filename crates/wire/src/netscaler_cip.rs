//! NetScaler's client IP insertion: in front of the payload stand the IP and TCP headers that the client had sent
//! (haproxy's `netscaler-client-ip-insertion-protocol.txt`; manual 5.1, `accept-netscaler-cip`).
//!
//! Two layouts are in use. Both begin with a magic number on which the two ends agree, and a length. The older one has
//! the headers right behind them; the newer one a type and the headers' length in between.

use crate::Parsed;
use crate::proxied::Proxied;
use base::SockKind;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Magic number and length.
const PREFIX: usize = 8;

/// The same with a type and a second length.
const LONG_PREFIX: usize = 12;

/// A TCP header's ports.
const PORTS: usize = 4;

/// Why a header is invalid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// It begins with another number.
    Magic,
    /// Neither IPv4 nor IPv6, or not TCP.
    Protocol,
    /// Its lengths contradict what is in it, or it is longer than the limit.
    Length,
}

/// Reads a header. `magic`: what it has to begin with; `limit`: how long it may be, in bytes.
pub fn parse(data: &[u8], magic: u32, limit: usize) -> Parsed<Proxied, Error> {
    let wanted = magic.to_be_bytes();
    let seen = data.len().min(wanted.len());
    if data[..seen] != wanted[..seen] {
        return Parsed::Error(Error::Magic);
    }
    let Some(first) = data.get(PREFIX) else { return Parsed::More { total: PREFIX + 1 } };
    // Where the older layout has the version of an IP header, the newer one has zeros.
    let (start, len) = match first >> 4 {
        4 | 6 => (PREFIX, u32_at(data, 4) as usize),
        _ if data.len() < LONG_PREFIX => return Parsed::More { total: LONG_PREFIX },
        _ => (LONG_PREFIX, usize::from(u16_at(data, 10))),
    };
    let end = start.saturating_add(len);
    if end > limit {
        return Parsed::Error(Error::Length);
    }
    match data.get(start..end) {
        None => Parsed::More { total: end },
        Some(headers) => match addresses(headers) {
            Ok(info) => Parsed::Done { consumed: end, info },
            Err(error) => Parsed::Error(error),
        },
    }
}

/// The addresses in an IP header with a TCP header behind it.
fn addresses(headers: &[u8]) -> Result<Proxied, Error> {
    let (source, destination, tcp): (IpAddr, IpAddr, usize) = match headers.first().ok_or(Error::Length)? >> 4 {
        4 => {
            let header: &[u8; 20] = headers.first_chunk().ok_or(Error::Length)?;
            if header[9] != 6 {
                return Err(Error::Protocol);
            }
            let ip = |at: usize| Ipv4Addr::new(header[at], header[at + 1], header[at + 2], header[at + 3]);
            (ip(12).into(), ip(16).into(), usize::from(header[0] & 0x0f) * 4)
        }
        6 => {
            let header: &[u8; 40] = headers.first_chunk().ok_or(Error::Length)?;
            if header[6] != 6 {
                return Err(Error::Protocol);
            }
            let ip = |at: usize| {
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&header[at..at + 16]);
                Ipv6Addr::from(bytes)
            };
            (ip(8).into(), ip(24).into(), header.len())
        }
        _ => return Err(Error::Protocol),
    };
    if tcp < 20 || headers.len() < tcp + PORTS {
        return Err(Error::Length);
    }
    Ok(Proxied::Ip {
        kind: SockKind::Stream,
        source: SocketAddr::new(source, u16_at(headers, tcp)),
        destination: SocketAddr::new(destination, u16_at(headers, tcp + 2)),
    })
}

/// A number that is known to be there.
fn u16_at(data: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([data[at], data[at + 1]])
}

fn u32_at(data: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: u32 = 0x1234_5678;

    fn ip4() -> Vec<u8> {
        let mut header = vec![0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 1, 2, 3, 10, 9, 8, 7];
        header.extend([4, 87, 8, 174, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0]);
        header
    }

    fn ip6() -> Vec<u8> {
        let mut header = vec![0x60, 0, 0, 0, 0, 20, 6, 64];
        header.extend(Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 1).octets());
        header.extend(Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 2).octets());
        header.extend(&ip4()[20..]);
        header
    }

    fn old(headers: &[u8]) -> Vec<u8> {
        [&MAGIC.to_be_bytes()[..], &(headers.len() as u32).to_be_bytes(), headers].concat()
    }

    fn new(headers: &[u8]) -> Vec<u8> {
        let len = headers.len() as u16;
        [&MAGIC.to_be_bytes()[..], &u32::from(len + 12).to_be_bytes(), &[0, 1], &len.to_be_bytes(), headers].concat()
    }

    /// What a header says, and that every cut of it asks for more.
    fn check(header: &[u8], want: Result<(&str, &str), Error>) {
        let whole = parse(header, MAGIC, 1000);
        match want {
            Ok((source, destination)) => {
                let (source, destination) = (source.parse().unwrap(), destination.parse().unwrap());
                let info = Proxied::Ip { kind: SockKind::Stream, source, destination };
                assert_eq!(whole, Parsed::Done { consumed: header.len(), info });
                for cut in 0..header.len() {
                    let Parsed::More { total } = parse(&header[..cut], MAGIC, 1000) else { panic!("{cut}") };
                    assert!(total > cut && total <= header.len());
                }
            }
            Err(error) => assert_eq!(whole, Parsed::Error(error), "{header:?}"),
        }
    }

    #[test]
    fn both_layouts() {
        check(&old(&ip4()), Ok(("10.1.2.3:1111", "10.9.8.7:2222")));
        check(&new(&ip4()), Ok(("10.1.2.3:1111", "10.9.8.7:2222")));
        check(&old(&ip6()), Ok(("[::1]:1111", "[::2]:2222")));
        check(&new(&ip6()), Ok(("[::1]:1111", "[::2]:2222")));
        let with_options = [&[0x46][..], &ip4()[1..20], b"optn", &ip4()[20..]].concat();
        check(&old(&with_options), Ok(("10.1.2.3:1111", "10.9.8.7:2222")));
    }

    #[test]
    fn what_is_invalid() {
        check(b"\x12\x35", Err(Error::Magic));
        check(&old(&[&ip4()[..9], &[17], &ip4()[10..]].concat()), Err(Error::Protocol));
        check(&new(&[&[0x55][..], &ip4()[1..]].concat()), Err(Error::Protocol));
        check(&old(&ip4()[..22]), Err(Error::Length));
        check(&old(&[&[0x44][..], &ip4()[1..]].concat()), Err(Error::Length));
        check(&new(b""), Err(Error::Length));
        check(&[&MAGIC.to_be_bytes()[..], &[0, 0, 4, 0], &ip4()].concat(), Err(Error::Length));
    }
}
