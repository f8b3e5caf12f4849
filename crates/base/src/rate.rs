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

    /// Milliseconds from `now` until the rate is below `limit` (at least 1) if nothing more happens; 0 if it is already.
    pub fn ms_until_below(&self, now: Tick, limit: u32) -> u64 {
        let mut copy = *self;
        copy.rotate(now);
        let elapsed = now.ms_since(copy.period_start).min(Self::PERIOD_MS);
        match limit.checked_sub(copy.current) {
            Some(room @ 1..) => Self::ms_until_weighs_less(copy.previous, room).saturating_sub(elapsed),
            _ => Self::PERIOD_MS - elapsed + Self::ms_until_weighs_less(copy.current, limit.max(1)),
        }
    }

    /// When in a period the `events` of the one before weigh less than `room`.
    fn ms_until_weighs_less(events: u32, room: u32) -> u64 {
        match events < room {
            true => 0,
            false => Self::PERIOD_MS - (u64::from(room) * Self::PERIOD_MS - 1) / u64::from(events),
        }
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

    /// At the moment that is told, and not a millisecond before, the rate is below the limit.
    #[test]
    fn tells_when_it_will_be_below() {
        let t0 = Tick(10_000_000_000);
        for events in [1, 2, 3, 7, 10, 1000, 4_000_000_000] {
            for limit in [1, 2, 7, 10, 999, 1000, u32::MAX] {
                for again in [None, Some(300), Some(1000), Some(1700)] {
                    let mut r = Rate::default();
                    r.add(t0, events);
                    let now = t0.plus_ms(again.unwrap_or(0));
                    if again.is_some() {
                        r.add(now, 1);
                    }
                    let wait = r.ms_until_below(now, limit);
                    let case = format!("{events} events, then {again:?}, limit {limit}: {wait} ms");
                    assert!(r.read(now.plus_ms(wait)) < limit, "{case}");
                    assert!(wait == 0 || r.read(now.plus_ms(wait - 1)) >= limit, "{case}");
                }
            }
        }
    }

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
