//! Making requests: wrk for everything that is a stream of requests.

use super::peers::Peer;
use super::work::{Row, Shape};
use crate::sh;
use harness::proxy::TempDir;
use std::fs;
use std::process::{Command, Stdio};

/// What a run achieved.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    pub requests: u64,
    /// Requests that weren't answered with 2xx, and connections that broke.
    pub failures: u64,
}

/// Loads a proxy for some seconds.
pub fn run(row: &Row, peer: &Peer, seconds: u64) -> Result<Done, String> {
    let dir = TempDir::new()?;
    let out = sh::read(&mut wrk(row, peer, seconds, &dir)?)?;
    parse(&out).ok_or_else(|| format!("wrk said: {out}"))
}

/// System calls per request, counted by perf in a run of its own; `None` where perf can't.
pub fn syscalls(row: &Row, peer: &Peer) -> Result<Option<f64>, String> {
    if !sh::exists("perf") {
        return Ok(None);
    }
    let pids: Vec<String> = peer.pids().iter().map(u32::to_string).collect();
    let mut perf = Command::new("perf");
    perf.args(["stat", "-x,", "-e", "raw_syscalls:sys_enter", "-p", &pids.join(","), "--"]);
    let dir = TempDir::new()?;
    let wrk = wrk(row, peer, 1, &dir)?;
    perf.arg(wrk.get_program()).args(wrk.get_args());
    let out = perf.stdin(Stdio::null()).output().map_err(|e| format!("perf: {e}"))?;
    let requests = parse(&String::from_utf8_lossy(&out.stdout)).map(|done| done.requests);
    let counted = String::from_utf8_lossy(&out.stderr);
    let calls =
        counted.lines().find(|l| l.contains("raw_syscalls:sys_enter")).and_then(|l| l.split(',').next()?.parse().ok());
    Ok(requests.filter(|n| *n > 0).zip(calls).map(|(n, calls): (u64, f64)| calls / n as f64))
}

fn wrk(row: &Row, peer: &Peer, seconds: u64, dir: &TempDir) -> Result<Command, String> {
    let mut cmd = Command::new("wrk");
    let (threads, connections) = match row.shape {
        Shape::KeepAlive(1) => (1, 1),
        Shape::KeepAlive(n) | Shape::Close(n) | Shape::Upload(n, _) => (2, n),
        Shape::Idle | Shape::Start => return Err("wrk has no part in this row".to_string()),
    };
    cmd.args(["--timeout", "10s", "-t", &threads.to_string(), "-c", &connections.to_string()]);
    cmd.arg("-d").arg(format!("{seconds}s"));
    if matches!(row.shape, Shape::Close(_)) {
        cmd.args(["-H", "Connection: close"]);
    }
    if let Shape::Upload(_, len) = row.shape {
        let script = dir.0.join("upload.lua");
        let text = format!("wrk.method = \"POST\"\nwrk.body = string.rep(\"x\", {len})\n");
        fs::write(&script, text).map_err(|e| format!("{}: {e}", script.display()))?;
        cmd.arg("-s").arg(script);
    }
    cmd.arg(format!("http://{}{}", peer.addr, row.path));
    Ok(cmd)
}

/// `  12345 requests in 3.00s, 1.2MB read`, and the lines that tell of failures.
pub fn parse(out: &str) -> Option<Done> {
    let requests = out.lines().find_map(|l| l.trim().split_once(" requests in ")?.0.parse().ok())?;
    let numbers = |line: &str| -> u64 { line.split([' ', ',']).filter_map(|w| w.parse::<u64>().ok()).sum() };
    let bad = out.lines().map(str::trim).filter(|l| l.starts_with("Socket errors:") || l.starts_with("Non-2xx"));
    let failures = bad.map(|line| numbers(line.rsplit(':').next().unwrap_or_default())).sum();
    Some(Done { requests, failures })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_says() {
        let out = "Running 1s test\n  Socket errors: connect 0, read 2, write 0, timeout 1\n  Non-2xx or 3xx responses: 7\n  1234 requests in 1.00s, 1MB read\n";
        let done = parse(out).unwrap();
        assert_eq!((done.requests, done.failures), (1234, 10));
        assert!(parse("unable to connect").is_none());
    }
}
