//! What a connection tells its driver.

use http::Head;

use crate::{Code, Malformed};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The peer's SETTINGS came: what it allows may have changed.
    Settings,
    /// A stream was opened with a request (server role).
    Request(Message),
    /// A response, maybe an interim one, to a request of ours (client role).
    Response(Message),
    /// The beginning of a request or response broke the rules. Nothing was sent about it yet: the stream waits for an
    /// answer or a reset.
    Malformed {
        /// The stream.
        id: u32,
        /// What was wrong.
        fault: Malformed,
    },
    /// Content: the first `len` bytes that the buffer holds now. They must be taken out of it before the next call, and
    /// credited ([`crate::Conn::credit`]) once they are used.
    Data {
        /// The stream.
        id: u32,
        /// Bytes, maybe none when the stream ends.
        len: usize,
        /// Nothing follows.
        end: bool,
    },
    /// Trailer fields, which end the message.
    Trailers {
        /// The stream.
        id: u32,
        /// Lines of the form `name: value\r\n`; maybe none.
        lines: Vec<u8>,
    },
    /// The stream ended abruptly: by the peer's RST_STREAM or GOAWAY, or because it broke a rule, which it was told.
    Reset {
        /// The stream.
        id: u32,
        /// Why.
        code: Code,
        /// The peer ended it.
        by_peer: bool,
        /// The peer says that it didn't look at the request: it may be sent again (RFC 9113 section 8.7).
        unprocessed: bool,
    },
    /// A stream that waited for its window may send again.
    Writable {
        /// The stream.
        id: u32,
    },
    /// All streams may: the connection's window has opened, or those of all streams.
    AllWritable,
    /// The peer takes no more streams on this connection.
    GoAway {
        /// Why.
        code: Code,
    },
    /// A PING of ours came back.
    Pong,
}

/// A head that came.
#[derive(Debug)]
pub struct Message {
    /// The stream.
    pub id: u32,
    /// The head. A request has an absolute target where the authority was told, with a `host` field; an extended
    /// CONNECT is shown as the GET with `upgrade` that means the same in HTTP/1.1 (RFC 8441 section 5).
    pub head: Head,
    /// What `content-length` says.
    pub content_length: Option<u64>,
    /// Nothing follows.
    pub end: bool,
    /// The request was an extended CONNECT.
    pub extended_connect: bool,
}
