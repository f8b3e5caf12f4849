//! `set server`.

use super::weight;
use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use conf::spec::CliLevel;
use proxy::health::Edit;

pub static COMMAND: Command = Command {
    words: &["set", "server"],
    usage: "set server <bk>/<srv> [opts]",
    level: CliLevel::Admin,
    doc: "changes a server's state, weight or health",
    run,
};

const USAGE: &str = "usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send | check-addr | check-port | fqdn | health | ssl | state | weight";

fn run(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    let (back, ix) = match target::server(&control.plan(), call.arg(0)) {
        Ok(found) => found,
        Err(reply) => return reply,
    };
    let edit = || Edit::begin(control.shared(), &back, ix);
    match call.arg(1) {
        "weight" => return weight::set(control, &back, ix, call.arg(2)),
        "state" => match call.arg(2) {
            "ready" => edit().set_ready(),
            "drain" => edit().set_drain(),
            "maint" => edit().set_maint(),
            _ => return Reply::error("'set server <srv> state' expects 'ready', 'drain' and 'maint'."),
        },
        "health" => match call.arg(2) {
            _ if back.server(ix).spec.check.is_none() => {
                return Reply::error(
                    "Health checks are not configured on this server, and without them it is always up.",
                );
            }
            "up" => edit().force(true),
            "down" => edit().force(false),
            "stopping" => return Reply::later("set server … health stopping"),
            _ => return Reply::error("'set server <srv> health' expects 'up', 'stopping', or 'down'."),
        },
        later @ ("addr" | "agent" | "agent-addr" | "agent-port" | "agent-send" | "check-addr" | "check-port"
        | "fqdn" | "ssl") => return Reply::later(&format!("set server … {later}")),
        _ => return Reply::error(USAGE),
    }
    Reply::Done
}
