//! Which of the reference's keywords are built. The report is in the repository, and CI fails when it is stale.

use crate::sh;
use std::fs;
use std::path::PathBuf;

pub fn run(args: &[String]) -> Result<(), String> {
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => report().map(|text| print!("{text}")),
        ["--write"] => fs::write(path(), report()?).map_err(|error| format!("{}: {error}", path().display())),
        ["--check"] => check(),
        _ => Err("usage: cargo xtask coverage [--write | --check]".to_owned()),
    }
}

/// Fails when the report in the repository isn't what would be written now.
pub fn check() -> Result<(), String> {
    let now = report()?;
    let kept = fs::read_to_string(path()).unwrap_or_default();
    if now == kept {
        return Ok(());
    }
    let differs = now.lines().zip(kept.lines()).position(|(a, b)| a != b);
    let at = differs.unwrap_or(now.lines().count().min(kept.lines().count())) + 1;
    Err(format!("COVERAGE.md is stale from line {at} on: run `cargo xtask coverage --write` and read what changed"))
}

fn path() -> PathBuf {
    sh::root().join("COVERAGE.md")
}

/// The program that writes it is an example of `process`, the highest crate that knows all registries.
fn report() -> Result<String, String> {
    sh::read(sh::cargo().args(["run", "--quiet", "--locked", "-p", "process", "--example", "coverage"]))
}
