//! When a server is checked and how long a check may take: `inter`, `fastinter`, `downinter`, `timeout check`,
//! `spread-checks`, `max-spread-checks` (manual 3.1, 4.2, 5.2).

use super::Health;
use base::Ms;

/// One server's settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// Between two checks of a server that is fully up; 2 s by default.
    pub inter: Ms,
    /// While the state is about to change or unchecked, if set.
    pub fastinter: Option<Ms>,
    /// While the server is fully down, if set.
    pub downinter: Option<Ms>,
    /// `spread-checks`, at most 50.
    pub spread_percent: u32,
    /// `timeout check`.
    pub check: Option<Ms>,
    /// `timeout connect`.
    pub connect: Option<Ms>,
}

impl Default for Timing {
    fn default() -> Self {
        Timing { inter: Ms(2000), fastinter: None, downinter: None, spread_percent: 0, check: None, connect: None }
    }
}

impl Timing {
    /// From the start of a check to the next one. `checked` is false until a first check has ended.
    pub fn interval(&self, health: &Health, checked: bool) -> Ms {
        let chosen = match (checked && !health.is_transitional(), health.is_up()) {
            (false, _) => self.fastinter,
            (true, false) => self.downinter,
            (true, true) => None,
        };
        chosen.unwrap_or(self.inter).max(Ms(1))
    }

    /// An interval moved by up to `spread_percent` of it, earlier or later.
    pub fn spread(&self, interval: Ms, random: u64) -> Ms {
        let range = u64::from(interval.0) * u64::from(self.spread_percent.min(50)) / 100;
        let shift = random % (2 * range + 1);
        Ms((u64::from(interval.0) + shift - range).clamp(1, u64::from(u32::MAX)) as u32)
    }

    /// How long connecting may take.
    pub fn connect_limit(&self) -> Ms {
        match (self.check, self.connect) {
            (Some(_), Some(connect)) => connect.min(self.inter),
            _ => self.inter,
        }
    }

    /// How long the server may take to answer once connected. `None`: what is left of [`Self::connect_limit`].
    pub fn answer_limit(&self) -> Option<Ms> {
        self.check
    }
}

/// How long after the start the `nth` (from 0) of `count` servers is checked first: spread over the smallest
/// interval of them all, or over `max-spread-checks` if that is shorter.
pub fn first_delay(nth: usize, count: usize, smallest_inter: Ms, max_spread: Option<Ms>) -> Ms {
    let span = max_spread.map_or(smallest_inter, |max| max.min(smallest_inter));
    Ms((u64::from(span.0) * nth as u64 / count.max(1) as u64).min(u64::from(span.0)) as u32)
}

#[cfg(test)]
mod tests {
    use super::super::{InitState, Thresholds};
    use super::*;

    #[test]
    fn intervals_by_state() {
        let all = Timing { inter: Ms(10), fastinter: Some(Ms(5)), downinter: Some(Ms(20)), ..Timing::default() };
        let only_inter = Timing { inter: Ms(10), ..Timing::default() };
        for (init, results, checked, expected) in [
            (InitState::Up, &[][..], false, 5),
            (InitState::FullyUp, &[], false, 5),
            (InitState::Up, &[true], true, 10),
            (InitState::Up, &[true, false], true, 5),
            (InitState::Up, &[false], true, 20),
            (InitState::Up, &[false, true], true, 5),
        ] {
            let mut health = Health::new(Thresholds::default(), init);
            for passed in results {
                health.count(*passed);
            }
            assert_eq!(all.interval(&health, checked), Ms(expected), "{init:?} {results:?}");
            assert_eq!(only_inter.interval(&health, checked), Ms(10));
        }
    }

    #[test]
    fn limits() {
        let t = |check, connect| Timing { check, connect, ..Timing::default() };
        for (timing, connect, answer) in [
            (t(None, None), 2000, None),
            (t(None, Some(Ms(100))), 2000, None),
            (t(Some(Ms(500)), None), 2000, Some(Ms(500))),
            (t(Some(Ms(500)), Some(Ms(100))), 100, Some(Ms(500))),
            (t(Some(Ms(500)), Some(Ms(9000))), 2000, Some(Ms(500))),
        ] {
            assert_eq!((timing.connect_limit(), timing.answer_limit()), (Ms(connect), answer));
        }
    }

    #[test]
    fn spreads() {
        let timing = Timing { spread_percent: 10, ..Timing::default() };
        let all: Vec<_> = (0..401).map(|random| timing.spread(Ms(2000), random).0).collect();
        assert_eq!((all.iter().min(), all.iter().max()), (Some(&1800), Some(&2200)));
        assert_eq!(Timing::default().spread(Ms(2000), u64::MAX), Ms(2000));
        assert!(timing.spread(Ms(u32::MAX), u64::MAX).0 > u32::MAX / 2);
        let delays: Vec<_> = (0..4).map(|nth| first_delay(nth, 4, Ms(2000), None).0).collect();
        assert_eq!(delays, [0, 500, 1000, 1500]);
        assert_eq!(first_delay(3, 4, Ms(2000), Some(Ms(100))), Ms(75));
        assert_eq!(first_delay(3, 4, Ms(2000), Some(Ms(10_000))), Ms(1500));
        assert_eq!(first_delay(0, 0, Ms(2000), None), Ms(0));
    }
}
