//! The first message of a TLS connection, as a proxy that doesn't decrypt sees it: RFC 8446 sections 4.1.2 and 5.1,
//! RFC 6066 section 3 (server name), RFC 7301 (ALPN), RFC 5077 (tickets), RFC 8422 (groups), and of SSLv2 only the version
//! (RFC 5246 appendix E.2).
//!
//! Only what fits into the first record is read: clients send their hello in one, and a hello that was cut on purpose is
//! no hello here.

use crate::Parsed;

/// The handshake message at the start of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hello<'a> {
    /// 1 from a client, 2 from a server; 0 for SSLv2, which has other types.
    pub kind: u8,
    /// Major and minor version in the hello; 3.3 for TLS 1.2 and 1.3.
    pub version: (u8, u8),
    /// The rest of the message, behind the version.
    body: &'a [u8],
}

/// What the bytes aren't.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotTls;

/// Numbers of extensions (IANA, TLS ExtensionType Values).
pub mod extension {
    /// RFC 6066 section 3.
    pub const SERVER_NAME: u16 = 0;
    /// RFC 8422 section 5.1.1.
    pub const SUPPORTED_GROUPS: u16 = 10;
    /// RFC 8446 section 4.2.3.
    pub const SIGNATURE_ALGORITHMS: u16 = 13;
    /// RFC 7301.
    pub const ALPN: u16 = 16;
    /// RFC 5077.
    pub const SESSION_TICKET: u16 = 35;
    /// RFC 8446 section 4.2.8.
    pub const KEY_SHARE: u16 = 51;
}

/// A record holds at most this much (RFC 8446 section 5.1, with the room that protected records may use).
const MAX_RECORD: usize = 16_384 + 256;

/// The longest SSLv2 hello that is looked at.
const MAX_V2: usize = 1024;

const RECORD_HEADER: usize = 5;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// Reads the hello at the start of `bytes`. One of a server is told by its `kind`.
pub fn parse(bytes: &[u8]) -> Parsed<Hello<'_>, NotTls> {
    match bytes {
        [] => Parsed::More { total: RECORD_HEADER },
        [HANDSHAKE, ..] => record(bytes),
        [first, ..] if first & 0x80 != 0 => version_2(bytes),
        _ => Parsed::Error(NotTls),
    }
}

fn record(bytes: &[u8]) -> Parsed<Hello<'_>, NotTls> {
    if bytes.get(1).is_some_and(|major| *major < 3) {
        return Parsed::Error(NotTls);
    }
    let Some((header, rest)) = bytes.split_first_chunk::<RECORD_HEADER>() else {
        return Parsed::More { total: RECORD_HEADER };
    };
    let len = usize::from(u16::from_be_bytes([header[3], header[4]]));
    // A handshake message has a type, a length of three bytes, and a hello two bytes of version.
    if !(6..=MAX_RECORD).contains(&len) {
        return Parsed::Error(NotTls);
    }
    let Some(message) = rest.get(..len) else { return Parsed::More { total: RECORD_HEADER + len } };
    match hello(message) {
        Some(info) => Parsed::Done { consumed: RECORD_HEADER + len, info },
        None => Parsed::Error(NotTls),
    }
}

fn hello(message: &[u8]) -> Option<Hello<'_>> {
    let ([kind, size @ ..], rest) = message.split_first_chunk::<4>()?;
    let size = usize::from(size[0]) << 16 | usize::from(size[1]) << 8 | usize::from(size[2]);
    let ([major, minor], body) = rest.get(..size)?.split_first_chunk::<2>()?;
    (*major >= 3 && matches!(kind, 1 | 2)).then_some(Hello { kind: *kind, version: (*major, *minor), body })
}

/// Length with the high bit set, type 1, version, three lengths.
fn version_2(bytes: &[u8]) -> Parsed<Hello<'_>, NotTls> {
    let Some((header, rest)) = bytes.split_first_chunk::<5>() else {
        return match bytes.get(2) {
            Some(kind) if *kind != CLIENT_HELLO => Parsed::Error(NotTls),
            _ => Parsed::More { total: 5 },
        };
    };
    let len = usize::from(header[0] & 0x7f) << 8 | usize::from(header[1]);
    if header[2] != CLIENT_HELLO || header[3] < 3 || !(9..=MAX_V2).contains(&len) {
        return Parsed::Error(NotTls);
    }
    if rest.len() + 3 < len {
        return Parsed::More { total: len + 2 };
    }
    Parsed::Done { consumed: len + 2, info: Hello { kind: 0, version: (header[3], header[4]), body: &[] } }
}

impl<'a> Hello<'a> {
    /// Whether a client sent it, over TLS or SSLv3.
    pub fn is_client(&self) -> bool {
        self.kind == CLIENT_HELLO
    }

    /// The cipher suites of a client's hello, two bytes each.
    pub fn cipher_suites(&self) -> Option<&'a [u8]> {
        Some(self.fields()?.0)
    }

    /// The content of the first extension of this number.
    pub fn extension(&self, number: u16) -> Option<&'a [u8]> {
        let mut left = self.fields()?.1?;
        while let Some((header, rest)) = left.split_first_chunk::<4>() {
            let len = usize::from(u16::from_be_bytes([header[2], header[3]]));
            let content = rest.get(..len)?;
            if u16::from_be_bytes([header[0], header[1]]) == number {
                return Some(content);
            }
            left = &rest[len..];
        }
        None
    }

    /// Whether there are extensions, and all of them are whole.
    pub fn has_extensions(&self) -> bool {
        let Some(mut left) = self.fields().and_then(|fields| fields.1) else { return false };
        while let Some((header, rest)) = left.split_first_chunk::<4>() {
            let len = usize::from(u16::from_be_bytes([header[2], header[3]]));
            let Some(behind) = rest.get(len..) else { return false };
            left = behind;
        }
        left.is_empty()
    }

    /// The server's name: the first host name of the extension, unless it is empty.
    pub fn server_name(&self) -> Option<&'a [u8]> {
        let mut left = list16(self.extension(extension::SERVER_NAME)?)?;
        while let Some(([kind, len @ ..], rest)) = left.split_first_chunk::<3>() {
            let len = usize::from(u16::from_be_bytes(*len));
            let name = rest.get(..len)?;
            if *kind == 0 {
                return Some(name).filter(|name| !name.is_empty());
            }
            left = &rest[len..];
        }
        None
    }

    /// The protocols that ALPN offers, in the client's order.
    pub fn protocols(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut left = self.extension(extension::ALPN).and_then(list16).unwrap_or_default();
        core::iter::from_fn(move || {
            let (len, rest) = left.split_first()?;
            let (name, behind) = rest.split_at_checked(usize::from(*len))?;
            left = behind;
            Some(name)
        })
    }

    /// The groups that the client supports, two bytes each.
    pub fn supported_groups(&self) -> Option<&'a [u8]> {
        list16(self.extension(extension::SUPPORTED_GROUPS)?)
    }

    /// The signature algorithms that the client supports, two bytes each.
    pub fn signature_algorithms(&self) -> Option<&'a [u8]> {
        list16(self.extension(extension::SIGNATURE_ALGORITHMS)?)
    }

    /// The groups of the client's key shares, in its order.
    pub fn key_shares(&self) -> impl Iterator<Item = [u8; 2]> + use<'a> {
        let mut left = self.extension(extension::KEY_SHARE).and_then(list16).unwrap_or_default();
        core::iter::from_fn(move || {
            let (header, rest) = left.split_first_chunk::<4>()?;
            let len = usize::from(u16::from_be_bytes([header[2], header[3]]));
            left = rest.get(len..)?;
            Some([header[0], header[1]])
        })
    }

    /// A client's cipher suites, and its extensions if there are any.
    fn fields(&self) -> Option<(&'a [u8], Option<&'a [u8]>)> {
        if !self.is_client() {
            return None;
        }
        let behind_random = self.body.get(32..)?;
        let (_session, rest) = vec8(behind_random)?;
        let (suites, rest) = vec16(rest)?;
        let (_compression, rest) = vec8(rest)?;
        Some((suites, vec16(rest).map(|(extensions, _)| extensions)))
    }
}

/// A vector with its length in one byte, and what follows.
fn vec8(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*len))
}

/// A vector with its length in two bytes, and what follows.
fn vec16(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

/// A vector with its length in two bytes.
fn list16(bytes: &[u8]) -> Option<&[u8]> {
    vec16(bytes).map(|(list, _)| list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(number: u16, content: &[u8]) -> Vec<u8> {
        let mut out = number.to_be_bytes().to_vec();
        out.extend((content.len() as u16).to_be_bytes());
        out.extend(content);
        out
    }

    fn list(content: &[u8]) -> Vec<u8> {
        let mut out = (content.len() as u16).to_be_bytes().to_vec();
        out.extend(content);
        out
    }

    fn client_hello(extensions: Option<&[u8]>) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([2, 8, 8]);
        body.extend(list(&[0x13, 1, 0xc0, 0x2f]));
        body.extend([1, 0]);
        body.extend(extensions.map(list).unwrap_or_default());
        let mut out = vec![22, 3, 1];
        out.extend((body.len() as u16 + 4).to_be_bytes());
        out.extend([1, 0]);
        out.extend((body.len() as u16).to_be_bytes());
        out.extend(body);
        out
    }

    fn done(bytes: &[u8]) -> Hello<'_> {
        match parse(bytes) {
            Parsed::Done { info, .. } => info,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_in_a_hello_is_found() {
        let mut extensions = extension(0, &list(b"\0\0\x09a.example"));
        extensions.extend(extension(16, &list(b"\x02h2\x08http/1.1")));
        extensions.extend(extension(10, &list(&[0, 0x1d, 0, 0x17])));
        extensions.extend(extension(13, &list(&[4, 3])));
        extensions.extend(extension(35, b"ticket"));
        extensions.extend(extension(51, &list(&[0, 0x1d, 0, 2, 9, 9, 0, 0x17, 0, 1, 9])));
        let bytes = client_hello(Some(&extensions));
        let hello = done(&bytes);
        assert_eq!((hello.kind, hello.version, hello.is_client()), (1, (3, 3), true));
        assert_eq!(hello.cipher_suites(), Some(&[0x13, 1, 0xc0, 0x2f][..]));
        assert_eq!(hello.server_name(), Some(&b"a.example"[..]));
        assert_eq!(hello.protocols().collect::<Vec<_>>(), [&b"h2"[..], b"http/1.1"]);
        assert_eq!(hello.supported_groups(), Some(&[0, 0x1d, 0, 0x17][..]));
        assert_eq!(hello.signature_algorithms(), Some(&[4, 3][..]));
        assert_eq!(hello.extension(extension::SESSION_TICKET), Some(&b"ticket"[..]));
        assert_eq!(hello.key_shares().collect::<Vec<_>>(), [[0, 0x1d], [0, 0x17]]);
        assert!(hello.has_extensions());
    }

    #[test]
    fn cuts_wait_and_strangers_are_refused() {
        let bytes = client_hello(Some(&extension(0, &list(b"\0\0\x01a"))));
        for cut in 0..bytes.len() {
            assert!(matches!(parse(&bytes[..cut]), Parsed::More { .. }), "{cut}");
        }
        for stranger in [&b"GET /"[..], &[22, 2, 0, 0, 9], &[22, 3, 1, 0, 5, 1], &[22, 3, 1, 0xff, 0xff], &[0x80, 9, 4]]
        {
            assert_eq!(parse(stranger), Parsed::Error(NotTls), "{stranger:?}");
        }
    }

    #[test]
    fn lengths_that_lie_hide_what_follows() {
        let none = client_hello(None);
        assert_eq!((done(&none).has_extensions(), done(&none).server_name()), (false, None));
        let lying = client_hello(Some(&[0, 0, 0, 32, 0]));
        assert_eq!((done(&lying).has_extensions(), done(&lying).server_name()), (false, None));
        let foreign = client_hello(Some(&extension(0, &list(b"\x01\0\x03abc"))));
        assert_eq!((done(&foreign).has_extensions(), done(&foreign).server_name()), (true, None));
        let mut server = client_hello(None);
        server[5] = 2;
        assert_eq!((done(&server).kind, done(&server).cipher_suites()), (2, None));
    }

    #[test]
    fn of_version_2_only_the_version_counts() {
        let mut bytes = vec![0x80, 0x2e, 1, 3, 1, 0, 21, 0, 0, 0, 16];
        bytes.extend([5; 37]);
        assert_eq!((done(&bytes).kind, done(&bytes).version), (0, (3, 1)));
        assert_eq!(parse(&bytes[..20]), Parsed::More { total: 48 });
    }
}
