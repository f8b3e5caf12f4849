//! How messages follow each other on a stream: a head of fields, a blank line, and as many bytes as it announced.

use serde_json::Value;

/// The longest body that is taken. A longer one is passed over.
pub const MAX_BODY: u64 = 64 << 20;
/// The longest head. Editors send two short lines.
pub const MAX_HEAD: usize = 8 << 10;

/// Cuts a stream of bytes into messages. Bytes come in as they arrive.
#[derive(Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
    /// Where the unread bytes begin.
    at: usize,
    /// The body that is being read.
    body: Option<usize>,
    /// How much of a body that is too long is still to be passed over.
    passing: u64,
    /// The head made no sense: there is no telling where the next one begins.
    lost: bool,
}

/// Something that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Read {
    /// The body of a message.
    Body(Vec<u8>),
    /// A message of so many bytes was passed over.
    TooLong(u64),
    /// The stream can't be followed any more, for this reason. Nothing else will be read.
    Lost(&'static str),
}

impl Reader {
    pub fn new() -> Reader {
        Reader::default()
    }

    /// Takes bytes that have arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        let passed = usize::try_from(self.passing).unwrap_or(usize::MAX).min(bytes.len());
        self.passing -= passed as u64;
        if self.lost {
            return;
        }
        // What has been read is dropped before more is kept, so that this never holds more than one message and
        // what arrived with it.
        if self.at > 0 {
            self.bytes.drain(..self.at);
            self.at = 0;
        }
        self.bytes.extend_from_slice(&bytes[passed..]);
    }

    /// What comes next; `None`: more bytes are needed.
    pub fn pull(&mut self) -> Option<Read> {
        if self.lost {
            return None;
        }
        if self.body.is_none() {
            let length = match self.head()? {
                Ok(length) => length,
                Err(why) => {
                    self.lost = true;
                    self.bytes = Vec::new();
                    self.at = 0;
                    return Some(Read::Lost(why));
                }
            };
            match usize::try_from(length) {
                Ok(fits) if length <= MAX_BODY => self.body = Some(fits),
                _ => return Some(self.pass_over(length)),
            }
        }
        let length = self.body?;
        let body = self.bytes.get(self.at..self.at + length)?.to_vec();
        self.at += length;
        self.body = None;
        Some(Read::Body(body))
    }

    fn pass_over(&mut self, length: u64) -> Read {
        let here = usize::try_from(length).unwrap_or(usize::MAX).min(self.bytes.len() - self.at);
        self.at += here;
        self.passing = length - here as u64;
        Read::TooLong(length)
    }

    /// Reads a head, if all of it is there: how long the body is.
    fn head(&mut self) -> Option<Result<u64, &'static str>> {
        if self.passing > 0 {
            return None;
        }
        let rest = &self.bytes[self.at..];
        let within = &rest[..rest.len().min(MAX_HEAD)];
        let Some(end) = within.windows(4).position(|four| four == b"\r\n\r\n") else {
            return (rest.len() >= MAX_HEAD).then_some(Err("the head of a message doesn't end"));
        };
        let length = content_length(&within[..end]);
        self.at += end + 4;
        Some(length)
    }
}

fn content_length(head: &[u8]) -> Result<u64, &'static str> {
    let mut length = None;
    for line in head.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Err("a line of a message's head is no field");
        };
        if !line[..colon].eq_ignore_ascii_case(b"content-length") {
            continue;
        }
        let value = core::str::from_utf8(line[colon + 1..].trim_ascii()).unwrap_or_default();
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        length = Some(value.parse().ok().filter(|_| digits).ok_or("a message's length is no number")?);
    }
    length.ok_or("a message's head names no length")
}

/// A message as it goes onto the stream.
pub fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a stream whole and byte by byte: both must give the same.
    fn check(stream: &[u8], want: &[Read]) {
        let mut reader = Reader::new();
        reader.push(stream);
        let whole: Vec<Read> = core::iter::from_fn(|| reader.pull()).collect();
        let mut reader = Reader::new();
        let mut single = Vec::new();
        for byte in stream {
            reader.push(&[*byte]);
            single.extend(core::iter::from_fn(|| reader.pull()));
        }
        let shown = String::from_utf8_lossy(stream);
        assert_eq!(whole, want, "{shown}");
        assert_eq!(single, want, "byte by byte: {shown}");
    }

    fn body(text: &str) -> Read {
        Read::Body(text.as_bytes().to_vec())
    }

    #[test]
    fn messages() {
        check(b"Content-Length: 2\r\n\r\n{}Content-Length: 0\r\n\r\n", &[body("{}"), body("")]);
        check(b"content-length:  1 \r\nContent-Type: x; charset=utf-8\r\n\r\n1", &[body("1")]);
        check(b"Content-Length: 5\r\n\r\n{}", &[]);
        check(b"Content-Type: x\r\n\r\n", &[Read::Lost("a message's head names no length")]);
        check(b"Content-Length: +1\r\n\r\n1", &[Read::Lost("a message's length is no number")]);
        check(b"Content-Length: 99999999999999999999\r\n\r\n", &[Read::Lost("a message's length is no number")]);
        check(b"{}\r\n\r\n", &[Read::Lost("a line of a message's head is no field")]);
    }

    #[test]
    fn limits() {
        check(&[b'x'; MAX_HEAD + 9], &[Read::Lost("the head of a message doesn't end")]);
        let mut reader = Reader::new();
        reader.push(format!("Content-Length: {}\r\n\r\nabc", MAX_BODY + 1).as_bytes());
        assert_eq!((reader.pull(), reader.pull()), (Some(Read::TooLong(MAX_BODY + 1)), None));
        let chunk = vec![b' '; 1 << 20];
        for _ in 0..64 {
            reader.push(&chunk);
            assert!(reader.pull().is_none() && reader.bytes.len() <= chunk.len());
        }
        // Three bytes were there before these 64 MiB: two are left over.
        assert_eq!((reader.passing, reader.bytes.len()), (0, 2));
        let mut reader = Reader { passing: 3, ..Reader::default() };
        reader.push(b"abcContent-Length: 1\r\n\r\n1");
        assert_eq!(reader.pull(), Some(body("1")));
    }

    #[test]
    fn there_and_back() {
        let value = serde_json::json!({ "a": "é" });
        let mut reader = Reader::new();
        reader.push(&frame(&value));
        let Some(Read::Body(body)) = reader.pull() else { panic!("a message") };
        assert_eq!(serde_json::from_slice::<Value>(&body).expect("JSON"), value);
    }
}
