//! `echo`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command =
    Command { words: &["echo"], usage: "echo [text]", level: CliLevel::User, doc: "says the same", run };

fn run(call: &mut Call<'_>) -> Reply {
    Reply::Text(call.args.join(" ") + "\n")
}
