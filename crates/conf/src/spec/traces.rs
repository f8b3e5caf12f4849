//! What a section `traces` says (manual 12.1).

use super::At;

/// One `trace` line of a section `traces` (manual 12.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Trace {
    pub source: Box<str>,
    /// What the line asks for, in order.
    pub commands: Vec<TraceCommand>,
    pub at: At,
}

/// One sub-command of `trace` (management, 9.3). Names of events belong to the source.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TraceCommand {
    Event(TraceEvent),
    Follow(Box<str>),
    Level(TraceLevel),
    /// `None` locks on nothing.
    Lock(Option<Box<str>>),
    Pause(TraceEvent),
    Start(TraceEvent),
    Stop(TraceEvent),
    /// `None` drops what is traced.
    Sink(Option<Box<str>>),
    Verbosity(Box<str>),
}

/// An event that is switched on or off; `now`, `none` and `any` are names like others.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TraceEvent {
    pub name: Box<str>,
    pub on: bool,
}

/// How much is traced.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TraceLevel {
    Error,
    User,
    Proto,
    State,
    Data,
    Developer,
}
