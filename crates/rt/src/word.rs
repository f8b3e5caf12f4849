//! Wakers as plain numbers.
//!
//! A waker's data word is `{slot, generation, index}`: which worker, which entry of its task table, and which
//! life of that entry. It is copied, never counted, and means something on any thread. A word that outlived its
//! task matches no generation and wakes nobody; after 2^26 lives of one entry it may wake a stranger once, which
//! every future must bear anyway.

use core::task::{RawWaker, RawWakerVTable, Waker};

const INDEX_BITS: u32 = 26;
const GEN_BITS: u32 = 26;
/// How many tasks one worker can hold.
pub(crate) const MAX_TASKS: usize = 1 << INDEX_BITS;
/// Generations count modulo this.
pub(crate) const GENERATIONS: u32 = 1 << GEN_BITS;
/// Slots 1..FOREIGN belong to workers.
pub(crate) const FOREIGN: u16 = (1 << (64 - INDEX_BITS - GEN_BITS)) - 1;

const _: () = assert!(usize::BITS == 64, "a waker's data word needs 64 bits");

/// Whom to wake; [`Word::NONE`] is nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, PartialOrd, Ord)]
pub(crate) struct Word(pub u64);

impl Word {
    pub const NONE: Word = Word(0);

    /// `slot` is never 0, so no real word equals [`Word::NONE`].
    pub fn new(slot: u16, generation: u32, index: u32) -> Word {
        debug_assert!(slot != 0 && generation < GENERATIONS && (index as usize) < MAX_TASKS);
        Word(u64::from(slot) << (INDEX_BITS + GEN_BITS) | u64::from(generation) << INDEX_BITS | u64::from(index))
    }

    pub fn is_some(self) -> bool {
        self.0 != 0
    }

    pub fn slot(self) -> u16 {
        (self.0 >> (INDEX_BITS + GEN_BITS)) as u16
    }

    pub fn generation(self) -> u32 {
        (self.0 >> INDEX_BITS) as u32 & (GENERATIONS - 1)
    }

    pub fn index(self) -> u32 {
        self.0 as u32 & (MAX_TASKS as u32 - 1)
    }

    /// The word in `waker`, if it is one of ours.
    pub fn of(waker: &Waker) -> Option<Word> {
        core::ptr::eq(waker.vtable(), &VTABLE).then(|| Word(waker.data().addr() as u64))
    }

    /// A waker that carries this word.
    pub fn waker(self) -> Waker {
        let data = core::ptr::without_provenance(self.0 as usize);
        // SAFETY: the functions of VTABLE only read the data word as a number, own nothing, never dereference
        // it, and `crate::remote::wake` may be called on any thread at any time.
        unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |data| RawWaker::new(data, &VTABLE),
    |data| crate::remote::wake(Word(data.addr() as u64)),
    |data| crate::remote::wake(Word(data.addr() as u64)),
    |_| {},
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_parts_and_pass_through_wakers() {
        for (slot, generation, index) in [(1, 0, 0), (FOREIGN - 1, GENERATIONS - 1, MAX_TASKS as u32 - 1), (7, 9, 11)] {
            let word = Word::new(slot, generation, index);
            assert_eq!((word.slot(), word.generation(), word.index()), (slot, generation, index));
            assert_eq!(Word::of(&word.waker()), Some(word));
            assert!(word.waker().will_wake(&word.waker().clone()));
        }
        assert_eq!(Word::of(Waker::noop()), None);
    }
}
