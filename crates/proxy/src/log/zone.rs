//! The local zone's offset, remembered for as long as it can't change.

use base::WallClock;

/// Zones change their offset only at whole quarters of an hour.
const STEP_SECS: u64 = 900;

/// The offset of the current quarter of an hour.
#[derive(Default)]
pub(super) struct Zone {
    /// Which quarter, counted from 1 at the epoch; 0: not looked up yet.
    quarter: u64,
    offset_s: i32,
}

impl Zone {
    /// How far local time is ahead of UTC at `wall`, in seconds.
    pub fn offset_s(&mut self, wall: WallClock) -> i32 {
        let quarter = wall.secs() / STEP_SECS + 1;
        if self.quarter != quarter {
            self.quarter = quarter;
            self.offset_s = sys::local_offset_s(wall.secs());
        }
        self.offset_s
    }
}
