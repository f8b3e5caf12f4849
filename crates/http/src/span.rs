//! Where a piece of a head lies.

/// Which of a head's two pieces of memory a span points into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chunk {
    /// The buffer that the bytes were received in.
    Received,
    /// The bytes that were added later.
    Edits,
}

/// A range of bytes in one of a head's two chunks. The top bit of `off` names the chunk, so chunks are limited
/// to 2 GiB.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    off: u32,
    len: u32,
}

const EDITS: u32 = 1 << 31;

impl Span {
    /// The span of no bytes.
    pub const EMPTY: Span = Span { off: 0, len: 0 };

    /// Bytes `start..end` of the received chunk. Positions beyond 2 GiB can't occur: no buffer is that large.
    #[inline]
    pub fn received(start: usize, end: usize) -> Span {
        debug_assert!(start <= end && end < EDITS as usize);
        Span { off: start as u32, len: (end - start) as u32 }
    }

    /// Bytes `start..end` of the edits.
    #[inline]
    pub fn edits(start: usize, end: usize) -> Span {
        debug_assert!(start <= end && end < EDITS as usize);
        Span { off: start as u32 | EDITS, len: (end - start) as u32 }
    }

    /// The chunk that this span points into.
    #[inline]
    pub fn chunk(self) -> Chunk {
        if self.off & EDITS == 0 { Chunk::Received } else { Chunk::Edits }
    }

    /// Where it begins in its chunk.
    #[inline]
    pub fn start(self) -> usize {
        (self.off & !EDITS) as usize
    }

    /// Where it ends in its chunk.
    #[inline]
    pub fn end(self) -> usize {
        self.start() + self.len()
    }

    /// How many bytes it covers.
    #[inline]
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it covers no byte.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The bytes `from..to` of this span, in the same chunk.
    #[inline]
    pub fn sub(self, from: usize, to: usize) -> Span {
        debug_assert!(from <= to && to <= self.len());
        Span { off: self.off + from as u32, len: (to - from) as u32 }
    }
}
