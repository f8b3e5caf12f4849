//! Log targets (`log`, manual 3.1 and 4.2).

use base::Addr;

/// What one section says about logs. `Global::logs` and each proxy's hold resolved targets: `log global` has
/// already been replaced by the global section's.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct LogSpec {
    pub targets: Vec<LogTarget>,
    /// `log-tag`; `None`: the basename of argv[0].
    pub tag: Option<Box<[u8]>>,
}

/// One `log` line.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LogTarget {
    pub sink: LogSink,
    pub format: LogFormat,
    /// `len`: the longest line in bytes.
    pub max_len: u32,
    pub sample: Option<LogSample>,
    /// Facility number, 0 (kern) to 23 (local7).
    pub facility: u8,
    /// Messages above this level number are dropped (0 emerg … 7 debug).
    pub max_level: u8,
    /// Messages below this level number are sent as this level.
    pub min_level: u8,
    /// `profile`: name of a `log-profile` section.
    pub profile: Option<Box<[u8]>>,
}

/// Where lines go.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum LogSink {
    /// UDP or a unix datagram socket.
    Dgram(Addr),
    /// `stdout`, `stderr` or `fd@N`.
    Fd(i32),
    /// `tcp@…` and the like: a ring of its own and a server.
    Stream(Addr),
    /// `ring@NAME`; `buf0` exists without a section.
    Ring(Box<[u8]>),
    /// `backend@NAME`, in mode log.
    Backend(Box<str>),
}

/// The header of each line (`format`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LogFormat {
    Local,
    Rfc3164,
    Rfc5424,
    Priority,
    Short,
    Timed,
    Iso,
    Raw,
}

/// `sample <ranges>:<size>`: of each `size` messages those whose place (from 1) lies in a range.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LogSample {
    pub ranges: Vec<(u32, u32)>,
    pub size: u32,
}

/// `log-steps`: when a line is logged.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum LogSteps {
    /// At every step.
    All,
    /// At these, by their names, sorted.
    Some(Vec<&'static str>),
}
