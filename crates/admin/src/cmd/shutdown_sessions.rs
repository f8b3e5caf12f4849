//! `shutdown sessions server`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["shutdown", "sessions", "server"],
    usage: "shutdown sessions server <bk>/<srv>",
    level: CliLevel::Admin,
    doc: "ends all streams of a server",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    match target::server(&control.plan(), call.arg(0)) {
        Ok((back, ix)) => {
            control.kill_streams(&back.server(ix).live);
            Reply::Done
        }
        Err(reply) => reply,
    }
}
