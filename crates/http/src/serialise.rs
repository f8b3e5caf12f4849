//! A head on its way out over HTTP/1.

use base::Buf;

use crate::head::{Field, FieldFlags, StartLine};
use crate::{CaseMap, Chunk, Form, Head, Span, Version};

/// How a head is to look on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct SerialOpts<'a> {
    /// Send path and query of an absolute target only (requests that came in over HTTP/2 or 3, whose authority is in
    /// `host`).
    pub origin_form: bool,
    /// Names to send in another case, if the proxy wants that.
    pub case: Option<&'a CaseMap>,
}

/// The buffer's room doesn't suffice; nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoRoom;

impl Head {
    /// Appends the head, its empty line included, to `out`, which must have [`Head::size`] bytes of room. Neighbouring fields that nothing has changed are
    /// copied as one piece.
    pub fn serialise_h1(&self, out: &mut Buf, opts: SerialOpts<'_>) -> Result<(), NoRoom> {
        if out.room() < self.size {
            return Err(NoRoom);
        }
        let spare = out.spare_mut();
        let mut w = Writer { out: spare, at: 0 };
        self.write_start(&mut w, opts);
        match opts.case {
            Some(case) if !case.is_empty() => self.write_fields_cased(&mut w, case),
            _ => self.write_fields(&mut w),
        }
        w.put(b"\r\n");
        let n = w.at;
        out.commit(n);
        Ok(())
    }

    fn write_start(&self, w: &mut Writer<'_>, opts: SerialOpts<'_>) {
        match &self.start {
            StartLine::Request(line) => {
                let target = match line.form {
                    Form::Absolute if opts.origin_form && line.path.is_empty() => b"/",
                    Form::Absolute if opts.origin_form => self.bytes(line.path),
                    _ => self.bytes(line.target),
                };
                w.put(self.bytes(line.method_name));
                w.put(b" ");
                w.put(target);
                w.put(b" ");
                self.write_protocol(w, line.version, line.protocol);
            }
            StartLine::Status(line) => {
                self.write_protocol(w, line.version, line.protocol);
                w.put(b" ");
                w.put_status(line.status);
                w.put(b" ");
                w.put(self.bytes(line.reason));
            }
        }
        w.put(b"\r\n");
    }

    /// Versions above 1.1 are stated as 1.1: that is what this side speaks. Older ones stay, since the peer must not be
    /// led to believe that the other end knows more.
    fn write_protocol(&self, w: &mut Writer<'_>, version: Version, protocol: Span) {
        if protocol.is_empty() {
            w.put_version(version.min(Version::HTTP_1_1));
        } else {
            w.put(self.bytes(protocol));
        }
    }

    fn write_fields(&self, w: &mut Writer<'_>) {
        let received = self.buf.data();
        // The run of canonical lines that isn't written yet, as positions in the received chunk.
        let (mut from, mut to) = (0, 0);
        for field in &self.parts.fields {
            if let Some((start, end)) = line_in_place(field) {
                if start != to {
                    w.put(&received[from..to]);
                    from = start;
                }
                to = end;
                continue;
            }
            w.put(&received[from..to]);
            (from, to) = (0, 0);
            w.put_field(self.bytes(field.name), self.bytes(field.value));
        }
        w.put(&received[from..to]);
    }

    fn write_fields_cased(&self, w: &mut Writer<'_>, case: &CaseMap) {
        for field in self.fields() {
            w.put_field(case.form(field.name).unwrap_or(field.name), field.value);
        }
    }
}

/// Where the whole line of a field lies that can be copied as it is.
fn line_in_place(field: &Field) -> Option<(usize, usize)> {
    let whole = field.flags.has(FieldFlags::CANONICAL) && field.name.chunk() == Chunk::Received;
    whole.then(|| (field.name.start(), field.value.end() + 2))
}

/// Appends to a slice that was checked to be large enough; what doesn't fit is left out rather than panic.
struct Writer<'a> {
    out: &'a mut [u8],
    at: usize,
}

impl Writer<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        if let Some(to) = self.out.get_mut(self.at..self.at + bytes.len()) {
            to.copy_from_slice(bytes);
            self.at += bytes.len();
        } else {
            debug_assert!(false, "the size of the head was wrong");
        }
    }

    fn put_field(&mut self, name: &[u8], value: &[u8]) {
        self.put(name);
        self.put(b": ");
        self.put(value);
        self.put(b"\r\n");
    }

    fn put_version(&mut self, version: Version) {
        let one = |n: u8| b'0' + n.min(9);
        self.put(&[b'H', b'T', b'T', b'P', b'/', one(version.major), b'.', one(version.minor)]);
    }

    fn put_status(&mut self, status: u16) {
        let digit = |div: u16| b'0' + (status / div % 10) as u8;
        let all = [digit(10_000), digit(1000), digit(100), digit(10), digit(1)];
        let skip = if status >= 10_000 {
            0
        } else if status >= 1000 {
            1
        } else {
            2
        };
        self.put(&all[skip..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, HdrId, HeadStore, Method, RequestLine, Target};

    /// A head as a parser would make it, all in one buffer, followed by `rest`.
    fn received(store: &HeadStore) -> Head {
        let text = b"GET /p HTTP/1.1\r\nhost: a\r\nx-a:1\r\ncookie: c\r\nvia: v\r\n\r\nrest";
        let mut draft = Draft::new(store);
        for (name, value, flags) in [
            (17..21, 23..24, FieldFlags::CANONICAL),
            (26..29, 30..31, FieldFlags::NONE),
            (33..39, 41..42, FieldFlags::CANONICAL),
            (44..47, 49..50, FieldFlags::CANONICAL),
        ] {
            let id = HdrId::of(&text[name.clone()]);
            let span = |r: core::ops::Range<usize>| Span::received(r.start, r.end);
            draft.push(Field { name: span(name), value: span(value), id, flags });
        }
        let target = Target::parse(Method::Get, b"/p").unwrap();
        let line =
            RequestLine::new(Method::Get, Span::received(0, 3), Span::received(4, 6), &target, Version::HTTP_1_1);
        draft.finish(Buf::from_bytes(text), text.len() - 4, line.into(), 200)
    }

    fn check(head: &Head, opts: SerialOpts<'_>, want: &str) {
        let mut out = Buf::unpooled(300);
        assert!(out.push(b"before "));
        head.serialise_h1(&mut out, opts).unwrap();
        assert_eq!(String::from_utf8_lossy(out.data()), format!("before {}\r\n\r\n", want.replace('|', "\r\n")));
    }

    #[test]
    fn runs_and_edits() {
        let store = HeadStore::new();
        let plain = SerialOpts::default();
        let mut head = received(&store);
        check(&head, plain, "GET /p HTTP/1.1|host: a|x-a: 1|cookie: c|via: v");
        head.remove_id(HdrId::Cookie);
        check(&head, plain, "GET /p HTTP/1.1|host: a|x-a: 1|via: v");
        head.insert(0, b"New", b"n").unwrap();
        head.replace_value(1, b"bb").unwrap();
        check(&head, plain, "GET /p HTTP/1.1|new: n|host: bb|x-a: 1|via: v");
        assert_eq!(head.rest(), b"rest");
        assert_eq!(head.into_rest().data(), b"rest");
        assert_eq!(store.idle(), 1, "the memory came back");
    }

    #[test]
    fn options() {
        let mut head = received(&HeadStore::new());
        let mut case = CaseMap::default();
        case.insert(b"x-a", b"X-a").unwrap();
        case.insert(b"via", b"VIA").unwrap();
        let cased = SerialOpts { case: Some(&case), ..SerialOpts::default() };
        check(&head, cased, "GET /p HTTP/1.1|host: a|X-a: 1|cookie: c|VIA: v");
        head.retain(|f| f.id == HdrId::Host);
        head.set_target(b"https://a/p?q").unwrap();
        head.set_version(Version::HTTP_2);
        check(&head, SerialOpts { origin_form: true, case: None }, "GET /p?q HTTP/1.1|host: a");
        head.set_target(b"https://a").unwrap();
        check(&head, SerialOpts { origin_form: true, case: None }, "GET / HTTP/1.1|host: a");
        head.set_version(Version::HTTP_1_0);
        check(&head, SerialOpts::default(), "GET https://a HTTP/1.0|host: a");
        let mut small = Buf::unpooled(head.size() - 1);
        assert_eq!(head.serialise_h1(&mut small, SerialOpts::default()), Err(NoRoom));
        assert!(small.is_empty());
    }
}
