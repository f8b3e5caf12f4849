//! The order in which waiting requests are served: priority class, then offset, then arrival (manual 4.3
//! `set-priority-class`, `set-priority-offset`).

use base::Tick;
use std::collections::BTreeMap;

/// A waiting request's place. Smaller is served sooner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    class: i16,
    /// Milliseconds: arrival moved by the offset.
    date_ms: i64,
    /// Keeps arrivals apart.
    serial: u64,
}

/// Requests waiting for a slot of a server or of a backend. `T` is whatever the proxy wakes.
#[derive(Debug)]
pub struct Queue<T> {
    waiting: BTreeMap<Key, T>,
    serial: u64,
    limit: usize,
}

impl<T> Queue<T> {
    /// An empty queue that takes at most `limit` requests; 0 for no limit of its own (`maxqueue`).
    pub fn new(limit: usize) -> Queue<T> {
        Queue { waiting: BTreeMap::new(), serial: 0, limit }
    }

    /// Changes the limit. Those who wait already stay.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Joins with priority class and offset in milliseconds (0 and 0 by default). A full queue gives the
    /// request back.
    pub fn join(&mut self, now: Tick, class: i16, offset_ms: i32, waiter: T) -> Result<Key, T> {
        if self.limit > 0 && self.waiting.len() >= self.limit {
            return Err(waiter);
        }
        self.serial += 1;
        let date_ms = (now.0 / 1_000_000) as i64 + i64::from(offset_ms);
        let key = Key { class, date_ms, serial: self.serial };
        self.waiting.insert(key, waiter);
        Ok(key)
    }

    /// Leaves without having been served (timeout, client gone). `None` if it was served meanwhile.
    pub fn leave(&mut self, key: Key) -> Option<T> {
        self.waiting.remove(&key)
    }

    /// Who is served next, and its key.
    pub fn first(&self) -> Option<(Key, &T)> {
        self.waiting.first_key_value().map(|(key, waiter)| (*key, waiter))
    }

    /// Takes out who is served next.
    pub fn pop(&mut self) -> Option<(Key, T)> {
        self.waiting.pop_first()
    }

    /// How many stand before this one.
    pub fn position(&self, key: Key) -> usize {
        self.waiting.range(..key).count()
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl<T> Default for Queue<T> {
    /// An empty queue without a limit.
    fn default() -> Queue<T> {
        Queue::new(0)
    }
}

/// Which of a server's own queue and its backend's is served when the server has a free slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The server's own.
    Server,
    /// The backend's.
    Backend,
}

/// Whose turn it is when a server has a free slot: the sooner key wins over both queues.
pub fn next_source<T>(server: &Queue<T>, backend: &Queue<T>) -> Option<Source> {
    match (server.first(), backend.first()) {
        (None, None) => None,
        (Some(_), None) => Some(Source::Server),
        (None, Some(_)) => Some(Source::Backend),
        (Some((own, _)), Some((shared, _))) => {
            // Serials of two queues can't be compared, so a tie goes to who can't go anywhere else.
            let shared_first = (shared.class, shared.date_ms) < (own.class, own.date_ms);
            Some(if shared_first { Source::Backend } else { Source::Server })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Tick {
        Tick(1).plus_ms(ms)
    }

    #[test]
    fn class_then_offset_then_arrival() {
        let mut q = Queue::new(0);
        for (ms, class, offset, name) in
            [(0, 0, 0, "b"), (0, 0, 0, "c"), (5, 0, -10, "a"), (9, 0, 0, "d"), (20, -1, 0, "urgent"), (0, 1, 0, "late")]
        {
            q.join(at(ms), class, offset, name).unwrap();
        }
        let order: Vec<_> = core::iter::from_fn(|| q.pop().map(|(_, name)| name)).collect();
        assert_eq!(order, ["urgent", "a", "b", "c", "d", "late"]);
    }

    #[test]
    fn limited_and_left() {
        let mut q = Queue::new(2);
        let a = q.join(at(0), 0, 0, "a").unwrap();
        let b = q.join(at(0), 0, 0, "b").unwrap();
        assert_eq!(q.join(at(0), 0, 0, "c"), Err("c"));
        assert_eq!((q.position(a), q.position(b)), (0, 1));
        assert_eq!(q.leave(a), Some("a"));
        assert_eq!(q.leave(a), None, "gone already");
        assert_eq!((q.position(b), q.len()), (0, 1));
        assert!(q.join(at(0), 0, 0, "d").is_ok());
    }

    #[test]
    fn the_sooner_of_two_queues() {
        let (mut own, mut shared) = (Queue::new(0), Queue::new(0));
        assert_eq!(next_source(&own, &shared), None);
        shared.join(at(5), 0, 0, ()).unwrap();
        assert_eq!(next_source(&own, &shared), Some(Source::Backend));
        let late = own.join(at(9), 0, 0, ()).unwrap();
        assert_eq!(next_source(&own, &shared), Some(Source::Backend));
        own.leave(late);
        own.join(at(5), 0, 0, ()).unwrap();
        assert_eq!(next_source(&own, &shared), Some(Source::Server), "a tie");
    }
}
