//! Parsers of whole heads.

use base::Buf;
use http::{Draft, Head, HeadStore, Method, RequestLine, Span, StartLine, StatusLine, Target};

use crate::line::{self, LineScan};
use crate::scan::{self, FieldScan};
use crate::{Fault, Opts, ParseError, RequestFraming, ResponseFraming, UpgradeKind, Violations, check};

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
pub struct RequestParser(Parser<RequestLine, RequestFraming>);

/// An incremental parser of one response head, as [`RequestParser`].
pub struct ResponseParser(Parser<StatusLine, ResponseFraming>);

struct Parser<L, F> {
    line: LineScan,
    /// The start line, once it is complete, and the fields behind it.
    fields: Option<(L, FieldScan)>,
    draft: Draft,
    done: Option<F>,
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
        let Some((line, violations)) = self.0.scan(data, opts, request_line)? else { return Ok(Progress::Need) };
        let (framing, cut_port) = check::request(data, &line, self.0.draft.fields_mut(), violations, opts)?;
        self.0.cut_port = cut_port;
        self.0.done = Some(framing);
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
        let Some((line, violations)) = self.0.scan(data, opts, status_line)? else { return Ok(Progress::Need) };
        let framing = check::response(data, &line, asked, self.0.draft.fields_mut(), violations, opts)?;
        self.0.done = Some(framing);
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

impl<L: Copy + Into<StartLine>, F> Parser<L, F> {
    fn new(line: LineScan, store: &HeadStore) -> Parser<L, F> {
        Parser { line, fields: None, draft: Draft::new(store), done: None, cut_port: None }
    }

    /// The start line and the number of violations, once the head is complete. The line is checked by `on_line` as
    /// soon as it is there.
    fn scan(
        &mut self,
        data: &[u8],
        opts: &Opts,
        on_line: impl FnOnce(&[u8], &LineScan, &Opts) -> Result<(L, Violations), ParseError>,
    ) -> Result<Option<(L, Violations)>, ParseError> {
        let held = data.len();
        // What is behind the limit is not looked at, so the verdict doesn't depend on how the bytes arrive.
        let data = &data[..held.min(opts.max_head)];
        let incomplete = || if held >= opts.max_head { Err(too_large(opts)) } else { Ok(None) };
        if self.fields.is_none() && !self.line.run(data, opts)? {
            return incomplete();
        }
        let (line, fields) = match &mut self.fields {
            Some(both) => both,
            none => {
                let (line, violations) = on_line(data, &self.line, opts)?;
                none.insert((line, FieldScan::new(self.line.pos, 1, violations)))
            }
        };
        // A request without a version has no fields either (HTTP/0.9).
        if self.line.is_bare_request() || fields.run(data, self.draft.fields_mut(), opts)? {
            return Ok(Some((*line, fields.violations)));
        }
        incomplete()
    }

    fn finish(self, mut buf: Buf, opts: &Opts) -> Option<(Head, F)> {
        let framing = self.done?;
        let (line, fields) = self.fields?;
        let mut start = line.into();
        if let (StartLine::Request(line), Some(port)) = (&mut start, self.cut_port) {
            cut_out(buf.data_mut(), line, port);
        }
        scan::normalise(buf.data_mut(), self.draft.fields());
        Some((self.draft.finish(buf, fields.pos, start, opts.max_edited), framing))
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
fn preface(target: &[u8], version: &[u8], at: usize) -> ParseError {
    let fault = if target == b"*" && version == b"HTTP/2.0" { Fault::Http2Preface } else { Fault::Method };
    ParseError { fault, at }
}

fn request_line(data: &[u8], line: &LineScan, opts: &Opts) -> Result<(RequestLine, Violations), ParseError> {
    let (method_name, target_span, token) = line.request_parts();
    let of = |s: Span| &data[s.start()..s.end()];
    if of(method_name) == b"PRI" {
        return Err(preface(of(target_span), of(token), method_name.start()));
    }
    let method = Method::parse(of(method_name));
    let (version, plain) = line::version(of(token), Some(method), opts.relaxed)
        .ok_or(ParseError { fault: Fault::Version, at: token.start() })?;
    let target = Target::parse(method, of(target_span))
        .map_err(|_| ParseError { fault: Fault::Target, at: target_span.start() })?;
    let mut parsed = RequestLine::new(method, method_name, target_span, &target, version);
    let mut violations = Violations::default();
    if !plain {
        parsed.protocol = token;
    }
    if !plain || token.is_empty() {
        violations.note(Fault::Version, token.start());
    }
    if opts.relaxed
        && let Some(at) = of(target_span).iter().position(|b| !b.is_ascii() || *b == b'#')
    {
        violations.note(Fault::Target, target_span.start() + at);
    }
    Ok((parsed, violations))
}

fn status_line(data: &[u8], line: &LineScan, opts: &Opts) -> Result<(StatusLine, Violations), ParseError> {
    let (token, code, digits, reason) = line.status_parts();
    let (version, plain) = line::version(&data[token.start()..token.end()], None, opts.relaxed)
        .ok_or(ParseError { fault: Fault::Version, at: token.start() })?;
    let bad = ParseError { fault: Fault::Status, at: digits.start() };
    if code < 100 || digits.len() != 3 && !(opts.relaxed && digits.len() > 3) {
        return Err(bad);
    }
    let status = u16::try_from(code).map_err(|_| bad)?;
    let mut violations = Violations::default();
    if !plain {
        violations.note(Fault::Version, token.start());
    }
    if digits.len() != 3 {
        violations.note(Fault::Status, digits.start());
    }
    let protocol = if plain { Span::EMPTY } else { token };
    Ok((StatusLine { version, status, reason, protocol }, violations))
}
