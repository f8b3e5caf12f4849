//! Everything that a developer runs: `cargo xtask ci | tidy | supply | fuzz | coverage | bench | shows`.
//!
//! What it is not: part of the product. What it checks is what CI checks; `.ci/run` only installs packages first.

mod bench;
mod ci;
mod coverage;
mod fuzz;
mod layers;
mod sh;
mod shows;
mod supply;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  ci [--fuzz-seconds N]          everything that must pass: fmt, clippy, tidy, supply, tests, a short fuzz of each target
  tidy                           layers, purity, unsafe, file sizes, crate docs, fuzz targets
  supply                         licences, banned crates and sources of all dependencies (deny.toml)
  fuzz [TARGET] [--seconds N]    build and run one fuzz target or all of them (default 60 s each), from a new seed
  bench [--rounds N] [--seconds S] [--only PART]
                                 against HAProxy and nginx; writes bench/RESULTS.md unless --only is given
  shows [--rounds N]             long transfers, WebSocket, 100,000 requests, servers that die: with real servers
  coverage [--write | --check]   which of the reference's keywords are built; COVERAGE.md is its output
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or_default();
    let outcome = match args.first().map(String::as_str) {
        Some("ci") => ci::run(rest),
        Some("tidy") => tidy::run(),
        Some("supply") => supply::run(),
        Some("fuzz") => fuzz::run(rest),
        Some("bench") => bench::run(rest),
        Some("shows") => shows::run(rest),
        Some("coverage") => coverage::run(rest),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!("no command '{other}'\n\n{HELP}")),
        None => Err(HELP.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
