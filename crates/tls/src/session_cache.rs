//! Sessions that clients may resume by their number, shared by all threads, with a limit on how many there are
//! (manual 3.2, `tune.ssl.cachesize`).

use core::sync::atomic::{AtomicU64, Ordering};
use rustls::pki_types::UnixTime;
use rustls::server::StoresServerSessions;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Locks, so that threads rarely meet.
const SHARDS: usize = 16;

/// The cache of a process.
#[derive(Debug)]
pub struct SessionCache {
    shards: [Mutex<Shard>; SHARDS],
    per_shard: usize,
    lifetime_s: u32,
    lines: AtomicU64,
}

#[derive(Debug, Default)]
struct Shard {
    /// With the time when it was put in, in seconds since 1970.
    sessions: HashMap<Vec<u8>, (u64, Vec<u8>)>,
    /// Oldest first; may hold keys that have been taken.
    order: VecDeque<Vec<u8>>,
}

impl SessionCache {
    /// Whether it keeps nothing.
    pub fn is_off(&self) -> bool {
        self.per_shard == 0
    }

    /// A cache for so many sessions, which may be resumed for so long.
    pub fn new(sessions: usize, lifetime_s: u32) -> SessionCache {
        SessionCache {
            lifetime_s,
            shards: Default::default(),
            per_shard: sessions.div_ceil(SHARDS),
            lines: AtomicU64::new(0),
        }
    }

    /// A number that no line has had.
    pub fn next_line(&self) -> u64 {
        self.lines.fetch_add(1, Ordering::Relaxed)
    }

    fn shard(&self, key: &[u8]) -> &Mutex<Shard> {
        // Session numbers are random, and the line's number before them is the same for all.
        &self.shards[usize::from(key.last().copied().unwrap_or(0)) % SHARDS]
    }

    fn put(&self, key: Vec<u8>, value: Vec<u8>) {
        if self.per_shard == 0 {
            return;
        }
        let mut shard = self.shard(&key).lock().unwrap_or_else(PoisonError::into_inner);
        while shard.order.len() >= self.per_shard {
            let Some(oldest) = shard.order.pop_front() else { break };
            shard.sessions.remove(&oldest);
        }
        if shard.sessions.insert(key.clone(), (UnixTime::now().as_secs(), value)).is_none() {
            shard.order.push_back(key);
        }
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.fresh(self.shard(key).lock().unwrap_or_else(PoisonError::into_inner).sessions.get(key).cloned()?)
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.fresh(self.shard(key).lock().unwrap_or_else(PoisonError::into_inner).sessions.remove(key)?)
    }

    fn fresh(&self, (made, session): (u64, Vec<u8>)) -> Option<Vec<u8>> {
        let age = UnixTime::now().as_secs().saturating_sub(made);
        (age <= u64::from(self.lifetime_s)).then_some(session)
    }
}

/// One line's share: a session that was begun on one line can't be resumed on another, which may ask for certificates.
#[derive(Debug)]
pub struct OfLine {
    pub cache: Arc<SessionCache>,
    pub line: u64,
}

impl OfLine {
    fn key(&self, key: &[u8]) -> Vec<u8> {
        [&self.line.to_be_bytes(), key].concat()
    }
}

impl StoresServerSessions for OfLine {
    fn put(&self, key: Vec<u8>, value: Vec<u8>) -> bool {
        self.cache.put(self.key(&key), value);
        true
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.cache.get(&self.key(key))
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.cache.take(&self.key(key))
    }

    fn can_cache(&self) -> bool {
        self.cache.per_shard > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_apart_and_the_oldest_go() {
        let cache = Arc::new(SessionCache::new(SHARDS * 2, 300));
        let (one, two) = (OfLine { cache: cache.clone(), line: 1 }, OfLine { cache, line: 2 });
        one.put(vec![0], vec![1]);
        assert_eq!((one.get(&[0]), two.get(&[0])), (Some(vec![1]), None));
        one.put(vec![1, 0], vec![2]);
        one.put(vec![2, 0], vec![3]);
        assert_eq!((one.get(&[0]), one.take(&[2, 0]), one.get(&[2, 0])), (None, Some(vec![3]), None));
        for n in 0..1000u32 {
            one.put([n.to_be_bytes().as_slice(), &[0]].concat(), vec![0]);
            one.take(&[n.to_be_bytes().as_slice(), &[0]].concat());
        }
        assert!(one.cache.shard(&[0]).lock().unwrap().order.len() <= 2);
        assert!(!OfLine { cache: Arc::new(SessionCache::new(0, 300)), line: 0 }.can_cache());
    }
}
