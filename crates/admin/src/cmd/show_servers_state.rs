//! `show servers state`.

use crate::command::{Call, Command};
use crate::reply::{Lines, Reply};
use crate::target;
use base::Addr;
use conf::spec::CliLevel;
use policy::check::CheckStatus;
use proxy::stats::{CheckFigures, Of, Only, Row, Rows, ServerFigures, State};
use std::fmt::Write;

pub static COMMAND: Command = Command {
    words: &["show", "servers", "state"],
    usage: "show servers state [<backend>]",
    level: CliLevel::User,
    doc: "state of servers, to be loaded by another process",
    run,
};

const HEAD: &str = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n";

fn run(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    let plan = control.plan();
    let mut only = Only { fronts: false, sockets: false, backs: false, ..Only::ALL };
    if !call.arg(0).is_empty() {
        only.proxy = target::proxy(&plan, call.arg(0)).filter(|px| plan.proxies[px.at()].back.is_some());
        if only.proxy.is_none() {
            return Reply::error("Can't find backend.");
        }
    }
    let rows = Rows::new(control.shared(), plan, only);
    Reply::Pieces(Box::new(Lines::new(HEAD.to_owned(), rows, |row, out| line(&row, out))))
}

fn line(row: &Row, out: &mut String) {
    let Of::Server(server) = &row.of else { return };
    let check = server.check.as_ref();
    // Writing to a String can't fail.
    let _ = writeln!(
        out,
        "{} {} {} {} {} {} {} {} {} {} {} {} {} {} 0 {} {} {} {} - 0 {} {} - 0",
        row.iid,
        row.proxy,
        server.sid,
        server.name,
        ip(&server.addr),
        operation(server),
        administration(&server.state),
        server.user_weight,
        server.initial_weight,
        server.last_change_s,
        check.map_or(1, |check| status_number(check.last.outcome.status)),
        check.map_or(0, result),
        check.map_or(1, |check| check.counter),
        check.map_or(0, check_state),
        u8::from(row.iid_given),
        u8::from(server.sid_given),
        server.host.as_deref().unwrap_or("-"),
        server.addr.port().unwrap_or(0),
        check.and_then(|check| check.port).unwrap_or(0),
        check.and_then(|check| check.addr.as_ref()).map_or("-".to_owned(), ip),
    );
}

fn ip(addr: &Addr) -> String {
    addr.ip().map_or_else(|| "-".to_owned(), |ip| ip.to_string())
}

fn operation(server: &ServerFigures) -> u8 {
    let state = &server.state;
    match (!state.up || state.maint || !state.resolved, server.throttle) {
        (true, _) => 0,
        (false, Some(_)) => 1,
        (false, None) => 2,
    }
}

fn administration(state: &State) -> u8 {
    let maint = match (state.maint, state.maint_configured) {
        (false, _) => 0,
        (true, false) => 0x01,
        (true, true) => 0x05,
    };
    maint | if state.drain { 0x08 } else { 0 } | if state.resolved { 0 } else { 0x20 }
}

/// The numbers that the reference has for its statuses, from unknown on.
fn status_number(status: CheckStatus) -> usize {
    // Observed on 2.6: 6, 8, 11, 12 and 17; the others lie between them in the order of the table.
    match status {
        CheckStatus::Unknown => 0,
        CheckStatus::Initializing => 1,
        CheckStatus::SocketError => 4,
        CheckStatus::L4Ok => 6,
        CheckStatus::L4Timeout => 7,
        CheckStatus::L4Connection => 8,
        CheckStatus::L6Ok => 9,
        CheckStatus::L6Timeout => 10,
        CheckStatus::L6Response => 11,
        CheckStatus::L7Timeout => 12,
        CheckStatus::L7Response => 13,
        CheckStatus::L7Ok => 15,
        CheckStatus::L7OkConditional => 16,
        CheckStatus::L7Status => 17,
    }
}

fn result(check: &CheckFigures) -> u8 {
    match check.last.outcome.status {
        CheckStatus::Unknown | CheckStatus::Initializing => 0,
        CheckStatus::L7OkConditional => 4,
        status if status.is_pass() => 3,
        _ => 2,
    }
}

fn check_state(check: &CheckFigures) -> u8 {
    u8::from(check.running) | 0x06 | if check.paused { 0x08 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrative_states_are_masks() {
        let up = State { up: true, maint: false, maint_configured: false, drain: false, resolved: true };
        for (state, expected) in [
            (up, 0),
            (State { maint: true, ..up }, 1),
            (State { maint: true, maint_configured: true, ..up }, 5),
            (State { drain: true, ..up }, 8),
            (State { maint: true, drain: true, ..up }, 9),
            (State { resolved: false, ..up }, 32),
        ] {
            assert_eq!(administration(&state), expected);
        }
    }
}
