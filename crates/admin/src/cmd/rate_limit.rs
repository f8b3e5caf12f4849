//! `set rate-limit connections global`, `set rate-limit sessions global`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["set", "rate-limit"],
    usage: "set rate-limit <setting> <value>",
    level: CliLevel::Admin,
    doc: "changes how many connections or sessions a second takes",
    run,
};

/// What is said to any other setting.
const USAGE: &str = "'set rate-limit' only supports :\n\
    - 'connections global' to set the per-process maximum connection rate\n\
    - 'sessions global' to set the per-process maximum session rate";

fn run(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    let set = match (call.arg(0), call.arg(1)) {
        ("connections", "global") => proxy::Control::set_connection_limit,
        ("sessions", "global") => proxy::Control::set_session_limit,
        ("ssl-sessions" | "http-compression", "global") => {
            return Reply::later(&format!("set rate-limit {} global", call.arg(0)));
        }
        _ => return Reply::error(USAGE),
    };
    match call.arg(2).parse::<u32>() {
        _ if call.arg(2).is_empty() => Reply::error("Expects an integer value."),
        Ok(per_second) if per_second <= i32::MAX as u32 => {
            set(control, per_second);
            Reply::Done
        }
        Ok(_) => Reply::error("Value out of range."),
        Err(_) => Reply::error("Expects an integer value."),
    }
}
