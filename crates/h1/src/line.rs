//! Start lines (RFC 9112 sections 3 and 4).

use http::{Method, Span, Version, is_tchar};

use crate::{Fault, Opts, ParseError};

/// Where in a start line a parser is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Line ends before the message are skipped (RFC 9112 section 2.2).
    Leading,
    LeadingCr,
    Method,
    MethodGap,
    Target,
    TargetGap,
    RequestVersion,
    StatusVersion,
    StatusVersionGap,
    Code,
    CodeGap,
    Reason,
    /// At the CR or LF that ends the line.
    LineEnd,
    /// Behind the CR.
    Lf,
}

/// A resumable scanner of one start line. What the three parts are depends on the kind: method, target, version;
/// or version, code, reason.
#[derive(Clone, Debug)]
pub(crate) struct LineScan {
    state: State,
    first: State,
    pub pos: usize,
    begin: usize,
    parts: [Span; 3],
    code: u32,
}

impl LineScan {
    pub fn request() -> LineScan {
        LineScan::new(State::Method)
    }

    pub fn status() -> LineScan {
        LineScan::new(State::StatusVersion)
    }

    fn new(first: State) -> LineScan {
        LineScan { state: State::Leading, first, pos: 0, begin: 0, parts: [Span::EMPTY; 3], code: 0 }
    }

    /// Whether nothing of the message itself has come yet.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Leading | State::LeadingCr)
    }

    /// Method, target and version of a finished request line.
    pub fn request_parts(&self) -> (Span, Span, Span) {
        (self.parts[0], self.parts[1], self.parts[2])
    }

    /// Version, code and reason of a finished status line.
    pub fn status_parts(&self) -> (Span, u32, Span, Span) {
        (self.parts[0], self.code, self.parts[1], self.parts[2])
    }

    /// Whether a finished request line has no version: such a request has no fields either (HTTP/0.9).
    pub fn is_bare_request(&self) -> bool {
        self.first == State::Method && self.parts[2].is_empty()
    }

    /// Goes on through `data`. True once the line's end is behind `pos`.
    pub fn run(&mut self, data: &[u8], opts: &Opts) -> Result<bool, ParseError> {
        if self.pos == 0 && self.plain(data, opts) == Some(()) {
            return Ok(true);
        }
        while let Some(&b) = data.get(self.pos) {
            match self.state {
                State::Leading => match b {
                    b'\r' => self.step(State::LeadingCr),
                    b'\n' => self.pos += 1,
                    _ => self.begin(self.first),
                },
                State::LeadingCr if b == b'\n' => self.step(State::Leading),
                State::LineEnd if b == b'\r' => self.step(State::Lf),
                State::LineEnd | State::Lf if b == b'\n' => {
                    self.pos += 1;
                    return Ok(true);
                }
                State::LeadingCr | State::LineEnd | State::Lf => {
                    return Err(ParseError { fault: Fault::BareCr, at: self.pos - 1 });
                }
                State::Method => self.on_method(data)?,
                State::Target => self.on_target(data, opts)?,
                State::Reason => self.on_reason(data)?,
                State::RequestVersion | State::StatusVersion => self.on_version(data)?,
                State::Code => self.on_code(b)?,
                State::MethodGap | State::TargetGap | State::StatusVersionGap | State::CodeGap => match b {
                    b' ' | b'\t' => self.pos += 1,
                    _ => self.on_gap_end(b)?,
                },
            }
        }
        Ok(false)
    }

    /// Takes a whole line in which nothing is special, as most are. `None`: it isn't such a line, and nothing has changed.
    fn plain(&mut self, data: &[u8], opts: &Opts) -> Option<()> {
        if self.first == State::Method { self.plain_request(data, opts) } else { self.plain_status(data) }
    }

    fn plain_request(&mut self, data: &[u8], opts: &Opts) -> Option<()> {
        let method = data.iter().position(|&b| !is_tchar(b)).filter(|len| *len > 0)?;
        let begin = method + 1;
        let target = data.get(begin..)?.iter().position(|&b| !is_target(b, opts)).filter(|len| *len > 0)?;
        let version = begin + target + 1;
        if data[method] != b' ' || data[version - 1] != b' ' {
            return None;
        }
        let [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9', b'\r', b'\n'] =
            data.get(version..version + 10)?
        else {
            return None;
        };
        self.parts =
            [Span::received(0, method), Span::received(begin, version - 1), Span::received(version, version + 8)];
        self.finish_at(version + 10)
    }

    fn plain_status(&mut self, data: &[u8]) -> Option<()> {
        let [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9', b' ', code @ .., b' '] = data.get(..13)?
        else {
            return None;
        };
        let reason = data.get(13..)?;
        let len = memchr::memchr3(b'\r', b'\n', 0, reason).filter(|len| *len > 0)?;
        let plain = code.iter().all(u8::is_ascii_digit) && !matches!(reason[0], b' ' | b'\t');
        if !plain || reason.get(len..len + 2) != Some(b"\r\n") {
            return None;
        }
        self.code = code.iter().fold(0, |all, digit| all * 10 + u32::from(digit - b'0'));
        self.parts = [Span::received(0, 8), Span::received(9, 12), Span::received(13, 13 + len)];
        self.finish_at(13 + len + 2)
    }

    fn finish_at(&mut self, pos: usize) -> Option<()> {
        self.pos = pos;
        self.state = State::Lf;
        Some(())
    }

    fn step(&mut self, next: State) {
        self.pos += 1;
        self.state = next;
    }

    fn begin(&mut self, state: State) {
        self.begin = self.pos;
        self.state = state;
    }

    fn end(&mut self, part: usize, next: State) {
        self.parts[part] = Span::received(self.begin, self.pos);
        self.state = next;
    }

    fn fault(&self, fault: Fault) -> Result<(), ParseError> {
        Err(ParseError { fault, at: self.pos })
    }

    fn on_method(&mut self, data: &[u8]) -> Result<(), ParseError> {
        let left = &data[self.pos..];
        let len = left.iter().position(|&b| !is_tchar(b)).unwrap_or(left.len());
        self.pos += len;
        match left.get(len) {
            None => {}
            Some(b' ' | b'\t') if self.pos > self.begin => self.end(0, State::MethodGap),
            Some(_) => return self.fault(Fault::Method),
        }
        Ok(())
    }

    fn on_target(&mut self, data: &[u8], opts: &Opts) -> Result<(), ParseError> {
        let left = &data[self.pos..];
        let len = left.iter().position(|&b| !is_target(b, opts)).unwrap_or(left.len());
        self.pos += len;
        match left.get(len) {
            None => {}
            Some(b' ' | b'\t' | b'\r' | b'\n') => self.end(1, State::TargetGap),
            Some(_) => return self.fault(Fault::Target),
        }
        Ok(())
    }

    fn on_reason(&mut self, data: &[u8]) -> Result<(), ParseError> {
        let left = &data[self.pos..];
        let len = memchr::memchr3(b'\r', b'\n', 0, left).unwrap_or(left.len());
        self.pos += len;
        match left.get(len) {
            None => {}
            Some(0) => return self.fault(Fault::Reason),
            Some(_) => self.end(2, State::LineEnd),
        }
        Ok(())
    }

    fn on_version(&mut self, data: &[u8]) -> Result<(), ParseError> {
        let legal = |b: u8| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'/');
        let left = &data[self.pos..];
        let len = left.iter().position(|&b| !legal(b)).unwrap_or(left.len());
        self.pos += len;
        match (left.get(len), self.state) {
            (None, _) => {}
            (Some(b'\r' | b'\n'), State::RequestVersion) => self.end(2, State::LineEnd),
            (Some(b' ' | b'\t'), State::StatusVersion) if self.pos > self.begin => self.end(0, State::StatusVersionGap),
            _ => return self.fault(Fault::Version),
        }
        Ok(())
    }

    fn on_code(&mut self, b: u8) -> Result<(), ParseError> {
        match b {
            b'0'..=b'9' => {
                // Beyond 16 bits only that fact matters.
                self.code = (self.code * 10 + u32::from(b - b'0')).min(1 << 20);
                self.pos += 1;
            }
            b' ' | b'\t' if self.pos > self.begin => self.end(1, State::CodeGap),
            b'\r' | b'\n' if self.pos > self.begin => {
                self.end(1, State::LineEnd);
                self.parts[2] = Span::received(self.pos, self.pos);
            }
            _ => return self.fault(Fault::Status),
        }
        Ok(())
    }

    /// The first byte behind a gap, `b`, begins the next part, or ends the line too early.
    fn on_gap_end(&mut self, b: u8) -> Result<(), ParseError> {
        let line_end = matches!(b, b'\r' | b'\n');
        match self.state {
            State::MethodGap if line_end => return self.fault(Fault::Target),
            State::MethodGap => self.begin(State::Target),
            // The version may be missing: whether that is accepted is decided with the whole line at hand.
            State::TargetGap => self.begin(State::RequestVersion),
            State::StatusVersionGap => self.begin(State::Code),
            _ => self.begin(State::Reason),
        }
        Ok(())
    }
}

/// Whether a request's target may hold the byte.
#[inline]
fn is_target(b: u8, opts: &Opts) -> bool {
    match b {
        b'#' | 128.. => opts.relaxed,
        0..=32 | 127 => false,
        _ => true,
    }
}

/// The version that `token` states. Tokens that aren't exactly `HTTP/` digit `.` digit are accepted only where the
/// configuration says so; such messages count as HTTP/1.0 (RTSP, several digits) and keep their token. A missing
/// version is HTTP/0.9, for GET only.
pub(crate) fn version(token: &[u8], method: Option<Method>, relaxed: bool) -> Option<(Version, bool)> {
    match token {
        [b'H', b'T', b'T', b'P', b'/', major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9'] => {
            Some((Version { major: major - b'0', minor: minor - b'0' }, true))
        }
        [] if relaxed && method == Some(Method::Get) => Some((Version::HTTP_1_0, true)),
        [b'A'..=b'Z', ..] if relaxed && token.contains(&b'/') => Some((Version::HTTP_1_0, false)),
        _ => None,
    }
}
