//! `cargo xtask shows`: what the issue wants to be seen with real servers. Long transfers keep their checksums, a
//! WebSocket echoes, a hundred thousand requests go through without an error, and a server that dies costs clients no
//! more than with HAProxy.

mod faults;
mod scene;

use crate::bench::{load, peers};
use crate::sh::{self, Args};
use rustix::process::Signal;
use scene::{Running, Scene};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Bytes that are sent each way.
const LARGE: u64 = 1 << 30;
const REQUESTS: u64 = 100_000;

pub fn run(args: &[String]) -> Result<(), String> {
    let mut args = Args::new(args);
    let rounds = args.option("--rounds")?.unwrap_or(5);
    args.rest(0)?;
    for tool in ["wrk", "nginx", "haproxy", "curl", "sha256sum"] {
        if !sh::exists(tool) {
            return Err(format!("{tool} isn't installed; .ci/run installs what is needed"));
        }
    }
    let ferroxy = peers::ferroxy()?;
    peers::raise_fd_limit();
    let scene = Scene::new()?;
    let proxy = scene.start(&ferroxy, "ferroxy", &[])?;
    transfers(&scene, &proxy)?;
    let bytes = harness::websocket::check_echo(proxy.addr, "/ws")?;
    println!("== WebSocket: {bytes} bytes echoed");
    requests(&proxy)?;
    drop(proxy);
    drop(scene);
    faults::compare("kill -STOP", Signal::STOP, &ferroxy, rounds)?;
    faults::compare("kill -9", Signal::KILL, &ferroxy, rounds)
}

fn transfers(scene: &Scene, proxy: &Running) -> Result<(), String> {
    let (large, uploaded) = (scene.www().join("large"), scene.www().join("uploaded"));
    write_large(&large).map_err(|e| format!("{}: {e}", large.display()))?;
    let expected = checksum(&large)?;
    let start = Instant::now();
    let downloaded = scene.dir.0.join("downloaded");
    let url = |name: &str| format!("http://{}/{name}", proxy.addr);
    sh::run(Command::new("curl").args(["-sSf", "-o"]).arg(&downloaded).arg(url("large")))?;
    compare("download", &downloaded, &expected, start)?;
    let start = Instant::now();
    sh::run(Command::new("curl").args(["-sSf", "-T"]).arg(&large).arg(url("uploaded")))?;
    compare("upload", &uploaded, &expected, start)
}

/// Content without repetitions: a piece in a wrong place must change the checksum, and does.
fn write_large(path: &Path) -> std::io::Result<()> {
    const BLOCK: u64 = 1 << 20;
    let mut file = File::create(path)?;
    (0..LARGE / BLOCK).try_for_each(|n| file.write_all(&harness::content::of(n * BLOCK, BLOCK as usize)))
}

fn compare(what: &str, file: &Path, expected: &str, start: Instant) -> Result<(), String> {
    let took = start.elapsed();
    let got = checksum(file)?;
    println!("== {what}: {LARGE} bytes in {took:.1?}, SHA-256 {got}");
    if got == expected { Ok(()) } else { Err(format!("{what}: expected {expected}")) }
}

fn checksum(file: &Path) -> Result<String, String> {
    let out = sh::read(Command::new("sha256sum").arg(file))?;
    out.split(' ').next().map(str::to_owned).ok_or_else(|| "sha256sum said nothing".to_owned())
}

fn requests(proxy: &Running) -> Result<(), String> {
    let mut all = load::Done { requests: 0, failures: 0 };
    while all.requests < REQUESTS {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t", "2", "-c", "64", "-d", "2s"]).arg(format!("http://{}/tiny", proxy.addr)).stdin(Stdio::null());
        let out = sh::read(&mut wrk)?;
        let done = load::parse(&out).filter(|done| done.requests > 0).ok_or_else(|| format!("wrk said: {out}"))?;
        all.requests += done.requests;
        all.failures += done.failures;
    }
    println!("== {} requests, {} errors", all.requests, all.failures);
    if all.failures == 0 { Ok(()) } else { Err(format!("{} of {} requests failed", all.failures, all.requests)) }
}
