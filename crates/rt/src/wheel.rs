//! A hierarchical timer wheel in whole milliseconds: six levels of 64 places, links by index, so that arming,
//! moving and cancelling cost the same however many timers there are. It reads no clock.

use crate::word::Word;

const LEVEL_BITS: u32 = 6;
const PLACES: usize = 1 << LEVEL_BITS;
const LEVELS: usize = 6;
/// The furthest distance that has a place, about 2.2 years; later deadlines wait there and are placed again.
const HORIZON: u64 = (1 << (LEVEL_BITS * LEVELS as u32)) - 1;
const NIL: u32 = u32::MAX;

/// Where an entry stands.
const IN_NO_LIST: u16 = u16::MAX;
const FIRED: u16 = u16::MAX - 1;

/// An armed timer: 32 bytes.
struct Entry {
    due_ms: u64,
    word: Word,
    next: u32,
    prev: u32,
    /// `level * PLACES + place`, or one of the two marks above.
    list: u16,
}

/// The wheel and its entries.
pub(crate) struct Wheel {
    /// All deadlines up to and including this millisecond have fired.
    now_ms: u64,
    entries: Vec<Entry>,
    free: u32,
    armed: usize,
    /// The first entry of each place's list.
    heads: Box<[u32; LEVELS * PLACES]>,
    /// One bit for each place that isn't empty.
    occupied: [u64; LEVELS],
}

impl Wheel {
    pub fn new(now_ms: u64) -> Wheel {
        Wheel {
            now_ms,
            entries: Vec::new(),
            free: NIL,
            armed: 0,
            heads: Box::new([NIL; LEVELS * PLACES]),
            occupied: [0; LEVELS],
        }
    }

    /// How many timers run.
    pub fn armed(&self) -> usize {
        self.armed
    }

    /// A new entry that wakes `word` once `due_ms` is reached (at the next [`Wheel::advance`] if it is past).
    pub fn insert(&mut self, due_ms: u64, word: Word) -> u32 {
        let entry = Entry { due_ms, word, next: NIL, prev: NIL, list: IN_NO_LIST };
        let at = if self.free == NIL {
            self.entries.push(entry);
            u32::try_from(self.entries.len() - 1).expect("fewer than 2^32 timers")
        } else {
            let at = self.free;
            self.free = self.entries[at as usize].next;
            self.entries[at as usize] = entry;
            at
        };
        self.link(at);
        at
    }

    /// Gives an entry back; whom it would have woken.
    pub fn remove(&mut self, at: u32) -> Word {
        self.unlink(at);
        let entry = &mut self.entries[at as usize];
        entry.next = self.free;
        self.free = at;
        std::mem::take(&mut entry.word)
    }

    /// Arms an entry anew, fired or not.
    pub fn rearm(&mut self, at: u32, due_ms: u64) {
        self.unlink(at);
        self.entries[at as usize].due_ms = due_ms;
        self.link(at);
    }

    /// When the entry fires, or `None` when it has.
    pub fn due(&self, at: u32) -> Option<u64> {
        let entry = &self.entries[at as usize];
        (entry.list != FIRED).then_some(entry.due_ms)
    }

    /// Whom the entry wakes.
    pub fn word_mut(&mut self, at: u32) -> &mut Word {
        &mut self.entries[at as usize].word
    }

    /// The millisecond at which [`Wheel::advance`] has something to do next. Never later than the first deadline;
    /// earlier when entries have to come down a level first.
    pub fn next_ms(&self) -> Option<u64> {
        let (level, place) = self.first_place()?;
        Some(self.place_start(level, place))
    }

    /// Moves to `now_ms` and adds to `due` whom to wake. Fired entries stay until removed or armed again.
    pub fn advance(&mut self, now_ms: u64, due: &mut Vec<Word>) {
        while let Some((level, place)) = self.first_place() {
            let start = self.place_start(level, place);
            if start > now_ms {
                break;
            }
            self.now_ms = self.now_ms.max(start);
            self.empty_place(level, place, due);
        }
        self.now_ms = self.now_ms.max(now_ms);
    }

    /// Fires what is due in a place, and hands the rest down to lower levels.
    fn empty_place(&mut self, level: usize, place: usize, due: &mut Vec<Word>) {
        let list = level * PLACES + place;
        let mut at = std::mem::replace(&mut self.heads[list], NIL);
        self.occupied[level] &= !(1 << place);
        while at != NIL {
            let entry = &mut self.entries[at as usize];
            let next = entry.next;
            entry.list = IN_NO_LIST;
            self.armed -= 1;
            if entry.due_ms <= self.now_ms {
                entry.list = FIRED;
                due.push(entry.word);
            } else {
                self.link(at);
            }
            at = next;
        }
    }

    /// The place that comes first in time.
    fn first_place(&self) -> Option<(usize, usize)> {
        // A place of a higher level starts only after all places of the lower levels' current turn.
        (0..LEVELS).find_map(|level| {
            let occupied = self.occupied[level];
            (occupied != 0).then(|| {
                let hand = (self.now_ms >> (level as u32 * LEVEL_BITS)) as u32 % PLACES as u32;
                // Above level 0 the place at the hand is the last one, a turn away: see `place_start`.
                let from = hand + u32::from(level > 0);
                let ahead = occupied.rotate_right(from).trailing_zeros();
                (level, ((from + ahead) as usize) % PLACES)
            })
        })
    }

    /// The first millisecond that a place stands for, in the turn that is still to come.
    fn place_start(&self, level: usize, place: usize) -> u64 {
        let shift = level as u32 * LEVEL_BITS;
        let turn = 1 << (shift + LEVEL_BITS);
        let start = (self.now_ms & !(turn - 1)) + ((place as u64) << shift);
        let hand = (self.now_ms >> shift) as usize % PLACES;
        // At its hand a level above the first holds nothing of this turn: only the far end of the horizon.
        if place < hand || (place == hand && level > 0) { start + turn } else { start }
    }

    fn link(&mut self, at: u32) {
        // Past and present fire at the next advance: they go to the current place of level 0.
        let due = self.entries[at as usize].due_ms.clamp(self.now_ms, self.now_ms.saturating_add(HORIZON));
        let distance = due ^ self.now_ms;
        let level = match distance.checked_ilog2() {
            Some(bit) => ((bit / LEVEL_BITS) as usize).min(LEVELS - 1),
            None => 0,
        };
        let place = (due >> (level as u32 * LEVEL_BITS)) as usize % PLACES;
        let list = level * PLACES + place;
        let head = std::mem::replace(&mut self.heads[list], at);
        if head != NIL {
            self.entries[head as usize].prev = at;
        }
        let entry = &mut self.entries[at as usize];
        entry.next = head;
        entry.prev = NIL;
        entry.list = list as u16;
        self.occupied[level] |= 1 << place;
        self.armed += 1;
    }

    fn unlink(&mut self, at: u32) {
        let entry = &mut self.entries[at as usize];
        let list = std::mem::replace(&mut entry.list, IN_NO_LIST);
        if list >= FIRED {
            return;
        }
        let (prev, next, list) = (entry.prev, entry.next, list as usize);
        if next != NIL {
            self.entries[next as usize].prev = prev;
        }
        if prev != NIL {
            self.entries[prev as usize].next = next;
        } else {
            self.heads[list] = next;
            if next == NIL {
                self.occupied[list / PLACES] &= !(1 << (list % PLACES));
            }
        }
        self.armed -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn entry_is_small() {
        assert_eq!(size_of::<Entry>(), 32);
    }

    #[test]
    fn far_deadlines_fire_exactly_once() {
        let start = 1_000_000_007;
        let mut wheel = Wheel::new(start);
        let mut due = Vec::new();
        for distance in [0, 1, 63, 64, 65, 4095, 4096, 1 << 31, HORIZON, HORIZON + 1, HORIZON * 3] {
            let at = wheel.insert(start + distance, Word(distance + 1));
            assert_eq!(wheel.due(at), Some(start + distance));
        }
        let mut fired = Vec::new();
        while let Some(next) = wheel.next_ms() {
            wheel.advance(next, &mut due);
            fired.extend(due.drain(..).map(|word| (word.0 - 1, wheel.now_ms - start)));
        }
        assert_eq!(fired.len(), 11);
        assert!(fired.iter().all(|(wanted, got)| wanted == got), "{fired:?}");
    }

    #[derive(Clone, Debug)]
    enum Op {
        Insert(u64),
        Remove(usize),
        Rearm(usize, u64),
        Advance(u64),
        Jump,
    }

    fn distance() -> impl Strategy<Value = u64> {
        prop_oneof![0..70u64, 0..5000u64, 0..(1u64 << 33), Just(HORIZON)]
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            4 => distance().prop_map(Op::Insert),
            1 => any::<usize>().prop_map(Op::Remove),
            2 => (any::<usize>(), distance()).prop_map(|(at, by)| Op::Rearm(at, by)),
            2 => distance().prop_map(Op::Advance),
            2 => Just(Op::Jump),
        ]
    }

    proptest! {
        /// Against a sorted map: nothing fires early, late or twice.
        #[test]
        fn behaves_like_a_sorted_map(start in 0..1u64 << 40, ops in prop::collection::vec(op(), 1..200)) {
            let mut wheel = Wheel::new(start);
            let mut model: BTreeMap<u32, u64> = BTreeMap::new();
            let mut due = Vec::new();
            for op in ops {
                let pick = |at: usize| model.keys().nth(at % model.len().max(1)).copied();
                match op {
                    Op::Insert(by) => {
                        let due_ms = wheel.now_ms + by;
                        let at = wheel.insert(due_ms, Word::NONE);
                        *wheel.word_mut(at) = Word(u64::from(at));
                        model.insert(at, due_ms);
                    }
                    Op::Remove(at) => if let Some(at) = pick(at) {
                        prop_assert_eq!(wheel.remove(at), Word(u64::from(at)));
                        model.remove(&at);
                    },
                    Op::Rearm(at, by) => if let Some(at) = pick(at) {
                        wheel.rearm(at, wheel.now_ms + by);
                        model.insert(at, wheel.now_ms + by);
                    },
                    Op::Advance(_) | Op::Jump => {
                        let first = model.values().min().copied();
                        let next = wheel.next_ms();
                        prop_assert_eq!(first.is_some(), next.is_some());
                        prop_assert!(next <= first || next <= Some(wheel.now_ms));
                        let to = match op { Op::Advance(by) => wheel.now_ms + by, _ => next.unwrap_or(wheel.now_ms) };
                        wheel.advance(to, &mut due);
                        let mut got: Vec<u64> = due.drain(..).map(|word| word.0).collect();
                        got.sort_unstable();
                        let wanted: Vec<u64> =
                            model.iter().filter(|(_, ms)| **ms <= wheel.now_ms).map(|(at, _)| u64::from(*at)).collect();
                        prop_assert_eq!(&got, &wanted);
                        for at in wanted {
                            prop_assert_eq!(wheel.due(at as u32), None);
                            wheel.remove(at as u32);
                            model.remove(&(at as u32));
                        }
                    }
                }
                prop_assert_eq!(wheel.armed(), model.len());
            }
        }
    }
}
