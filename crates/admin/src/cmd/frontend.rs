//! `disable frontend` and `enable frontend`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use conf::spec::CliLevel;
use std::sync::atomic::Ordering::Relaxed;

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

pub static SHUTDOWN: Command = Command {
    words: &["shutdown", "frontend"],
    usage: "shutdown frontend <frontend>",
    level: CliLevel::Admin,
    doc: "deletes a frontend and frees its ports",
    run: shutdown,
};

fn shutdown(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    match target::frontend(&control.plan(), call.arg(0)) {
        Ok(front) if control.shut_down_frontend(&front) => Reply::Done,
        Ok(_) => Reply::error("Frontend was already shut down."),
        Err(reply) => reply,
    }
}

fn pause(call: &mut Call<'_>, paused: bool) -> Reply {
    let control = &call.serving.control;
    let front = match target::frontend(&control.plan(), call.arg(0)) {
        Ok(front) => front,
        Err(reply) => return reply,
    };
    if front.live.shut.load(Relaxed) {
        let what = if paused { "disable" } else { "enable" };
        return Reply::error(format!("Frontend was previously shut down, cannot {what}."));
    }
    match (control.pause_frontend(&front, paused), paused) {
        (true, _) => Reply::Done,
        (false, true) => Reply::Say(wire::syslog::Level::Notice, "All sockets are already disabled.".to_owned()),
        (false, false) => Reply::Say(wire::syslog::Level::Notice, "All sockets are already enabled.".to_owned()),
    }
}
