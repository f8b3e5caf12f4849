//! PROXY protocol version 1: one line of text in front of a connection (proxy-protocol.txt 2.1).

use crate::Parsed;
use crate::proxied::Proxied;
use base::SockKind;
use core::fmt::Write;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// The longest line, its CRLF included.
pub const MAX_LINE: usize = 107;

/// What every line starts with.
pub const PREFIX: &[u8] = b"PROXY ";

/// Why a line was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// It doesn't start with `PROXY `.
    Signature,
    /// No CRLF within the first 107 bytes, or a bare CR or LF.
    LineEnd,
    /// Neither `TCP4`, `TCP6` nor `UNKNOWN`.
    Family,
    /// An address that isn't one of the announced family.
    Address,
    /// A port above 65535, with leading zeroes, or that isn't a number.
    Port,
    /// Too few or too many fields, or other separators than single spaces.
    Fields,
}

/// Reads the line at the start of `bytes`.
pub fn parse(bytes: &[u8]) -> Parsed<Proxied, Error> {
    let seen = bytes.len().min(PREFIX.len());
    if bytes[..seen] != PREFIX[..seen] {
        return Parsed::Error(Error::Signature);
    }
    let head = &bytes[..bytes.len().min(MAX_LINE)];
    let Some(at) = memchr::memchr2(b'\r', b'\n', head) else {
        return if head.len() == MAX_LINE { Parsed::Error(Error::LineEnd) } else { more(bytes.len() + 1) };
    };
    if head[at] == b'\n' {
        return Parsed::Error(Error::LineEnd);
    }
    match head.get(at + 1) {
        Some(b'\n') => {}
        None if head.len() < MAX_LINE => return more(at + 2),
        _ => return Parsed::Error(Error::LineEnd),
    }
    match line(&head[PREFIX.len()..at]) {
        Ok(info) => Parsed::Done { consumed: at + 2, info },
        Err(e) => Parsed::Error(e),
    }
}

/// Appends the line for `proxied`. Only TCP over IP has a form of its own, the rest becomes `UNKNOWN`.
pub fn encode(proxied: &Proxied, out: &mut Vec<u8>) {
    let Proxied::Ip { kind: SockKind::Stream, source, destination } = proxied else {
        out.extend_from_slice(b"PROXY UNKNOWN\r\n");
        return;
    };
    let family = match (source, destination) {
        (SocketAddr::V4(_), SocketAddr::V4(_)) => "TCP4",
        _ => "TCP6",
    };
    let mut line = Text(out);
    let (src, dst) = (one_family(source, family), one_family(destination, family));
    // Writing to a vector can't fail.
    let _ = write!(line, "PROXY {family} {src} {dst} {} {}\r\n", source.port(), destination.port());
}

fn more(total: usize) -> Parsed<Proxied, Error> {
    Parsed::More { total: total.max(PREFIX.len()) }
}

/// Between `PROXY ` and CRLF.
fn line(rest: &[u8]) -> Result<Proxied, Error> {
    let mut fields = rest.split(|b| *b == b' ');
    let family = fields.next().unwrap_or_default();
    // The rest of an UNKNOWN line is ignored, whatever it is.
    if family == b"UNKNOWN" {
        return Ok(Proxied::Own);
    }
    let six = match family {
        b"TCP4" => false,
        b"TCP6" => true,
        _ => return Err(Error::Family),
    };
    let mut next = || fields.next().filter(|f| !f.is_empty()).ok_or(Error::Fields);
    let (src, dst, sport, dport) = (next()?, next()?, next()?, next()?);
    if fields.next().is_some() {
        return Err(Error::Fields);
    }
    let ip = |field| if six { ipv6(field) } else { ipv4(field) };
    Ok(Proxied::Ip {
        kind: SockKind::Stream,
        source: SocketAddr::new(ip(src)?, port(sport)?),
        destination: SocketAddr::new(ip(dst)?, port(dport)?),
    })
}

fn ipv4(field: &[u8]) -> Result<core::net::IpAddr, Error> {
    let text = core::str::from_utf8(field).map_err(|_| Error::Address)?;
    text.parse::<Ipv4Addr>().map(Into::into).map_err(|_| Error::Address)
}

fn ipv6(field: &[u8]) -> Result<core::net::IpAddr, Error> {
    let text = core::str::from_utf8(field).map_err(|_| Error::Address)?;
    text.parse::<Ipv6Addr>().map(Into::into).map_err(|_| Error::Address)
}

fn port(field: &[u8]) -> Result<u16, Error> {
    let leading_zero = field.len() > 1 && field[0] == b'0';
    if leading_zero || field.len() > 5 || !field.iter().all(u8::is_ascii_digit) {
        return Err(Error::Port);
    }
    let value = field.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0'));
    u16::try_from(value).map_err(|_| Error::Port)
}

/// The address as the line's family wants it: IPv4 is mapped if the other side is IPv6.
fn one_family(addr: &SocketAddr, family: &str) -> core::net::IpAddr {
    match addr {
        SocketAddr::V4(v4) if family == "TCP6" => v4.ip().to_ipv6_mapped().into(),
        other => other.ip(),
    }
}

struct Text<'a>(&'a mut Vec<u8>);

impl Write for Text<'_> {
    fn write_str(&mut self, s: &str) -> core::fmt::Result {
        self.0.extend_from_slice(s.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8], expected: Parsed<Proxied, Error>) {
        assert_eq!(parse(input), expected, "{:?}", String::from_utf8_lossy(input));
        // A prefix never says anything that the whole contradicts.
        for cut in 0..input.len() {
            match (parse(&input[..cut]), &expected) {
                (Parsed::More { total }, _) => assert!(total > cut, "asks for what it has"),
                (early, whole) => assert_eq!(&early, whole, "cut at {cut}"),
            }
        }
    }

    fn tcp(src: &str, dst: &str) -> Proxied {
        let (source, destination) = (src.parse().unwrap(), dst.parse().unwrap());
        Proxied::Ip { kind: SockKind::Stream, source, destination }
    }

    fn done(input: &[u8], info: Proxied) {
        check(input, Parsed::Done { consumed: input.len(), info });
    }

    #[test]
    fn good_lines() {
        done(b"PROXY TCP4 1.2.3.4 5.6.7.8 0 65535\r\n", tcp("1.2.3.4:0", "5.6.7.8:65535"));
        done(b"PROXY TCP6 ::1 2001:DB8::2 1 2\r\n", tcp("[::1]:1", "[2001:db8::2]:2"));
        done(b"PROXY TCP6 ::ffff:1.2.3.4 ::1 1 2\r\n", tcp("[::ffff:1.2.3.4]:1", "[::1]:2"));
        done(b"PROXY UNKNOWN\r\n", Proxied::Own);
        done(b"PROXY UNKNOWN what ever \xff\r\n", Proxied::Own);
        let full = [b"ffff:".repeat(7), b"ffff".to_vec()].concat();
        let longest = [&b"PROXY UNKNOWN "[..], &full, b" ", &full, b" 65535 65535\r\n"].concat();
        assert_eq!(longest.len(), MAX_LINE);
        done(&longest, Proxied::Own);
        assert_eq!(
            parse(b"PROXY UNKNOWN\r\nGET /"),
            Parsed::Done { consumed: 15, info: Proxied::Own },
            "payload stays"
        );
    }

    #[test]
    fn bad_lines() {
        for (input, error) in [
            (&b"GET / HTTP/1.1\r\n"[..], Error::Signature),
            (b"PROXY\r\n", Error::Signature),
            (b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", Error::LineEnd),
            (b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rx", Error::LineEnd),
            (b"PROXY TCP5 1.2.3.4 5.6.7.8 1 2\r\n", Error::Family),
            (b"PROXY UNKNOWNX\r\n", Error::Family),
            (b"PROXY TCP4 1.2.3.04 5.6.7.8 1 2\r\n", Error::Address),
            (b"PROXY TCP4 ::1 ::1 1 2\r\n", Error::Address),
            (b"PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n", Error::Address),
            (b"PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n", Error::Port),
            (b"PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n", Error::Port),
            (b"PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n", Error::Port),
            (b"PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n", Error::Fields),
            (b"PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n", Error::Fields),
            (b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n", Error::Fields),
        ] {
            check(input, Parsed::Error(error));
        }
        let endless = [&b"PROXY UNKNOWN "[..], &[b'x'; 200]].concat();
        assert_eq!(parse(&endless), Parsed::Error(Error::LineEnd));
        let one_late = [&b"PROXY UNKNOWN "[..], &[b'x'; MAX_LINE - 15], b"\r\n"].concat();
        assert_eq!(one_late.len(), MAX_LINE + 1);
        assert_eq!(parse(&one_late), Parsed::Error(Error::LineEnd));
    }

    #[test]
    fn encoded_lines_parse_back() {
        for (info, line) in [
            (tcp("1.2.3.4:5", "6.7.8.9:10"), "PROXY TCP4 1.2.3.4 6.7.8.9 5 10\r\n"),
            (tcp("[::1]:5", "[2001:db8::1]:10"), "PROXY TCP6 ::1 2001:db8::1 5 10\r\n"),
            (Proxied::Own, "PROXY UNKNOWN\r\n"),
        ] {
            let mut out = Vec::new();
            encode(&info, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), line);
            done(&out, info);
        }
        let mut out = Vec::new();
        encode(&tcp("1.2.3.4:5", "[::1]:10"), &mut out);
        assert_eq!(out, b"PROXY TCP6 ::ffff:1.2.3.4 ::1 5 10\r\n");
    }
}
