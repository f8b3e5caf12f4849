//! `disable frontend` and `enable frontend`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use conf::spec::CliLevel;

pub static DISABLE: Command = Command {
    words: &["disable", "frontend"],
    usage: "disable frontend <frontend>",
    level: CliLevel::Admin,
    doc: "stops a frontend from accepting",
    run: |call| pause(call, true),
};

pub static ENABLE: Command = Command {
    words: &["enable", "frontend"],
    usage: "enable frontend <frontend>",
    level: CliLevel::Admin,
    doc: "lets a frontend accept again",
    run: |call| pause(call, false),
};

fn pause(call: &mut Call<'_>, paused: bool) -> Reply {
    let control = &call.serving.control;
    let front = match target::frontend(&control.plan(), call.arg(0)) {
        Ok(front) => front,
        Err(reply) => return reply,
    };
    match (control.pause_frontend(&front, paused), paused) {
        (true, _) => Reply::Done,
        (false, true) => Reply::Say(wire::syslog::Level::Notice, "All sockets are already disabled.".to_owned()),
        (false, false) => Reply::Say(wire::syslog::Level::Notice, "All sockets are already enabled.".to_owned()),
    }
}
