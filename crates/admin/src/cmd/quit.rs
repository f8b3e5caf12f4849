//! `quit`.

use crate::command::Command;
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["quit"],
    usage: "quit",
    level: CliLevel::User,
    doc: "ends the connection",
    run: |_| Reply::Quit,
};
