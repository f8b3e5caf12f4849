//! Settings of the connection: `set timeout cli`, `set severity-output`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use base::Ms;
use conf::spec::{CliLevel, SeverityOutput};

pub static TIMEOUT: Command = Command {
    words: &["set", "timeout"],
    usage: "set timeout [cli] <delay>",
    level: CliLevel::User,
    doc: "how many seconds this connection may be idle",
    run: timeout,
};

pub static SEVERITY: Command = Command {
    words: &["set", "severity-output"],
    usage: "set severity-output [none|number|string]",
    level: CliLevel::User,
    doc: "what goes before messages",
    run: severity,
};

fn timeout(call: &mut Call<'_>) -> Reply {
    if call.arg(0) != "cli" {
        return Reply::error("'set timeout' only supports 'cli'.");
    }
    let seconds = call.arg(1).strip_suffix('s').unwrap_or(call.arg(1));
    match seconds.parse::<u32>().ok().and_then(|s| s.checked_mul(1000)) {
        Some(ms) if ms > 0 => {
            call.state.timeout = Ms(ms);
            Reply::Done
        }
        _ => Reply::error("Invalid timeout value."),
    }
}

fn severity(call: &mut Call<'_>) -> Reply {
    call.state.severity = match call.arg(0) {
        "none" => SeverityOutput::None,
        "number" => SeverityOutput::Number,
        "string" => SeverityOutput::String,
        _ => return Reply::error("one of 'none', 'number', 'string' is a required argument"),
    };
    Reply::Done
}
