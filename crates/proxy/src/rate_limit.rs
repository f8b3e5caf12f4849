//! Limits of new connections and sessions in a second (manual 3.2 `maxconnrate`, `maxsessrate`; 4.2 `rate-limit sessions`).
//!
//! Nobody is refused: accepting pauses, and whoever comes meanwhile waits in the system's queue.

use base::{Rate, Tick};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};

/// One limit, shared by all accept loops. Without a limit nothing is counted and no lock is taken.
#[derive(Default)]
pub struct RateLimit {
    /// Events per second, 0 for no limit.
    per_second: AtomicU32,
    /// What the configuration in force says, to see whether a new one changes it.
    configured: AtomicU32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rate: Rate,
    /// Rights that were given out for an event that may not come.
    reserved: u32,
}

/// The right to one event. Dropped unused, it is free for others.
#[must_use]
pub struct Reserved<'a>(Option<&'a RateLimit>);

/// When others have reserved what is left, it is tried again after so many milliseconds.
const RETRY_MS: u64 = 1;

impl RateLimit {
    /// Takes a configuration's value (0: none). What was changed at run time stays unless this one has changed.
    pub fn configure(&self, per_second: u32) {
        if self.configured.swap(per_second, Relaxed) != per_second {
            self.set(per_second);
        }
    }

    /// Changes the limit; 0 lifts it.
    pub fn set(&self, per_second: u32) {
        self.per_second.store(per_second, Relaxed);
    }

    /// The limit, 0 for none.
    pub fn get(&self) -> u32 {
        self.per_second.load(Relaxed)
    }

    /// The right to one event now, or when to ask again.
    pub fn reserve(&self, now: Tick) -> Result<Reserved<'_>, Tick> {
        let limit = self.get();
        if limit == 0 {
            return Ok(Reserved(None));
        }
        let mut state = self.lock();
        let wait_ms = state.rate.ms_until_below(now, limit);
        if wait_ms > 0 {
            return Err(now.plus_ms(wait_ms));
        }
        if state.rate.read(now).saturating_add(state.reserved) >= limit {
            return Err(now.plus_ms(RETRY_MS));
        }
        state.reserved += 1;
        Ok(Reserved(Some(self)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change is complete before anything could panic.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Reserved<'_> {
    /// Where there is no limit.
    pub fn free() -> Self {
        Reserved(None)
    }

    /// The event has happened.
    pub fn settle(self, now: Tick) {
        if let Some(limit) = self.0 {
            // Dropping gives the right back; what has happened counts from now on.
            limit.lock().rate.add(now, 1);
        }
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        if let Some(limit) = self.0 {
            limit.lock().reserved -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Tick = Tick(5_000_000_000);

    /// Takes all it can get for a while, waiting as told: at which milliseconds events happened.
    fn take_all(limit: &RateLimit, ms: u64) -> Vec<u64> {
        let (mut now, mut at) = (START, Vec::new());
        while now.ms_since(START) < ms {
            match limit.reserve(now) {
                Ok(right) => {
                    right.settle(now);
                    at.push(now.ms_since(START));
                }
                Err(later) => {
                    assert!(later > now);
                    now = later;
                }
            }
        }
        at
    }

    #[test]
    fn no_second_sees_more_than_the_limit() {
        for per_second in [1, 3, 10, 250] {
            let limit = RateLimit::default();
            limit.set(per_second);
            let at = take_all(&limit, 20_000);
            let enough = 19 * u64::from(per_second);
            assert!((enough..=enough + 2 * u64::from(per_second)).contains(&(at.len() as u64)), "{}", at.len());
            assert_eq!(at.iter().filter(|at| **at == 0).count(), per_second as usize, "a burst up to the limit");
        }
    }

    #[test]
    fn what_is_reserved_is_taken_and_what_is_dropped_is_free() {
        let limit = RateLimit::default();
        limit.configure(1);
        let right = limit.reserve(START).ok().unwrap();
        assert_eq!(limit.reserve(START).err(), Some(START.plus_ms(RETRY_MS)));
        drop(right);
        limit.reserve(START).ok().unwrap().settle(START);
        assert_eq!(limit.reserve(START).err(), Some(START.plus_ms(1001)));
        limit.set(2);
        limit.configure(1);
        assert_eq!(limit.get(), 2, "the configuration has not changed");
        assert!(limit.reserve(START).is_ok());
        limit.configure(0);
        assert_eq!(limit.get(), 0);
        assert!((0..1000).all(|_| limit.reserve(START).is_ok()));
    }
}
