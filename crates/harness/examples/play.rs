//! `FERROXY_BIN=… cargo run -p harness --example play -- SUITE…`: plays suites against a program and prints what differs;
//! with `DRIBBLE=1`, each byte in a segment of its own.

use harness::Pace;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let bin = harness::program("target/debug/ferroxy");
    let named: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let files = if named.is_empty() { harness::suites() } else { named };
    let pace = if std::env::var_os("DRIBBLE").is_some() { Pace::Dribble } else { Pace::AsWritten };
    let report = harness::run_suites(&bin, &files, pace);
    report.failures.iter().for_each(|failure| println!("{failure}"));
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
