//! Our own commands, by name: `ferroxy NAME …`.

use process::Subcommand;
use std::ffi::OsStr;

/// The command called `name`, if there is one.
pub fn find(name: &OsStr) -> Option<Subcommand> {
    COMMANDS.iter().find(|(known, _)| name == *known).map(|(_, command)| *command)
}

const COMMANDS: &[(&str, Subcommand)] = &[];
