//! A server is stopped or killed under load: what do clients see with us, and what with HAProxy?

use super::scene::Scene;
use crate::bench::{load, stats};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Errors that are allowed beyond HAProxy's, as a share of the requests.
const ALLOWED: f64 = 0.0001;

/// How long the load lasts, and when in it the server is struck: not a whole number of the servers' timeouts before the
/// end, which would decide by a hair whether each client counts one more.
const SECONDS: u64 = 8;
const STRIKE: Duration = Duration::from_millis(2500);

/// What clients feel must show within the run: shorter than the quickstart's.
const IMPATIENT: &[(&str, &str)] = &[
    ("timeout connect 5s", "timeout connect 1s"),
    ("timeout server 30s", "timeout server 1s"),
    ("check\n", "check inter 500\n"),
];

/// What one run brought.
#[derive(Clone, Copy, Debug)]
struct Run {
    requests: u64,
    errors: u64,
}

impl Run {
    fn rate(self) -> f64 {
        self.errors as f64 / self.requests.max(1) as f64
    }
}

/// Runs pairs and compares their medians.
pub fn compare(name: &str, signal: Signal, ferroxy: &Path, rounds: usize) -> Result<(), String> {
    println!("== {name} of a server under load, {rounds} pairs");
    let (mut errors, mut rates) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut pair = [("haproxy", Path::new("haproxy"), None), ("ferroxy", ferroxy, None)];
        if round % 2 == 1 {
            pair.reverse();
        }
        for (who, program, run) in &mut pair {
            *run = Some(strike(program, who, signal)?);
        }
        pair.sort_by_key(|(who, ..)| *who);
        let [(_, _, Some(ours)), (_, _, Some(theirs))] = pair else { return Err("a run is missing".to_owned()) };
        let allowed = ALLOWED * ours.requests as f64;
        println!(
            "   ferroxy {} errors of {} requests, haproxy {} of {}; allowed beyond: {allowed:.1}",
            ours.errors, ours.requests, theirs.errors, theirs.requests
        );
        errors.push(ours.errors as f64 - theirs.errors as f64 - allowed);
        rates.push(ours.rate() - theirs.rate() - ALLOWED);
    }
    let (errors, rate) = (stats::median(&errors), stats::median(&rates));
    println!("   median beyond what is allowed: {errors:.1} errors, {:.4} % of requests", rate * 100.0);
    if errors <= 0.0 { Ok(()) } else { Err(format!("{name}: {errors:.1} errors too many")) }
}

fn strike(program: &Path, name: &str, signal: Signal) -> Result<Run, String> {
    let scene = Scene::new()?;
    let proxy = scene.start(program, name, IMPATIENT)?;
    let wrk = Command::new("wrk")
        .args(["--timeout", "10s", "-t", "2", "-c", "64", "-d", &format!("{SECONDS}s")])
        .arg(format!("http://{}/tiny", proxy.addr))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("wrk: {e}"))?;
    std::thread::sleep(STRIKE);
    send(&scene.victim(), signal);
    let out = wrk.wait_with_output().map_err(|e| format!("wrk: {e}"))?;
    // A stopped process can't end.
    send(&scene.victim(), Signal::CONT);
    let out = String::from_utf8_lossy(&out.stdout);
    let done = load::parse(&out).ok_or_else(|| format!("wrk said: {out}"))?;
    Ok(Run { requests: done.requests, errors: done.failures })
}

fn send(pids: &[u32], signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(*pid as i32)) {
        // A worker may have ended with its master.
        let _ = kill_process(pid, signal);
    }
}
