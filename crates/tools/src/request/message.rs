//! A message as somebody writes it down: HTTP/1 in a file, with whatever line ends the editor makes.

use base::Buf;
use h1::{Asked, BodyDecoder, BodyLen, Opts, Piece, Progress, RequestParser, ResponseParser};
use http::{Head, HeadStore, Method};

/// A head, and the body without its coding.
pub struct Message {
    pub head: Head,
    pub body: Vec<u8>,
}

/// Which message a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spoken {
    Request,
    Response,
}

impl Message {
    /// Reads a request. The error is ready to be said.
    pub fn request(text: &[u8]) -> Result<Message, String> {
        Message::read(text, Spoken::Request)
    }

    /// Reads the response to a GET request.
    pub fn response(text: &[u8]) -> Result<Message, String> {
        Message::read(text, Spoken::Response)
    }

    /// A text that ends with its head needs no empty line. What stands behind a head that announces no length is the
    /// body all the same: nobody counts bytes by hand.
    fn read(text: &[u8], what: Spoken) -> Result<Message, String> {
        let mut text = text.to_vec();
        // A head that misses its end gets it: the end of its last line, and the empty line.
        for end in [&b""[..], b"\n", b"\n"] {
            text.extend_from_slice(end);
            if let Some((head, len)) = parse(&text, what)? {
                return Message::with_body(head, len);
            }
        }
        Err(format!("the {} isn't complete", what.name()))
    }

    fn with_body(head: Head, len: BodyLen) -> Result<Message, String> {
        let mut body = Vec::new();
        let len = if len == BodyLen::None { BodyLen::UntilClose } else { len };
        let mut rest = head.rest();
        let mut decoder = BodyDecoder::new(len);
        loop {
            let piece = decoder.next(rest, &Opts::default()).map_err(|fault| format!("the body: {fault:?}"))?;
            let Piece::Data { skip, len } = piece else { return Ok(Message { head, body }) };
            body.extend_from_slice(&rest[skip..skip + len]);
            rest = &rest[skip + len..];
            decoder.took(len as u64);
        }
    }
}

impl Spoken {
    /// What messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Spoken::Request => "request",
            Spoken::Response => "response",
        }
    }
}

/// The head and the length of the body; `None` if the head isn't complete.
fn parse(text: &[u8], what: Spoken) -> Result<Option<(Head, BodyLen)>, String> {
    let (store, opts) = (HeadStore::new(), Opts::default());
    let buf = || Buf::from_bytes(text);
    let refused = |e: h1::ParseError| format!("the {} is refused at byte {}: {:?}", what.name(), e.at, e.fault);
    if what == Spoken::Request {
        let mut parser = RequestParser::new(&store);
        return Ok(match parser.parse(text, &opts).map_err(refused)? {
            Progress::Need => None,
            Progress::Done => parser.finish(buf(), &opts).map(|(head, framing)| (head, framing.body)),
        });
    }
    let asked = Asked { method: Method::Get, upgrade: false, websocket: false };
    let mut parser = ResponseParser::new(&store);
    Ok(match parser.parse(text, asked, &opts).map_err(refused)? {
        Progress::Need => None,
        Progress::Done => parser.finish(buf(), &opts).map(|(head, framing)| (head, framing.body)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write() {
        for (text, want) in [
            ("GET / HTTP/1.1\nHost: a", Ok("")),
            ("GET / HTTP/1.1\r\nHost: a\r\n", Ok("")),
            ("POST / HTTP/1.1\nhost: a\n\nbody\n", Ok("body\n")),
            ("POST / HTTP/1.1\nhost: a\ncontent-length: 2\n\nbody\n", Ok("bo")),
            ("POST / HTTP/1.1\nhost: a\ntransfer-encoding: chunked\n\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n", Ok("body")),
            ("GET / HTTP/1.1\nHost : a\n\n", Err("the request is refused at byte 19: FieldName")),
            ("", Err("the request isn't complete")),
        ] {
            let got = Message::request(text.as_bytes()).map(|m| String::from_utf8(m.body).expect("text"));
            assert_eq!(got.as_ref().map(|s| &**s).map_err(|s| &**s), want, "{text}");
        }
        let response = Message::response(b"HTTP/1.1 200 OK\nx: y\n\nabc").expect("valid");
        assert_eq!((response.head.status(), &*response.body), (Some(200), &b"abc"[..]));
    }
}
