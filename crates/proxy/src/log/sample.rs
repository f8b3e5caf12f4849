//! `sample <ranges>:<size>`: of each `size` lines, those whose place lies in a range.

use conf::spec::LogSample;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A target's sample and the place of its next line.
pub(super) struct Sample {
    /// From 1, ends included.
    ranges: Box<[(u32, u32)]>,
    size: u32,
    /// The place of the line before, from 0 to `size` - 1: counted for the process, whichever thread logs.
    at: AtomicU32,
}

impl Sample {
    pub fn new(spec: &LogSample) -> Sample {
        Sample { ranges: spec.ranges.clone().into(), size: spec.size.max(1), at: AtomicU32::new(0) }
    }

    /// Counts a line; answers whether it belongs to the sample.
    pub fn admit(&self) -> bool {
        let place = self.at.fetch_update(Relaxed, Relaxed, |at| Some((at + 1) % self.size)).unwrap_or(0) + 1;
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_repeat_with_the_size() {
        for (ranges, size, expected) in [
            (vec![(1, 1)], 3, "x..x..x."),
            (vec![(2, 3), (8, 11)], 11, ".xx....xxxx.xx....xxxx"),
            (vec![(1, 2)], 2, "xxxxx"),
        ] {
            let sample = Sample::new(&LogSample { ranges, size });
            let got: String = expected.chars().map(|_| if sample.admit() { 'x' } else { '.' }).collect();
            assert_eq!(got, expected);
        }
    }
}
