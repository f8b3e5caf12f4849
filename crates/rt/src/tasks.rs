//! The table of one worker's tasks and its run queue. Nothing here calls user code.
//!
//! Most tasks are plain: they stand in one line. A niced task (manual 5.1, `nice`) stands beside it, at the place that
//! its niceness gives it, and costs the others nothing: they aren't asked who is nice.

use crate::niced::Niced;
use crate::word::{GENERATIONS, MAX_TASKS, Word};
use core::future::Future;
use core::pin::Pin;
use std::collections::VecDeque;

pub(crate) type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

/// A place in the table: 24 bytes, since every idle connection has one.
struct Entry {
    /// Absent while the task runs and when the entry is free.
    future: Option<TaskFuture>,
    /// `generation << FLAG_BITS | flags`.
    life: u32,
    /// While free: the next free entry. While it lives and is niced: its niceness.
    next_free: u32,
}

const FLAG_BITS: u32 = 6;
/// In the run queue (which may hold leftovers of killed tasks: only this flag counts).
const QUEUED: u32 = 1;
/// Being polled or dropped right now; its future is with the caller.
const RUNNING: u32 = 2;
/// To be dropped once its poll returns.
const KILLED: u32 = 4;
/// The entry belongs to a task.
const LIVE: u32 = 8;
/// It has a niceness other than 0.
const NICED: u32 = 16;
const FLAGS: u32 = (1 << FLAG_BITS) - 1;
const NICED_AND_IDLE: u32 = LIVE | NICED;
const NO_ENTRY: u32 = u32::MAX;

impl Entry {
    fn generation(&self) -> u32 {
        self.life >> FLAG_BITS
    }

    fn has(&self, flag: u32) -> bool {
        self.life & flag != 0
    }

    fn nice(&self) -> i32 {
        if self.has(NICED) { self.next_free.cast_signed() } else { 0 }
    }
}

/// All tasks of a worker.
pub(crate) struct Tasks {
    slot: u16,
    entries: Vec<Entry>,
    free: u32,
    live: usize,
    queue: VecDeque<u32>,
    niced: Niced,
    /// Places in the queues that have been passed.
    passed: u64,
    /// What that will be at the end of the running turn.
    turn_end: u64,
}

/// What is left of one turn of the loop: whoever was queued at its start.
pub(crate) struct Turn {
    plain: usize,
    niced: usize,
    /// There are no plain tasks: niced ones needn't wait for their places.
    idle: bool,
    /// Places that niced tasks had been given before.
    given: u64,
}

impl Turn {
    /// Whether it's a matter of the plain queue alone.
    pub fn is_plain(&self) -> bool {
        self.niced == 0
    }

    /// How many plain tasks are due.
    pub fn plain(&self) -> usize {
        self.plain
    }
}

/// What [`Tasks::kill`] found.
pub(crate) enum Killed {
    /// Its future, to be dropped by the caller, then [`Tasks::free`].
    Idle(TaskFuture),
    /// It is running: it ends when its poll returns.
    Running,
    /// There was no such task (any more).
    Gone,
}

impl Tasks {
    pub fn new(slot: u16) -> Tasks {
        Tasks {
            slot,
            entries: Vec::new(),
            free: NO_ENTRY,
            live: 0,
            queue: VecDeque::new(),
            niced: Niced::default(),
            passed: 0,
            turn_end: 0,
        }
    }

    /// How many tasks exist.
    pub fn live(&self) -> usize {
        self.live
    }

    /// How many polls are due.
    pub fn queued(&self) -> usize {
        self.queue.len() + self.niced.len()
    }

    /// How many of them are of niced tasks.
    pub fn niced_queued(&self) -> usize {
        self.niced.len()
    }

    /// Adds a task and queues it. At the limit of 2^26 tasks the future comes back. `nice`: see [`crate::spawn_niced`].
    pub fn insert(&mut self, future: TaskFuture, nice: i32) -> Result<Word, TaskFuture> {
        let index = if self.free != NO_ENTRY {
            let index = self.free;
            let entry = &mut self.entries[index as usize];
            self.free = entry.next_free;
            entry.future = Some(future);
            index
        } else if self.entries.len() < MAX_TASKS {
            self.entries.push(Entry { future: Some(future), life: 0, next_free: NO_ENTRY });
            (self.entries.len() - 1) as u32
        } else {
            return Err(future);
        };
        let entry = &mut self.entries[index as usize];
        entry.life = entry.life & !FLAGS | LIVE;
        let word = Word::new(self.slot, entry.generation(), index);
        self.live += 1;
        if nice != 0 {
            self.set_nice(word, nice);
        }
        self.wake(word);
        Ok(word)
    }

    /// Gives the task a niceness, from its next wake-up on.
    pub fn set_nice(&mut self, word: Word, nice: i32) {
        if !self.is_live(word) {
            return;
        }
        let entry = &mut self.entries[word.index() as usize];
        if nice == 0 {
            entry.life &= !NICED;
        } else {
            entry.life |= NICED;
            entry.next_free = nice.cast_unsigned();
        }
    }

    /// Queues the task if it lives and isn't queued yet.
    pub fn wake(&mut self, word: Word) {
        let index = word.index();
        let Some(entry) = self.entries.get_mut(index as usize) else { return };
        if entry.generation() != word.generation() {
            return;
        }
        // One mask tells all: plain tasks pay nothing for the niced.
        match entry.life & (LIVE | QUEUED | NICED) {
            LIVE => {
                entry.life |= QUEUED;
                self.queue.push_back(index);
            }
            NICED_AND_IDLE => self.queue_niced(index),
            _ => {}
        }
    }

    #[inline(never)]
    fn queue_niced(&mut self, index: u32) {
        let ahead = self.queued();
        let entry = &mut self.entries[index as usize];
        entry.life |= QUEUED;
        self.niced.push(index, entry.nice(), self.passed, ahead, self.turn_end);
    }

    /// Queues every task.
    pub fn wake_all(&mut self) {
        for index in 0..self.entries.len() as u32 {
            let word = Word::new(self.slot, self.entries[index as usize].generation(), index);
            self.wake(word);
        }
    }

    /// Whoever is queued now has a turn. Tasks woken meanwhile have the next.
    pub fn begin_turn(&mut self) -> Turn {
        let (plain, niced) = (self.queue.len(), self.niced.len());
        self.passed = self.turn_end;
        self.turn_end += (plain + niced) as u64;
        Turn { plain, niced, idle: plain == 0, given: self.niced.given() }
    }

    /// The next plain task to poll, with its future. Give it back with [`Tasks::put_back`] or end it with
    /// [`Tasks::free`]. `None`: that queue place was stale.
    pub fn next(&mut self) -> Option<(Word, TaskFuture)> {
        let index = self.queue.pop_front()?;
        self.take(index)
    }

    /// The same in a turn that niced tasks take part in: those whose place has come go first, those whose place is
    /// still to come wait for a turn without plain tasks. Outer `None`: the turn is over.
    pub fn next_of(&mut self, turn: &mut Turn) -> Option<Option<(Word, TaskFuture)>> {
        let goes = self.niced.is_due(self.passed) || turn.idle && self.niced.was_given_before(turn.given);
        let index = if turn.niced > 0 && goes {
            turn.niced -= 1;
            self.niced.pop()?
        } else if turn.plain > 0 {
            turn.plain -= 1;
            self.queue.pop_front()?
        } else {
            return None;
        };
        self.passed += 1;
        Some(self.take(index))
    }

    fn take(&mut self, index: u32) -> Option<(Word, TaskFuture)> {
        let entry = &mut self.entries[index as usize];
        if !entry.has(QUEUED) {
            return None;
        }
        entry.life &= !QUEUED;
        let future = entry.future.take()?;
        entry.life |= RUNNING;
        Some((Word::new(self.slot, entry.generation(), index), future))
    }

    /// The poll of `word` returned pending. If it was killed meanwhile, the future comes back to be dropped.
    pub fn put_back(&mut self, word: Word, future: TaskFuture) -> Option<TaskFuture> {
        let entry = &mut self.entries[word.index() as usize];
        debug_assert_eq!(entry.generation(), word.generation());
        if entry.has(KILLED) {
            return Some(future);
        }
        entry.life &= !RUNNING;
        entry.future = Some(future);
        None
    }

    /// Ends a task whose future the caller has taken and dropped.
    pub fn free(&mut self, word: Word) {
        let entry = &mut self.entries[word.index() as usize];
        debug_assert!(entry.generation() == word.generation() && entry.has(LIVE) && entry.future.is_none());
        entry.life = ((word.generation() + 1) % GENERATIONS) << FLAG_BITS;
        entry.next_free = self.free;
        self.free = word.index();
        self.live -= 1;
    }

    /// Whether the task still exists.
    pub fn is_live(&self, word: Word) -> bool {
        self.entries
            .get(word.index() as usize)
            .is_some_and(|entry| entry.generation() == word.generation() && entry.has(LIVE))
    }

    /// Takes a task's future away, or marks the running one.
    pub fn kill(&mut self, word: Word) -> Killed {
        if !self.is_live(word) {
            return Killed::Gone;
        }
        let entry = &mut self.entries[word.index() as usize];
        match entry.future.take() {
            Some(future) => {
                entry.life = (entry.life | RUNNING | KILLED) & !QUEUED;
                Killed::Idle(future)
            }
            None => {
                entry.life |= KILLED;
                Killed::Running
            }
        }
    }

    /// The last task before place `below` that isn't running: to end all of them in one pass.
    pub fn last_below(&self, below: u32) -> Option<Word> {
        let part = &self.entries[..self.entries.len().min(below as usize)];
        let index = part.iter().rposition(|entry| entry.future.is_some())?;
        Some(Word::new(self.slot, part[index].generation(), index as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> TaskFuture {
        Box::pin(async {})
    }

    #[test]
    fn entry_is_small() {
        assert_eq!(size_of::<Entry>(), 24);
    }

    #[test]
    fn a_task_is_queued_once_and_old_words_wake_nobody() {
        let mut tasks = Tasks::new(3);
        let word = tasks.insert(ready(), 0).ok().unwrap();
        tasks.wake(word);
        assert_eq!(tasks.queued(), 1);
        let (got, future) = tasks.next().unwrap();
        assert_eq!(got, word);
        tasks.wake(word);
        assert_eq!(tasks.queued(), 1, "a task may be woken while it runs");
        assert!(tasks.put_back(word, future).is_none());
        let (_, future) = tasks.next().unwrap();
        drop(future);
        tasks.free(word);
        tasks.wake(word);
        assert_eq!((tasks.queued(), tasks.live()), (0, 0));
        let second = tasks.insert(ready(), 0).ok().unwrap();
        assert_eq!(second.index(), word.index());
        assert!(!tasks.is_live(word) && tasks.is_live(second));
        assert!(matches!(tasks.kill(word), Killed::Gone));
    }

    /// Polls turn after turn, each task waking itself, and answers how often each was polled.
    fn compete(nices: &[i32], turns: usize) -> Vec<usize> {
        let mut tasks = Tasks::new(1);
        let words: Vec<Word> = nices.iter().map(|nice| tasks.insert(ready(), *nice).ok().unwrap()).collect();
        let mut polls = vec![0; nices.len()];
        for _ in 0..turns {
            let mut turn = tasks.begin_turn();
            while let Some(place) = tasks.next_of(&mut turn) {
                let (word, future) = place.expect("nobody was killed");
                polls[words.iter().position(|w| *w == word).unwrap()] += 1;
                tasks.wake(word);
                assert!(tasks.put_back(word, future).is_none());
            }
        }
        polls
    }

    #[test]
    fn the_nice_give_way_and_nobody_starves() {
        // Who would be polled each turn comes as often as the queue moves past its place.
        assert_eq!(compete(&[0, 0, 0, 0, 1024], 900)[..4], [900; 4]);
        let nice = compete(&[0, 0, 0, 0, 1024], 900)[4];
        assert!((110..=130).contains(&nice), "{nice}");
        // Those who go first are polled once a turn as everybody else, however often they wake.
        assert_eq!(compete(&[0, -1024, 0, -1024], 100), [100; 4]);
        assert_eq!(compete(&[0, -1024, 1024], 100)[..2], [100; 2]);
        // Without plain tasks somebody is polled all the same.
        assert_eq!(compete(&[1024], 100), [100]);
        let polls = compete(&[1024, 1024, -1], 100);
        assert!(polls[..2].iter().all(|n| (10..50).contains(n)) && polls[2] == 100, "{polls:?}");
    }

    #[test]
    fn a_turn_goes_by_niceness() {
        let mut tasks = Tasks::new(1);
        let nices = [0, 512, 0, -1024, 0, -32, 0, 0, 0, 0];
        let words: Vec<Word> = nices.iter().map(|nice| tasks.insert(ready(), *nice).ok().unwrap()).collect();
        assert_eq!((tasks.queued(), tasks.niced_queued()), (10, 3));
        let mut turn = tasks.begin_turn();
        let polled = std::iter::from_fn(|| tasks.next_of(&mut turn)).map(|place| place.unwrap().0);
        let order: Vec<usize> = polled.map(|word| words.iter().position(|w| *w == word).unwrap()).collect();
        assert_eq!(order, [3, 0, 2, 4, 5, 1, 6, 7, 8, 9]);
    }

    #[test]
    fn niceness_ends_with_its_task() {
        let mut tasks = Tasks::new(1);
        let word = tasks.insert(ready(), 5).ok().unwrap();
        let Killed::Idle(future) = tasks.kill(word) else { panic!("it was idle") };
        drop(future);
        tasks.free(word);
        let second = tasks.insert(ready(), 0).ok().unwrap();
        assert_eq!((second.index(), tasks.niced_queued()), (word.index(), 1), "a stale place is left");
        tasks.set_nice(word, 7);
        let mut turn = tasks.begin_turn();
        let polled: Vec<_> = std::iter::from_fn(|| tasks.next_of(&mut turn)).flatten().map(|(w, _)| w).collect();
        assert_eq!((polled, tasks.queued()), (vec![second], 0));
    }

    #[test]
    fn killed_tasks_leave_stale_queue_places_only() {
        let mut tasks = Tasks::new(1);
        let word = tasks.insert(ready(), 0).ok().unwrap();
        let Killed::Idle(future) = tasks.kill(word) else { panic!("it was idle") };
        drop(future);
        tasks.free(word);
        let second = tasks.insert(ready(), 0).ok().unwrap();
        assert_eq!(tasks.queued(), 2);
        let (got, future) = tasks.next().unwrap();
        assert_eq!(got, second);
        assert!(tasks.next().is_none(), "the stale place is skipped");
        assert!(matches!(tasks.kill(second), Killed::Running));
        assert!(tasks.put_back(second, future).is_some(), "a task killed while running comes back to be dropped");
        tasks.free(second);
        assert_eq!(tasks.live(), 0);
    }
}
