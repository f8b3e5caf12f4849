//! Answers that a configuration brings as files: whole HTTP/1 messages, taken apart once, so that rules can still change
//! them and another version of HTTP can carry them (manual 4.2, `errorfile`).

use core::hash::{Hash, Hasher};
use core::ops::Range;
use std::sync::Arc;

use crate::{EditError, Head, Version, trim_ows};

/// A whole answer. Two are equal if their bytes are.
#[derive(Clone, Debug)]
pub struct Canned {
    raw: Arc<[u8]>,
    version: Version,
    status: u16,
    reason: Range<usize>,
    /// Names and values.
    fields: Box<[(Range<usize>, Range<usize>)]>,
    body: usize,
}

impl Canned {
    /// Takes a message apart. Lines may end with LF alone. `None`: its head isn't valid.
    pub fn parse(raw: Arc<[u8]>) -> Option<Canned> {
        let (line, mut at) = line_at(&raw, 0)?;
        let (version, status) = status_line(&raw[line.clone()])?;
        let reason = (line.start + 13).min(line.end)..line.end;
        let mut fields = Vec::new();
        loop {
            let (line, behind) = line_at(&raw, at)?;
            at = behind;
            if line.is_empty() {
                break;
            }
            let colon = line.start + memchr::memchr(b':', &raw[line.clone()])?;
            fields.push((line.start..colon, trimmed(&raw, colon + 1..line.end)));
        }
        Some(Canned { version, status, reason, fields: fields.into(), body: at, raw })
    }

    /// The status in its status line.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// All of it, as it is in the file.
    pub fn bytes(&self) -> &[u8] {
        &self.raw
    }

    /// What follows the head.
    pub fn body(&self) -> &[u8] {
        &self.raw[self.body..]
    }

    /// The head, its fields in the order of the file. `limit`: see [`Head::limit`].
    pub fn head(&self, limit: usize) -> Result<Head, EditError> {
        let mut head = Head::response(self.status, self.version, limit)?;
        head.set_reason(&self.raw[self.reason.clone()])?;
        for (name, value) in &self.fields {
            head.add(&self.raw[name.clone()], &self.raw[value.clone()])?;
        }
        Ok(head)
    }
}

impl PartialEq for Canned {
    fn eq(&self, other: &Canned) -> bool {
        self.raw == other.raw
    }
}

impl Eq for Canned {}

impl Hash for Canned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

/// The line at `at` without its end, and where the next one begins.
fn line_at(raw: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let end = at + memchr::memchr(b'\n', raw.get(at..)?)?;
    let cut = if end > at && raw[end - 1] == b'\r' { end - 1 } else { end };
    Some((at..cut, end + 1))
}

/// `HTTP/1.x NNN`, with or without a reason phrase.
fn status_line(line: &[u8]) -> Option<(Version, u16)> {
    let [b'H', b'T', b'T', b'P', b'/', major, b'.', minor, b' ', a, b, c, rest @ ..] = line else { return None };
    let digits = [major, minor, a, b, c];
    if !digits.iter().all(|d| d.is_ascii_digit()) || !(rest.is_empty() || rest[0] == b' ') {
        return None;
    }
    let status = [a, b, c].iter().fold(0, |n, d| n * 10 + u16::from(**d - b'0'));
    Some((Version { major: major - b'0', minor: minor - b'0' }, status))
}

fn trimmed(raw: &[u8], range: Range<usize>) -> Range<usize> {
    let value = &raw[range.clone()];
    let kept = trim_ows(value);
    let lead = value.len() - value.trim_ascii_start().len();
    let from = range.start + lead.min(value.len() - kept.len());
    from..from + kept.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SerialOpts;

    fn shown(text: &str) -> Option<String> {
        let canned = Canned::parse(text.as_bytes().into())?;
        let mut out = base::Buf::unpooled(4096);
        canned.head(4096).ok()?.serialise_h1(&mut out, SerialOpts::default()).ok()?;
        assert!(out.push(canned.body()));
        Some(String::from_utf8(out.data().to_vec()).unwrap())
    }

    #[test]
    fn files() {
        for (text, want) in [
            (
                "HTTP/1.0 418 Tea Pot\r\nX-Odd:   val  \r\nA:\r\n\r\nbody\n",
                "HTTP/1.0 418 Tea Pot\r\nx-odd: val\r\na: \r\n\r\nbody\n",
            ),
            ("HTTP/1.1 400\nA: b c\n\n", "HTTP/1.1 400 \r\na: b c\r\n\r\n"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(want));
        }
        for bad in
            ["", "HTTP/1.1 400 x\r\n", "x\n\n", "HTTP/1.1 4x0 a\n\n", "HTTP/1.1 400 a\nb\n\n", "HTTP/1.1 4000\n\n"]
        {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }

    #[test]
    fn equal_bytes_are_equal_answers() {
        let one = |text: &str| Canned::parse(text.as_bytes().into()).unwrap();
        assert_eq!(one("HTTP/1.1 400 a\n\n"), one("HTTP/1.1 400 a\n\n"));
        assert_ne!(one("HTTP/1.1 400 a\n\n"), one("HTTP/1.1 400 a\n\nb"));
        assert_eq!(one("HTTP/1.1 400 a\n\nb").status(), 400);
    }
}
