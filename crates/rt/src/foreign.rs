//! Wakers that other executors made (joins, tests): kept aside, so that the common tables hold plain words.

use crate::word::{FOREIGN, MAX_TASKS, Word};
use core::task::Waker;

/// The wakers, each under a word of slot [`FOREIGN`].
#[derive(Default)]
pub(crate) struct Foreign {
    wakers: Vec<Option<Waker>>,
    free: Vec<u32>,
}

impl Foreign {
    pub fn insert(&mut self, waker: Waker) -> Word {
        let index = match self.free.pop() {
            Some(index) => {
                self.wakers[index as usize] = Some(waker);
                index
            }
            None => {
                self.wakers.push(Some(waker));
                (self.wakers.len() - 1) as u32
            }
        };
        assert!((index as usize) < MAX_TASKS, "fewer than 2^26 foreign wakers");
        Word::new(FOREIGN, 0, index)
    }

    /// The waker of `word`, if it is one kept here.
    pub fn take(&mut self, word: Word) -> Option<Waker> {
        if word.slot() != FOREIGN {
            return None;
        }
        let waker = self.wakers.get_mut(word.index() as usize)?.take()?;
        self.free.push(word.index());
        Some(waker)
    }

    /// A copy of the waker of `word`.
    pub fn peek(&self, word: Word) -> Option<Waker> {
        if word.slot() != FOREIGN {
            return None;
        }
        self.wakers.get(word.index() as usize)?.clone()
    }
}
