//! Error codes, and what ends a connection (RFC 9113 sections 5.4 and 7).

use core::fmt;

/// An error code of RFC 9113 section 7. Codes that aren't known are kept as numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code(pub u32);

macro_rules! codes {
    ($($name:ident = $number:literal $text:literal,)*) => {
        #[allow(missing_docs, reason = "the names are those of RFC 9113 section 7")]
        impl Code {
            $(pub const $name: Code = Code($number);)*

            /// The name in the RFC; nothing for unknown numbers.
            pub fn name(self) -> &'static str {
                match self.0 {
                    $($number => $text,)*
                    _ => "",
                }
            }
        }
    };
}

codes! {
    NO_ERROR = 0x0 "NO_ERROR",
    PROTOCOL_ERROR = 0x1 "PROTOCOL_ERROR",
    INTERNAL_ERROR = 0x2 "INTERNAL_ERROR",
    FLOW_CONTROL_ERROR = 0x3 "FLOW_CONTROL_ERROR",
    SETTINGS_TIMEOUT = 0x4 "SETTINGS_TIMEOUT",
    STREAM_CLOSED = 0x5 "STREAM_CLOSED",
    FRAME_SIZE_ERROR = 0x6 "FRAME_SIZE_ERROR",
    REFUSED_STREAM = 0x7 "REFUSED_STREAM",
    CANCEL = 0x8 "CANCEL",
    COMPRESSION_ERROR = 0x9 "COMPRESSION_ERROR",
    CONNECT_ERROR = 0xa "CONNECT_ERROR",
    ENHANCE_YOUR_CALM = 0xb "ENHANCE_YOUR_CALM",
    INADEQUATE_SECURITY = 0xc "INADEQUATE_SECURITY",
    HTTP_1_1_REQUIRED = 0xd "HTTP_1_1_REQUIRED",
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            "" => write!(f, "Code({:#x})", self.0),
            name => f.write_str(name),
        }
    }
}

/// The end of a connection by our verdict (RFC 9113 section 5.4.1). The GOAWAY that says so is in the output already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConnError {
    /// What the peer is told.
    pub code: Code,
    /// What was wrong, for a log.
    pub why: &'static str,
}

impl ConnError {
    pub(crate) const fn new(code: Code, why: &'static str) -> ConnError {
        ConnError { code, why }
    }

    pub(crate) const fn protocol(why: &'static str) -> ConnError {
        ConnError::new(Code::PROTOCOL_ERROR, why)
    }
}

/// What is wrong with a message whose compression was intact: a stream error (RFC 9113 section 8.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Malformed {
    /// The field section exceeds the limits of size or number.
    TooLarge,
    /// A field name with bytes that can't stand there, or in upper case (section 8.2.1).
    Name,
    /// A value with NUL, CR or LF, or blanks around it (section 8.2.1).
    Value,
    /// A pseudo-header field that is unknown, doubled, behind a regular one, or doesn't belong into this message
    /// (section 8.3).
    Pseudo,
    /// A pseudo-header field that must be there is missing (section 8.3.1).
    Missing,
    /// A field that only has a meaning for one HTTP/1 connection (section 8.2.2).
    ConnectionField,
    /// The method isn't a token.
    Method,
    /// The scheme isn't one.
    Scheme,
    /// The path has bytes or a form that it can't have.
    Path,
    /// The authority isn't a host and a port, or `host` differs from it.
    Authority,
    /// `content-length` isn't one number.
    ContentLength,
    /// The status isn't three digits, or 101 (section 8.6).
    Status,
    /// More or fewer bytes of content than `content-length` said (section 8.1.1).
    Length,
}
