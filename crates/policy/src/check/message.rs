//! The words in which a server's changes are logged. Tools parse these lines, so they are the reference's to
//! the byte; each was observed on HAProxy 2.6 (tests below).

use super::{CheckStatus, Health, Last};
use base::Ms;
use core::fmt::{self, Write};
use wire::syslog::Level;

/// The server that a line is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Who<'a> {
    /// Its backend.
    pub backend: &'a str,
    /// Its own name.
    pub server: &'a str,
    /// Whether it is a backup.
    pub is_backup: bool,
}

/// What a check found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Report<'a> {
    /// The verdict and its layer.
    pub status: CheckStatus,
    /// The application's code.
    pub code: Option<u16>,
    /// Further words.
    pub info: Option<&'a str>,
    /// How long the check took.
    pub duration: Ms,
}

impl<'a> From<&'a Last> for Report<'a> {
    fn from(last: &'a Last) -> Report<'a> {
        let outcome = &last.outcome;
        Report { status: outcome.status, code: outcome.code, info: outcome.info.as_deref(), duration: last.duration }
    }
}

/// What happened to a server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Change {
    /// It is up.
    Up,
    /// It is down.
    Down,
    /// It is to finish what it has, by its own wish or the runtime API's.
    Stopping,
    /// It was up and enters maintenance; `was_drained` makes that less of an alarm.
    IntoMaintenance {
        /// It took no new traffic before.
        was_drained: bool,
    },
    /// It was down and enters maintenance.
    DownIntoMaintenance,
    /// It leaves maintenance.
    OutOfMaintenance {
        /// Whether it counts as up now.
        up: bool,
        /// Whether it stays drained.
        drained: bool,
    },
    /// It takes no new traffic from now on.
    IntoDrain {
        /// Whether it is up.
        up: bool,
    },
    /// It left maintenance and is still drained.
    RemainsInDrain,
    /// It takes new traffic again.
    OutOfDrain {
        /// Whether it is up.
        up: bool,
    },
}

/// Why it happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause<'a> {
    /// Nothing to say: an operator's command, or `option log-health-checks` has said it in the line before.
    Unsaid,
    /// A check.
    Check(Report<'a>),
    /// `set server … health`.
    Cli,
}

/// The numbers that most lines end with, after the change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Usable servers that aren't backups.
    pub active: usize,
    /// Usable backups.
    pub backup: usize,
    /// What the server still serves.
    pub sessions: u64,
    /// What its queue gave back to be balanced again, or what it took over.
    pub requeued: u64,
    /// What is left in the backend's queue.
    pub queued: u64,
}

/// Writes the line of `option log-health-checks`, which has [`Level::Notice`].
pub fn health_check(out: &mut impl Write, who: Who<'_>, report: Report<'_>, health: &Health) -> fmt::Result {
    let kind = if who.is_backup { "backup server" } else { "server" };
    let verb = if report.status.is_pass() { "succeeded" } else { "failed" };
    let (left, of) = health.ratio();
    let state = if health.is_up() { "UP" } else { "DOWN" };
    write!(out, "Health check for {kind} {}/{} {verb}", who.backend, who.server)?;
    reason(out, report)?;
    write!(out, ", status: {left}/{of} {state}.")
}

/// Writes the line of a change and gives its level.
pub fn server_change(
    out: &mut impl Write,
    who: Who<'_>,
    change: Change,
    cause: Cause<'_>,
    counts: &Counts,
) -> Result<Level, fmt::Error> {
    let kind = if who.is_backup { "Backup Server" } else { "Server" };
    write!(out, "{kind} {}/{} {}", who.backend, who.server, change.words())?;
    match cause {
        Cause::Unsaid => {}
        Cause::Check(report) => reason(out, report)?,
        Cause::Cli => out.write_str(", changed from CLI")?,
    }
    match change.tail() {
        Tail::None => out.write_char('.')?,
        Tail::Left => left(out, counts)?,
        Tail::Online => online(out, counts)?,
    }
    Ok(change.level())
}

/// Writes the line that follows when a backend has lost its last server, and gives its level.
/// `kind` is `backend`, or `proxy` for a listen.
pub fn backend_empty(out: &mut impl Write, kind: &str, name: &str) -> Result<Level, fmt::Error> {
    write!(out, "{kind} {name} has no server available!")?;
    Ok(Level::Emerg)
}

enum Tail {
    None,
    Left,
    Online,
}

impl Change {
    fn words(self) -> &'static str {
        match self {
            Change::Up => "is UP",
            Change::Down => "is DOWN",
            Change::Stopping => "is stopping",
            Change::IntoMaintenance { .. } => "is going DOWN for maintenance",
            Change::DownIntoMaintenance => "was DOWN and now enters maintenance",
            Change::OutOfMaintenance { up: true, drained: false } => "is UP/READY (leaving forced maintenance)",
            Change::OutOfMaintenance { up: false, drained: false } => "is DOWN/READY (leaving forced maintenance)",
            Change::OutOfMaintenance { up: true, drained: true } => "is UP/DRAIN (leaving forced maintenance)",
            Change::OutOfMaintenance { up: false, drained: true } => "is DOWN/DRAIN (leaving forced maintenance)",
            Change::IntoDrain { .. } => "enters drain state",
            Change::RemainsInDrain => "remains in forced drain mode",
            Change::OutOfDrain { up: true } => "is UP (leaving forced drain)",
            Change::OutOfDrain { up: false } => "is DOWN (leaving forced drain)",
        }
    }

    fn tail(self) -> Tail {
        match self {
            Change::Down | Change::IntoMaintenance { .. } | Change::IntoDrain { up: false } => Tail::Left,
            Change::Up | Change::Stopping | Change::IntoDrain { up: true } => Tail::Online,
            _ => Tail::None,
        }
    }

    fn level(self) -> Level {
        match self {
            Change::Down | Change::IntoMaintenance { was_drained: false } => Level::Alert,
            _ => Level::Notice,
        }
    }
}

fn reason(out: &mut impl Write, report: Report<'_>) -> fmt::Result {
    write!(out, ", reason: {}", report.status.description())?;
    if let Some(code) = report.code {
        write!(out, ", code: {code}")?;
    }
    if let Some(info) = report.info.filter(|info| !info.is_empty()) {
        write!(out, ", info: \"{info}\"")?;
    }
    write!(out, ", check duration: {}ms", report.duration.0)
}

fn left(out: &mut impl Write, c: &Counts) -> fmt::Result {
    write!(out, ". {} active and {} backup servers left.{}", c.active, c.backup, on_backup(c))?;
    write!(out, " {} sessions active, {} requeued, {} remaining in queue.", c.sessions, c.requeued, c.queued)
}

fn online(out: &mut impl Write, c: &Counts) -> fmt::Result {
    write!(out, ". {} active and {} backup servers online.{}", c.active, c.backup, on_backup(c))?;
    write!(out, " {} sessions requeued, {} total in queue.", c.requeued, c.queued)
}

fn on_backup(c: &Counts) -> &'static str {
    if c.active == 0 && c.backup > 0 { " Running on backup." } else { "" }
}

#[cfg(test)]
mod tests {
    use super::super::{InitState, Thresholds};
    use super::*;

    const SERVER: Who<'_> = Who { backend: "be", server: "s1", is_backup: false };
    const BACKUP: Who<'_> = Who { backend: "be", server: "s2", is_backup: true };

    fn report(status: CheckStatus, info: Option<&str>) -> Report<'_> {
        Report { status, code: None, info, duration: Ms(0) }
    }

    fn counts(active: usize, backup: usize) -> Counts {
        Counts { active, backup, ..Counts::default() }
    }

    fn check(who: Who<'_>, change: Change, cause: Cause<'_>, counts: Counts, expected: (Level, &str)) {
        let mut out = String::new();
        let level = server_change(&mut out, who, change, cause, &counts).unwrap();
        assert_eq!((level, out.as_str()), expected);
    }

    #[test]
    fn changes_as_observed() {
        use Level::{Alert, Notice};
        let refused = Cause::Check(report(CheckStatus::L4Connection, Some("Connection refused")));
        let passed = Cause::Check(report(CheckStatus::L4Ok, None));
        let unsaid = Cause::Unsaid;
        check(
            SERVER,
            Change::Down,
            refused,
            counts(1, 0),
            (
                Alert,
                "Server be/s1 is DOWN, reason: Layer4 connection problem, info: \"Connection refused\", check duration: 0ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            ),
        );
        check(
            SERVER,
            Change::Down,
            unsaid,
            counts(0, 1),
            (
                Alert,
                "Server be/s1 is DOWN. 0 active and 1 backup servers left. Running on backup. 0 sessions active, 0 requeued, 0 remaining in queue.",
            ),
        );
        check(
            BACKUP,
            Change::Down,
            unsaid,
            counts(1, 0),
            (
                Alert,
                "Backup Server be/s2 is DOWN. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            ),
        );
        check(
            SERVER,
            Change::Up,
            passed,
            counts(2, 0),
            (
                Notice,
                "Server be/s1 is UP, reason: Layer4 check passed, check duration: 0ms. 2 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.",
            ),
        );
        check(
            BACKUP,
            Change::Up,
            unsaid,
            counts(0, 1),
            (
                Notice,
                "Backup Server be/s2 is UP. 0 active and 1 backup servers online. Running on backup. 0 sessions requeued, 0 total in queue.",
            ),
        );
        check(
            SERVER,
            Change::Down,
            Cause::Cli,
            counts(0, 1),
            (
                Alert,
                "Server be/s1 is DOWN, changed from CLI. 0 active and 1 backup servers left. Running on backup. 0 sessions active, 0 requeued, 0 remaining in queue.",
            ),
        );
        check(
            SERVER,
            Change::Stopping,
            Cause::Cli,
            counts(0, 1),
            (
                Notice,
                "Server be/s1 is stopping, changed from CLI. 0 active and 1 backup servers online. Running on backup. 0 sessions requeued, 0 total in queue.",
            ),
        );
        check(
            SERVER,
            Change::IntoMaintenance { was_drained: false },
            unsaid,
            counts(1, 1),
            (
                Alert,
                "Server be/s1 is going DOWN for maintenance. 1 active and 1 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            ),
        );
        check(
            SERVER,
            Change::IntoMaintenance { was_drained: true },
            unsaid,
            counts(1, 1),
            (
                Notice,
                "Server be/s1 is going DOWN for maintenance. 1 active and 1 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            ),
        );
        check(
            SERVER,
            Change::DownIntoMaintenance,
            unsaid,
            counts(1, 1),
            (Notice, "Server be/s1 was DOWN and now enters maintenance."),
        );
        check(
            SERVER,
            Change::OutOfMaintenance { up: true, drained: false },
            unsaid,
            counts(1, 1),
            (Notice, "Server be/s1 is UP/READY (leaving forced maintenance)."),
        );
        check(
            SERVER,
            Change::OutOfMaintenance { up: true, drained: true },
            unsaid,
            counts(1, 1),
            (Notice, "Server be/s1 is UP/DRAIN (leaving forced maintenance)."),
        );
        check(
            SERVER,
            Change::IntoDrain { up: true },
            unsaid,
            counts(1, 1),
            (
                Notice,
                "Server be/s1 enters drain state. 1 active and 1 backup servers online. 0 sessions requeued, 0 total in queue.",
            ),
        );
        check(
            SERVER,
            Change::IntoDrain { up: false },
            unsaid,
            counts(1, 1),
            (
                Notice,
                "Server be/s1 enters drain state. 1 active and 1 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            ),
        );
        check(
            SERVER,
            Change::RemainsInDrain,
            unsaid,
            counts(1, 1),
            (Notice, "Server be/s1 remains in forced drain mode."),
        );
        check(
            SERVER,
            Change::OutOfDrain { up: true },
            unsaid,
            counts(1, 1),
            (Notice, "Server be/s1 is UP (leaving forced drain)."),
        );
        check(
            SERVER,
            Change::OutOfDrain { up: false },
            unsaid,
            counts(1, 1),
            (Notice, "Server be/s1 is DOWN (leaving forced drain)."),
        );
        let mut out = String::new();
        assert_eq!(backend_empty(&mut out, "backend", "be"), Ok(Level::Emerg));
        assert_eq!(out, "backend be has no server available!");
    }

    #[test]
    fn health_checks_as_observed() {
        let mut health = Health::new(Thresholds::default(), InitState::Up);
        let mut line = |who, passed, report| {
            let mut out = String::new();
            health.count(passed);
            health_check(&mut out, who, report, &health).unwrap();
            out
        };
        let refused = report(CheckStatus::L4Connection, Some("Connection refused"));
        let wrong = Report { code: Some(404), duration: Ms(10), ..report(CheckStatus::L7Status, Some("Not")) };
        assert_eq!(
            line(SERVER, true, report(CheckStatus::L4Ok, None)),
            "Health check for server be/s1 succeeded, reason: Layer4 check passed, check duration: 0ms, status: 3/3 UP."
        );
        assert_eq!(
            line(BACKUP, false, refused),
            "Health check for backup server be/s2 failed, reason: Layer4 connection problem, info: \"Connection refused\", check duration: 0ms, status: 2/3 UP."
        );
        assert_eq!(
            line(SERVER, false, wrong),
            "Health check for server be/s1 failed, reason: Layer7 wrong status, code: 404, info: \"Not\", check duration: 10ms, status: 1/3 UP."
        );
        assert_eq!(
            line(SERVER, false, report(CheckStatus::L4Timeout, None)),
            "Health check for server be/s1 failed, reason: Layer4 timeout, check duration: 0ms, status: 0/2 DOWN."
        );
        assert_eq!(
            line(SERVER, true, report(CheckStatus::L4Ok, None)),
            "Health check for server be/s1 succeeded, reason: Layer4 check passed, check duration: 0ms, status: 1/2 DOWN."
        );
    }
}
