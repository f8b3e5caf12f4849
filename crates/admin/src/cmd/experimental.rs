//! `experimental-mode`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["experimental-mode"],
    usage: "experimental-mode [on|off]",
    level: CliLevel::Admin,
    doc: "lets this connection use experimental commands",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    match call.arg(0) {
        "on" => call.state.experimental = true,
        "off" => call.state.experimental = false,
        _ => {
            let on = if call.state.experimental { "ON" } else { "OFF" };
            return Reply::Text(format!("experimental-mode is {on}\n"));
        }
    }
    Reply::Done
}
