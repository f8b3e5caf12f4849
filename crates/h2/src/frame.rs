//! Frame headers and the small frames (RFC 9113 sections 4.1 and 6).

use crate::Code;

/// The length of a frame header, in bytes.
pub const HEADER_LEN: usize = 9;

/// What a client begins with (RFC 9113 section 3.4).
pub const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The largest frame that everybody takes (RFC 9113 section 4.2), in bytes.
pub const MIN_MAX_FRAME: u32 = 16_384;

/// The largest number of bytes that a frame can have.
pub const MAX_MAX_FRAME: u32 = (1 << 24) - 1;

/// The largest window (RFC 9113 section 6.9.1), in bytes.
pub const MAX_WINDOW: u32 = (1 << 31) - 1;

/// The type of a frame. Unknown ones are kept as numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are those of RFC 9113 section 6")]
pub enum Kind {
    Data,
    Headers,
    Priority,
    RstStream,
    Settings,
    PushPromise,
    Ping,
    GoAway,
    WindowUpdate,
    Continuation,
    Unknown(u8),
}

/// The flags of frames (RFC 9113 section 6). A number means different things in different frames.
#[allow(missing_docs, reason = "the names are those of RFC 9113 section 6")]
pub mod flag {
    pub const ACK: u8 = 0x1;
    pub const END_STREAM: u8 = 0x1;
    pub const END_HEADERS: u8 = 0x4;
    pub const PADDED: u8 = 0x8;
    pub const PRIORITY: u8 = 0x20;
}

/// What stands before a frame's payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameHeader {
    /// The payload's length in bytes, below 2^24.
    pub len: u32,
    /// The type.
    pub kind: Kind,
    /// See [`flag`].
    pub flags: u8,
    /// The stream, 0 for the connection; the reserved bit is gone.
    pub stream: u32,
}

impl Kind {
    /// The type of this number.
    pub fn of(number: u8) -> Kind {
        match number {
            0 => Kind::Data,
            1 => Kind::Headers,
            2 => Kind::Priority,
            3 => Kind::RstStream,
            4 => Kind::Settings,
            5 => Kind::PushPromise,
            6 => Kind::Ping,
            7 => Kind::GoAway,
            8 => Kind::WindowUpdate,
            9 => Kind::Continuation,
            n => Kind::Unknown(n),
        }
    }

    /// The number of this type.
    pub fn number(self) -> u8 {
        match self {
            Kind::Data => 0,
            Kind::Headers => 1,
            Kind::Priority => 2,
            Kind::RstStream => 3,
            Kind::Settings => 4,
            Kind::PushPromise => 5,
            Kind::Ping => 6,
            Kind::GoAway => 7,
            Kind::WindowUpdate => 8,
            Kind::Continuation => 9,
            Kind::Unknown(n) => n,
        }
    }
}

impl FrameHeader {
    /// Takes a header apart. The reserved bit is ignored (RFC 9113 section 4.1).
    pub fn parse(bytes: &[u8; HEADER_LEN]) -> FrameHeader {
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = *bytes;
        FrameHeader {
            len: u32::from_be_bytes([0, l0, l1, l2]),
            kind: Kind::of(kind),
            flags,
            stream: u32::from_be_bytes([s0, s1, s2, s3]) & MAX_WINDOW,
        }
    }

    /// The header as it is sent.
    pub fn bytes(&self) -> [u8; HEADER_LEN] {
        let [_, l0, l1, l2] = self.len.to_be_bytes();
        let [s0, s1, s2, s3] = self.stream.to_be_bytes();
        [l0, l1, l2, self.kind.number(), self.flags, s0, s1, s2, s3]
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Appends a frame header.
pub fn put_header(out: &mut Vec<u8>, len: usize, kind: Kind, flags: u8, stream: u32) {
    debug_assert!(len <= MAX_MAX_FRAME as usize);
    out.extend_from_slice(&FrameHeader { len: len as u32, kind, flags, stream }.bytes());
}

/// Appends RST_STREAM (RFC 9113 section 6.4).
pub fn put_reset(out: &mut Vec<u8>, stream: u32, code: Code) {
    put_header(out, 4, Kind::RstStream, 0, stream);
    out.extend_from_slice(&code.0.to_be_bytes());
}

/// Appends PING (RFC 9113 section 6.7).
pub fn put_ping(out: &mut Vec<u8>, ack: bool, payload: &[u8; 8]) {
    put_header(out, 8, Kind::Ping, if ack { flag::ACK } else { 0 }, 0);
    out.extend_from_slice(payload);
}

/// Appends GOAWAY without debug data (RFC 9113 section 6.8).
pub fn put_goaway(out: &mut Vec<u8>, last: u32, code: Code) {
    put_header(out, 8, Kind::GoAway, 0, 0);
    out.extend_from_slice(&last.to_be_bytes());
    out.extend_from_slice(&code.0.to_be_bytes());
}

/// Appends WINDOW_UPDATE (RFC 9113 section 6.9).
pub fn put_window_update(out: &mut Vec<u8>, stream: u32, by: u32) {
    debug_assert!((1..=MAX_WINDOW).contains(&by));
    put_header(out, 4, Kind::WindowUpdate, 0, stream);
    out.extend_from_slice(&by.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back() {
        for n in 0..=255 {
            assert_eq!(Kind::of(n).number(), n);
            let header = FrameHeader { len: 0x1234 + u32::from(n), kind: Kind::of(n), flags: n, stream: 77 };
            assert_eq!(FrameHeader::parse(&header.bytes()), header);
        }
        let reserved = FrameHeader::parse(&[0, 0, 0, 0, 0, 0x80, 0, 0, 1]);
        assert_eq!(reserved.stream, 1, "the reserved bit is ignored");
    }
}
