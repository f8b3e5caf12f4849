//! The chunked coding (RFC 9112 section 7.1).

use crate::trailer::TrailerParser;
use crate::{BodyFault, Opts, Piece};

/// What ends every chunk.
pub const CHUNK_END: &[u8] = b"\r\n";
/// The last chunk, without the trailers and the empty line that follow.
pub const LAST_CHUNK: &[u8] = b"0\r\n";
/// The most bytes that [`chunk_header`] writes.
pub const CHUNK_HEADER_MAX: usize = 18;

/// Writes the line that begins a chunk of `len` bytes and returns it. `len` must not be 0, which would end the body.
pub fn chunk_header(len: usize, out: &mut [u8; CHUNK_HEADER_MAX]) -> &[u8] {
    debug_assert!(len > 0);
    let mut at = CHUNK_HEADER_MAX - 2;
    out[at..].copy_from_slice(b"\r\n");
    let mut left = len as u64;
    loop {
        at -= 1;
        out[at] = b"0123456789abcdef"[(left & 15) as usize];
        left >>= 4;
        if left == 0 {
            return &out[at..];
        }
    }
}

/// Chunk sizes from here on are refused: no sum of them can overflow.
const MAX_CHUNK: u64 = 1 << 60;
/// A size line with its extensions may take so many bytes.
const MAX_LINE: u32 = 4096;

/// An incremental decoder. It holds no bytes but the trailers.
#[derive(Debug)]
pub struct ChunkDecoder {
    state: State,
    /// The size being read, then what is left of the chunk.
    left: u64,
    /// Bytes of the current size line so far.
    line: u32,
    trailers: Option<Box<TrailerParser>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// The first digit of a size.
    SizeStart,
    /// Further digits.
    Size,
    /// Blanks behind the size.
    SizeBlank,
    /// An extension, up to the end of the line.
    Extension,
    /// The LF of a size line.
    SizeLf,
    /// Payload, or its end.
    Data,
    /// The CR or LF behind the payload.
    DataEnd,
    /// The LF behind the payload.
    DataLf,
    /// Behind the last chunk.
    Trailers,
    Done,
}

impl ChunkDecoder {
    /// A decoder at the beginning of a body.
    pub fn new() -> ChunkDecoder {
        ChunkDecoder { state: State::SizeStart, left: 0, line: 0, trailers: None }
    }

    /// See [`crate::BodyDecoder::next`].
    pub fn next(&mut self, data: &[u8], opts: &Opts) -> Result<Piece, BodyFault> {
        let mut at = 0;
        while let Some(&b) = data.get(at) {
            match self.state {
                State::Data if self.left > 0 => {
                    let len = usize::try_from(self.left).unwrap_or(usize::MAX).min(data.len() - at);
                    return Ok(Piece::Data { skip: at, len });
                }
                State::Data => self.state = State::DataEnd,
                State::Trailers => return self.next_trailers(data, at, opts),
                State::Done => break,
                State::SizeStart | State::Size | State::SizeBlank | State::Extension | State::SizeLf => {
                    self.on_size_byte(b)?;
                    at += 1;
                }
                State::DataEnd | State::DataLf => {
                    self.on_data_end(b)?;
                    at += 1;
                }
            }
        }
        Ok(if self.state == State::Done { Piece::End { skip: at } } else { Piece::Need { skip: at } })
    }

    /// See [`crate::BodyDecoder::took`].
    pub fn took(&mut self, n: u64) {
        debug_assert!(n <= self.left);
        self.left = self.left.saturating_sub(n);
    }

    /// Whether the body is over.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// What is left of the current chunk's payload.
    pub fn chunk_left(&self) -> u64 {
        if self.state == State::Data { self.left } else { 0 }
    }

    /// See [`crate::BodyDecoder::trailers`].
    pub fn trailers(&self) -> &[u8] {
        self.trailers.as_ref().map_or(b"", |t| t.lines())
    }

    fn on_size_byte(&mut self, b: u8) -> Result<(), BodyFault> {
        self.line += 1;
        if self.line > MAX_LINE {
            return Err(BodyFault::ChunkLineTooLong);
        }
        self.state = match (self.state, b) {
            (State::SizeStart | State::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                self.left = self.left << 4 | u64::from((b as char).to_digit(16).unwrap_or(0));
                if self.left >= MAX_CHUNK {
                    return Err(BodyFault::ChunkSize);
                }
                State::Size
            }
            (State::SizeStart, _) => return Err(BodyFault::ChunkSize),
            (State::Size | State::SizeBlank, b' ' | b'\t') => State::SizeBlank,
            (State::Size | State::SizeBlank, b';') => State::Extension,
            (State::SizeLf, b'\n') | (_, b'\n') => return self.on_size(),
            (State::SizeLf, _) => return Err(BodyFault::ChunkEnd),
            (_, b'\r') => State::SizeLf,
            (State::Extension, _) => State::Extension,
            _ => return Err(BodyFault::ChunkSize),
        };
        Ok(())
    }

    fn on_size(&mut self) -> Result<(), BodyFault> {
        self.line = 0;
        self.state = if self.left == 0 { State::Trailers } else { State::Data };
        Ok(())
    }

    fn on_data_end(&mut self, b: u8) -> Result<(), BodyFault> {
        self.state = match (self.state, b) {
            (_, b'\n') => State::SizeStart,
            (State::DataEnd, b'\r') => State::DataLf,
            _ => return Err(BodyFault::ChunkEnd),
        };
        Ok(())
    }

    /// Most bodies have no trailers: then two bytes decide. Otherwise the lines must be there as a whole, so they
    /// stay in the buffer until they are.
    fn next_trailers(&mut self, data: &[u8], at: usize, opts: &Opts) -> Result<Piece, BodyFault> {
        let section = &data[at..];
        if self.trailers.is_none() {
            match section {
                [b'\n', ..] => return Ok(self.finish(at + 1)),
                [b'\r', b'\n', ..] => return Ok(self.finish(at + 2)),
                [b'\r'] => return Ok(Piece::Need { skip: at }),
                [b'\r', ..] => return Err(BodyFault::ChunkEnd),
                _ => {}
            }
        }
        let parser = self.trailers.get_or_insert_with(Box::default);
        match parser.parse(section, opts)? {
            None => Ok(Piece::Need { skip: at }),
            Some(end) => Ok(self.finish(at + end)),
        }
    }

    fn finish(&mut self, skip: usize) -> Piece {
        self.state = State::Done;
        Piece::End { skip }
    }
}

impl Default for ChunkDecoder {
    fn default() -> ChunkDecoder {
        ChunkDecoder::new()
    }
}
