//! Event rates over a sliding period, as the reference shows them (`sessrate`, `req_rate`): the events of the
//! current period plus what the previous one still weighs.

use crate::tick::Tick;

/// Events per period (one second unless said otherwise).
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    period_start: Tick,
    current: u32,
    previous: u32,
}

impl Rate {
    const PERIOD_MS: u64 = 1000;

    /// Counts `n` events at `now`.
    pub fn add(&mut self, now: Tick, n: u32) {
        self.rotate(now);
        self.current = self.current.saturating_add(n);
    }

    /// Events per second at `now`.
    pub fn read(&self, now: Tick) -> u32 {
        let mut copy = *self;
        copy.rotate(now);
        let elapsed = now.ms_since(copy.period_start).min(Self::PERIOD_MS);
        let past = u64::from(copy.previous) * (Self::PERIOD_MS - elapsed) / Self::PERIOD_MS;
        copy.current.saturating_add(past as u32)
    }

    /// The state, for a keeper that can't hold the struct itself: start of the period, its events, those of the last.
    pub fn parts(&self) -> (Tick, u32, u32) {
        (self.period_start, self.current, self.previous)
    }

    /// Back from [`Rate::parts`].
    pub fn from_parts(period_start: Tick, current: u32, previous: u32) -> Rate {
        Rate { period_start, current, previous }
    }

    fn rotate(&mut self, now: Tick) {
        let elapsed = now.ms_since(self.period_start);
        if elapsed < Self::PERIOD_MS {
            return;
        }
        if elapsed < 2 * Self::PERIOD_MS {
            self.previous = self.current;
            self.period_start = self.period_start.plus_ms(Self::PERIOD_MS);
        } else {
            self.previous = 0;
            self.period_start = now;
        }
        self.current = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decays_linearly_and_forgets() {
        let mut r = Rate::default();
        let t0 = Tick(10_000_000_000);
        r.add(t0, 10);
        assert_eq!(r.read(t0), 10);
        assert_eq!(r.read(t0.plus_ms(1500)), 5);
        assert_eq!(r.read(t0.plus_ms(2500)), 0);
    }
}
