//! Readiness of descriptors: a compact entry for each, which the reactor fills and the streams ask.

use crate::word::Word;

/// What an entry knows. Reading and writing start out as possible: trying is cheaper than waiting for the first
/// event, and edge-triggered events say when it becomes possible again.
pub(crate) const READ: u8 = 1;
pub(crate) const WRITE: u8 = 2;
/// The peer will send no more (sticky).
pub(crate) const RDHUP: u8 = 4;
/// Both directions are over (sticky).
pub(crate) const HUP: u8 = 8;
/// An error is pending (sticky).
pub(crate) const ERR: u8 = 16;
const PARKED: u8 = 32;
const IN_USE: u8 = 64;

/// One registered descriptor: 24 bytes.
struct Entry {
    generation: u32,
    flags: u8,
    /// Who waits to read; when parked, the queue and key; when free, the next free entry.
    read: u64,
    /// Who waits to write.
    write: u64,
}

/// Which direction of a descriptor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dir {
    Read,
    Write,
}

/// What to do about an event.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Told {
    /// Wake these (either may be nobody).
    Wake(Word, Word),
    /// Tell the ready queue about the key.
    Parked { queue: u32, key: u32 },
}

/// All descriptors registered with one worker.
pub(crate) struct IoTable {
    entries: Vec<Entry>,
    free: u32,
    used: usize,
}

const NIL: u32 = u32::MAX;

impl IoTable {
    pub const fn new() -> IoTable {
        IoTable { entries: Vec::new(), free: NIL, used: 0 }
    }

    pub fn used(&self) -> usize {
        self.used
    }

    /// A new entry, and the token under which its events come.
    pub fn insert(&mut self, ready: u8) -> (u32, u64) {
        let at = if self.free == NIL {
            self.entries.push(Entry { generation: 0, flags: 0, read: 0, write: 0 });
            u32::try_from(self.entries.len() - 1).expect("fewer than 2^32 descriptors")
        } else {
            let at = self.free;
            self.free = self.entries[at as usize].read as u32;
            at
        };
        let entry = &mut self.entries[at as usize];
        entry.flags = IN_USE | ready;
        entry.read = 0;
        entry.write = 0;
        self.used += 1;
        (at, u64::from(entry.generation) << 32 | u64::from(at))
    }

    /// Frees an entry; who waited there, to be forgotten by the caller.
    pub fn remove(&mut self, at: u32) -> [Word; 2] {
        let entry = &mut self.entries[at as usize];
        debug_assert!(entry.flags & IN_USE != 0);
        let words = if entry.flags & PARKED != 0 { [Word::NONE; 2] } else { [Word(entry.read), Word(entry.write)] };
        entry.generation = entry.generation.wrapping_add(1);
        entry.flags = 0;
        entry.read = u64::from(self.free);
        entry.write = 0;
        self.free = at;
        self.used -= 1;
        words
    }

    /// An event came for `token`: remembers the flags.
    pub fn event(&mut self, token: u64, flags: u8) -> Told {
        let none = Told::Wake(Word::NONE, Word::NONE);
        let Some(entry) = self.entries.get_mut(token as u32 as usize) else { return none };
        if u64::from(entry.generation) != token >> 32 || entry.flags & IN_USE == 0 {
            return none;
        }
        entry.flags |= flags;
        if entry.flags & PARKED != 0 {
            // Writability is no news about an idle connection; everything else is.
            return if flags & !WRITE != 0 { Self::unpark_entry(entry) } else { none };
        }
        let take =
            |wanted: u8, word: &mut u64| if flags & wanted != 0 { Word(std::mem::take(word)) } else { Word::NONE };
        Told::Wake(take(READ, &mut entry.read), take(WRITE, &mut entry.write))
    }

    fn unpark_entry(entry: &mut Entry) -> Told {
        entry.flags &= !PARKED;
        let (queue, key) = ((entry.read >> 32) as u32, entry.read as u32);
        entry.read = 0;
        Told::Parked { queue, key }
    }

    pub fn flags(&self, at: u32) -> u8 {
        self.entries[at as usize].flags
    }

    pub fn clear(&mut self, at: u32, flag: u8) {
        self.entries[at as usize].flags &= !flag;
    }

    /// Makes reading and writing possible again, as after a new registration.
    pub fn renew(&mut self, at: u32) {
        self.entries[at as usize].flags |= READ | WRITE;
    }

    /// After a short read: drained, unless the end of the stream or an error waits behind the data.
    pub fn drained(&mut self, at: u32) {
        let flags = &mut self.entries[at as usize].flags;
        if *flags & (RDHUP | HUP | ERR) == 0 {
            *flags &= !READ;
        }
    }

    /// The place that holds who waits for a direction. Not while parked.
    pub fn waiter(&mut self, at: u32, dir: Dir) -> &mut u64 {
        let entry = &mut self.entries[at as usize];
        debug_assert!(entry.flags & PARKED == 0, "a parked descriptor has no waiter");
        match dir {
            Dir::Read => &mut entry.read,
            Dir::Write => &mut entry.write,
        }
    }

    /// Parks an entry; whoever waited is to be forgotten. If something is already known that an event would have
    /// told, it isn't parked, and the caller tells the queue at once.
    pub fn park(&mut self, at: u32, queue: u32, key: u32) -> ([Word; 2], bool) {
        let entry = &mut self.entries[at as usize];
        let words = if entry.flags & PARKED != 0 { [Word::NONE; 2] } else { [Word(entry.read), Word(entry.write)] };
        entry.read = u64::from(queue) << 32 | u64::from(key);
        entry.write = 0;
        let told = entry.flags & (READ | RDHUP | HUP | ERR) != 0;
        if told {
            entry.flags &= !PARKED;
            entry.read = 0;
        } else {
            entry.flags |= PARKED;
        }
        (words, told)
    }

    /// Ends parking, if it hasn't been told yet.
    pub fn unpark(&mut self, at: u32) {
        let entry = &mut self.entries[at as usize];
        if entry.flags & PARKED != 0 {
            let _ = Self::unpark_entry(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_is_small() {
        assert_eq!(size_of::<Entry>(), 24);
    }

    #[test]
    fn events_reach_only_the_life_they_belong_to() {
        let mut table = IoTable::new();
        let (at, old) = table.insert(READ);
        assert_eq!(table.remove(at), [Word::NONE; 2]);
        let (again, token) = table.insert(0);
        assert_eq!(at, again);
        assert_ne!(old, token);
        *table.waiter(at, Dir::Read) = 7;
        assert_eq!(table.event(old, READ), Told::Wake(Word::NONE, Word::NONE));
        assert_eq!(table.event(token, WRITE), Told::Wake(Word::NONE, Word::NONE), "nobody waits to write");
        assert_eq!(table.event(token, READ), Told::Wake(Word(7), Word::NONE));
        assert_eq!(table.event(token, READ), Told::Wake(Word::NONE, Word::NONE), "woken once");
        assert_eq!(table.event(u64::MAX, READ), Told::Wake(Word::NONE, Word::NONE));
    }

    #[test]
    fn a_short_read_drains_unless_the_end_is_near() {
        let mut table = IoTable::new();
        let (at, token) = table.insert(READ | WRITE);
        table.drained(at);
        assert_eq!(table.flags(at) & READ, 0);
        table.event(token, READ | RDHUP);
        table.drained(at);
        assert_eq!(table.flags(at) & READ, READ, "the end must still be read");
        table.clear(at, READ);
        assert_eq!(table.flags(at) & READ, 0, "a would-block clears in any case, so nothing spins");
    }

    #[test]
    fn parked_entries_tell_once() {
        let mut table = IoTable::new();
        let (at, token) = table.insert(WRITE);
        assert_eq!(table.park(at, 2, 99), ([Word::NONE; 2], false));
        assert_eq!(table.event(token, WRITE), Told::Wake(Word::NONE, Word::NONE));
        assert_eq!(table.event(token, READ | RDHUP), Told::Parked { queue: 2, key: 99 });
        assert_eq!(table.event(token, READ), Told::Wake(Word::NONE, Word::NONE));
        assert!(table.park(at, 2, 99).1, "what is known already is told at once");
        table.clear(at, READ);
        table.unpark(at);
        assert_eq!(*table.waiter(at, Dir::Read), 0);
    }
}
