//! `set maxconn frontend`, `server` and `global`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use conf::spec::CliLevel;
use std::sync::atomic::Ordering::Relaxed;

pub static FRONTEND: Command = Command {
    words: &["set", "maxconn", "frontend"],
    usage: "set maxconn frontend <frontend> <value>",
    level: CliLevel::Admin,
    doc: "changes how many connections a frontend may have",
    run: frontend,
};

pub static SERVER: Command = Command {
    words: &["set", "maxconn", "server"],
    usage: "set maxconn server <bk>/<srv> <value>",
    level: CliLevel::Admin,
    doc: "changes how many streams a server may have",
    run: server,
};

pub static GLOBAL: Command = Command {
    words: &["set", "maxconn", "global"],
    usage: "set maxconn global <value>",
    level: CliLevel::Admin,
    doc: "changes how many connections the process may have",
    run: global,
};

fn frontend(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    let front = match target::frontend(&control.plan(), call.arg(0)) {
        Ok(front) => front,
        Err(reply) => return reply,
    };
    if call.arg(1).is_empty() {
        return Reply::error("Integer value expected.");
    }
    match call.arg(1).parse::<u32>() {
        Ok(n) => {
            control.set_frontend_maxconn(&front, if n == 0 { u32::MAX } else { n });
            Reply::Done
        }
        Err(_) => Reply::error("Value out of range."),
    }
}

fn server(call: &mut Call<'_>) -> Reply {
    let (back, ix) = match target::server(&call.serving.control.plan(), call.arg(0)) {
        Ok(found) => found,
        Err(reply) => return reply,
    };
    match call.arg(1).parse::<u32>() {
        Ok(n) => {
            let live = &back.server(ix).live;
            live.maxconn.store(n, Relaxed);
            back.live.queue.serve(live, back.slot_limit(ix));
            Reply::Done
        }
        Err(_) => Reply::error("maxconn string empty or preceded by garbage"),
    }
}

fn global(call: &mut Call<'_>) -> Reply {
    let most = call.serving.hard_maxconn;
    match call.arg(0).parse::<u32>() {
        Ok(n) if n <= most => {
            call.serving.control.set_maxconn(if n == 0 { most } else { n });
            Reply::Done
        }
        Ok(_) => Reply::error("Value out of range."),
        Err(_) => Reply::error("Integer value expected."),
    }
}
