//! What the process runs, as far as its life is concerned: the seam to the data path.

use crate::outside::World;
use conf::spec::{At, Spec};
use diag::Severity;
use std::io;
use std::sync::Arc;

/// Says a message to the operator, from any thread: on stderr, if the process still has one that is read.
pub type Announce = Arc<dyn Fn(Severity, &str) + Send + Sync>;

/// What the data path must know about the process.
#[derive(Clone)]
pub struct Setting {
    /// The basename of argv[0]: the tag of log lines.
    pub program: Box<str>,
    /// The process that workers run in; its number stands in log lines.
    pub pid: u32,
    pub threads: u32,
    /// Client connections at a time.
    pub maxconn: u32,
    pub maxpipes: u32,
    /// Descriptors that may be open.
    pub fds: u64,
    /// What the start says.
    pub startup: Arc<admin::StartupLog>,
    pub announce: Announce,
}

/// Why a line of the configuration can't be put into force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unlinked {
    pub at: At,
    /// The proxy that it belongs to.
    pub proxy: Box<str>,
    pub message: String,
}

/// Builds the data path, in two steps between which the process may fork, enter its jail and give up its rights.
pub trait Engine {
    /// Makes everything that needs rights: opens the listening sockets. No thread is started, and when it fails
    /// nothing stays open, so that it can be tried again.
    fn stage(&mut self, spec: &Arc<Spec>, setting: &Setting, world: &mut World) -> Result<(), Vec<Unlinked>>;

    /// Starts the workers on what was staged.
    fn start(&mut self) -> io::Result<Box<dyn Running>>;
}

/// The running data path.
pub trait Running {
    /// The configuration in force.
    fn spec(&self) -> Arc<Spec>;
    /// A soft stop is to come: whoever asks learns it (`stopping`), nothing else changes (`grace`).
    fn announce_stop(&self);
    /// Listeners are closed, idle connections as well; the others may finish.
    fn soft_stop(&self);
    /// Everything is closed.
    fn hard_stop(&self);
    /// Listeners stop to listen until [`Running::resume`].
    fn pause(&self);
    /// Listeners go on.
    fn resume(&self);
    /// Reads the configuration again and takes it up. Both answers are messages, each ended by LF: the warnings, or
    /// why nothing was changed.
    fn reload(&self) -> Result<Vec<String>, Vec<String>>;
    /// Client connections now.
    fn live_connections(&self) -> u32;
    /// Logs a line to the targets of a proxy, or of section `global`.
    fn log(&self, proxy: Option<&str>, level: LogLevel, text: &str);
    /// The state of each proxy, in the order of the configuration.
    fn proxies(&self) -> Vec<ProxyState>;
    /// Lines on what is in use, for SIGQUIT.
    fn usage(&self) -> Vec<String>;
    /// Waits for the end of all workers and for the last log lines.
    fn join(&mut self);
}

/// How a line of ours is logged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogLevel {
    Warning,
    Notice,
}

/// A proxy as SIGHUP and the end show it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProxyState {
    pub name: Box<str>,
    /// What messages call it: `frontend`, `backend` or, for a listen, `proxy`.
    pub kind: &'static str,
    /// It has listeners: it can be paused and comes first when stopping.
    pub listens: bool,
    /// Connections on the client side and streams on the server side, now.
    pub active_front: u32,
    pub active_back: u32,
    /// Streams that wait for a server, and of these the ones that wait for any.
    pub pending: u32,
    pub unassigned: u32,
    /// The same two since the start.
    pub total_front: u64,
    pub total_back: u64,
    pub servers: Vec<ServerState>,
}

/// A server as SIGHUP shows it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServerState {
    pub name: Box<str>,
    pub up: bool,
    pub backup: bool,
    /// It has a weight above zero: balancing can choose it.
    pub eligible: bool,
    pub active: u32,
    pub pending: u32,
    pub total: u64,
}
