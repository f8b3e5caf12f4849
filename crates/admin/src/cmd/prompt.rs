//! `prompt`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::session::Mode;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["prompt"],
    usage: "prompt [help | n | i | p | timed]",
    level: CliLevel::User,
    doc: "several commands over one connection, with or without prompt",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let mode = match call.arg(0) {
        "" => match call.state.mode {
            Mode::Prompt => Mode::Interactive,
            Mode::Single | Mode::Interactive => Mode::Prompt,
        },
        "n" => Mode::Single,
        "i" => Mode::Interactive,
        "p" => Mode::Prompt,
        "timed" => {
            call.state.timed = !call.state.timed;
            Mode::Prompt
        }
        "help" => {
            return Reply::Text(
                "Usage: prompt [help | n | i | p | timed]\n  n      one line of commands, then the end\n  i      any number of lines\n  p      any number of lines, with a prompt\n  timed  with a prompt that shows the uptime, or no longer\nWithout a word, between the last two.\n".to_owned(),
            );
        }
        _ => return Reply::error("Expected 'help', 'n', 'i', 'p' or 'timed'."),
    };
    call.state.mode = mode;
    Reply::Done
}
