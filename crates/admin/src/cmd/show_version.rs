//! `show version`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["show", "version"],
    usage: "show version",
    level: CliLevel::User,
    doc: "version of this process",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    Reply::Text(format!("{}\n", call.serving.about.version))
}
