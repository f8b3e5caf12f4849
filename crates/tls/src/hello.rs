//! The first message of a TLS client, as it lies in the first records (RFC 8446, 4.1.2 and 5.1).

/// The largest hello that is waited for, in bytes with record headers.
pub const MAX_HELLO: usize = 32 << 10;

/// What the first bytes of a connection are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First {
    /// The beginning of a hello; more must come.
    More,
    /// A whole hello lies in the first so many bytes.
    Hello(usize),
    NotTls,
    TooLong,
}

/// Looks at the first bytes of a connection.
pub fn first(bytes: &[u8]) -> First {
    match gather(bytes, |_| ()) {
        Ok((length, ())) => First::Hello(length),
        Err(first) => first,
    }
}

/// The hello's body, copied together where it is spread over several records.
pub fn body(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    gather(bytes, |part| whole.extend_from_slice(part)).ok()?;
    Some(whole.split_off(HEADER))
}

/// Type and length of a handshake message.
const HEADER: usize = 4;
const RECORD_HEADER: usize = 5;

/// Hands out the parts of the first handshake message, and answers how many bytes it takes with its record headers.
fn gather(bytes: &[u8], mut part: impl FnMut(&[u8])) -> Result<(usize, ()), First> {
    let mut at = 0;
    let mut head = [0u8; HEADER];
    let (mut got, mut wanted) = (0usize, None);
    loop {
        let Some(record) = bytes.get(at..).filter(|rest| rest.len() >= RECORD_HEADER) else {
            return Err(incomplete(bytes, at));
        };
        let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
        if record[0] != 22 || record[1] != 3 || length == 0 || length > 16_384 {
            return Err(First::NotTls);
        }
        let content = &record[RECORD_HEADER..record.len().min(RECORD_HEADER + length)];
        let before = got;
        if got < HEADER {
            let n = content.len().min(HEADER - got);
            head[got..got + n].copy_from_slice(&content[..n]);
            if got + n >= HEADER {
                if head[0] != 1 {
                    return Err(First::NotTls);
                }
                let body = u32::from_be_bytes([0, head[1], head[2], head[3]]) as usize;
                if body > MAX_HELLO {
                    return Err(First::TooLong);
                }
                wanted = Some(HEADER + body);
            }
        }
        let take = wanted.map_or(content.len(), |wanted| content.len().min(wanted - before));
        part(&content[..take]);
        got = before + take;
        if wanted == Some(got) {
            // The record may hold more than the hello; the library will judge that.
            return Ok((at + RECORD_HEADER + take, ()));
        }
        if content.len() < length {
            return Err(if bytes.len() > MAX_HELLO { First::TooLong } else { First::More });
        }
        at += RECORD_HEADER + length;
    }
}

/// Fewer bytes than a record's header: they must at least look like one.
fn incomplete(bytes: &[u8], at: usize) -> First {
    let rest = &bytes[at..];
    match (rest.first(), rest.get(1)) {
        _ if bytes.len() > MAX_HELLO => First::TooLong,
        (Some(kind), _) if *kind != 22 => First::NotTls,
        (_, Some(major)) if *major != 3 => First::NotTls,
        _ => First::More,
    }
}

/// A hello's parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hello<'a> {
    pub version: u16,
    pub session_id: &'a [u8],
    /// Two bytes each.
    pub suites: &'a [u8],
    /// All extensions: type, length, content.
    extensions: &'a [u8],
}

/// Numbers of extensions.
mod ext {
    pub const SERVER_NAME: u16 = 0;
    pub const GROUPS: u16 = 10;
    pub const FORMATS: u16 = 11;
    pub const SIGNATURES: u16 = 13;
    pub const ALPN: u16 = 16;
    pub const VERSIONS: u16 = 43;
}

impl<'a> Hello<'a> {
    /// Reads the body of a hello.
    pub fn parse(body: &'a [u8]) -> Option<Hello<'a>> {
        let (version, rest) = body.split_at_checked(2)?;
        let (_random, rest) = rest.split_at_checked(32)?;
        let (session_id, rest) = short(rest)?;
        let (suites, rest) = long(rest)?;
        let (_compression, rest) = short(rest)?;
        let extensions = if rest.is_empty() { rest } else { long(rest)?.0 };
        let version = u16::from_be_bytes([version[0], version[1]]);
        Some(Hello { version, session_id, suites: suites.get(..suites.len() & !1)?, extensions })
    }

    /// The extensions' numbers and contents, in order.
    pub fn extensions(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let mut rest = self.extensions;
        core::iter::from_fn(move || {
            let (kind, after) = rest.split_at_checked(2)?;
            let (content, after) = long(after)?;
            rest = after;
            Some((u16::from_be_bytes([kind[0], kind[1]]), content))
        })
    }

    fn extension(&self, wanted: u16) -> Option<&'a [u8]> {
        self.extensions().find(|(kind, _)| *kind == wanted).map(|(_, content)| content)
    }

    /// The host that is asked for (RFC 6066, 3).
    pub fn server_name(&self) -> Option<&'a [u8]> {
        let (mut list, _) = long(self.extension(ext::SERVER_NAME)?)?;
        loop {
            let (kind, after) = list.split_first()?;
            let (name, after) = long(after)?;
            if *kind == 0 {
                return Some(name);
            }
            list = after;
        }
    }

    /// Signature algorithms, groups and versions, two bytes each.
    pub fn signatures(&self) -> &'a [u8] {
        self.extension(ext::SIGNATURES).and_then(long).map_or(&[], |(list, _)| list)
    }

    pub fn groups(&self) -> &'a [u8] {
        self.extension(ext::GROUPS).and_then(long).map_or(&[], |(list, _)| list)
    }

    pub fn versions(&self) -> &'a [u8] {
        self.extension(ext::VERSIONS).and_then(short).map_or(&[], |(list, _)| list)
    }

    /// Formats of points, one byte each.
    pub fn formats(&self) -> &'a [u8] {
        self.extension(ext::FORMATS).and_then(short).map_or(&[], |(list, _)| list)
    }

    /// The protocols that are offered.
    pub fn alpn(&self) -> Vec<&'a [u8]> {
        let mut names = Vec::new();
        let mut list = self.extension(ext::ALPN).and_then(long).map_or(&[][..], |(list, _)| list);
        while let Some((name, after)) = short(list) {
            names.push(name);
            list = after;
        }
        names
    }
}

/// A piece whose length is in one byte, and what follows.
fn short(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

/// A piece whose length is in two bytes, and what follows.
fn long(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(2)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes([length[0], length[1]])))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hello that asks for `a.example`, offers h2 and one suite.
    fn hello() -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([0, 0, 2, 0x13, 0x01, 1, 0]);
        let sni = [&[0, 0, 0, 14, 0, 12, 0, 0, 9][..], b"a.example"].concat();
        let alpn = [0, 16, 0, 5, 0, 3, 2, b'h', b'2'];
        let groups = [0, 10, 0, 4, 0, 2, 0, 29];
        let extensions = [&sni[..], &alpn, &groups].concat();
        body.extend((extensions.len() as u16).to_be_bytes());
        body.extend(extensions);
        let mut message = vec![1, 0, 0, body.len() as u8];
        message.extend(body);
        message
    }

    fn records(message: &[u8], size: usize) -> Vec<u8> {
        let record = |part: &[u8]| [&[22, 3, 1, 0, part.len() as u8][..], part].concat();
        message.chunks(size).flat_map(record).collect()
    }

    #[test]
    fn whole_and_in_pieces() {
        for size in [1, 3, 4, 5, 200] {
            let bytes = records(&hello(), size);
            for cut in 0..bytes.len() {
                assert_eq!(first(&bytes[..cut]), First::More, "{size} {cut}");
            }
            assert_eq!(first(&bytes), First::Hello(bytes.len()), "{size}");
            let body = body(&bytes).unwrap();
            let hello = Hello::parse(&body).unwrap();
            assert_eq!(hello.server_name(), Some(&b"a.example"[..]));
            assert_eq!((hello.suites, hello.groups()), (&[0x13, 0x01][..], &[0, 29][..]));
            assert_eq!(hello.alpn(), [b"h2"]);
            assert_eq!(hello.extensions().map(|(kind, _)| kind).collect::<Vec<_>>(), [0, 16, 10]);
        }
    }

    #[test]
    fn garbage() {
        let cases: &[(&[u8], First)] = &[
            (b"GET / HTTP/1.1\r\n", First::NotTls),
            (b"G", First::NotTls),
            (&[22, 2], First::NotTls),
            (&[22, 3, 1, 0, 0], First::NotTls),
            (&[22, 3, 1, 0xff, 0xff], First::NotTls),
            (&[22, 3, 1, 0, 4, 2, 0, 0, 1], First::NotTls),
            (&[22, 3, 1, 0, 4, 1, 0xff, 0, 1], First::TooLong),
            (&[], First::More),
        ];
        for (bytes, want) in cases {
            assert_eq!(first(bytes), *want, "{bytes:?}");
        }
        let body = &hello()[4..];
        for cut in 0..body.len() {
            let _ = Hello::parse(&body[..cut]).map(|hello| (hello.server_name(), hello.alpn(), hello.signatures()));
        }
    }
}
