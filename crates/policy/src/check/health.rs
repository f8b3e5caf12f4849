//! The health counter: `rise`, `fall` and `init-state` (manual 5.2).
//!
//! The counter runs from 0 to `rise + fall - 1`; from `rise` on the server is up. It shows in the statistics
//! as `check_health`. Reaching `rise` from below fills it, falling below empties it, so a state never
//! changes back before as many results in a row have spoken against it.

use core::fmt;

/// `rise` and `fall`, at least 1 each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thresholds {
    /// Successes in a row until a server is up; 2 by default.
    pub rise: u32,
    /// Failures in a row until a server is down; 3 by default.
    pub fall: u32,
}

impl Thresholds {
    /// The same with neither below 1.
    pub fn at_least_one(self) -> Thresholds {
        Thresholds { rise: self.rise.max(1), fall: self.fall.max(1) }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds { rise: 2, fall: 3 }
    }
}

/// `init-state`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum InitState {
    /// Up; all of `fall` checks must fail.
    FullyUp,
    /// Up; one failed check suffices. Also what `none`, the default, comes to.
    #[default]
    Up,
    /// Down; one successful check suffices.
    Down,
    /// Down; all of `rise` checks must succeed.
    FullyDown,
}

/// A change of state.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transition {
    /// From down to up.
    Up,
    /// From up to down.
    Down,
}

/// What one result did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The change of state, if any.
    pub transition: Option<Transition>,
    /// Whether the counter moved.
    pub moved: bool,
}

/// The counter of one server. `Display` gives `UP`, `UP 1/3`, `DOWN 1/2` or `DOWN`, as the statistics do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Health {
    counter: u32,
    thresholds: Thresholds,
}

impl Health {
    /// A counter in its first state.
    pub fn new(thresholds: Thresholds, init: InitState) -> Health {
        let thresholds = thresholds.at_least_one();
        let mut health = Health { counter: 0, thresholds };
        health.restart(init);
        health
    }

    /// Back to the first state (leaving maintenance).
    pub fn restart(&mut self, init: InitState) {
        self.counter = match init {
            InitState::FullyUp => self.full(),
            InitState::Up => self.thresholds.rise,
            InitState::Down => self.thresholds.rise - 1,
            InitState::FullyDown => 0,
        };
    }

    /// Counts one result.
    pub fn count(&mut self, passed: bool) -> Step {
        let before = *self;
        let rise = self.thresholds.rise;
        self.counter = match passed {
            true if self.counter + 1 >= rise => self.full(),
            true => self.counter + 1,
            false if self.counter > rise => self.counter - 1,
            false => 0,
        };
        self.step_from(before)
    }

    /// Puts the server up or down at once (`set server … health`, `on-error mark-down`).
    pub fn force(&mut self, up: bool) -> Step {
        let before = *self;
        self.counter = if up { self.full() } else { 0 };
        self.step_from(before)
    }

    /// One more failure will put an up server down (`on-error sudden-death`).
    pub fn on_the_brink(&mut self) {
        self.counter = self.counter.min(self.thresholds.rise);
    }

    /// Whether the server is up.
    pub fn is_up(&self) -> bool {
        self.counter >= self.thresholds.rise
    }

    /// Neither fully up nor fully down.
    pub fn is_transitional(&self) -> bool {
        self.counter != 0 && self.counter != self.full()
    }

    /// The counter, 0 to `rise + fall - 1`.
    pub fn counter(&self) -> u32 {
        self.counter
    }

    /// `rise` and `fall`.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// The two numbers that logs show: failures left out of `fall` if up, successes out of `rise` if down.
    pub fn ratio(&self) -> (u32, u32) {
        let Thresholds { rise, fall } = self.thresholds;
        if self.is_up() { (self.counter - rise + 1, fall) } else { (self.counter, rise) }
    }

    fn full(&self) -> u32 {
        self.thresholds.rise.saturating_add(self.thresholds.fall - 1)
    }

    fn step_from(&self, before: Health) -> Step {
        let transition = match (before.is_up(), self.is_up()) {
            (false, true) => Some(Transition::Up),
            (true, false) => Some(Transition::Down),
            _ => None,
        };
        Step { transition, moved: before.counter != self.counter }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_up() { "UP" } else { "DOWN" };
        match (self.is_transitional(), self.ratio()) {
            (true, (left, of)) => write!(f, "{word} {left}/{of}"),
            (false, _) => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `+` is a success, `-` a failure.
    fn check(rise: u32, fall: u32, init: InitState, results: &str, expected: &str) {
        let mut health = Health::new(Thresholds { rise, fall }, init);
        let mut seen = health.to_string();
        for result in results.chars() {
            let before = health.is_up();
            let step = health.count(result == '+');
            assert_eq!(step.transition.is_some(), before != health.is_up());
            seen += &format!(" | {health}");
        }
        assert_eq!(seen, expected);
    }

    #[test]
    fn counts_as_haproxy_shows_it() {
        check(2, 3, InitState::Up, "+----++", "UP 1/3 | UP | UP 2/3 | UP 1/3 | DOWN | DOWN | DOWN 1/2 | UP");
        check(2, 3, InitState::Up, "-", "UP 1/3 | DOWN");
        check(2, 3, InitState::Up, "+--+--", "UP 1/3 | UP | UP 2/3 | UP 1/3 | UP | UP 2/3 | UP 1/3");
        check(2, 3, InitState::FullyUp, "---+-+", "UP | UP 2/3 | UP 1/3 | DOWN | DOWN 1/2 | DOWN | DOWN 1/2");
        check(2, 3, InitState::Down, "+", "DOWN 1/2 | UP");
        check(2, 3, InitState::FullyDown, "++", "DOWN | DOWN 1/2 | UP");
        check(1, 2, InitState::Up, "+--+", "UP 1/2 | UP | UP 1/2 | DOWN | UP");
        check(2, 1, InitState::Up, "-++-", "UP | DOWN | DOWN 1/2 | UP | DOWN");
        check(1, 1, InitState::Down, "+-", "DOWN | UP | DOWN");
        check(0, 0, InitState::Up, "+-", "UP | UP | DOWN");
    }

    #[test]
    fn forced() {
        let mut health = Health::new(Thresholds::default(), InitState::FullyUp);
        health.on_the_brink();
        assert_eq!(health.to_string(), "UP 1/3");
        assert_eq!(health.force(false).transition, Some(Transition::Down));
        health.on_the_brink();
        assert_eq!((health.to_string(), health.counter()), ("DOWN".to_owned(), 0));
        assert_eq!(health.force(true), Step { transition: Some(Transition::Up), moved: true });
        assert_eq!(health.counter(), 4);
    }
}
