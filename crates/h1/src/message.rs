//! Parsers of whole heads.

use base::Buf;
use http::{Draft, Head, HeadStore, Method, RequestLine, Span, StartLine, StatusLine, Target};

use crate::line::{self, LineScan};
use crate::scan::{self, FieldScan};
use crate::{Fault, Opts, ParseError, RequestFraming, ResponseFraming, UpgradeKind, check};

/// How far a parser got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// More bytes must arrive.
    Need,
    /// The head is complete: call `finish`.
    Done,
}

/// What a response's framing needs to know of the request that it answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The request's method.
    pub method: Method,
    /// The request asked to switch protocols.
    pub upgrade: bool,
    /// It asked for WebSocket.
    pub websocket: bool,
}

impl Asked {
    /// What this request asked for.
    pub fn of(request: &RequestFraming) -> Asked {
        Asked {
            method: request.method,
            upgrade: request.tokens.upgrade,
            websocket: request.upgrade == UpgradeKind::WebSocket,
        }
    }
}

/// An incremental parser of one request head. Positions count from the first byte held in the buffer, so the
/// buffer may be compacted between calls, but nothing may be consumed.
pub struct RequestParser(Parser<RequestFraming>);

/// An incremental parser of one response head, as [`RequestParser`].
pub struct ResponseParser(Parser<ResponseFraming>);

struct Parser<F> {
    line: LineScan,
    fields: Option<FieldScan>,
    draft: Draft,
    done: Option<(StartLine, F)>,
    /// The default port in the target, to be cut out when the head is finished.
    cut_port: Option<Span>,
}

impl RequestParser {
    /// A parser at the beginning of a request, with memory from `store`.
    pub fn new(store: &HeadStore) -> RequestParser {
        RequestParser(Parser::new(LineScan::request(), store))
    }

    /// Goes on through `data`: all bytes held, those shown before included. After an error the bytes are as they
    /// came.
    pub fn parse(&mut self, data: &[u8], opts: &Opts) -> Result<Progress, ParseError> {
        if !self.0.scan(data, opts, check_preface)? {
            return Ok(Progress::Need);
        }
        let (line, mut violations) = request_line(data, &self.0.line, opts)?;
        violations += self.0.violations();
        let (mut framing, cut_port) = check::request(data, &line, self.0.draft.fields_mut(), opts)?;
        self.0.cut_port = cut_port;
        framing.violations += violations;
        self.0.done = Some((StartLine::Request(line), framing));
        Ok(Progress::Done)
    }

    /// Whether nothing of a request has come yet, line ends apart.
    pub fn is_idle(&self) -> bool {
        self.0.line.is_idle()
    }

    /// The head and what follows from it, once `parse` said that it is complete; `buf` holds the bytes that were
    /// shown. `None` if it isn't complete.
    pub fn finish(self, buf: Buf, opts: &Opts) -> Option<(Head, RequestFraming)> {
        self.0.finish(buf, opts)
    }
}

impl ResponseParser {
    /// A parser at the beginning of a response, with memory from `store`.
    pub fn new(store: &HeadStore) -> ResponseParser {
        ResponseParser(Parser::new(LineScan::status(), store))
    }

    /// As [`RequestParser::parse`]; `asked` is about the request.
    pub fn parse(&mut self, data: &[u8], asked: Asked, opts: &Opts) -> Result<Progress, ParseError> {
        if !self.0.scan(data, opts, |_, _| Ok(()))? {
            return Ok(Progress::Need);
        }
        let (line, mut violations) = status_line(data, &self.0.line, opts)?;
        violations += self.0.violations();
        let mut framing = check::response(data, &line, asked, self.0.draft.fields_mut(), opts)?;
        framing.violations += violations;
        self.0.done = Some((StartLine::Status(line), framing));
        Ok(Progress::Done)
    }

    /// Whether nothing of a response has come yet.
    pub fn is_idle(&self) -> bool {
        self.0.line.is_idle()
    }

    /// As [`RequestParser::finish`].
    pub fn finish(self, buf: Buf, opts: &Opts) -> Option<(Head, ResponseFraming)> {
        self.0.finish(buf, opts)
    }
}

impl<F> Parser<F> {
    fn new(line: LineScan, store: &HeadStore) -> Parser<F> {
        Parser { line, fields: None, draft: Draft::new(store), done: None, cut_port: None }
    }

    /// True once the head is complete. `on_line` may look at a complete start line at once.
    fn scan(
        &mut self,
        data: &[u8],
        opts: &Opts,
        on_line: impl FnOnce(&[u8], &LineScan) -> Result<(), ParseError>,
    ) -> Result<bool, ParseError> {
        let held = data.len();
        // What is behind the limit is not looked at, so the verdict doesn't depend on how the bytes arrive.
        let data = &data[..held.min(opts.max_head)];
        let too_large = || if held >= opts.max_head { Err(too_large(opts)) } else { Ok(false) };
        if self.fields.is_none() {
            if !self.line.run(data, opts)? {
                return too_large();
            }
            on_line(data, &self.line)?;
        }
        let start = self.line.pos;
        if opts.relaxed && self.line.is_bare_request() {
            self.fields = Some(FieldScan::new(start, 1));
            return Ok(true);
        }
        let fields = self.fields.get_or_insert_with(|| FieldScan::new(start, 1));
        if fields.run(data, self.draft.fields_mut(), opts)? { Ok(true) } else { too_large() }
    }

    fn violations(&self) -> u32 {
        self.fields.as_ref().map_or(0, |f| f.violations)
    }

    fn finish(self, mut buf: Buf, opts: &Opts) -> Option<(Head, F)> {
        let (mut start, framing) = self.done?;
        let end = self.fields?.pos;
        if let (StartLine::Request(line), Some(port)) = (&mut start, self.cut_port) {
            cut_out(buf.data_mut(), line, port);
        }
        scan::normalise(buf.data_mut(), self.draft.fields());
        Some((self.draft.finish(buf, end, start, opts.max_edited), framing))
    }
}

/// Removes the default port from an absolute target by moving what is before it.
fn cut_out(data: &mut [u8], line: &mut RequestLine, port: Span) {
    let (start, by) = (line.target.start(), port.len());
    data.copy_within(start..port.start(), start + by);
    line.target = Span::received(start + by, line.target.end());
    line.scheme = Span::received(line.scheme.start() + by, line.scheme.end() + by);
    line.authority = Span::received(line.authority.start() + by, line.authority.end());
}

fn too_large(opts: &Opts) -> ParseError {
    ParseError { fault: Fault::TooLarge, at: opts.max_head }
}

/// RFC 9113 section 3.4: the preface looks like a request of the method PRI, which is reserved for it.
fn check_preface(data: &[u8], line: &LineScan) -> Result<(), ParseError> {
    let (method, target, version) = line.request_parts();
    let of = |s: Span| &data[s.start()..s.end()];
    if of(method) != b"PRI" {
        return Ok(());
    }
    let preface = of(target) == b"*" && of(version) == b"HTTP/2.0";
    let fault = if preface { Fault::Http2Preface } else { Fault::Method };
    Err(ParseError { fault, at: method.start() })
}

fn request_line(data: &[u8], line: &LineScan, opts: &Opts) -> Result<(RequestLine, u32), ParseError> {
    let (method_name, target_span, token) = line.request_parts();
    let of = |s: Span| &data[s.start()..s.end()];
    let method = Method::parse(of(method_name));
    let (version, plain) = line::version(of(token), Some(method), opts.relaxed)
        .ok_or(ParseError { fault: Fault::Version, at: token.start() })?;
    let target = Target::parse(method, of(target_span))
        .map_err(|_| ParseError { fault: Fault::Target, at: target_span.start() })?;
    let mut parsed = RequestLine::new(method, method_name, target_span, &target, version);
    let odd = !plain || token.is_empty();
    if !plain {
        parsed.protocol = token;
    }
    let bytes = of(target_span).iter().any(|b| !b.is_ascii() || *b == b'#');
    Ok((parsed, u32::from(odd) + u32::from(opts.relaxed && bytes)))
}

fn status_line(data: &[u8], line: &LineScan, opts: &Opts) -> Result<(StatusLine, u32), ParseError> {
    let (token, code, digits, reason) = line.status_parts();
    let (version, plain) = line::version(&data[token.start()..token.end()], None, opts.relaxed)
        .ok_or(ParseError { fault: Fault::Version, at: token.start() })?;
    let bad = ParseError { fault: Fault::Status, at: digits.start() };
    if code < 100 || digits.len() != 3 && !(opts.relaxed && digits.len() > 3) {
        return Err(bad);
    }
    let status = u16::try_from(code).map_err(|_| bad)?;
    let protocol = if plain { Span::EMPTY } else { token };
    Ok((StatusLine { version, status, reason, protocol }, u32::from(!plain) + u32::from(digits.len() != 3)))
}
