//! Points in time and spans of time. A `Tick` comes from the worker's one clock read per loop.

use core::fmt;
use core::ops::{Add, Sub};
use core::time::Duration;

/// A point on the monotonic clock, in nanoseconds since an arbitrary origin (never zero for a real point in
/// time, so that zero can mean «not yet» in records).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tick(pub u64);

/// A span of time in milliseconds, the unit of every timeout in the configuration (manual 2.5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ms(pub u32);

impl Tick {
    /// «Not yet»: before every real point in time.
    pub const NONE: Tick = Tick(0);

    /// Whether this is a real point in time.
    pub fn is_some(self) -> bool {
        self.0 != 0
    }

    /// Nanoseconds from `earlier` to `self`, 0 if `earlier` is later.
    pub fn ns_since(self, earlier: Tick) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole milliseconds from `earlier` to `self`, 0 if `earlier` is later.
    pub fn ms_since(self, earlier: Tick) -> u64 {
        self.ns_since(earlier) / 1_000_000
    }

    /// This point moved by whole milliseconds.
    pub fn plus_ms(self, ms: u64) -> Tick {
        Tick(self.0.saturating_add(ms.saturating_mul(1_000_000)))
    }
}

impl Add<Ms> for Tick {
    type Output = Tick;
    fn add(self, span: Ms) -> Tick {
        self.plus_ms(u64::from(span.0))
    }
}

impl Add<Duration> for Tick {
    type Output = Tick;
    fn add(self, span: Duration) -> Tick {
        Tick(self.0.saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Sub for Tick {
    type Output = Duration;
    fn sub(self, earlier: Tick) -> Duration {
        Duration::from_nanos(self.ns_since(earlier))
    }
}

impl fmt::Debug for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}s", self.0 / 1_000_000_000, self.0 % 1_000_000_000)
    }
}

impl Ms {
    /// The same span as a `Duration`.
    pub fn duration(self) -> Duration {
        Duration::from_millis(u64::from(self.0))
    }
}

impl fmt::Debug for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.0)
    }
}

/// The time of day belonging to a `Tick`: microseconds since 1970-01-01 UTC. Logs print it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct WallClock {
    /// Microseconds since the Unix epoch.
    pub us: u64,
}

impl WallClock {
    /// Whole seconds since the Unix epoch.
    pub fn secs(self) -> u64 {
        self.us / 1_000_000
    }

    /// The microseconds within the second.
    pub fn subsec_us(self) -> u32 {
        (self.us % 1_000_000) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_never_go_below_zero() {
        let (a, b) = (Tick(5), Tick(3_000_005));
        assert_eq!(a.ms_since(b), 0);
        assert_eq!(b.ms_since(a), 3);
        assert_eq!(a + Ms(3), b);
        assert_eq!(b - a, Duration::from_millis(3));
    }
}
