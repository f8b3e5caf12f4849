//! The machine's clocks, read in one place.

use base::{Tick, WallClock};
use rustix::time::{ClockId, clock_gettime};

/// The monotonic clock now.
pub(crate) fn monotonic() -> Tick {
    Tick(nanos(ClockId::Monotonic).max(1))
}

/// How far the time of day is ahead of the monotonic clock, in nanoseconds.
pub(crate) fn wall_offset_ns() -> u64 {
    nanos(ClockId::Realtime).saturating_sub(nanos(ClockId::Monotonic))
}

/// The time of day of `now`, given the offset.
pub(crate) fn wall_at(now: Tick, offset_ns: u64) -> WallClock {
    WallClock { us: now.0.saturating_add(offset_ns) / 1000 }
}

fn nanos(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    // Neither clock is before its origin on a machine that runs this.
    (time.tv_sec as u64).saturating_mul(1_000_000_000).saturating_add(time.tv_nsec as u64)
}
