//! `slowstart`: a server that comes back runs at a growing share of its weight and slots (manual 5.2).

use base::{Ms, Tick};

/// The way from 0 to 100 percent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Warmup {
    since: Tick,
    span: Ms,
}

impl Warmup {
    /// Begins when a server was seen up again after having been down; never at the start of the process.
    pub fn begin(now: Tick, span: Ms) -> Warmup {
        Warmup { since: now, span }
    }

    /// Percent reached at `now`, 1 to 100; for `State::set_speed` and `dynamic_maxconn`.
    pub fn percent(&self, now: Tick) -> u32 {
        if self.is_over(now) {
            return 100;
        }
        (now.ms_since(self.since) * 100 / u64::from(self.span.0)).clamp(1, 100) as u32
    }

    /// Whether full speed is reached.
    pub fn is_over(&self, now: Tick) -> bool {
        now.ms_since(self.since) >= u64::from(self.span.0)
    }

    /// When to apply the next step: every twentieth of the span, but not more often than every 100 ms.
    /// The reference steps at every check only; finer steps are smoother and don't need checks.
    pub fn next_step(&self, now: Tick) -> Tick {
        let end = self.since + self.span;
        let step = Ms((self.span.0 / 20).max(100));
        (now + step).min(end.max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_linearly() {
        let t0 = Tick(1).plus_ms(1000);
        let warmup = Warmup::begin(t0, Ms(10_000));
        for (ms, percent) in [(0, 1), (50, 1), (5000, 50), (9999, 99), (10_000, 100), (90_000, 100)] {
            assert_eq!(warmup.percent(t0.plus_ms(ms)), percent, "{ms} ms");
        }
        assert_eq!(warmup.next_step(t0), t0.plus_ms(500));
        assert_eq!(warmup.next_step(t0.plus_ms(9800)), t0.plus_ms(10_000));
        assert_eq!(Warmup::begin(t0, Ms(0)).percent(t0), 100);
    }
}
