//! The table of one worker's tasks and its run queue. Nothing here calls user code.

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
    /// While free: the next free entry.
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
const FLAGS: u32 = (1 << FLAG_BITS) - 1;
const NO_ENTRY: u32 = u32::MAX;

impl Entry {
    fn generation(&self) -> u32 {
        self.life >> FLAG_BITS
    }

    fn has(&self, flag: u32) -> bool {
        self.life & flag != 0
    }
}

/// All tasks of a worker.
pub(crate) struct Tasks {
    slot: u16,
    entries: Vec<Entry>,
    free: u32,
    live: usize,
    queue: VecDeque<u32>,
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
        Tasks { slot, entries: Vec::new(), free: NO_ENTRY, live: 0, queue: VecDeque::new() }
    }

    /// How many tasks exist.
    pub fn live(&self) -> usize {
        self.live
    }

    /// How many polls are due.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Adds a task and queues it. At the limit of 2^26 tasks the future comes back.
    pub fn insert(&mut self, future: TaskFuture) -> Result<Word, TaskFuture> {
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
        entry.life = entry.life & !FLAGS | LIVE | QUEUED;
        let word = Word::new(self.slot, entry.generation(), index);
        self.live += 1;
        self.queue.push_back(index);
        Ok(word)
    }

    /// Queues the task if it lives and isn't queued yet.
    pub fn wake(&mut self, word: Word) {
        let index = word.index();
        let Some(entry) = self.entries.get_mut(index as usize) else { return };
        if entry.generation() == word.generation() && entry.life & (LIVE | QUEUED) == LIVE {
            entry.life |= QUEUED;
            self.queue.push_back(index);
        }
    }

    /// Queues every task.
    pub fn wake_all(&mut self) {
        for (index, entry) in self.entries.iter_mut().enumerate() {
            if entry.life & (LIVE | QUEUED) == LIVE {
                entry.life |= QUEUED;
                self.queue.push_back(index as u32);
            }
        }
    }

    /// The next task to poll, with its future. Give it back with [`Tasks::put_back`] or end it with
    /// [`Tasks::free`]. `None`: that queue place was stale.
    pub fn next(&mut self) -> Option<(Word, TaskFuture)> {
        let index = self.queue.pop_front()?;
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
        let word = tasks.insert(ready()).ok().unwrap();
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
        let second = tasks.insert(ready()).ok().unwrap();
        assert_eq!(second.index(), word.index());
        assert!(!tasks.is_live(word) && tasks.is_live(second));
        assert!(matches!(tasks.kill(word), Killed::Gone));
    }

    #[test]
    fn killed_tasks_leave_stale_queue_places_only() {
        let mut tasks = Tasks::new(1);
        let word = tasks.insert(ready()).ok().unwrap();
        let Killed::Idle(future) = tasks.kill(word) else { panic!("it was idle") };
        drop(future);
        tasks.free(word);
        let second = tasks.insert(ready()).ok().unwrap();
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
