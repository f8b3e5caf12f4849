//! One way to walk over a body, however its end is marked.

use crate::{BodyFault, BodyLen, ChunkDecoder, Opts};

/// What comes next in the bytes that were shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// `skip` bytes of framing, then `len` bytes of payload (at least one). Drop the `skip` bytes; tell
    /// [`BodyDecoder::took`] how many bytes of payload were taken, and show the rest again.
    Data {
        /// Framing bytes before the payload.
        skip: usize,
        /// Bytes of payload.
        len: usize,
    },
    /// Drop `skip` bytes; then more bytes must arrive.
    Need {
        /// Framing bytes that are done with.
        skip: usize,
    },
    /// Drop `skip` bytes; the body is over, what follows belongs to the next message.
    End {
        /// The last framing bytes.
        skip: usize,
    },
}

/// A cursor over a message's body.
#[derive(Debug)]
pub enum BodyDecoder {
    /// The body is over, or there was none.
    Done,
    /// So many bytes are left.
    Length(u64),
    /// The chunked coding.
    Chunked(ChunkDecoder),
    /// All bytes until the peer closes.
    UntilClose,
}

impl BodyDecoder {
    /// A cursor at the body's beginning.
    pub fn new(len: BodyLen) -> BodyDecoder {
        match len {
            BodyLen::None | BodyLen::Length(0) => BodyDecoder::Done,
            BodyLen::Length(n) => BodyDecoder::Length(n),
            BodyLen::Chunked => BodyDecoder::Chunked(ChunkDecoder::new()),
            BodyLen::UntilClose => BodyDecoder::UntilClose,
        }
    }

    /// What comes next in `data`, the bytes received and not yet dropped or taken. The bytes to skip count as dropped
    /// from now on.
    pub fn next(&mut self, data: &[u8], opts: &Opts) -> Result<Piece, BodyFault> {
        let len = match self {
            BodyDecoder::Done => return Ok(Piece::End { skip: 0 }),
            BodyDecoder::Length(left) => usize::try_from(*left).unwrap_or(usize::MAX).min(data.len()),
            BodyDecoder::UntilClose => data.len(),
            BodyDecoder::Chunked(chunks) => return chunks.next(data, opts),
        };
        Ok(if len == 0 { Piece::Need { skip: 0 } } else { Piece::Data { skip: 0, len } })
    }

    /// The first `n` bytes of the payload that [`BodyDecoder::next`] showed were taken, or moved past this process by
    /// splice.
    pub fn took(&mut self, n: u64) {
        match self {
            BodyDecoder::Length(left) => {
                debug_assert!(n <= *left);
                *left = left.saturating_sub(n);
                if *left == 0 {
                    *self = BodyDecoder::Done;
                }
            }
            BodyDecoder::Chunked(chunks) => chunks.took(n),
            BodyDecoder::UntilClose => {}
            BodyDecoder::Done => debug_assert!(n == 0),
        }
    }

    /// Whether the body is over.
    pub fn is_done(&self) -> bool {
        match self {
            BodyDecoder::Done => true,
            BodyDecoder::Chunked(chunks) => chunks.is_done(),
            BodyDecoder::Length(_) | BodyDecoder::UntilClose => false,
        }
    }

    /// How many bytes of payload are still to come without any framing between them: what splice may move.
    /// `None`: until the peer closes.
    pub fn plain_left(&self) -> Option<u64> {
        match self {
            BodyDecoder::Done => Some(0),
            BodyDecoder::Length(left) => Some(*left),
            BodyDecoder::Chunked(chunks) => Some(chunks.chunk_left()),
            BodyDecoder::UntilClose => None,
        }
    }

    /// The peer closed: fine only where that marks the end.
    pub fn on_eof(&mut self) -> Result<(), BodyFault> {
        match self {
            BodyDecoder::UntilClose => {
                *self = BodyDecoder::Done;
                Ok(())
            }
            _ if self.is_done() => Ok(()),
            _ => Err(BodyFault::Truncated),
        }
    }

    /// The trailers of a finished chunked body as canonical lines (`name: value\r\n`); mostly none.
    pub fn trailers(&self) -> &[u8] {
        match self {
            BodyDecoder::Chunked(chunks) => chunks.trailers(),
            _ => b"",
        }
    }
}
