//! Writing a log line. Nothing is allocated but the line itself.

use core::net::{IpAddr, SocketAddr};

use base::WallClock;
use wire::encode;
use wire::log_time::Dates;

use super::{Flags, Node, Use};
use crate::env::Env;
use crate::expr::Got;
use crate::record::{Captures, Peer, Record};
use crate::val::{Type, Val};

/// Appends at most `max` bytes.
pub(super) fn write(
    nodes: &[Node],
    purpose: Use,
    env: &Env<'_>,
    record: &Record<'_>,
    dates: &mut Dates,
    max: usize,
    out: &mut Vec<u8>,
) {
    let env = &Env { record: Some(record), ..*env };
    let begin = out.len();
    let end = begin.saturating_add(max);
    let mut line = Line { record, purpose, flags: Flags::default(), dates, out };
    // The line is treated as if a space stood before it, so that it can't begin with one.
    let mut after_space = true;
    for node in nodes {
        let from = line.out.len();
        if from >= end {
            break;
        }
        match node {
            Node::Text(text) => put_short(text, line.out),
            Node::Space if after_space => {}
            Node::Space => line.out.push(b' '),
            Node::Alias(alias, flags) => {
                line.flags = *flags;
                (alias.fun)(&mut line);
            }
            Node::Expr(expr, flags) => {
                line.flags = *flags;
                line.value(expr.eval(env), env);
            }
        }
        // An item that wrote nothing leaves the space before it in charge.
        if line.out.len() > from {
            after_space = matches!(node, Node::Space);
        }
    }
    out.truncate(end.max(begin));
}

/// Appends a piece that mostly is one byte: for that a call of `memcpy` would be the larger part of the work.
#[inline]
fn put_short(bytes: &[u8], out: &mut Vec<u8>) {
    match bytes {
        [b] => out.push(*b),
        _ => out.extend_from_slice(bytes),
    }
}

/// A line being written: where the aliases put their facts.
pub(super) struct Line<'l> {
    pub(super) record: &'l Record<'l>,
    purpose: Use,
    flags: Flags,
    dates: &'l mut Dates,
    out: &'l mut Vec<u8>,
}

impl Line<'_> {
    /// Text of the configuration's own, safe to print: a dash if it is empty, in quotes if wanted.
    pub(super) fn text(&mut self, text: &[u8]) {
        self.quoted(text, |text, _, out| out.extend_from_slice(text));
    }

    /// Text that came from outside.
    pub(super) fn field(&mut self, text: &[u8]) {
        self.quoted(text, encode_field);
    }

    /// Pieces of text that came from outside, as one field.
    pub(super) fn fields<const N: usize>(&mut self, pieces: [&[u8]; N]) {
        let quote = core::mem::replace(&mut self.flags.quote, false);
        if quote {
            self.out.push(b'"');
        }
        for piece in pieces {
            encode_field(piece, (self.purpose, self.flags), self.out);
        }
        if quote {
            self.out.push(b'"');
        }
    }

    fn quoted(&mut self, text: &[u8], put: fn(&[u8], (Use, Flags), &mut Vec<u8>)) {
        match (self.flags.quote, text.is_empty()) {
            (true, _) => {
                self.out.push(b'"');
                put(text, (self.purpose, self.flags), self.out);
                self.out.push(b'"');
            }
            (false, true) => self.missing(),
            (false, false) => put(text, (self.purpose, self.flags), self.out),
        }
    }

    /// What logs show where there is nothing; in a header field nothing is nothing.
    fn missing(&mut self) {
        if self.purpose != Use::Http {
            self.out.push(b'-');
        }
    }

    /// Bytes as they are: punctuation and states.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// A number in decimal.
    pub(super) fn number(&mut self, n: impl itoa::Integer) {
        let mut buffer = itoa::Buffer::new();
        put_short(buffer.format(n).as_bytes(), self.out);
    }

    /// A number in decimal, or with at least so many hexadecimal digits.
    pub(super) fn number_or_hex(&mut self, n: u64, width: usize) {
        if self.flags.hex { hex(n, width, self.out) } else { self.number(n) }
    }

    /// A total, which isn't final with `option logasap`.
    pub(super) fn total(&mut self, n: impl itoa::Integer) {
        if self.record.partial {
            self.out.push(b'+');
        }
        self.number(n);
    }

    /// An address.
    pub(super) fn ip(&mut self, addr: Option<SocketAddr>) {
        match (addr.map(|a| a.ip()), self.flags.hex) {
            (None, _) => self.text(b""),
            (Some(IpAddr::V4(ip)), true) => hex(u64::from(u32::from(ip)), 8, self.out),
            (Some(IpAddr::V6(ip)), true) => {
                ip.octets().iter().for_each(|b| hex(u64::from(*b), 2, self.out));
            }
            (Some(ip), false) => {
                if self.flags.quote {
                    self.out.push(b'"');
                }
                Val::ip(ip).write_text(self.out);
                if self.flags.quote {
                    self.out.push(b'"');
                }
            }
        }
    }

    /// A port.
    pub(super) fn port(&mut self, addr: Option<SocketAddr>) {
        match addr {
            Some(addr) => self.number_or_hex(u64::from(addr.port()), 4),
            None => self.text(b""),
        }
    }

    /// The client's address; one on a unix socket has none.
    pub(super) fn client_ip(&mut self) {
        match self.record.client {
            Peer::Unix => self.text(b"unix"),
            peer => self.ip(peer.ip()),
        }
    }

    /// The client's port; one on a unix socket shows the bind line's number.
    pub(super) fn client_port(&mut self) {
        match self.record.client {
            Peer::Unix => self.number_or_hex(u64::from(self.record.listener_id), 4),
            peer => self.port(peer.ip()),
        }
    }

    /// A moment in local time with milliseconds.
    pub(super) fn date_ms(&mut self, at: WallClock) {
        self.dates.with_ms(at, self.record.utc_offset_s, self.out);
    }

    /// A moment in UTC.
    pub(super) fn date_utc(&mut self, at: WallClock) {
        self.dates.utc(at, self.out);
    }

    /// A moment in local time with its zone.
    pub(super) fn date_zone(&mut self, at: WallClock) {
        self.dates.with_zone(at, self.record.utc_offset_s, self.out);
    }

    /// The milliseconds of a moment.
    pub(super) fn millis(&mut self, at: WallClock) {
        Dates::ms(at, self.out);
    }

    /// `{a|b|}`; nothing at all if the frontend captures nothing.
    pub(super) fn captures(&mut self, captures: Option<&Captures>) {
        let Some(captures) = captures else { return };
        if self.flags.quote {
            self.out.push(b'"');
        }
        self.out.push(b'{');
        for (i, capture) in captures.iter().enumerate() {
            if i > 0 {
                self.out.push(b'|');
            }
            encode_header(capture.unwrap_or_default(), self.flags, self.out);
        }
        self.out.push(b'}');
        if self.flags.quote {
            self.out.push(b'"');
        }
    }

    /// Each capture as a word of its own, as CLF lines have it.
    pub(super) fn captures_clf(&mut self, captures: Option<&Captures>) {
        let Some(captures) = captures else { return };
        for (i, capture) in captures.iter().enumerate() {
            if i > 0 {
                self.out.push(b' ');
            }
            self.quoted(capture.unwrap_or_default(), |text, (_, flags), out| encode_header(text, flags, out));
        }
    }

    /// What an expression gave.
    fn value(&mut self, got: Got<'_>, env: &Env<'_>) {
        let v = match got {
            Got::Val { v, .. } => v.cast(Type::Str, env.scratch),
            Got::Absent | Got::Wait => None,
        };
        let text = v.and_then(|v| v.bytes()).unwrap_or_default();
        if self.purpose == Use::Http {
            // In header fields the reference never quotes an expression.
            self.flags.quote = false;
        }
        self.quoted(text, encode_value);
    }
}

/// Text from outside in an alias.
fn encode_field(text: &[u8], (purpose, flags): (Use, Flags), out: &mut Vec<u8>) {
    match purpose {
        Use::Http => encode::http_text(text, out),
        _ if flags.escape => encode::log_field_escaped(text, out),
        _ => encode::log_field(text, out),
    }
}

/// A captured header field: braces and bars would end it early.
fn encode_header(text: &[u8], flags: Flags, out: &mut Vec<u8>) {
    if !flags.escape {
        return encode::log_header(text, out);
    }
    for part in text.split_inclusive(|b| matches!(b, b'\\' | b']')) {
        let (special, plain) = match part {
            [plain @ .., b @ (b'\\' | b']')] => (Some(*b), plain),
            plain => (None, plain),
        };
        encode::log_header(plain, out);
        if let Some(b) = special {
            out.extend_from_slice(&[b'\\', b]);
        }
    }
}

/// The value of an expression. Its printable bytes stay as they are, so that formats which make JSON of their own
/// work; control characters never get into a log (manual 8.6).
fn encode_value(text: &[u8], (purpose, flags): (Use, Flags), out: &mut Vec<u8>) {
    let from = out.len();
    match (purpose, flags.bin) {
        (Use::Http, _) => encode::http_text(text, out),
        (_, true) => out.extend_from_slice(text),
        (_, false) => {
            for part in text.split_inclusive(|b| b.is_ascii_control()) {
                match part {
                    [plain @ .., b] if b.is_ascii_control() => {
                        out.extend_from_slice(plain);
                        out.push(b'#');
                        hex(u64::from(*b), 2, out);
                    }
                    plain => out.extend_from_slice(plain),
                }
            }
        }
    }
    if flags.escape && out[from..].iter().any(|b| matches!(b, b'"' | b'\\' | b']')) {
        escape_from(from, out);
    }
}

/// Puts a backslash before `"`, `\` and `]` in what was written from `from` on.
fn escape_from(from: usize, out: &mut Vec<u8>) {
    let special = |b: &u8| matches!(b, b'"' | b'\\' | b']');
    let more = out[from..].iter().filter(|b| special(b)).count();
    let mut read = out.len();
    out.resize(read + more, 0);
    let mut write = out.len();
    while write > read {
        read -= 1;
        write -= 1;
        out[write] = out[read];
        if special(&out[read]) {
            write -= 1;
            out[write] = b'\\';
        }
    }
}

/// `n` in upper-case hexadecimal, with at least `width` digits.
fn hex(n: u64, width: usize, out: &mut Vec<u8>) {
    let digits = ((u64::BITS - n.leading_zeros()).div_ceil(4) as usize).max(width);
    for i in (0..digits).rev() {
        let nibble = n.checked_shr(4 * i as u32).unwrap_or(0) & 15;
        out.push(b"0123456789ABCDEF"[nibble as usize]);
    }
}
