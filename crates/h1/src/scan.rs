//! Field lines, byte by byte where it matters and by leaps elsewhere (RFC 9112 section 5). Heads and trailers share
//! this.

use http::{Field, FieldFlags, HdrId, Span, is_tchar};

use crate::{Fault, Opts, ParseError, Violations};

/// Where in a section of field lines a parser is. It resumes at `pos`, so every byte is looked at once, however the
/// bytes arrive.
#[derive(Clone, Debug)]
pub(crate) struct FieldScan {
    state: State,
    /// The next byte to look at.
    pub pos: usize,
    /// Where the current line begins.
    name: usize,
    /// Where its colon is.
    colon: usize,
    /// Where the value's last line ended.
    value_end: usize,
    folded: bool,
    /// The current field has an illegal name that the configuration accepts: it is left out.
    dropped: bool,
    /// Lines so far, the start line included.
    lines: usize,
    /// Violations that were accepted.
    pub violations: Violations,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// At the beginning of a line that is no continuation.
    LineStart,
    /// Behind the CR of what should be the empty line.
    EndCr,
    Name,
    /// In a name with illegal bytes.
    BadName,
    Value,
    /// Behind the CR that ends a value's line.
    ValueCr,
    /// Behind the LF: a blank continues the value (obs-fold).
    ValueEnd,
}

impl FieldScan {
    /// A scanner of field lines that begin at `pos`, behind `lines` other lines with so many violations.
    pub fn new(pos: usize, lines: usize, violations: Violations) -> FieldScan {
        FieldScan {
            state: State::LineStart,
            pos,
            name: pos,
            colon: pos,
            value_end: pos,
            folded: false,
            dropped: false,
            lines,
            violations,
        }
    }

    /// Goes on through `data` (all bytes since the first call, and more) and appends complete fields to `fields`.
    /// True once the empty line is behind `pos`.
    pub fn run(&mut self, data: &[u8], fields: &mut Vec<Field>, opts: &Opts) -> Result<bool, ParseError> {
        if self.state == State::LineStart {
            self.plain_lines(data, fields, opts)?;
        }
        while let Some(&b) = data.get(self.pos) {
            match self.state {
                State::LineStart => match b {
                    b'\n' => {
                        self.pos += 1;
                        return Ok(true);
                    }
                    b'\r' => self.step(State::EndCr),
                    _ => {
                        self.name = self.pos;
                        self.state = State::Name;
                    }
                },
                State::EndCr => {
                    self.expect_lf(b)?;
                    return Ok(true);
                }
                State::Name => self.on_name(data, opts)?,
                State::BadName => self.on_bad_name(data)?,
                State::Value => self.on_value(data, opts)?,
                State::ValueCr => {
                    self.expect_lf(b)?;
                    self.state = State::ValueEnd;
                }
                State::ValueEnd if matches!(b, b' ' | b'\t') => {
                    self.folded = true;
                    self.state = State::Value;
                }
                State::ValueEnd => {
                    self.emit(data, fields, opts)?;
                    self.state = State::LineStart;
                }
            }
        }
        Ok(false)
    }

    /// Takes whole lines in which nothing is special, as most are, without a step for each of their parts. It stops before
    /// any other line.
    fn plain_lines(&mut self, data: &[u8], fields: &mut Vec<Field>, opts: &Opts) -> Result<(), ParseError> {
        while let Some(line) = data.get(self.pos..) {
            let Some(colon) = line.iter().position(|&b| !is_tchar(b)) else { break };
            if colon == 0 || line[colon] != b':' {
                break;
            }
            let Some(len) = memchr::memchr3(b'\r', b'\n', 0, &line[colon + 1..]) else { break };
            let end = colon + 1 + len;
            let [b'\r', b'\n', behind, ..] = line[end..] else { break };
            if matches!(behind, b' ' | b'\t') {
                break;
            }
            (self.name, self.colon, self.value_end) = (self.pos, self.pos + colon, self.pos + end);
            self.pos += end + 2;
            self.emit(data, fields, opts)?;
        }
        Ok(())
    }

    fn step(&mut self, next: State) {
        self.pos += 1;
        self.state = next;
    }

    fn expect_lf(&mut self, b: u8) -> Result<(), ParseError> {
        if b != b'\n' {
            return Err(ParseError { fault: Fault::BareCr, at: self.pos - 1 });
        }
        self.pos += 1;
        Ok(())
    }

    #[inline]
    fn on_name(&mut self, data: &[u8], opts: &Opts) -> Result<(), ParseError> {
        let left = &data[self.pos..];
        let len = left.iter().position(|&b| !is_tchar(b)).unwrap_or(left.len());
        self.pos += len;
        match left.get(len) {
            None => {}
            Some(b':') if self.pos > self.name => {
                self.colon = self.pos;
                self.step(State::Value);
            }
            Some(b':' | b'\r' | b'\n') => return Err(self.fault(Fault::FieldName)),
            Some(_) if opts.relaxed => {
                self.dropped = true;
                self.violations.note(Fault::FieldName, self.pos);
                self.state = State::BadName;
            }
            Some(_) => return Err(self.fault(Fault::FieldName)),
        }
        Ok(())
    }

    fn on_bad_name(&mut self, data: &[u8]) -> Result<(), ParseError> {
        let left = &data[self.pos..];
        let Some(len) = memchr::memchr3(b':', b'\r', b'\n', left) else {
            self.pos = data.len();
            return Ok(());
        };
        self.pos += len;
        if left[len] != b':' {
            return Err(self.fault(Fault::FieldName));
        }
        self.colon = self.pos;
        self.step(State::Value);
        Ok(())
    }

    #[inline]
    fn on_value(&mut self, data: &[u8], opts: &Opts) -> Result<(), ParseError> {
        let left = &data[self.pos..];
        let found =
            if opts.relaxed { memchr::memchr2(b'\r', b'\n', left) } else { memchr::memchr3(b'\r', b'\n', 0, left) };
        let Some(len) = found else {
            self.pos = data.len();
            return Ok(());
        };
        self.pos += len;
        self.value_end = self.pos;
        match left[len] {
            b'\r' => self.step(State::ValueCr),
            b'\n' => self.step(State::ValueEnd),
            _ => return Err(self.fault(Fault::FieldValue)),
        }
        Ok(())
    }

    fn emit(&mut self, data: &[u8], fields: &mut Vec<Field>, opts: &Opts) -> Result<(), ParseError> {
        self.lines += 1;
        if self.lines > opts.max_lines {
            return Err(ParseError { fault: Fault::TooManyFields, at: self.name });
        }
        let (dropped, folded) = (self.dropped, self.folded);
        (self.dropped, self.folded) = (false, false);
        if dropped {
            return Ok(());
        }
        let (from, to) = trim(data, self.colon + 1, self.value_end);
        if opts.relaxed
            && let Some(at) = memchr::memchr(0, &data[from..to])
        {
            self.violations.note(Fault::FieldValue, from + at);
        }
        let mut flags = if folded { FieldFlags::FOLDED } else { FieldFlags::NONE };
        let line_end = data.get(to..to + 2) == Some(b"\r\n");
        if from == self.colon + 2 && data[self.colon + 1] == b' ' && line_end {
            flags = flags.with(FieldFlags::CANONICAL);
        }
        fields.push(Field {
            name: Span::received(self.name, self.colon),
            value: Span::received(from, to),
            id: HdrId::of(&data[self.name..self.colon]),
            flags,
        });
        Ok(())
    }

    fn fault(&self, fault: Fault) -> ParseError {
        ParseError { fault, at: self.pos }
    }
}

/// The value within `from..to`, without the blanks and line ends around it. An empty value lies at `to`, or just
/// behind one blank after the colon.
#[inline]
fn trim(data: &[u8], mut from: usize, mut to: usize) -> (usize, usize) {
    let blank = |b: u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let first = (from + 1).min(to);
    while to > from && blank(data[to - 1]) {
        to -= 1;
    }
    while from < to && blank(data[from]) {
        from += 1;
    }
    if from == to { (first, first) } else { (from, to) }
}

/// Gives names and values their final form: names in lower case, line ends within values as spaces. Done last, so that
/// a refused message can be shown as it came.
pub(crate) fn normalise(data: &mut [u8], fields: &[Field]) {
    for field in fields {
        http::lower(&mut data[field.name.start()..field.name.end()]);
        if field.flags.has(FieldFlags::FOLDED) {
            let value = &mut data[field.value.start()..field.value.end()];
            value.iter_mut().filter(|b| matches!(**b, b'\r' | b'\n')).for_each(|b| *b = b' ');
        }
    }
}
