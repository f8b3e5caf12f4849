//! `show env`.

use crate::command::{Call, Command};
use crate::field;
use crate::reply::{Lines, Reply};
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["show", "env"],
    usage: "show env [var]",
    level: CliLevel::Operator,
    doc: "environment variables",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let mut vars = call.serving.host.env();
    if !call.arg(0).is_empty() {
        vars.retain(|(name, _)| name == call.arg(0).as_bytes());
        if vars.is_empty() {
            return Reply::error("Variable not found");
        }
    }
    Reply::Pieces(Box::new(Lines::new(String::new(), vars.into_iter(), |(name, value), out| {
        let start = out.len();
        out.push_str(&String::from_utf8_lossy(&name));
        out.push('=');
        out.push_str(&String::from_utf8_lossy(&value));
        field::one_line(out, start);
        out.push('\n');
    })))
}
