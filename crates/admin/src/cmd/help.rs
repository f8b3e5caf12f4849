//! `help`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["help"],
    usage: "help [<command>]",
    level: CliLevel::User,
    doc: "lists all commands, or those that begin like this",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    Reply::Text(crate::help::help(call.args, call.state.level))
}
