//! One server's checks over time.
//!
//! A table of what may happen in which phase:
//!
//! | phase      | `start` | `on_connected` | `finish` | `pause` | `resume` |
//! |------------|---------|----------------|----------|---------|----------|
//! | Idle       | Connecting | -           | -        | Paused  | -        |
//! | Connecting | -       | Answering      | Idle     | Paused  | -        |
//! | Answering  | -       | -              | Idle     | Paused  | -        |
//! | Paused     | -       | -              | -        | -       | Idle     |

use super::{CheckStatus, Health, InitState, Step, Thresholds, Timing, Transition};
use base::{Ms, Tick};

/// The machine. Its driver starts a check when [`Checker::due`] has come, ends it at [`Checker::deadline`]
/// at the latest, and hands in what it found.
#[derive(Clone, Debug)]
pub struct Checker {
    timing: Timing,
    init: InitState,
    health: Health,
    phase: Phase,
    last: Last,
    checked: bool,
    failed: u64,
    downs: u64,
}

/// A check that has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// When to give up connecting ([`CheckStatus::L4Timeout`]).
    pub connect_by: Tick,
}

/// What a driver found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The verdict and its layer.
    pub status: CheckStatus,
    /// The application's code, such as HTTP's.
    pub code: Option<u16>,
    /// The system's or the application's own words.
    pub info: Option<Box<str>>,
}

impl Outcome {
    /// An outcome without code or words.
    pub fn plain(status: CheckStatus) -> Outcome {
        Outcome { status, code: None, info: None }
    }
}

/// What follows from an outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// What it did to the health.
    pub step: Step,
    /// Whether `option log-health-checks` writes a line: the status or the health changed.
    pub is_news: bool,
    /// When the next check is due.
    pub next: Tick,
}

/// The last check that ended, for statistics and logs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Last {
    /// What it found.
    pub outcome: Outcome,
    /// From start to end.
    pub duration: Ms,
    /// When it ended; [`Tick::NONE`] before the first.
    pub at: Tick,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Idle { due: Tick },
    Connecting { since: Tick, until: Tick },
    Answering { since: Tick, until: Tick },
    Paused,
}

impl Checker {
    /// A machine whose first check is due at `first`.
    pub fn new(timing: Timing, thresholds: Thresholds, init: InitState, first: Tick) -> Checker {
        Checker {
            timing,
            init,
            health: Health::new(thresholds, init),
            phase: Phase::Idle { due: first },
            last: Last { outcome: Outcome::plain(CheckStatus::Initializing), duration: Ms(0), at: Tick::NONE },
            checked: false,
            failed: 0,
            downs: 0,
        }
    }

    /// When to start the next check; `None` while one runs or checks are paused.
    pub fn due(&self) -> Option<Tick> {
        match self.phase {
            Phase::Idle { due } => Some(due),
            _ => None,
        }
    }

    /// When the running check has to end, `None` if none runs.
    pub fn deadline(&self) -> Option<Tick> {
        match self.phase {
            Phase::Connecting { until, .. } | Phase::Answering { until, .. } => Some(until),
            _ => None,
        }
    }

    /// Begins a check. `None` unless idle.
    pub fn start(&mut self, now: Tick) -> Option<Attempt> {
        let Phase::Idle { .. } = self.phase else { return None };
        let until = now + self.timing.connect_limit();
        self.phase = Phase::Connecting { since: now, until };
        Some(Attempt { connect_by: until })
    }

    /// The connection stands and the check goes on above it: gives the new deadline. With `timeout check`
    /// the server has that long from now; without, `inter` counts for all of the check.
    pub fn on_connected(&mut self, now: Tick) -> Option<Tick> {
        let Phase::Connecting { since, until } = self.phase else { return None };
        let until = self.timing.answer_limit().map_or(until, |limit| now + limit);
        self.phase = Phase::Answering { since, until };
        Some(until)
    }

    /// What a check that ran into its deadline found.
    pub fn timeout_status(&self, on_tls: bool) -> CheckStatus {
        match self.phase {
            Phase::Answering { .. } if on_tls => CheckStatus::L6Timeout,
            Phase::Answering { .. } => CheckStatus::L7Timeout,
            _ => CheckStatus::L4Timeout,
        }
    }

    /// Ends the running check. `random` spreads the next one. `None`, and nothing happens, if none runs: a
    /// pause may have overtaken it.
    pub fn finish(&mut self, now: Tick, outcome: Outcome, random: u64) -> Option<Verdict> {
        let (Phase::Connecting { since, .. } | Phase::Answering { since, .. }) = self.phase else { return None };
        let step = self.health.count(outcome.status.is_pass());
        let is_news = step.moved || outcome.status != self.last.outcome.status;
        // Failures of a server that is down already don't count.
        let was_up = self.health.is_up() || step.transition == Some(Transition::Down);
        self.failed += u64::from(was_up && !outcome.status.is_pass());
        self.downs += u64::from(step.transition == Some(Transition::Down));
        let duration = Ms(u32::try_from(now.ms_since(since)).unwrap_or(u32::MAX));
        self.last = Last { outcome, duration, at: now };
        self.checked = true;
        let interval = self.timing.spread(self.timing.interval(&self.health, true), random);
        // A check that took longer than the interval is followed by the next one at once.
        let next = (since + interval).max(now);
        self.phase = Phase::Idle { due: next };
        Some(Verdict { step, is_news, next })
    }

    /// A check whose driver went away counts for nothing; the next one is due at once.
    pub fn abandon(&mut self, now: Tick) {
        if self.is_running() {
            self.phase = Phase::Idle { due: now };
        }
    }

    /// Stops checking (maintenance). A running check is to be dropped by its driver.
    pub fn pause(&mut self) {
        self.phase = Phase::Paused;
    }

    /// Checks again from the first state on, at once.
    pub fn resume(&mut self, now: Tick) {
        if self.phase == Phase::Paused {
            self.health.restart(self.init);
            self.checked = false;
            self.phase = Phase::Idle { due: now };
        }
    }

    /// Brings the next check forward to `fastinter` from now, as `on-error` wants it.
    pub fn hurry(&mut self, now: Tick) {
        if let (Phase::Idle { due }, Some(fast)) = (&mut self.phase, self.timing.fastinter) {
            *due = (*due).min(now + fast);
        }
    }

    /// New settings (reload): they hold from the next check on, and the health is kept as far as it fits.
    pub fn set_timing(&mut self, timing: Timing) {
        self.timing = timing;
    }

    /// The health counter.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// The health counter, to force it.
    pub fn health_mut(&mut self) -> &mut Health {
        &mut self.health
    }

    /// The last check that ended.
    pub fn last(&self) -> &Last {
        &self.last
    }

    /// Whether a check runs (statistics show `* ` then).
    pub fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Connecting { .. } | Phase::Answering { .. })
    }

    /// Checks failed while the server was up (`chkfail`), and how often they put it down.
    pub fn failures(&self) -> (u64, u64) {
        (self.failed, self.downs)
    }

    /// Counts them anew.
    pub fn clear_failures(&mut self) {
        (self.failed, self.downs) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Tick = Tick(1_000_000_000);

    fn checker(timing: Timing) -> Checker {
        Checker::new(timing, Thresholds::default(), InitState::Up, T0)
    }

    fn refused() -> Outcome {
        Outcome { info: Some("Connection refused".into()), ..Outcome::plain(CheckStatus::L4Connection) }
    }

    /// Runs one check that ends after `took` and gives its verdict.
    fn run(c: &mut Checker, took: u64, outcome: Outcome) -> Verdict {
        let due = c.due().unwrap();
        c.start(due).unwrap();
        assert!(c.is_running() && c.due().is_none());
        c.finish(due.plus_ms(took), outcome, 0).unwrap()
    }

    #[test]
    fn a_server_dies_and_comes_back() {
        let timing =
            Timing { inter: Ms(1000), fastinter: Some(Ms(100)), downinter: Some(Ms(5000)), ..Timing::default() };
        let mut c = checker(timing);
        let ok = || Outcome::plain(CheckStatus::L4Ok);
        let (mut at, mut seen) = (0, Vec::new());
        for outcome in [ok(), ok(), refused(), refused(), refused(), refused(), ok(), ok()] {
            let verdict = run(&mut c, 3, outcome);
            let gap = verdict.next.ms_since(T0) - at;
            at += gap;
            seen.push((c.health().to_string(), verdict.step.transition, verdict.is_news, gap));
        }
        let row = |health: &str, transition, news, gap| (health.to_owned(), transition, news, gap);
        assert_eq!(
            seen,
            [
                row("UP", None, true, 1000),
                row("UP", None, false, 1000),
                row("UP 2/3", None, true, 100),
                row("UP 1/3", None, true, 100),
                row("DOWN", Some(Transition::Down), true, 5000),
                row("DOWN", None, false, 5000),
                row("DOWN 1/2", None, true, 100),
                row("UP", Some(Transition::Up), true, 1000),
            ]
        );
        assert_eq!((c.failures(), c.last().duration), ((3, 1), Ms(3)));
        c.clear_failures();
        assert_eq!(c.failures(), (0, 0));
    }

    #[test]
    fn another_reason_is_news() {
        let mut c = checker(Timing::default());
        assert!(run(&mut c, 0, refused()).is_news);
        assert!(!run(&mut c, 0, refused()).is_news);
        assert!(run(&mut c, 0, Outcome::plain(CheckStatus::L4Timeout)).is_news);
        assert_eq!(c.failures(), (1, 1), "failures of a dead server don't count");
    }

    #[test]
    fn deadlines() {
        let both = Timing { inter: Ms(1000), check: Some(Ms(300)), connect: Some(Ms(200)), ..Timing::default() };
        for (timing, connect_by, answer_by) in [
            (both, 200, 350),
            (Timing { check: None, ..both }, 1000, 1000),
            (Timing { connect: None, ..both }, 1000, 350),
        ] {
            let mut c = checker(timing);
            assert_eq!(c.start(T0), Some(Attempt { connect_by: T0.plus_ms(connect_by) }));
            assert_eq!(c.timeout_status(false), CheckStatus::L4Timeout);
            assert_eq!(c.on_connected(T0.plus_ms(50)), Some(T0.plus_ms(answer_by)));
            assert_eq!(c.deadline(), Some(T0.plus_ms(answer_by)));
            assert_eq!(
                (c.timeout_status(false), c.timeout_status(true)),
                (CheckStatus::L7Timeout, CheckStatus::L6Timeout)
            );
            assert_eq!(c.start(T0), None, "one at a time");
        }
    }

    #[test]
    fn slow_checks_follow_each_other_without_overlap() {
        let mut c = checker(Timing { inter: Ms(100), ..Timing::default() });
        assert_eq!(run(&mut c, 250, refused()).next, T0.plus_ms(250));
    }

    #[test]
    fn maintenance_starts_over() {
        let mut c = checker(Timing::default());
        run(&mut c, 0, Outcome::plain(CheckStatus::L4Ok));
        c.start(T0.plus_ms(2000)).unwrap();
        c.pause();
        assert_eq!(c.finish(T0.plus_ms(2001), refused(), 0), None, "overtaken");
        assert_eq!((c.due(), c.start(T0), c.health().to_string()), (None, None, "UP".to_owned()));
        c.resume(T0.plus_ms(9000));
        assert_eq!((c.due(), c.health().to_string()), (Some(T0.plus_ms(9000)), "UP 1/3".to_owned()));
        c.resume(T0.plus_ms(9999));
        assert_eq!(c.due(), Some(T0.plus_ms(9000)), "only once");
    }

    #[test]
    fn an_abandoned_check_is_repeated() {
        let mut c = checker(Timing::default());
        c.start(T0).unwrap();
        c.abandon(T0.plus_ms(5));
        assert_eq!((c.due(), c.failures()), (Some(T0.plus_ms(5)), (0, 0)));
        c.pause();
        c.abandon(T0.plus_ms(6));
        assert_eq!(c.due(), None, "only what runs");
    }

    #[test]
    fn hurried_by_errors() {
        let mut c = checker(Timing { fastinter: Some(Ms(100)), ..Timing::default() });
        run(&mut c, 0, Outcome::plain(CheckStatus::L4Ok));
        c.hurry(T0.plus_ms(500));
        assert_eq!(c.due(), Some(T0.plus_ms(600)));
        c.hurry(T0.plus_ms(550));
        assert_eq!(c.due(), Some(T0.plus_ms(600)), "never later");
    }
}
