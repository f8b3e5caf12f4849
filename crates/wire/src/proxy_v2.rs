//! PROXY protocol version 2: a binary header in front of a connection (proxy-protocol.txt 2.2).
//!
//! Parsing borrows from the caller's bytes and allocates only for unix paths. What belongs to a connection
//! of the sender's own (`LOCAL`) or to an unspecified family is skipped unread: without a family nobody can
//! tell where the addresses end and the TLVs start.

use crate::Parsed;
use crate::crc32c::Crc32c;
use crate::proxied::Proxied;
use base::SockKind;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// What every header starts with.
pub const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// The fixed part: signature, version and command, family, length.
pub const FIXED: usize = 16;

/// TLV types (2.2 and 2.2.6).
pub mod tlv {
    /// Application protocol negotiated by the client's TLS.
    pub const ALPN: u8 = 0x01;
    /// Host name given by the client.
    pub const AUTHORITY: u8 = 0x02;
    /// Checksum of the whole header.
    pub const CRC32C: u8 = 0x03;
    /// Padding.
    pub const NOOP: u8 = 0x04;
    /// Opaque identifier of at most 128 bytes.
    pub const UNIQUE_ID: u8 = 0x05;
    /// What is known of the client's TLS; contains further TLVs.
    pub const SSL: u8 = 0x20;
    /// Within SSL: `TLSv1.3` and the like.
    pub const SSL_VERSION: u8 = 0x21;
    /// Within SSL: common name of the client's certificate.
    pub const SSL_CN: u8 = 0x22;
    /// Within SSL: cipher.
    pub const SSL_CIPHER: u8 = 0x23;
    /// Within SSL: signature algorithm of the frontend's certificate.
    pub const SSL_SIG_ALG: u8 = 0x24;
    /// Within SSL: key algorithm of the frontend's certificate.
    pub const SSL_KEY_ALG: u8 = 0x25;
    /// Within SSL: key exchange group.
    pub const SSL_GROUP: u8 = 0x26;
    /// Within SSL: signature scheme of the handshake.
    pub const SSL_SIG_SCHEME: u8 = 0x27;
    /// Within SSL: the client's certificate in DER.
    pub const SSL_CLIENT_CERT: u8 = 0x28;
    /// Name of the network namespace.
    pub const NETNS: u8 = 0x30;
}

/// The longest unique id.
pub const MAX_UNIQUE_ID: usize = 128;

/// A header as it was received.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header<'a> {
    /// Whose connection this is.
    pub proxied: Proxied,
    /// All TLVs, checked: none reaches beyond the header, the checksum fits if there is one.
    pub tlvs: Tlvs<'a>,
}

/// Why a header was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// It doesn't start with the signature.
    Signature,
    /// Another version than 2.
    Version,
    /// Neither `LOCAL` nor `PROXY`.
    Command,
    /// An address family or a transport that isn't assigned.
    Family,
    /// The header is shorter than its addresses, or longer than the caller's limit.
    Length,
    /// A TLV reaches beyond the header, is shorter than its fixed part, or longer than allowed.
    Tlv,
    /// The checksum is wrong, or there are two.
    Checksum,
}

/// Reads the header at the start of `bytes`. Headers longer than `limit` bytes in all are refused, as the
/// caller couldn't hold them.
pub fn parse(bytes: &[u8], limit: usize) -> Parsed<Header<'_>, Error> {
    let seen = bytes.len().min(SIGNATURE.len());
    if bytes[..seen] != SIGNATURE[..seen] {
        return Parsed::Error(Error::Signature);
    }
    match whole(bytes, limit) {
        Ok(Some((head, consumed))) => match content(&bytes[..consumed], head) {
            Ok(info) => Parsed::Done { consumed, info },
            Err(e) => Parsed::Error(e),
        },
        Ok(None) => Parsed::More { total: wanted(bytes) },
        Err(e) => Parsed::Error(e),
    }
}

/// TLVs one after the other, in the order of the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tlvs<'a>(&'a [u8]);

impl<'a> Tlvs<'a> {
    /// The first value of this type.
    pub fn find(self, kind: u8) -> Option<&'a [u8]> {
        self.into_iter().find(|(k, _)| *k == kind).map(|(_, value)| value)
    }

    /// What the SSL TLV says, if there is one.
    pub fn ssl(self) -> Option<Ssl<'a>> {
        let value = self.find(tlv::SSL)?;
        let (fixed, subs) = value.split_first_chunk::<5>()?;
        let [client, verify @ ..] = *fixed;
        Some(Ssl { client, verify: u32::from_be_bytes(verify), tlvs: Tlvs(subs) })
    }

    /// All TLVs as they were received, to be kept and read later with [`Tlvs::from_checked`].
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Bytes that [`Tlvs::bytes`] gave. Anything else reads as far as it makes sense.
    pub fn from_checked(bytes: &'a [u8]) -> Tlvs<'a> {
        Tlvs(bytes)
    }
}

impl<'a> IntoIterator for Tlvs<'a> {
    type Item = (u8, &'a [u8]);
    type IntoIter = TlvIter<'a>;
    fn into_iter(self) -> TlvIter<'a> {
        TlvIter(self.0)
    }
}

/// Gives (type, value) until the end, or until a TLV that reaches beyond it.
#[derive(Clone, Debug)]
pub struct TlvIter<'a>(&'a [u8]);

impl<'a> Iterator for TlvIter<'a> {
    type Item = (u8, &'a [u8]);
    fn next(&mut self) -> Option<Self::Item> {
        let (fixed, rest) = self.0.split_first_chunk::<3>()?;
        let len = usize::from(u16::from_be_bytes([fixed[1], fixed[2]]));
        if len > rest.len() {
            return None;
        }
        let (value, rest) = rest.split_at(len);
        self.0 = rest;
        Some((fixed[0], value))
    }
}

/// The SSL TLV (2.2.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ssl<'a> {
    /// [`CLIENT_SSL`], [`CLIENT_CERT_CONN`] and [`CLIENT_CERT_SESS`].
    pub client: u8,
    /// 0 if the client's certificate was verified.
    pub verify: u32,
    /// Version, cipher and so on.
    pub tlvs: Tlvs<'a>,
}

/// The client connected over TLS.
pub const CLIENT_SSL: u8 = 0x01;
/// The client gave a certificate over this connection.
pub const CLIENT_CERT_CONN: u8 = 0x02;
/// The client gave a certificate at least once over this TLS session.
pub const CLIENT_CERT_SESS: u8 = 0x04;

/// What to send behind the addresses. Empty by default.
#[derive(Clone, Copy, Default, Debug)]
pub struct Extra<'a> {
    /// Application protocol negotiated with the client.
    pub alpn: Option<&'a [u8]>,
    /// Host name that the client gave.
    pub authority: Option<&'a [u8]>,
    /// At most [`MAX_UNIQUE_ID`] bytes of it are sent.
    pub unique_id: Option<&'a [u8]>,
    /// What is known of the client's TLS.
    pub ssl: Option<SslOut<'a>>,
    /// Name of the network namespace.
    pub netns: Option<&'a [u8]>,
    /// Any further TLVs, in this order.
    pub further: &'a [(u8, &'a [u8])],
    /// Add a checksum.
    pub crc32c: bool,
}

/// The SSL TLV to be sent.
#[derive(Clone, Copy, Default, Debug)]
pub struct SslOut<'a> {
    /// See [`Ssl::client`].
    pub client: u8,
    /// See [`Ssl::verify`].
    pub verify: u32,
    /// Version, cipher and so on.
    pub tlvs: &'a [(u8, &'a [u8])],
}

/// The header would exceed 65,551 bytes; nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLong;

/// Appends a header. `Proxied::Own` becomes a `LOCAL` one, as for health checks.
pub fn encode(proxied: &Proxied, extra: &Extra<'_>, out: &mut Vec<u8>) -> Result<(), TooLong> {
    let start = out.len();
    let result = append(proxied, extra, out);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// The two bytes behind the signature and all of its own length, once they are there.
struct Fixed {
    command: u8,
    family: u8,
}

fn wanted(bytes: &[u8]) -> usize {
    match bytes.get(14..FIXED) {
        Some(len) => FIXED + usize::from(u16::from_be_bytes([len[0], len[1]])),
        None => FIXED,
    }
}

/// The fixed part and the length of all, when all is there.
fn whole(bytes: &[u8], limit: usize) -> Result<Option<(Fixed, usize)>, Error> {
    let Some(&version_command) = bytes.get(12) else { return Ok(None) };
    if version_command >> 4 != 2 {
        return Err(Error::Version);
    }
    if version_command & 0x0f > 1 {
        return Err(Error::Command);
    }
    let Some(&family) = bytes.get(13) else { return Ok(None) };
    let command = version_command & 0x0f;
    // A LOCAL header's family is ignored whatever it is.
    if command == 1 && (family >> 4 > 3 || family & 0x0f > 2) {
        return Err(Error::Family);
    }
    let total = wanted(bytes);
    if bytes.len() >= FIXED && total > limit {
        return Err(Error::Length);
    }
    Ok((bytes.len() >= FIXED && bytes.len() >= total).then_some((Fixed { command, family }, total)))
}

fn content(header: &[u8], fixed: Fixed) -> Result<Header<'_>, Error> {
    let kind = match fixed.family & 0x0f {
        1 => SockKind::Stream,
        2 => SockKind::Dgram,
        _ => return Ok(own()),
    };
    let body = &header[FIXED..];
    let (proxied, rest) = match (fixed.command, fixed.family >> 4) {
        (1, 1) => {
            let (b, rest) = body.split_first_chunk::<12>().ok_or(Error::Length)?;
            (v4(kind, b), rest)
        }
        (1, 2) => {
            let (b, rest) = body.split_first_chunk::<36>().ok_or(Error::Length)?;
            (v6(kind, b), rest)
        }
        (1, 3) => {
            let (b, rest) = body.split_first_chunk::<216>().ok_or(Error::Length)?;
            let (source, destination) = (path(&b[..108]), path(&b[108..]));
            (Proxied::Unix { kind, source, destination }, rest)
        }
        _ => return Ok(own()),
    };
    check_tlvs(header, rest)?;
    Ok(Header { proxied, tlvs: Tlvs(rest) })
}

fn own<'a>() -> Header<'a> {
    Header { proxied: Proxied::Own, tlvs: Tlvs::default() }
}

fn v4(kind: SockKind, b: &[u8; 12]) -> Proxied {
    let ip = |at: usize| Ipv4Addr::new(b[at], b[at + 1], b[at + 2], b[at + 3]);
    let port = |at: usize| u16::from_be_bytes([b[at], b[at + 1]]);
    Proxied::Ip {
        kind,
        source: SocketAddr::new(ip(0).into(), port(8)),
        destination: SocketAddr::new(ip(4).into(), port(10)),
    }
}

fn v6(kind: SockKind, b: &[u8; 36]) -> Proxied {
    let ip = |at: usize| {
        let mut octets = [0; 16];
        octets.copy_from_slice(&b[at..at + 16]);
        Ipv6Addr::from(octets)
    };
    let port = |at: usize| u16::from_be_bytes([b[at], b[at + 1]]);
    Proxied::Ip {
        kind,
        source: SocketAddr::new(ip(0).into(), port(32)),
        destination: SocketAddr::new(ip(16).into(), port(34)),
    }
}

/// A path ends at its first NUL; a name in the abstract namespace starts with one and ends where only
/// padding follows.
fn path(field: &[u8]) -> Box<[u8]> {
    let end = match field[0] {
        0 => field.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1),
        _ => memchr::memchr(0, field).unwrap_or(field.len()),
    };
    field[..end].into()
}

fn check_tlvs(header: &[u8], tlvs: &[u8]) -> Result<(), Error> {
    let mut at = header.len() - tlvs.len();
    let mut checksum = None;
    for (kind, value) in Tlvs(tlvs) {
        at += 3;
        match kind {
            tlv::CRC32C if checksum.is_some() => return Err(Error::Checksum),
            tlv::CRC32C => checksum = Some((at, value)),
            tlv::UNIQUE_ID if value.len() > MAX_UNIQUE_ID => return Err(Error::Tlv),
            tlv::SSL => check_ssl(value)?,
            _ => {}
        }
        at += value.len();
    }
    if at != header.len() {
        return Err(Error::Tlv);
    }
    match checksum {
        Some((at, value)) => verify(header, at, value),
        None => Ok(()),
    }
}

fn check_ssl(value: &[u8]) -> Result<(), Error> {
    let subs = value.get(5..).ok_or(Error::Tlv)?;
    let read: usize = Tlvs(subs).into_iter().map(|(_, v)| 3 + v.len()).sum();
    if read == subs.len() { Ok(()) } else { Err(Error::Tlv) }
}

/// The checksum counts its own four bytes as zeroes (2.2.3).
fn verify(header: &[u8], at: usize, value: &[u8]) -> Result<(), Error> {
    let stored: [u8; 4] = value.try_into().map_err(|_| Error::Checksum)?;
    let computed = Crc32c::new().update(&header[..at]).update(&[0; 4]).update(&header[at + 4..]).value();
    if computed == u32::from_be_bytes(stored) { Ok(()) } else { Err(Error::Checksum) }
}

fn append(proxied: &Proxied, extra: &Extra<'_>, out: &mut Vec<u8>) -> Result<(), TooLong> {
    let start = out.len();
    out.extend_from_slice(&SIGNATURE);
    let command = if *proxied == Proxied::Own { 0x20 } else { 0x21 };
    out.extend_from_slice(&[command, 0, 0, 0]);
    out[start + 13] = append_addresses(proxied, out);
    let checksum_at = append_extra(extra, out)?;
    let len = u16::try_from(out.len() - start - FIXED).map_err(|_| TooLong)?;
    out[start + 14..start + FIXED].copy_from_slice(&len.to_be_bytes());
    if let Some(at) = checksum_at {
        let crc = Crc32c::new().update(&out[start..]).value();
        out[at..at + 4].copy_from_slice(&crc.to_be_bytes());
    }
    Ok(())
}

/// Appends the address block and gives the byte for family and transport.
fn append_addresses(proxied: &Proxied, out: &mut Vec<u8>) -> u8 {
    let transport = |kind: &SockKind| match kind {
        SockKind::Stream => 1,
        SockKind::Dgram => 2,
    };
    match proxied {
        Proxied::Own => 0,
        Proxied::Ip { kind, source: SocketAddr::V4(src), destination: SocketAddr::V4(dst) } => {
            out.extend_from_slice(&src.ip().octets());
            out.extend_from_slice(&dst.ip().octets());
            out.extend_from_slice(&src.port().to_be_bytes());
            out.extend_from_slice(&dst.port().to_be_bytes());
            0x10 | transport(kind)
        }
        Proxied::Ip { kind, source, destination } => {
            out.extend_from_slice(&six(source));
            out.extend_from_slice(&six(destination));
            out.extend_from_slice(&source.port().to_be_bytes());
            out.extend_from_slice(&destination.port().to_be_bytes());
            0x20 | transport(kind)
        }
        Proxied::Unix { kind, source, destination } => {
            for path in [source, destination] {
                let len = path.len().min(108);
                out.extend_from_slice(&path[..len]);
                out.resize(out.len() + 108 - len, 0);
            }
            0x30 | transport(kind)
        }
    }
}

/// An IPv4 address beside an IPv6 one goes out mapped.
fn six(addr: &SocketAddr) -> [u8; 16] {
    match addr {
        SocketAddr::V4(v4) => v4.ip().to_ipv6_mapped().octets(),
        SocketAddr::V6(v6) => v6.ip().octets(),
    }
}

/// Appends all TLVs and says where the checksum's four bytes are, zero so far.
fn append_extra(extra: &Extra<'_>, out: &mut Vec<u8>) -> Result<Option<usize>, TooLong> {
    let mut checksum_at = None;
    if extra.crc32c {
        append_tlv(tlv::CRC32C, &[0; 4], out)?;
        checksum_at = Some(out.len() - 4);
    }
    if let Some(alpn) = extra.alpn {
        append_tlv(tlv::ALPN, alpn, out)?;
    }
    if let Some(authority) = extra.authority {
        append_tlv(tlv::AUTHORITY, authority, out)?;
    }
    if let Some(id) = extra.unique_id {
        append_tlv(tlv::UNIQUE_ID, &id[..id.len().min(MAX_UNIQUE_ID)], out)?;
    }
    if let Some(ssl) = &extra.ssl {
        append_ssl(ssl, out)?;
    }
    if let Some(name) = extra.netns {
        append_tlv(tlv::NETNS, name, out)?;
    }
    for (kind, value) in extra.further {
        append_tlv(*kind, value, out)?;
    }
    Ok(checksum_at)
}

fn append_tlv(kind: u8, value: &[u8], out: &mut Vec<u8>) -> Result<(), TooLong> {
    let len = u16::try_from(value.len()).map_err(|_| TooLong)?;
    out.push(kind);
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(value);
    Ok(())
}

fn append_ssl(ssl: &SslOut<'_>, out: &mut Vec<u8>) -> Result<(), TooLong> {
    let start = out.len();
    append_tlv(tlv::SSL, &[ssl.client, 0, 0, 0, 0], out)?;
    out[start + 4..start + 8].copy_from_slice(&ssl.verify.to_be_bytes());
    for (kind, value) in ssl.tlvs {
        append_tlv(*kind, value, out)?;
    }
    let len = u16::try_from(out.len() - start - 3).map_err(|_| TooLong)?;
    out[start + 1..start + 3].copy_from_slice(&len.to_be_bytes());
    Ok(())
}

#[cfg(test)]
#[path = "proxy_v2_tests.rs"]
mod tests;
