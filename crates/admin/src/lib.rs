//! The runtime API (management guide 9.3): commands over `stats socket` connections, and the statistics in the forms
//! that they are asked for.
//!
//! What it is not: the figures themselves, which `proxy` keeps and counts ([`proxy::stats`]), or the life of the
//! process, which a command can only ask for something ([`Host`]).
//!
//! One command is one static literal in one file of [`cmd`]; columns of statistics are declared once, in [`info`] and
//! [`stat`], for all forms.

mod cmd;
mod command;
mod field;
mod help;
mod info;
mod later;
pub mod line;
pub mod listing;
mod reply;
mod session;
mod sockets;
mod startup_log;
mod stat;
mod target;

pub use sockets::{Admin, Sockets, Unbound, bind, start};
pub use startup_log::StartupLog;

/// What the commands need of the process.
pub trait Host: Send + Sync {
    /// Reads the configuration again and puts it into force. May block. On failure nothing has changed, and the text
    /// says why.
    fn reload(&self) -> Result<String, String>;

    /// The environment as the configuration left it.
    fn env(&self) -> Vec<(Vec<u8>, Vec<u8>)>;
}

/// What is said about the program.
#[derive(Clone, Debug)]
pub struct About {
    /// As in `show version`.
    pub version: &'static str,
    /// `YYYY/MM/DD`.
    pub release_date: &'static str,
    /// What its start said.
    pub startup: std::sync::Arc<StartupLog>,
}
