//! Encoding header blocks (RFC 7541 sections 6 and 7.1).
//!
//! What goes into the dynamic table is what is seen a second time: fields that repeat cost a byte from then on, and
//! those that never do (identifiers, lengths, tags) don't push the others out. Credentials never go in, and are marked
//! so (RFC 7541 section 7.1.3).

use std::collections::VecDeque;

use http::HdrId;

use super::table::{Entry, Table};
use super::{FieldId, Pseudo, huffman, integer, statics};

/// The largest table that we keep, in bytes, whatever the peer allows.
const MAX_TABLE: usize = 4096;

/// How many recent fields are remembered by their hashes.
const SEEN: usize = 64;

/// Longer values aren't worth a place: one would push out most of the others.
const MAX_INDEXED: usize = 1024;

/// The sending half of a compression context.
pub struct Encoder {
    table: Table,
    /// The hashes of the table's entries, newest first.
    hashes: VecDeque<u32>,
    /// The hashes of fields that were sent, by their lower bits.
    seen: [u32; SEEN],
    /// Size updates to be sent at the beginning of the next block: the smallest size meanwhile, and the last.
    update: Option<(usize, usize)>,
}

impl Encoder {
    /// The context at a connection's beginning.
    pub fn new() -> Encoder {
        Encoder { table: Table::new(4096), hashes: VecDeque::new(), seen: [0; SEEN], update: None }
    }

    /// The peer's SETTINGS_HEADER_TABLE_SIZE.
    pub fn set_limit(&mut self, limit: usize) {
        let size = limit.min(MAX_TABLE);
        if size == self.update.map_or(self.table.max(), |u| u.1) {
            return;
        }
        self.update = Some((self.update.map_or(size, |u| u.0.min(size)), size));
    }

    /// Begins a block: says what has changed about the table (RFC 7541 section 4.2).
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        let Some((least, last)) = self.update.take() else { return };
        for size in [Some(least).filter(|l| *l < last), Some(last)].into_iter().flatten() {
            integer::write(out, 0x20, 5, size);
            self.table.set_max(size);
            self.hashes.truncate(self.table.len());
        }
    }

    /// Appends a status.
    pub fn status(&mut self, status: u16, out: &mut Vec<u8>) {
        let index = match status {
            200 => 8,
            204 => 9,
            206 => 10,
            304 => 11,
            400 => 12,
            404 => 13,
            500 => 14,
            _ => {
                let digit = |n: u16| b'0' + (n % 10) as u8;
                let text = [digit(status / 100), digit(status / 10), digit(status)];
                return self.pseudo(Pseudo::Status, &text, out);
            }
        };
        out.push(0x80 | index);
    }

    /// Appends a pseudo-header field.
    pub fn pseudo(&mut self, pseudo: Pseudo, value: &[u8], out: &mut Vec<u8>) {
        let (index, name): (usize, &[u8]) = match (pseudo, value) {
            (Pseudo::Method, b"GET") => return out.push(0x82),
            (Pseudo::Method, b"POST") => return out.push(0x83),
            (Pseudo::Path, b"/") => return out.push(0x84),
            (Pseudo::Scheme, b"http") => return out.push(0x86),
            (Pseudo::Scheme, b"https") => return out.push(0x87),
            (Pseudo::Protocol, _) => (0, b":protocol"),
            _ => {
                let index = statics::index_of_pseudo(pseudo);
                (index, statics::get(index).map_or(&b""[..], |e| e.0.as_bytes()))
            }
        };
        self.literal(FieldId::Pseudo(pseudo), index, name, value, out);
    }

    /// Appends a field; `name` is in lower case and `id` its number.
    pub fn field(&mut self, id: HdrId, name: &[u8], value: &[u8], out: &mut Vec<u8>) {
        let index = statics::index_of_header(id);
        if matches!(id, HdrId::Authorization | HdrId::ProxyAuthorization) {
            integer::write(out, 0x10, 4, index);
            return put_string(value, out);
        }
        self.literal(FieldId::Header(id), index, name, value, out);
    }

    /// `index`: of the name in the static table, 0 if it isn't there.
    fn literal(&mut self, id: FieldId, index: usize, name: &[u8], value: &[u8], out: &mut Vec<u8>) {
        let worth = value.len() <= MAX_INDEXED && self.table.max() > 0;
        let hash = if worth { hash(name, value) } else { 0 };
        if worth && let Some(place) = self.find(hash, name, value) {
            return integer::write(out, 0x80, 7, statics::LEN + 1 + place);
        }
        let slot = &mut self.seen[hash as usize % SEEN];
        let again = worth && *slot == hash;
        *slot = if worth { hash } else { *slot };
        if again {
            integer::write(out, 0x40, 6, index);
        } else {
            integer::write(out, 0, 4, index);
        }
        if index == 0 {
            put_string(name, out);
        }
        put_string(value, out);
        if again {
            self.table.insert(Entry { name, value, id, valid: true });
            self.hashes.push_front(hash);
            self.hashes.truncate(self.table.len());
        }
    }

    fn find(&self, hash: u32, name: &[u8], value: &[u8]) -> Option<usize> {
        let (front, back) = self.hashes.as_slices();
        let place = match front.iter().position(|h| *h == hash) {
            Some(at) => at,
            None => front.len() + back.iter().position(|h| *h == hash)?,
        };
        self.table.get(place).filter(|e| e.name == name && e.value == value).map(|_| place)
    }
}

impl Default for Encoder {
    fn default() -> Encoder {
        Encoder::new()
    }
}

/// A string, in Huffman's code where that is shorter.
fn put_string(text: &[u8], out: &mut Vec<u8>) {
    let coded = huffman::coded_len(text);
    if coded < text.len() {
        integer::write(out, 0x80, 7, coded);
        huffman::encode(text, out);
    } else {
        integer::write(out, 0, 7, text.len());
        out.extend_from_slice(text);
    }
}

/// Eight bytes at a time. Who makes hashes collide only spoils the compression of his own fields.
fn hash(name: &[u8], value: &[u8]) -> u32 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut h = (name.len() as u64) << 32 | value.len() as u64;
    for part in [name, value] {
        let mut chunks = part.chunks_exact(8);
        for chunk in &mut chunks {
            let word = chunk.first_chunk::<8>().map_or(0, |c| u64::from_le_bytes(*c));
            h = (h.rotate_left(5) ^ word).wrapping_mul(K);
        }
        let mut word = 0;
        for &b in chunks.remainder() {
            word = word << 8 | u64::from(b);
        }
        h = (h.rotate_left(5) ^ word).wrapping_mul(K);
    }
    // 0 is what an empty place holds.
    ((h >> 32) as u32).max(1)
}
