//! What the process says about its proxies: states on SIGHUP, and what is left when they stop.

use crate::engine::{ProxyState, ServerState};

/// The lines that SIGHUP gives for a proxy: one per server, then one for itself.
pub fn lines(proxy: &ProxyState) -> Vec<String> {
    let mut lines: Vec<String> = proxy.servers.iter().map(|server| server_line(&proxy.name, server)).collect();
    let usable = |backup: bool| proxy.servers.iter().filter(|s| s.up && s.eligible && s.backup == backup).count();
    let (active, backup) = (usable(false), usable(true));
    let state = match (proxy.servers.len(), active, backup) {
        (0, ..) => "has no servers.".to_owned(),
        (_, 0, 0) => "has no server available !".to_owned(),
        (_, 0, _) => "is running on backup servers !".to_owned(),
        (_, active, backup) => format!("has {active} active servers and {backup} backup servers available."),
    };
    lines.push(format!(
        "SIGHUP: Proxy {} {state} Conn: act(FE+BE): {}+{}, {} pend ({} unass), tot(FE+BE): {}+{}.",
        proxy.name,
        proxy.active_front,
        proxy.active_back,
        proxy.pending,
        proxy.unassigned,
        proxy.total_front,
        proxy.total_back,
    ));
    lines
}

/// What is said when a proxy stops.
pub fn stopped(proxy: &ProxyState) -> String {
    let (front, back) = (proxy.total_front, proxy.total_back);
    format!("Proxy {} stopped (cumulated conns: FE: {front}, BE: {back}).", proxy.name)
}

/// What is said when a proxy's last connections are cut.
pub fn hard_stopped(proxy: &ProxyState) -> String {
    let left = proxy.active_front.max(proxy.active_back);
    format!("Proxy {} hard-stopped ({left} remaining conns will be closed).", proxy.name)
}

/// `Paused frontend f.` and its like.
pub fn moved(word: &str, proxy: &ProxyState) -> String {
    format!("{word} {} {}.", proxy.kind, proxy.name)
}

fn server_line(proxy: &str, server: &ServerState) -> String {
    let state = if server.up { "UP" } else { "DOWN" };
    let ServerState { name, active, pending, total, .. } = server;
    format!("SIGHUP: Server {proxy}/{name} is {state}. Conn: {active} act, {pending} pend, {total} tot.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(name: &str, up: bool, backup: bool, eligible: bool) -> ServerState {
        ServerState { name: name.into(), up, backup, eligible, ..ServerState::default() }
    }

    fn check(servers: Vec<ServerState>, want: &str) {
        let proxy = ProxyState { name: "b".into(), servers, active_front: 1, total_back: 7, ..ProxyState::default() };
        let lines = lines(&proxy);
        let conns = "Conn: act(FE+BE): 1+0, 0 pend (0 unass), tot(FE+BE): 0+7.";
        assert_eq!(lines.last(), Some(&format!("SIGHUP: Proxy b {want} {conns}")));
    }

    #[test]
    fn states_as_the_reference_words_them() {
        check(vec![], "has no servers.");
        check(vec![server("d1", false, false, true), server("d2", true, false, false)], "has no server available !");
        check(vec![server("s1", false, false, true), server("s2", true, true, true)], "is running on backup servers !");
        check(
            vec![server("s1", true, false, true), server("s2", true, true, true)],
            "has 1 active servers and 1 backup servers available.",
        );
        let one = ServerState { active: 1, pending: 2, total: 3, ..server("s", true, false, true) };
        assert_eq!(server_line("b", &one), "SIGHUP: Server b/s is UP. Conn: 1 act, 2 pend, 3 tot.");
    }
}
