//! The queue of niced tasks: each at the place that its niceness gives it.
//!
//! A place is a number of polls. A task that is queued behind `n` others would be polled after `n` polls; niceness moves
//! that place by up to [`REACH`] times `n`, back or forth. A place once given stays, and each turn brings the worker
//! nearer to it: whoever waits will run, however many others come in between.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Niceness goes from minus this to this.
pub(crate) const MOST: i32 = 1024;

/// How many times the queue's length the greatest niceness is worth.
const REACH: i64 = 8;

#[derive(Default)]
pub(crate) struct Niced {
    heap: BinaryHeap<Reverse<Place>>,
    /// Places given so far.
    given: u64,
}

/// Smaller ones are polled first; equal ones by niceness, then in the order in which they were given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: i64,
    nice: i64,
    nth: u64,
    index: u32,
}

impl Niced {
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// How many places have been given.
    pub fn given(&self) -> u64 {
        self.given
    }

    /// Queues an entry. `passed`: how many places have been; `ahead`: how many are queued already; `earliest`: the first
    /// place that may be given.
    pub fn push(&mut self, index: u32, nice: i32, passed: u64, ahead: usize, earliest: u64) {
        let (nice, ahead) = (i64::from(nice.clamp(-MOST, MOST)), ahead as i64);
        let at = passed as i64 + ahead + nice * ahead * REACH / i64::from(MOST);
        self.heap.push(Reverse(Place { at: at.max(earliest as i64), nice, nth: self.given, index }));
        self.given += 1;
    }

    /// Whether the first one's place has come.
    pub fn is_due(&self, passed: u64) -> bool {
        self.heap.peek().is_some_and(|Reverse(first)| first.at <= passed as i64)
    }

    /// Whether the first one got its place before [`Niced::given`] was this.
    pub fn was_given_before(&self, given: u64) -> bool {
        self.heap.peek().is_some_and(|Reverse(first)| first.nth < given)
    }

    /// The first one, due or not.
    pub fn pop(&mut self) -> Option<u32> {
        self.heap.pop().map(|Reverse(first)| first.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_niceness() {
        let mut niced = Niced::default();
        for (index, nice) in [(0, 1024), (1, 0), (2, -64), (3, -128), (4, -1024), (5, -128), (6, 9999)] {
            niced.push(index, nice, 1000, 100, 1000);
        }
        let due: Vec<u32> = std::iter::from_fn(|| niced.is_due(1000).then(|| niced.pop()).flatten()).collect();
        assert_eq!(due, [4, 3, 5], "from -128 on a task stands before all others");
        for (polls, index) in [(1050, 2), (1100, 1), (1900, 0), (1900, 6)] {
            assert!(!niced.is_due(polls - 1) || index == 6);
            assert!(niced.is_due(polls));
            assert_eq!(niced.pop(), Some(index));
        }
        assert_eq!((niced.len(), niced.pop()), (0, None));
    }

    #[test]
    fn nobody_waits_where_nobody_is() {
        let mut niced = Niced::default();
        niced.push(7, 1024, 5, 0, 5);
        assert!(niced.is_due(5));
    }
}
