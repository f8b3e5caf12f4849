//! Changing a head. Nothing that could split a message gets in, and the head never outgrows its limit.

use crate::head::{Field, FieldFlags, RequestLine, StartLine};
use crate::{Chunk, FieldRef, Form, HdrId, Head, Method, Span, Target, TargetError, UriPolicy, Version, fields};
use crate::{is_name, is_value, lower};

/// Why a change was refused. The head is as it was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EditError {
    /// The head would exceed its limit.
    NoRoom,
    /// The field name isn't a token.
    BadName,
    /// The value or reason phrase holds CR, LF or NUL.
    BadValue,
    /// The method isn't a token.
    BadMethod,
    /// The target, path or query holds bytes that can't stand there.
    BadTarget,
    /// The status code is below 100 or above 999.
    BadStatus,
    /// A request line's part was to be set in a response, or the other way round, or a path in a target that has
    /// no path.
    NotHere,
}

impl From<TargetError> for EditError {
    fn from(_: TargetError) -> EditError {
        EditError::BadTarget
    }
}

/// The widest policy: what an administrator sets is only kept from breaking the request line.
const OWN_WORDS: UriPolicy = UriPolicy { relaxed: true };

impl Head {
    /// Appends a field.
    pub fn add(&mut self, name: &[u8], value: &[u8]) -> Result<(), EditError> {
        self.insert(self.field_count(), name, value)
    }

    /// Appends a field of a known name.
    pub fn add_id(&mut self, id: HdrId, value: &[u8]) -> Result<(), EditError> {
        if id == HdrId::Other {
            return Err(EditError::BadName);
        }
        self.put_field(self.field_count(), id.name().as_bytes(), id, value)
    }

    /// Inserts a field before the one at place `at` (at the end if there are fewer fields).
    pub fn insert(&mut self, at: usize, name: &[u8], value: &[u8]) -> Result<(), EditError> {
        if !is_name(name) {
            return Err(EditError::BadName);
        }
        self.put_field(at, name, HdrId::of(name), value)
    }

    /// Removes all fields of this name and appends one.
    pub fn set(&mut self, name: &[u8], value: &[u8]) -> Result<(), EditError> {
        if !is_name(name) {
            return Err(EditError::BadName);
        }
        let old: usize = self.find_name(name).map(|f| f.name.len() + f.value.len() + 4).sum();
        if !is_value(value) {
            return Err(EditError::BadValue);
        }
        self.grown(old, name.len() + value.len() + 4)?;
        self.remove_name(name);
        self.add(name, value)
    }

    /// Gives the field at place `at` another value. Without such a field nothing happens.
    pub fn replace_value(&mut self, at: usize, value: &[u8]) -> Result<(), EditError> {
        if !is_value(value) {
            return Err(EditError::BadValue);
        }
        let Some(old) = self.parts.fields.get(at).map(|f| f.value.len()) else { return Ok(()) };
        let size = self.grown(old, value.len())?;
        self.reserve(value.len());
        let span = self.store_bytes(&[value]);
        let field = &mut self.parts.fields[at];
        field.value = span;
        field.flags = FieldFlags::NONE;
        self.size = size;
        Ok(())
    }

    /// Removes the field at place `at`; the ones behind move up.
    pub fn remove(&mut self, at: usize) {
        if at < self.parts.fields.len() {
            let field = self.parts.fields.remove(at);
            self.size -= fields::wire_len(&field);
        }
    }

    /// Removes all fields of this name, whatever its case, and says how many there were.
    pub fn remove_name(&mut self, name: &[u8]) -> usize {
        match HdrId::of(name) {
            HdrId::Other => self.retain(|f| !f.name.eq_ignore_ascii_case(name)),
            id => self.remove_id(id),
        }
    }

    /// Removes all fields of this number and says how many there were.
    pub fn remove_id(&mut self, id: HdrId) -> usize {
        if !self.parts.fields.iter().any(|f| f.id == id) {
            return 0;
        }
        let (before, mut freed) = (self.parts.fields.len(), 0);
        self.parts.fields.retain(|f| {
            freed += if f.id == id { fields::wire_len(f) } else { 0 };
            f.id != id
        });
        self.size -= freed;
        before - self.parts.fields.len()
    }

    /// Keeps the fields that `keep` wants and says how many went.
    pub fn retain(&mut self, mut keep: impl FnMut(&FieldRef<'_>) -> bool) -> usize {
        let mut list = core::mem::take(&mut self.parts.fields);
        let (before, mut at) = (list.len(), 0);
        let mut freed = 0;
        list.retain(|f| {
            let shown = FieldRef { at, name: self.bytes(f.name), value: self.bytes(f.value), id: f.id };
            at += 1;
            let stays = keep(&shown);
            if !stays {
                freed += fields::wire_len(f);
            }
            stays
        });
        self.size -= freed;
        self.parts.fields = list;
        before - self.parts.fields.len()
    }

    /// Sets the method. The target keeps its form.
    pub fn set_method(&mut self, name: &[u8]) -> Result<(), EditError> {
        let old = self.line()?.method_name.len();
        if !is_name(name) {
            return Err(EditError::BadMethod);
        }
        let size = self.grown(old, name.len())?;
        self.reserve(name.len());
        let span = self.store_bytes(&[name]);
        let line = self.line_mut()?;
        line.method_name = span;
        line.method = Method::parse(name);
        self.size = size;
        Ok(())
    }

    /// Sets the whole target.
    pub fn set_target(&mut self, target: &[u8]) -> Result<(), EditError> {
        self.line()?;
        self.put_target(&[target])
    }

    /// Sets the path, keeping scheme, authority and query.
    pub fn set_path(&mut self, path: &[u8]) -> Result<(), EditError> {
        if memchr::memchr2(b'?', b'#', path).is_some() {
            return Err(EditError::BadTarget);
        }
        let old = self.path().len();
        self.splice_target(0, old, &[path])
    }

    /// Sets path and query, keeping scheme and authority.
    pub fn set_path_and_query(&mut self, all: &[u8]) -> Result<(), EditError> {
        let old = self.path_and_query().len();
        self.splice_target(0, old, &[all])
    }

    /// Sets the query (without its `?`). An empty one leaves a `?` behind.
    pub fn set_query(&mut self, query: &[u8]) -> Result<(), EditError> {
        let (path, all) = (self.path().len(), self.path_and_query().len());
        let end = memchr::memchr(b'#', self.path_and_query()).unwrap_or(all);
        self.splice_target(path, end, &[b"?", query])
    }

    /// Sets the status code, and the reason phrase: the usual one of the code if there is none here.
    pub fn set_status(&mut self, status: u16, reason: Option<&[u8]>) -> Result<(), EditError> {
        if !(100..=999).contains(&status) {
            return Err(EditError::BadStatus);
        }
        self.set_reason(reason.unwrap_or(crate::reason(status).as_bytes()))?;
        if let StartLine::Status(line) = &mut self.start {
            line.status = status;
        }
        Ok(())
    }

    /// Sets the reason phrase alone.
    pub fn set_reason(&mut self, reason: &[u8]) -> Result<(), EditError> {
        let StartLine::Status(line) = &self.start else { return Err(EditError::NotHere) };
        if !is_value(reason) {
            return Err(EditError::BadValue);
        }
        let size = self.grown(line.reason.len(), reason.len())?;
        self.reserve(reason.len());
        let span = self.store_bytes(&[reason]);
        if let StartLine::Status(line) = &mut self.start {
            line.reason = span;
        }
        self.size = size;
        Ok(())
    }

    /// Sets the version that the message counts as.
    pub fn set_version(&mut self, version: Version) {
        match &mut self.start {
            StartLine::Request(line) => (line.version, line.protocol) = (version, Span::EMPTY),
            StartLine::Status(line) => (line.version, line.protocol) = (version, Span::EMPTY),
        }
        self.size = self.measure();
    }

    fn put_field(&mut self, at: usize, name: &[u8], id: HdrId, value: &[u8]) -> Result<(), EditError> {
        if !is_value(value) {
            return Err(EditError::BadValue);
        }
        let size = self.grown(0, name.len() + 2 + value.len() + 2)?;
        self.reserve(name.len() + value.len());
        let both = self.store_bytes(&[name, value]);
        let (name_span, value_span) = (both.sub(0, name.len()), both.sub(name.len(), both.len()));
        lower(&mut self.parts.edits[name_span.start()..name_span.end()]);
        let field = Field { name: name_span, value: value_span, id, flags: FieldFlags::NONE };
        let at = at.min(self.parts.fields.len());
        self.parts.fields.insert(at, field);
        self.size = size;
        Ok(())
    }

    /// Replaces bytes `from..to` of path and query.
    fn splice_target(&mut self, from: usize, to: usize, new: &[&[u8]]) -> Result<(), EditError> {
        let line = self.line()?;
        if line.form == Form::Authority {
            return Err(EditError::NotHere);
        }
        let path_at = line.path.start() - line.target.start();
        // The old pieces are copied out first: storing the new target may move the edits that hold the old one.
        let mut target = Vec::with_capacity(line.target.len() + new.iter().map(|p| p.len()).sum::<usize>());
        target.extend_from_slice(&self.target()[..path_at + from]);
        new.iter().for_each(|p| target.extend_from_slice(p));
        target.extend_from_slice(&self.target()[path_at + to..]);
        self.put_target(&[&target])
    }

    fn put_target(&mut self, pieces: &[&[u8]]) -> Result<(), EditError> {
        let line = *self.line()?;
        let len = pieces.iter().map(|p| p.len()).sum();
        for piece in pieces {
            Target::check_bytes(piece, OWN_WORDS)?;
        }
        let size = self.grown(line.target.len(), len)?;
        self.reserve(len);
        let span = self.store_bytes(pieces);
        let parsed = Target::parse(line.method, &self.parts.edits[span.start()..span.end()]);
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(why) => {
                self.parts.edits.truncate(span.start());
                return Err(why.into());
            }
        };
        // `reserve` may have moved the method's name, so the line is read again.
        let line = self.line_mut()?;
        let protocol = line.protocol;
        *line =
            RequestLine { protocol, ..RequestLine::new(line.method, line.method_name, span, &parsed, line.version) };
        self.size = size;
        Ok(())
    }

    fn line(&self) -> Result<&RequestLine, EditError> {
        self.request_line().ok_or(EditError::NotHere)
    }

    fn line_mut(&mut self) -> Result<&mut RequestLine, EditError> {
        match &mut self.start {
            StartLine::Request(line) => Ok(line),
            StartLine::Status(_) => Err(EditError::NotHere),
        }
    }

    /// The size once `old` bytes have given way to `new` ones.
    fn grown(&self, old: usize, new: usize) -> Result<usize, EditError> {
        let size = self.size - old + new;
        if new > old && size > self.limit { Err(EditError::NoRoom) } else { Ok(size) }
    }

    fn store_bytes(&mut self, pieces: &[&[u8]]) -> Span {
        let from = self.parts.edits.len();
        pieces.iter().for_each(|p| self.parts.edits.extend_from_slice(p));
        Span::edits(from, self.parts.edits.len())
    }

    /// Makes sure that `n` more bytes of edits keep the area below twice the limit. What is live never exceeds the
    /// limit, so each squeeze frees at least as much as was copied since the last one: the work stays linear.
    fn reserve(&mut self, n: usize) {
        if self.parts.edits.len() + n > 2 * self.limit {
            self.squeeze();
        }
    }

    /// Drops the edits that nothing points to any more.
    fn squeeze(&mut self) {
        let old = core::mem::take(&mut self.parts.edits);
        let mut new = Vec::with_capacity(self.size);
        let mut keep = |span: &mut Span| {
            if span.chunk() == Chunk::Edits {
                let from = new.len();
                new.extend_from_slice(&old[span.start()..span.end()]);
                *span = Span::edits(from, new.len());
            }
        };
        match &mut self.start {
            StartLine::Status(line) => keep(&mut line.reason),
            StartLine::Request(line) => {
                keep(&mut line.method_name);
                let before = line.target;
                keep(&mut line.target);
                for part in [&mut line.scheme, &mut line.authority, &mut line.path] {
                    let at = part.start().saturating_sub(before.start()).min(line.target.len());
                    *part = line.target.sub(at, (at + part.len()).min(line.target.len()));
                }
            }
        }
        for field in &mut self.parts.fields {
            keep(&mut field.name);
            keep(&mut field.value);
        }
        self.parts.edits = new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SerialOpts;
    use base::Buf;

    fn head() -> Head {
        let mut head = Head::request(b"GET", b"/p?q", Version::HTTP_1_1, 300).unwrap();
        head.add(b"Host", b"a").unwrap();
        head.add(b"X-One", b"1").unwrap();
        head.add(b"x-two", b"2").unwrap();
        head.add(b"X-one", b"3").unwrap();
        head
    }

    fn wire(head: &Head) -> String {
        let mut out = Buf::unpooled(head.size());
        head.serialise_h1(&mut out, SerialOpts::default()).unwrap();
        assert!(head.size() >= out.len());
        String::from_utf8(out.data().to_vec()).unwrap()
    }

    /// After `edit` the head consists of these lines.
    fn check(edit: impl FnOnce(&mut Head) -> Result<(), EditError>, want: &str) {
        let mut head = head();
        assert_eq!(edit(&mut head), Ok(()));
        assert_eq!(wire(&head), format!("{}\r\n\r\n", want.replace('|', "\r\n")));
        assert_eq!(head.size(), head.measure());
    }

    /// As [`check`], for edits that can't fail.
    fn done(edit: impl FnOnce(&mut Head), want: &str) {
        check(
            |h| {
                edit(h);
                Ok(())
            },
            want,
        );
    }

    fn refused(edit: impl FnOnce(&mut Head) -> Result<(), EditError>, why: EditError) {
        let mut head = head();
        assert_eq!(edit(&mut head), Err(why));
        assert_eq!(wire(&head), wire(&self::head()));
    }

    #[test]
    fn fields() {
        let start = "GET /p?q HTTP/1.1|host: a|";
        check(|h| h.add(b"Via", b"v"), &format!("{start}x-one: 1|x-two: 2|x-one: 3|via: v"));
        check(|h| h.add_id(HdrId::Via, b""), &format!("{start}x-one: 1|x-two: 2|x-one: 3|via: "));
        check(|h| h.insert(1, b"Via", b"v"), &format!("{start}via: v|x-one: 1|x-two: 2|x-one: 3"));
        check(|h| h.insert(99, b"Via", b"v"), &format!("{start}x-one: 1|x-two: 2|x-one: 3|via: v"));
        check(|h| h.set(b"X-ONE", b"4"), &format!("{start}x-two: 2|x-one: 4"));
        check(|h| h.set(b"HOST", b"b"), "GET /p?q HTTP/1.1|x-one: 1|x-two: 2|x-one: 3|host: b");
        check(|h| h.replace_value(2, b"long value"), &format!("{start}x-one: 1|x-two: long value|x-one: 3"));
        done(|h| h.remove(1), &format!("{start}x-two: 2|x-one: 3"));
        done(|h| h.remove(9), &format!("{start}x-one: 1|x-two: 2|x-one: 3"));
        done(|h| assert_eq!(h.remove_name(b"X-One"), 2), &format!("{start}x-two: 2"));
        done(|h| assert_eq!(h.remove_id(HdrId::Host), 1), "GET /p?q HTTP/1.1|x-one: 1|x-two: 2|x-one: 3");
        done(|h| assert_eq!(h.retain(|f| f.value == b"2"), 3), "GET /p?q HTTP/1.1|x-two: 2");
        refused(|h| h.add(b"", b"v"), EditError::BadName);
        refused(|h| h.add(b"a:", b"v"), EditError::BadName);
        refused(|h| h.add_id(HdrId::Other, b"v"), EditError::BadName);
        for bad in [&b"a\rb"[..], b"a\nb", b"a\0b"] {
            refused(|h| h.add(b"a", bad), EditError::BadValue);
            refused(|h| h.set(b"x-one", bad), EditError::BadValue);
            refused(|h| h.replace_value(0, bad), EditError::BadValue);
        }
    }

    #[test]
    fn start_line() {
        let rest = "|host: a|x-one: 1|x-two: 2|x-one: 3";
        let line = |edit: fn(&mut Head) -> Result<(), EditError>, want: &str| check(edit, &format!("{want}{rest}"));
        line(|h| h.set_method(b"POST"), "POST /p?q HTTP/1.1");
        line(|h| h.set_path(b"/new"), "GET /new?q HTTP/1.1");
        line(|h| h.set_query(b"k=v"), "GET /p?k=v HTTP/1.1");
        line(|h| h.set_query(b""), "GET /p? HTTP/1.1");
        line(|h| h.set_path_and_query(b"/x"), "GET /x HTTP/1.1");
        line(|h| h.set_path_and_query(b"/x").and_then(|()| h.set_query(b"y")), "GET /x?y HTTP/1.1");
        line(|h| h.set_target(b"http://h:1/p").and_then(|()| h.set_path(b"/z")), "GET http://h:1/z HTTP/1.1");
        line(|h| h.set_target(b"http://h").and_then(|()| h.set_path(b"/z")), "GET http://h/z HTTP/1.1");
        line(|h| h.set_target(b"/a?b#c").and_then(|()| h.set_query(b"d")), "GET /a?d#c HTTP/1.1");
        done(|h| h.set_version(Version::HTTP_1_0), &format!("GET /p?q HTTP/1.0{rest}"));
        for bad in [&b"/a b"[..], b"/a\r", b"/\n", b"/\x7f", b"/\0", b"/a?b", b"/a#b"] {
            refused(|h| h.set_path(bad), EditError::BadTarget);
        }
        refused(|h| h.set_path(b"relative"), EditError::BadTarget);
        refused(|h| h.set_target(b""), EditError::BadTarget);
        refused(|h| h.set_query(b"a b"), EditError::BadTarget);
        refused(|h| h.set_method(b"A B"), EditError::BadMethod);
        refused(|h| h.set_status(200, None), EditError::NotHere);
        let mut connect = Head::request(b"CONNECT", b"h:1", Version::HTTP_1_1, 100).unwrap();
        assert_eq!(connect.set_path(b"/"), Err(EditError::NotHere));
    }

    #[test]
    fn status_line() {
        let mut head = Head::response(404, Version::HTTP_1_1, 100).unwrap();
        assert_eq!(wire(&head), "HTTP/1.1 404 Not Found\r\n\r\n");
        head.set_status(503, Some(b"No way")).unwrap();
        assert_eq!(wire(&head), "HTTP/1.1 503 No way\r\n\r\n");
        head.set_status(299, None).unwrap();
        assert_eq!(wire(&head), "HTTP/1.1 299 Success\r\n\r\n");
        assert_eq!(head.set_status(99, None), Err(EditError::BadStatus));
        assert_eq!(head.set_reason(b"a\nb"), Err(EditError::BadValue));
        assert_eq!(head.set_method(b"GET"), Err(EditError::NotHere));
        assert_eq!(head.set_target(b"/"), Err(EditError::NotHere));
    }

    #[test]
    fn the_limit_holds_and_old_edits_are_squeezed_out() {
        let mut head = head();
        assert_eq!(head.add(b"big", &[b'x'; 300]), Err(EditError::NoRoom));
        let room = head.limit() - head.size() - 4 - 1;
        head.add(b"b", &vec![b'x'; room]).unwrap();
        assert_eq!(head.size(), head.limit());
        assert_eq!(head.add(b"c", b""), Err(EditError::NoRoom));
        assert_eq!(head.set_path(b"/pp"), Err(EditError::NoRoom));
        for n in 0..1000 {
            let value = vec![b'a' + (n % 26) as u8; room];
            head.set(b"b", &value).unwrap();
            head.set_method(b"PUT").unwrap();
            head.set_path(b"/q").unwrap();
            assert_eq!((head.first_by_name(b"b"), head.path()), (Some(&value[..]), &b"/q"[..]));
            assert_eq!((head.query(), head.first(HdrId::Host)), (Some(&b"q"[..]), Some(&b"a"[..])));
            assert!(head.parts.edits.len() <= 3 * head.limit());
        }
    }
}
