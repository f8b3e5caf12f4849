//! Our own commands, by name: `ferroxy NAME …`.

use crate::{demo, tool};
use process::Subcommand;

/// All of them, in the order of the help.
pub const COMMANDS: &[Subcommand] = &[demo::COMMAND, tool::CHECK, tool::FMT, tool::LINT, tool::MIGRATE];
