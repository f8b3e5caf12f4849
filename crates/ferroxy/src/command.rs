//! Our own commands, by name: `ferroxy NAME …`.

use crate::{demo, shell, tool};
use process::Subcommand;

/// All of them, in the order of the help.
pub const COMMANDS: &[Subcommand] = &[
    demo::COMMAND,
    tool::CHECK,
    tool::EVAL,
    tool::EXPLAIN,
    tool::FMT,
    tool::LINT,
    tool::LSP,
    tool::MIGRATE,
    tool::TEST,
    shell::COMPLETIONS,
    shell::MAN,
];
