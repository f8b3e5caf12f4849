//! Why a message was refused.

/// A refused head, with the place for the capture that `show errors` prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// What is wrong.
    pub fault: Fault,
    /// Where, as an offset into the bytes that were shown to the parser.
    pub at: usize,
}

/// What can be wrong with a head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A CR without LF behind it.
    BareCr,
    /// The method isn't a token, or is the one of the HTTP/2 preface.
    Method,
    /// Not a fault of the bytes: this is the connection preface of HTTP/2 with prior knowledge (RFC 9113 section
    /// 3.4). The bytes are as they came.
    Http2Preface,
    /// The target holds a byte that can't stand there, or has none of the four forms.
    Target,
    /// The protocol version isn't `HTTP/` digit `.` digit.
    Version,
    /// The status code isn't a number from 100 to 999 in three digits.
    Status,
    /// The reason phrase holds NUL.
    Reason,
    /// A field name is empty, holds a byte that isn't of a token, or ends without a colon.
    FieldName,
    /// A field value holds NUL.
    FieldValue,
    /// More lines than `tune.http.maxhdr`.
    TooManyFields,
    /// The head doesn't fit into the buffer.
    TooLarge,
    /// A content-length isn't a number, or two differ.
    ContentLength,
    /// A transfer-encoding doesn't end in chunked, or names chunked twice.
    TransferEncoding,
    /// A transfer-encoding with other codings before chunked.
    TransferCodings,
    /// Different hosts, or a host that disagrees with the target, or a CONNECT target that isn't host and port.
    Host,
    /// A WebSocket handshake without its key or its answer.
    WebSocket,
    /// HTTP/1.0 GET, HEAD or DELETE with a payload.
    Payload,
    /// A response switches protocols though the request didn't ask for it.
    UnexpectedSwitch,
}

impl Fault {
    /// The status to answer a request with. A response with any fault is a 502.
    pub fn status(self) -> u16 {
        match self {
            Fault::TooLarge => 431,
            Fault::TransferCodings => 422,
            Fault::Payload => 413,
            Fault::BareCr
            | Fault::Method
            | Fault::Http2Preface
            | Fault::Target
            | Fault::Version
            | Fault::Status
            | Fault::Reason
            | Fault::FieldName
            | Fault::FieldValue
            | Fault::TooManyFields
            | Fault::ContentLength
            | Fault::TransferEncoding
            | Fault::Host
            | Fault::WebSocket
            | Fault::UnexpectedSwitch => 400,
        }
    }
}

/// What can be wrong with a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyFault {
    /// A chunk size isn't a hexadecimal number, or is beyond 2^60.
    ChunkSize,
    /// A chunk's data isn't followed by the end of the line, or a CR not by LF.
    ChunkEnd,
    /// The line of a chunk size is longer than 4,096 bytes.
    ChunkLineTooLong,
    /// A trailer is malformed.
    Trailer(Fault),
    /// The trailers are larger or more than the limits of a head.
    TrailersTooLarge,
    /// The peer closed before the body's end.
    Truncated,
}
