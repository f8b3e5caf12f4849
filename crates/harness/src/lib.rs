//! The integration harness: starts the real proxy with a real configuration, plays clients and servers from scripts,
//! and compares what each side saw, and the log, with what a suite says.
//!
//! What it is not: part of the product, or bound to one proxy. The same suites run against Ferroxy and against
//! Debian's haproxy (`FERROXY_BIN=/usr/sbin/haproxy`), which keeps their expectations honest. It uses plain threads and
//! blocking sockets, a limit on every wait, no fixed sleep, and ports that no other test can have.

pub mod cli;
pub mod conn;
pub mod content;
pub mod http2;
pub mod logs;
pub mod net;
pub mod origin;
pub mod proxy;
pub mod suite;
pub mod wait;
pub mod websocket;

pub use conn::{Conn, Ended};
pub use logs::{Sink, TcpSink, UdpSink, UnixSink};
pub use origin::{Answer, Origin};
pub use proxy::{Exited, Proxy, Setup};
pub use suite::{Pace, Peer, Report, Suite, run_suite};

use std::path::{Path, PathBuf};

/// Debian's haproxy, the peer that keeps expectations honest, where it is installed.
pub fn haproxy() -> Option<PathBuf> {
    ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"].iter().map(PathBuf::from).find(|p| p.is_file())
}

/// Runs all these suites and collects what failed.
///
/// # Panics
/// When a suite can't be read, or the program doesn't tell its version.
pub fn run_suites(bin: &Path, files: &[PathBuf], pace: Pace) -> Report {
    let peer = Peer::of(bin).expect("the program tells its version");
    let mut all = Report::default();
    for file in files {
        let suite = Suite::load(file, peer).unwrap_or_else(|why| panic!("{why}"));
        let report = run_suite(bin, &suite, pace);
        println!("{}: {} passed, {} failed", suite.name, report.passed, report.failures.len());
        all.passed += report.passed;
        all.failures.extend(report.failures);
    }
    all
}

/// The suites of what is built, in order of their names.
pub fn suites() -> Vec<PathBuf> {
    suites_in("suites")
}

/// The suites of what the next parts bring: true of the reference, and refused by Ferroxy until then.
pub fn later_suites() -> Vec<PathBuf> {
    suites_in("suites/later")
}

fn suites_in(dir: &str) -> Vec<PathBuf> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(dir);
    let files = std::fs::read_dir(dir).expect("the suites lie beside the harness's source");
    let files = files.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|x| x == "suite")).collect();
    files.sort();
    files
}

/// The program under test: `FERROXY_BIN`, or else `built`, which a test gets from `env!("CARGO_BIN_EXE_ferroxy")`.
pub fn program(built: &str) -> PathBuf {
    std::env::var_os("FERROXY_BIN").map_or_else(|| PathBuf::from(built), PathBuf::from)
}
