//! A dynamic table (RFC 7541 sections 2.3.2 and 4): newest entries first, the oldest go when it is full.

use std::collections::VecDeque;

use super::FieldId;

/// What an entry counts beside its bytes (RFC 7541 section 4.1).
const OVERHEAD: usize = 32;

/// See the module's comment. Its memory grows with what is in it: at most about twice the maximum size.
pub struct Table {
    /// The bytes of all entries, oldest first, behind those of entries that have gone.
    bytes: Vec<u8>,
    /// How many bytes were cut off the front of `bytes` over time.
    base: usize,
    entries: VecDeque<Stored>,
    size: usize,
    max: usize,
}

#[derive(Clone, Copy)]
struct Stored {
    /// Where the name begins, counted as `base` is.
    at: usize,
    name_len: u32,
    value_len: u32,
    id: FieldId,
    valid: bool,
}

/// An entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry<'a> {
    pub name: &'a [u8],
    pub value: &'a [u8],
    pub id: FieldId,
    /// Name and value hold only bytes that may stand there.
    pub valid: bool,
}

impl Table {
    /// An empty table of at most `max` bytes as RFC 7541 section 4.1 counts them.
    pub fn new(max: usize) -> Table {
        Table { bytes: Vec::new(), base: 0, entries: VecDeque::new(), size: 0, max }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The size as the RFC counts it.
    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The size that it may have.
    pub fn max(&self) -> usize {
        self.max
    }

    /// Changes the size that it may have (RFC 7541 section 4.3).
    pub fn set_max(&mut self, max: usize) {
        self.max = max;
        self.evict(max);
        if self.entries.is_empty() {
            self.bytes = Vec::new();
            self.base = 0;
        }
    }

    /// The entry of this place; 0 is the newest.
    #[inline]
    pub fn get(&self, place: usize) -> Option<Entry<'_>> {
        let e = self.entries.get(place)?;
        let from = e.at - self.base;
        let (name, rest) = self.bytes[from..].split_at(e.name_len as usize);
        Some(Entry { name, value: &rest[..e.value_len as usize], id: e.id, valid: e.valid })
    }

    /// Adds an entry. One that is too large for the table empties it (RFC 7541 section 4.4). Answers how many went.
    pub fn insert(&mut self, entry: Entry<'_>) -> usize {
        let need = entry.name.len() + entry.value.len() + OVERHEAD;
        if need > self.max {
            return self.evict(0);
        }
        let gone = self.evict(self.max - need);
        self.squeeze();
        let at = self.base + self.bytes.len();
        self.bytes.extend_from_slice(entry.name);
        self.bytes.extend_from_slice(entry.value);
        self.size += need;
        self.entries.push_front(Stored {
            at,
            name_len: entry.name.len() as u32,
            value_len: entry.value.len() as u32,
            id: entry.id,
            valid: entry.valid,
        });
        gone
    }

    fn evict(&mut self, room: usize) -> usize {
        let before = self.entries.len();
        while self.size > room
            && let Some(oldest) = self.entries.pop_back()
        {
            self.size -= oldest.name_len as usize + oldest.value_len as usize + OVERHEAD;
        }
        before - self.entries.len()
    }

    /// Moves the bytes to the front once half of them are dead, so that each byte is moved once on average.
    fn squeeze(&mut self) {
        let dead = self.entries.back().map_or(self.bytes.len(), |oldest| oldest.at - self.base);
        if dead * 2 >= self.bytes.len() {
            self.bytes.drain(..dead);
            self.base += dead;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(table: &mut Table, name: &str, value: &str) -> usize {
        let (name, value) = (name.as_bytes(), value.as_bytes());
        table.insert(Entry { name, value, id: FieldId::of(name), valid: true })
    }

    fn names(table: &Table) -> Vec<String> {
        (0..table.len()).map(|i| String::from_utf8(table.get(i).unwrap().name.to_vec()).unwrap()).collect()
    }

    #[test]
    fn oldest_go_first() {
        let mut table = Table::new(110);
        assert_eq!(put(&mut table, "a", "1"), 0);
        assert_eq!(put(&mut table, "b", "22"), 0);
        assert_eq!((names(&table), table.size()), (vec!["b".into(), "a".into()], 69));
        assert_eq!(put(&mut table, "c", "3333"), 0);
        assert_eq!(put(&mut table, "dd", "4"), 1);
        assert_eq!(names(&table), ["dd", "c", "b"]);
        assert_eq!(table.get(1).unwrap().value, b"3333");
        assert!(table.get(3).is_none());
        table.set_max(70);
        assert_eq!(names(&table), ["dd"]);
        assert_eq!(put(&mut table, "x", &"y".repeat(70)), 1, "too large: the table is empty");
        assert_eq!((table.len(), table.size()), (0, 0));
    }

    #[test]
    fn memory_stays_bounded() {
        let mut table = Table::new(4096);
        for i in 0..10_000 {
            put(&mut table, "name", &format!("{i:0100}"));
            assert!(table.bytes.len() <= 2 * 4096 + 200);
        }
        assert_eq!(table.get(0).unwrap().value, format!("{:0100}", 9999).as_bytes());
    }
}
