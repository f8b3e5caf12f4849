//! One message head for all versions of HTTP.

use core::fmt;

use base::Buf;

use crate::store::Parts;
use crate::{Chunk, FieldRef, Fields, Form, HdrId, HeadStore, Method, Span, Target, Version, fields};

/// The head of a request or of a response, with the memory that it lives in.
///
/// Chunk [`Chunk::Received`] is the buffer that the bytes were received in. What follows the head there (the
/// beginning of the body, pipelined requests) stays where it is: [`Head::rest`] shows it, [`Head::into_rest`]
/// gives the buffer back with the head cut off. Chunk [`Chunk::Edits`] holds what was added since.
///
/// Field names are in lower case and the fields are in the order of the message. The size that the head would
/// have on an HTTP/1 wire never exceeds the limit that it was made with: an edit that would is refused.
pub struct Head {
    pub(crate) buf: Buf,
    /// Where the bytes behind the head begin in `buf.data()`. The buffer's start never moves while the head
    /// lives, since spans count from it.
    pub(crate) rest: usize,
    pub(crate) parts: Parts,
    pub(crate) start: StartLine,
    /// No fewer than the bytes of the start line, the fields and the empty line on an HTTP/1 wire.
    pub(crate) size: usize,
    /// What `size` may grow to.
    pub(crate) limit: usize,
    store: Option<HeadStore>,
}

/// What a head begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartLine {
    /// RFC 9112 section 3.
    Request(RequestLine),
    /// RFC 9112 section 4.
    Status(StatusLine),
}

/// Method, target and version. The parts of the target are spans within `target`, empty where it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// The method, `Other` if only its name is known.
    pub method: Method,
    /// The method's name.
    pub method_name: Span,
    /// The whole request target.
    pub target: Span,
    /// Which of the four forms the target has.
    pub form: Form,
    /// `http` in `http://host/`.
    pub scheme: Span,
    /// Host and port.
    pub authority: Span,
    /// Path and query, or `*`.
    pub path: Span,
    /// The version that the message was received in.
    pub version: Version,
    /// The protocol as the message states it, if that isn't HTTP with a version of two digits (only where the
    /// configuration accepts it); it is passed on as it is.
    pub protocol: Span,
}

/// Version, status code and reason phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusLine {
    /// The version that the message was received in.
    pub version: Version,
    /// The status code: 100 to 999, or up to 65,535 where the configuration accepts that.
    pub status: u16,
    /// The reason phrase, maybe empty.
    pub reason: Span,
    /// As in [`RequestLine::protocol`].
    pub protocol: Span,
}

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name, in lower case.
    pub name: Span,
    /// The value, without blanks around it.
    pub value: Span,
    /// The number of the name.
    pub id: HdrId,
    /// What is known about its bytes.
    pub flags: FieldFlags,
}

/// What is known about the bytes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FieldFlags(u8);

impl FieldFlags {
    /// Nothing is known.
    pub const NONE: FieldFlags = FieldFlags(0);
    /// In its chunk the bytes are exactly `name: value\r\n`, so that it can be copied whole to an HTTP/1 wire.
    pub const CANONICAL: FieldFlags = FieldFlags(1);
    /// The value was folded over several lines (RFC 9112 section 5.2).
    pub const FOLDED: FieldFlags = FieldFlags(2);

    /// Whether all flags of `other` are set.
    #[inline]
    pub fn has(self, other: FieldFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both.
    #[inline]
    pub fn with(self, other: FieldFlags) -> FieldFlags {
        FieldFlags(self.0 | other.0)
    }
}

/// A head being received: the field list, with memory from a [`HeadStore`].
pub struct Draft {
    parts: Parts,
    store: HeadStore,
}

impl Draft {
    /// An empty list with recycled memory, which it takes when the first field comes: a response may be long in coming.
    pub fn new(store: &HeadStore) -> Draft {
        Draft { parts: Parts::default(), store: store.clone() }
    }

    fn parts(&mut self) -> &mut Parts {
        if self.parts.fields.capacity() == 0 && self.parts.edits.capacity() == 0 {
            self.parts = self.store.take();
        }
        &mut self.parts
    }

    /// Appends a field.
    #[inline]
    pub fn push(&mut self, field: Field) {
        self.parts().fields.push(field);
    }

    /// The fields so far.
    #[inline]
    pub fn fields(&self) -> &[Field] {
        &self.parts.fields
    }

    /// The fields, to merge or drop some.
    pub fn fields_mut(&mut self) -> &mut Vec<Field> {
        &mut self.parts().fields
    }

    /// Memory of the head's own, for what isn't in a received buffer as it is: what a decoder unpacks. Spans into it are
    /// [`Span::edits`].
    pub fn arena(&mut self) -> &mut Vec<u8> {
        &mut self.parts().edits
    }

    /// The finished head of a message that was unpacked into the arena. `limit`: see [`Head::limit`].
    pub fn finish_unpacked(self, start: StartLine, limit: usize) -> Head {
        self.finish(Buf::unpooled(0), 0, start, limit)
    }

    /// The finished head: all spans lie in `buf`, whose bytes from `rest` on don't belong to the head. `limit`:
    /// see [`Head::limit`].
    pub fn finish(mut self, buf: Buf, rest: usize, start: StartLine, limit: usize) -> Head {
        debug_assert!(rest <= buf.len());
        let parts = core::mem::take(&mut self.parts);
        let mut head = Head { buf, rest, parts, start, size: 0, limit, store: Some(self.store.clone()) };
        head.size = head.measure();
        head
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let parts = core::mem::take(&mut self.parts);
        if parts.fields.capacity() > 0 {
            self.store.put_back(parts);
        }
    }
}

impl Head {
    /// A request made here, with no field yet. `limit`: see [`Head::limit`].
    pub fn request(method: &[u8], target: &[u8], version: Version, limit: usize) -> Result<Head, crate::EditError> {
        let line = RequestLine {
            method: Method::Other,
            method_name: Span::EMPTY,
            target: Span::EMPTY,
            form: Form::Origin,
            scheme: Span::EMPTY,
            authority: Span::EMPTY,
            path: Span::EMPTY,
            version,
            protocol: Span::EMPTY,
        };
        let mut head = Head::made(StartLine::Request(line), limit);
        head.set_method(method)?;
        head.set_target(target)?;
        Ok(head)
    }

    /// A response made here, with the usual reason phrase and no field yet. `limit`: see [`Head::limit`].
    pub fn response(status: u16, version: Version, limit: usize) -> Result<Head, crate::EditError> {
        let line = StatusLine { version, status: 0, reason: Span::EMPTY, protocol: Span::EMPTY };
        let mut head = Head::made(StartLine::Status(line), limit);
        head.set_status(status, None)?;
        Ok(head)
    }

    /// A head that stands for none. It has no memory, and none can be written to it.
    pub fn none() -> Head {
        let version = Version::HTTP_1_1;
        Head::made(StartLine::Status(StatusLine { version, status: 0, reason: Span::EMPTY, protocol: Span::EMPTY }), 0)
    }

    fn made(start: StartLine, limit: usize) -> Head {
        let parts = Parts::default();
        let mut head = Head { buf: Buf::unpooled(0), rest: 0, parts, start, size: 0, limit, store: None };
        head.size = head.measure();
        head
    }

    /// The start line.
    pub fn start(&self) -> &StartLine {
        &self.start
    }

    /// The request line; `None` in a response.
    pub fn request_line(&self) -> Option<&RequestLine> {
        match &self.start {
            StartLine::Request(line) => Some(line),
            StartLine::Status(_) => None,
        }
    }

    /// The method; `None` in a response.
    pub fn method(&self) -> Option<Method> {
        self.request_line().map(|l| l.method)
    }

    /// The method's name; empty in a response.
    pub fn method_name(&self) -> &[u8] {
        self.of_request(|l| l.method_name)
    }

    /// The whole request target; empty in a response.
    pub fn target(&self) -> &[u8] {
        self.of_request(|l| l.target)
    }

    /// The form of the target; `None` in a response.
    pub fn form(&self) -> Option<Form> {
        self.request_line().map(|l| l.form)
    }

    /// The scheme of an absolute target, else nothing.
    pub fn scheme(&self) -> &[u8] {
        self.of_request(|l| l.scheme)
    }

    /// The authority of an absolute or authority-form target, else nothing.
    pub fn authority(&self) -> &[u8] {
        self.of_request(|l| l.authority)
    }

    /// Path and query; `*` of an asterisk-form target; nothing if there is none.
    pub fn path_and_query(&self) -> &[u8] {
        self.of_request(|l| l.path)
    }

    /// The path up to the query.
    pub fn path(&self) -> &[u8] {
        let all = self.path_and_query();
        &all[..memchr::memchr2(b'?', b'#', all).unwrap_or(all.len())]
    }

    /// What follows the first `?` (without a fragment); `None` without a `?`.
    pub fn query(&self) -> Option<&[u8]> {
        let all = self.path_and_query();
        let all = &all[..memchr::memchr(b'#', all).unwrap_or(all.len())];
        memchr::memchr(b'?', all).map(|at| &all[at + 1..])
    }

    /// The status code; `None` in a request.
    pub fn status(&self) -> Option<u16> {
        match &self.start {
            StartLine::Status(line) => Some(line.status),
            StartLine::Request(_) => None,
        }
    }

    /// The reason phrase; empty in a request.
    pub fn reason(&self) -> &[u8] {
        match &self.start {
            StartLine::Status(line) => self.bytes(line.reason),
            StartLine::Request(_) => b"",
        }
    }

    /// The version that the message was received in.
    pub fn version(&self) -> Version {
        match &self.start {
            StartLine::Request(line) => line.version,
            StartLine::Status(line) => line.version,
        }
    }

    /// The bytes of a span of this head.
    #[inline]
    pub fn bytes(&self, span: Span) -> &[u8] {
        match span.chunk() {
            Chunk::Received => &self.buf.data()[span.start()..span.end()],
            Chunk::Edits => &self.parts.edits[span.start()..span.end()],
        }
    }

    /// All fields in order.
    pub fn fields(&self) -> Fields<'_, 'static> {
        Fields::all(self)
    }

    /// How many fields there are.
    pub fn field_count(&self) -> usize {
        self.parts.fields.len()
    }

    /// The field at place `at`.
    pub fn field(&self, at: usize) -> Option<FieldRef<'_>> {
        let field = self.parts.fields.get(at)?;
        Some(FieldRef { at, name: self.bytes(field.name), value: self.bytes(field.value), id: field.id })
    }

    /// The fields of this number, in order. `HdrId::Other` gives the fields that have none.
    pub fn find(&self, id: HdrId) -> Fields<'_, 'static> {
        Fields::by_id(self, id)
    }

    /// The fields of this name, whatever its case, in order.
    pub fn find_name<'n>(&self, name: &'n [u8]) -> Fields<'_, 'n> {
        Fields::by_name(self, name)
    }

    /// The value of the first field of this number.
    #[inline]
    pub fn first(&self, id: HdrId) -> Option<&[u8]> {
        self.parts.fields.iter().find(|f| f.id == id).map(|f| self.bytes(f.value))
    }

    /// The value of the first field of this name, whatever its case.
    pub fn first_by_name<'a>(&'a self, name: &[u8]) -> Option<&'a [u8]> {
        self.find_name(name).next().map(|f| f.value)
    }

    /// Whether any field of this number has `token` in its comma-separated list, whatever its case.
    pub fn has_token(&self, id: HdrId, token: &[u8]) -> bool {
        self.find(id).any(|f| crate::has_token(f.value, token))
    }

    /// How many bytes the head takes at most on an HTTP/1 wire, start line and empty line included.
    pub fn size(&self) -> usize {
        self.size
    }

    /// What [`Head::size`] may grow to by edits, in bytes.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The received bytes behind the head: body, or pipelined requests.
    pub fn rest(&self) -> &[u8] {
        &self.buf.data()[self.rest..]
    }

    /// Drops all of [`Head::rest`].
    pub fn rest_is_void(&mut self) {
        self.consume_rest(self.rest().len());
    }

    /// Drops the first `n` bytes of [`Head::rest`].
    pub fn consume_rest(&mut self, n: usize) {
        debug_assert!(n <= self.buf.len() - self.rest);
        self.rest = (self.rest + n).min(self.buf.len());
    }

    /// The buffer behind the head, to receive more body into while the head is still needed. Only appending is
    /// allowed ([`Buf::spare_mut`], [`Buf::commit`], [`Buf::push`]).
    pub fn append_buf(&mut self) -> &mut Buf {
        &mut self.buf
    }

    /// Ends the head and gives its buffer back, holding only what [`Head::rest`] showed. Nothing is copied.
    pub fn into_rest(mut self) -> Buf {
        let mut buf = core::mem::replace(&mut self.buf, Buf::unpooled(0));
        buf.consume(self.rest);
        buf
    }

    fn of_request(&self, part: impl Fn(&RequestLine) -> Span) -> &[u8] {
        self.request_line().map_or(b"", |l| self.bytes(part(l)))
    }

    pub(crate) fn measure(&self) -> usize {
        let lines: usize = self.parts.fields.iter().map(fields::wire_len).sum();
        self.start_len() + lines + 2
    }

    pub(crate) fn start_len(&self) -> usize {
        match &self.start {
            StartLine::Request(l) => {
                l.method_name.len() + 1 + l.target.len() + " HTTP/1.1\r\n".len() + l.protocol.len()
            }
            StartLine::Status(l) => "HTTP/1.1 65535 \r\n".len() + l.reason.len() + l.protocol.len(),
        }
    }
}

impl From<RequestLine> for StartLine {
    fn from(line: RequestLine) -> StartLine {
        StartLine::Request(line)
    }
}

impl From<StatusLine> for StartLine {
    fn from(line: StatusLine) -> StartLine {
        StartLine::Status(line)
    }
}

impl RequestLine {
    /// The line with the parts of `target` located; `span` is where the target lies.
    pub fn new(method: Method, method_name: Span, span: Span, target: &Target, version: Version) -> RequestLine {
        let part = |r: &core::ops::Range<usize>| span.sub(r.start, r.end);
        RequestLine {
            method,
            method_name,
            target: span,
            form: target.form,
            scheme: part(&target.scheme),
            authority: part(&target.authority),
            path: part(&target.path),
            version,
            protocol: Span::EMPTY,
        }
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        if let Some(store) = self.store.take() {
            store.put_back(core::mem::take(&mut self.parts));
        }
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.start {
            StartLine::Request(l) => {
                let (method, target) = (self.method_name().escape_ascii(), self.target().escape_ascii());
                writeln!(f, "{method} {target} HTTP/{}", l.version)?;
            }
            StartLine::Status(l) => writeln!(f, "HTTP/{} {} {}", l.version, l.status, self.reason().escape_ascii())?,
        }
        for field in self.fields() {
            writeln!(f, "{}: {}", field.name.escape_ascii(), field.value.escape_ascii())?;
        }
        Ok(())
    }
}
