//! What one worker keeps for logging: dates, and lines that wait for the loop's end.

use super::dgram::DgramSocket;
use super::lines::Lines;
use super::output::Output;
use super::zone::Zone;
use base::WallClock;
use std::sync::Arc;
use wire::log_time::Dates;

/// One worker's pending lines and caches. In a steady state no line allocates anything.
#[derive(Default)]
pub struct LogBatch {
    pub(super) dates: Dates,
    zone: Zone,
    slots: Vec<Slot>,
    /// The wall clock's second at the last line.
    now: u64,
}

/// This worker's way to one output.
struct Slot {
    output: Arc<Output>,
    socket: DgramSocket,
    lines: Lines,
}

impl LogBatch {
    /// Nothing pending.
    pub fn new() -> LogBatch {
        LogBatch::default()
    }

    /// How far local time is ahead of UTC at `wall`, in seconds. Cheap: looked up every quarter of an hour.
    pub fn offset_s(&mut self, wall: WallClock) -> i32 {
        self.zone.offset_s(wall)
    }

    /// The dates of the current second, and the zone's offset, for the dates within a line.
    pub fn dates(&mut self, wall: WallClock) -> (&mut Dates, i32) {
        let offset_s = self.zone.offset_s(wall);
        (&mut self.dates, offset_s)
    }

    /// Whether lines wait for [`LogBatch::flush`].
    pub fn is_pending(&self) -> bool {
        self.slots.iter().any(|slot| !slot.lines.is_empty())
    }

    /// Sends all that waits: at the end of each loop of the worker.
    pub fn flush(&mut self) {
        let now = self.now;
        self.slots.iter_mut().for_each(|slot| slot.flush(now));
    }

    /// Adds the line that `write` makes; sends at once when that fills the output's share.
    pub(super) fn push(
        &mut self,
        output: &Arc<Output>,
        wall: WallClock,
        write: impl FnOnce(&mut Vec<u8>, &mut Dates, i32),
    ) {
        self.now = wall.secs();
        let offset_s = self.zone.offset_s(wall);
        let at = self.slot(output);
        let slot = &mut self.slots[at];
        slot.lines.push(|out| write(out, &mut self.dates, offset_s));
        if slot.lines.is_full() {
            slot.flush(self.now);
        }
    }

    /// There are as many slots as outputs in use, a handful: a search from the front beats any map.
    fn slot(&mut self, output: &Arc<Output>) -> usize {
        if let Some(at) = self.slots.iter().position(|slot| Arc::ptr_eq(&slot.output, output)) {
            return at;
        }
        // Outputs of former Plans go, once their last lines have.
        self.slots.retain(|slot| slot.output.is_used() || !slot.lines.is_empty());
        self.slots.push(Slot { output: output.clone(), socket: DgramSocket::default(), lines: Lines::default() });
        self.slots.len() - 1
    }
}

impl Drop for LogBatch {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Slot {
    fn flush(&mut self, now: u64) {
        if !self.lines.is_empty() {
            self.output.send(&mut self.socket, &self.lines, now);
            self.lines.clear();
        }
    }
}

#[cfg(test)]
impl LogBatch {
    pub(super) fn outputs_known(&self) -> usize {
        self.slots.len()
    }
}
