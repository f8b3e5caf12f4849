//! Decoding header blocks (RFC 7541 sections 3, 5 and 6).

use core::ops::Range;

use super::table::{Entry, Table};
use super::{FieldId, HpackError, Pseudo, huffman, integer, statics};

/// A field that was decoded; its bytes lie in the sink's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The name.
    pub name: Range<usize>,
    /// The value.
    pub value: Range<usize>,
    /// What the name means.
    pub id: FieldId,
    /// The name is in lower case and legal (RFC 9113 section 8.2.1).
    pub name_ok: bool,
    /// The value is legal.
    pub value_ok: bool,
}

/// Where fields go.
pub trait Sink {
    /// Where names and values are unpacked to.
    fn arena(&mut self) -> &mut Vec<u8>;
    /// No more fields are wanted: the rest of the block only keeps the table right.
    fn is_full(&self) -> bool;
    /// A field was appended to the arena.
    fn field(&mut self, field: Decoded);
}

/// The receiving half of a compression context.
pub struct Decoder {
    pub(super) table: Table,
    /// What the table's size may be set to: what the peer was told.
    limit: usize,
    /// The limit was lowered below the size: the next block must begin with an update (RFC 7541 section 4.2).
    must_shrink: bool,
}

impl Decoder {
    /// The context at a connection's beginning (RFC 9113 section 4.3.1).
    pub fn new() -> Decoder {
        Decoder { table: Table::new(4096), limit: 4096, must_shrink: false }
    }

    /// The peer has acknowledged that the table may have this size.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.must_shrink = self.table.max() > limit;
    }

    /// Decodes a whole block. The work is linear in its length and what the sink takes: an index to a large entry that
    /// a full sink doesn't want costs nothing.
    pub fn decode(&mut self, block: &[u8], sink: &mut impl Sink) -> Result<(), HpackError> {
        let mut at = self.size_updates(block)?;
        if self.must_shrink {
            return Err(HpackError::TableSize);
        }
        while let Some(&first) = block.get(at) {
            match first {
                0x80.. => {
                    let index = integer::read(block, &mut at, 7)?;
                    self.indexed(index, sink)?;
                }
                0x40.. => self.literal(block, &mut at, 6, true, sink)?,
                // A size update behind a field.
                0x20.. => return Err(HpackError::TableSize),
                // Without indexing, or never indexed: for us the same.
                _ => self.literal(block, &mut at, 4, false, sink)?,
            }
        }
        Ok(())
    }

    /// Section 6.3: updates stand at the beginning of a block.
    fn size_updates(&mut self, block: &[u8]) -> Result<usize, HpackError> {
        let mut at = 0;
        while block.get(at).is_some_and(|b| b & 0xe0 == 0x20) {
            let size = integer::read(block, &mut at, 5)?;
            if size > self.limit {
                return Err(HpackError::TableSize);
            }
            self.table.set_max(size);
            self.must_shrink = false;
        }
        Ok(at)
    }

    fn indexed(&mut self, index: usize, sink: &mut impl Sink) -> Result<(), HpackError> {
        let (name, value, id, valid) = match statics::get(index) {
            Some(&(name, value, id)) => (name.as_bytes(), value.as_bytes(), id, true),
            None => {
                let e = self.dynamic(index)?;
                (e.name, e.value, e.id, e.valid)
            }
        };
        if sink.is_full() {
            return Ok(());
        }
        let arena = sink.arena();
        let from = arena.len();
        arena.extend_from_slice(name);
        arena.extend_from_slice(value);
        let (mid, to) = (from + name.len(), arena.len());
        // Which of the two was wrong is found anew: such a field is rare, and the message is refused anyway.
        let name_ok = valid || is_name_ok(name, id);
        sink.field(Decoded { name: from..mid, value: mid..to, id, name_ok, value_ok: valid || is_value_ok(value) });
        Ok(())
    }

    fn literal(
        &mut self,
        block: &[u8],
        at: &mut usize,
        prefix: u32,
        index: bool,
        sink: &mut impl Sink,
    ) -> Result<(), HpackError> {
        let name_index = integer::read(block, at, prefix)?;
        let full = sink.is_full();
        let arena = sink.arena();
        let from = arena.len();
        let (id, name_ok) = match name_index {
            0 => {
                string(block, at, arena)?;
                let name = &arena[from..];
                let id = FieldId::of(name);
                (id, is_name_ok(name, id))
            }
            _ => match statics::get(name_index) {
                Some(&(name, _, id)) => {
                    arena.extend_from_slice(name.as_bytes());
                    (id, true)
                }
                None => {
                    let e = self.dynamic(name_index)?;
                    let ok = e.valid || is_name_ok(e.name, e.id);
                    // The name of a large entry is copied for a full sink too where it goes into the table, which
                    // costs what the entry is worth; otherwise not.
                    if index || !full {
                        arena.extend_from_slice(e.name);
                    }
                    (e.id, ok)
                }
            },
        };
        let mid = arena.len();
        string(block, at, arena)?;
        let value_ok = is_value_ok(&arena[mid..]);
        if index {
            let (name, value) = arena[from..].split_at(mid - from);
            self.table.insert(Entry { name, value, id, valid: name_ok && value_ok });
        }
        let to = arena.len();
        if full {
            arena.truncate(from);
        } else {
            sink.field(Decoded { name: from..mid, value: mid..to, id, name_ok, value_ok });
        }
        Ok(())
    }

    fn dynamic(&self, index: usize) -> Result<Entry<'_>, HpackError> {
        index.checked_sub(statics::LEN + 1).and_then(|place| self.table.get(place)).ok_or(HpackError::Index)
    }
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}

/// Section 5.2.
fn string(block: &[u8], at: &mut usize, arena: &mut Vec<u8>) -> Result<(), HpackError> {
    let coded = block.get(*at).is_some_and(|b| b & 0x80 != 0);
    let len = integer::read(block, at, 7)?;
    let bytes = block.get(*at..).and_then(|rest| rest.get(..len)).ok_or(HpackError::Truncated)?;
    *at += len;
    if coded {
        return huffman::decode(bytes, arena);
    }
    arena.extend_from_slice(bytes);
    Ok(())
}

/// RFC 9113 section 8.2.1: a token without upper-case letters; known pseudo-header fields are legal as they are.
fn is_name_ok(name: &[u8], id: FieldId) -> bool {
    match id {
        FieldId::Pseudo(pseudo) => pseudo != Pseudo::Unknown,
        FieldId::Header(_) => http::is_name(name) && !name.iter().any(u8::is_ascii_uppercase),
    }
}

/// RFC 9113 section 8.2.1: no NUL, CR or LF, and no blank at either end.
fn is_value_ok(value: &[u8]) -> bool {
    let blank = |b: Option<&u8>| matches!(b, Some(b' ' | b'\t'));
    http::is_value(value) && !blank(value.first()) && !blank(value.last())
}
