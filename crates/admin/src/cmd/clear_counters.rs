//! `clear counters`, `clear counters all`, `clear counters server`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use conf::spec::CliLevel;
use proxy::counters::Clear;

pub static MAXIMA: Command = Command {
    words: &["clear", "counters"],
    usage: "clear counters [all]",
    level: CliLevel::Operator,
    doc: "forgets the highest figures, or all of them",
    run: |call| clear(call, Clear::Maxima),
};

pub static ALL: Command = Command {
    words: &["clear", "counters", "all"],
    usage: "clear counters all",
    level: CliLevel::Admin,
    doc: "forgets all that was counted",
    run: |call| clear(call, Clear::All),
};

pub static SERVER: Command = Command {
    words: &["clear", "counters", "server"],
    usage: "clear counters server <bk>/<srv>",
    level: CliLevel::Admin,
    doc: "forgets all that was counted for a server",
    run: server,
};

fn clear(call: &mut Call<'_>, what: Clear) -> Reply {
    let cleared = call.serving.control.clear_counters(what);
    Reply::Later(Box::pin(async move {
        cleared.await;
        Reply::Done
    }))
}

fn server(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    let (back, ix) = match target::server(&control.plan(), call.arg(0)) {
        Ok(found) => found,
        Err(reply) => return reply,
    };
    let cleared = control.clear_server(&back, ix);
    Reply::Later(Box::pin(async move {
        cleared.await;
        Reply::Done
    }))
}
