//! `show cli level`, and `operator` and `user`, which lower it.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["show", "cli", "level"],
    usage: "show cli level",
    level: CliLevel::User,
    doc: "what this connection may do",
    run,
};

pub static OPERATOR: Command = Command {
    words: &["operator"],
    usage: "operator",
    level: CliLevel::Operator,
    doc: "lets this connection do no more than an operator",
    run: |call| lower(call, CliLevel::Operator),
};

pub static USER: Command = Command {
    words: &["user"],
    usage: "user",
    level: CliLevel::User,
    doc: "lets this connection do no more than a user",
    run: |call| lower(call, CliLevel::User),
};

fn run(call: &mut Call<'_>) -> Reply {
    let name = match call.state.level {
        CliLevel::User => "user",
        CliLevel::Operator => "operator",
        CliLevel::Admin => "admin",
    };
    Reply::Say(wire::syslog::Level::Info, name.to_owned())
}

fn lower(call: &mut Call<'_>, level: CliLevel) -> Reply {
    call.state.level = call.state.level.min(level);
    Reply::Done
}
