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
    /// The response to a request of this method.
    Response(Method),
}

/// A message among received bytes, and where it ends.
pub struct Received {
    pub message: Message,
    pub end: usize,
}

impl Message {
    /// Reads a request that somebody has written. The error is ready to be said.
    pub fn request(text: &[u8]) -> Result<Message, String> {
        Message::read(text, Spoken::Request)
    }

    /// Reads the response to a GET request, as somebody has written it.
    pub fn response(text: &[u8]) -> Result<Message, String> {
        Message::read(text, Spoken::Response(Method::Get))
    }

    /// The message at the beginning of received bytes; `None` while it isn't complete. `closed`: nothing more will come.
    pub fn received(bytes: &[u8], what: Spoken, closed: bool) -> Result<Option<Received>, String> {
        let Some((head, len)) = parse(bytes, what)? else {
            return if closed { Err(incomplete(what)) } else { Ok(None) };
        };
        let begin = bytes.len() - head.rest().len();
        let (body, used) = match decode(head.rest(), len, closed)? {
            Some(body) => body,
            None if closed => return Err(incomplete(what)),
            None => return Ok(None),
        };
        Ok(Some(Received { message: Message { head, body }, end: begin + used }))
    }

    /// A text that ends with its head needs no empty line. What stands behind a head that announces no length is the
    /// body all the same: nobody counts bytes by hand.
    fn read(text: &[u8], what: Spoken) -> Result<Message, String> {
        let mut text = text.to_vec();
        // A head that misses its end gets it: the end of its last line, and the empty line.
        for end in [&b""[..], b"\n", b"\n"] {
            text.extend_from_slice(end);
            if let Some((head, len)) = parse(&text, what)? {
                let len = if len == BodyLen::None { BodyLen::UntilClose } else { len };
                let (body, _) = decode(head.rest(), len, true)?.ok_or_else(|| incomplete(what))?;
                return Ok(Message { head, body });
            }
        }
        Err(incomplete(what))
    }
}

fn incomplete(what: Spoken) -> String {
    format!("the {} isn't complete", what.name())
}

/// The body without its coding, and how many bytes it takes; `None` if it isn't complete.
fn decode(bytes: &[u8], len: BodyLen, closed: bool) -> Result<Option<(Vec<u8>, usize)>, String> {
    let (mut body, mut at) = (Vec::new(), 0);
    let mut decoder = BodyDecoder::new(len);
    loop {
        if len == BodyLen::UntilClose && at == bytes.len() {
            return Ok(closed.then_some((body, at)));
        }
        match decoder.next(&bytes[at..], &Opts::default()).map_err(|fault| format!("the body: {fault:?}"))? {
            Piece::Data { skip, len } => {
                body.extend_from_slice(&bytes[at + skip..at + skip + len]);
                at += skip + len;
                decoder.took(len as u64);
            }
            Piece::Need { .. } => return Ok(None),
            Piece::End { skip } => return Ok(Some((body, at + skip))),
        }
    }
}

impl Spoken {
    /// What messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Spoken::Request => "request",
            Spoken::Response(_) => "response",
        }
    }
}

/// The head and the length of the body; `None` if the head isn't complete.
fn parse(text: &[u8], what: Spoken) -> Result<Option<(Head, BodyLen)>, String> {
    let (store, opts) = (HeadStore::new(), Opts::default());
    let buf = || Buf::from_bytes(text);
    let refused = |e: h1::ParseError| format!("the {} is refused at byte {}: {:?}", what.name(), e.at, e.fault);
    let Spoken::Response(method) = what else {
        let mut parser = RequestParser::new(&store);
        return Ok(match parser.parse(text, &opts).map_err(refused)? {
            Progress::Need => None,
            Progress::Done => parser.finish(buf(), &opts).map(|(head, framing)| (head, framing.body)),
        });
    };
    let asked = Asked { method, upgrade: false, websocket: false };
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
        for (text, closed, want) in [
            ("HTTP/1.1 200 OK\r\n\r\nabc", false, None),
            ("HTTP/1.1 200 OK\r\n\r\nabc", true, Some(("abc", 22))),
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabc", false, Some(("ab", 40))),
            ("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc", false, None),
            ("HTTP/1.1 204 OK\r\n\r\nHTTP", false, Some(("", 19))),
            ("HTTP/1.1 2", false, None),
        ] {
            let got = Message::received(text.as_bytes(), Spoken::Response(Method::Get), closed).expect("valid");
            let got = got.map(|r| (String::from_utf8(r.message.body).expect("text"), r.end));
            assert_eq!(got.as_ref().map(|(body, end)| (&**body, *end)), want, "{text} {closed}");
        }
        let response = Message::response(b"HTTP/1.1 200 OK\nx: y\n\nabc").expect("valid");
        assert_eq!((response.head.status(), &*response.body), (Some(200), &b"abc"[..]));
    }
}
