//! The names of all commands, for `-dK` dumps and the coverage of the reference's catalogue.

use crate::cmd::{ITEMS, SESSION};
use crate::later;

/// The commands that there are, in alphabetical order.
pub fn built() -> Vec<String> {
    let mut names: Vec<String> = ITEMS.iter().chain(SESSION).map(|command| command.words.join(" ")).collect();
    names.sort_unstable();
    names
}

/// Those that are refused by name until they are built.
pub fn to_come() -> &'static [&'static str] {
    later::NAMES
}
