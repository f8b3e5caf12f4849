//! `show startup-logs`.

use crate::command::Command;
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["show", "startup-logs"],
    usage: "show startup-logs",
    level: CliLevel::User,
    doc: "what was said while starting",
    run: |call| Reply::Text(call.serving.about.startup.text()),
};
