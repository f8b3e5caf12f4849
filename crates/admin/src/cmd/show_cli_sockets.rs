//! `show cli sockets`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use base::Addr;
use conf::spec::CliLevel;
use std::fmt::Write;

pub static COMMAND: Command = Command {
    words: &["show", "cli", "sockets"],
    usage: "show cli sockets",
    level: CliLevel::Operator,
    doc: "the sockets of this interface",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let mut out = "# socket lvl processes\n".to_owned();
    for socket in &call.serving.control.plan().spec.global.stats_sockets {
        let level = match socket.level {
            CliLevel::User => "user",
            CliLevel::Operator => "operator",
            CliLevel::Admin => "admin",
        };
        if let Some(addr) = shown(&socket.bind.addr) {
            // Writing to a String can't fail.
            let _ = writeln!(out, "{addr} {level} all");
        }
    }
    Reply::Text(out)
}

/// Other kinds of addresses aren't shown (management guide, `show cli sockets`).
fn shown(addr: &Addr) -> Option<String> {
    match addr {
        Addr::Ip(sa) if sa.is_ipv4() => Some(format!("ipv4@{sa}")),
        Addr::Ip(sa) => Some(format!("ipv6@{sa}")),
        Addr::Unix(path) => Some(format!("unix@{}", String::from_utf8_lossy(path))),
        _ => None,
    }
}
