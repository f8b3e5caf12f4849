//! Header compression (RFC 7541).

mod decode;
mod encode;
mod huffman;
mod integer;
mod statics;
mod table;

pub use decode::{Decoded, Decoder, Sink};
pub use encode::Encoder;
pub(crate) use statics::PSEUDOS;
pub use statics::{FieldId, Pseudo};

/// What is wrong with a block. The connection can't go on: both tables may differ now (RFC 9113 section 4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HpackError {
    /// The block ends within a field.
    Truncated,
    /// An integer that exceeds 32 bits.
    Integer,
    /// A string with a wrong Huffman code or padding.
    Huffman,
    /// An index beyond both tables.
    Index,
    /// A table size above our limit, or a size update where none may stand or one was due.
    TableSize,
}

#[cfg(test)]
mod tests;
