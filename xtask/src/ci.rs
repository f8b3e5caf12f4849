//! All that must pass before anything lands, in the order that fails soonest.

use crate::sh::{self, Args};
use std::time::Instant;

/// Targets whose parsers meet hostile bytes first run this long in CI, the others a tenth of it.
const FUZZ_SECONDS: u64 = 60;

type Step<'a> = (&'static str, Box<dyn Fn() -> Result<(), String> + 'a>);

pub fn run(args: &[String]) -> Result<(), String> {
    let mut args = Args::new(args);
    let fuzz_seconds = args.option("--fuzz-seconds")?.unwrap_or(FUZZ_SECONDS);
    args.rest(0)?;
    let steps: [Step; 8] = [
        ("fmt", Box::new(fmt)),
        ("tidy", Box::new(crate::tidy::run)),
        ("supply", Box::new(crate::supply::run)),
        ("clippy", Box::new(clippy)),
        ("tests", Box::new(tests)),
        ("coverage", Box::new(crate::coverage::check)),
        ("doc tests", Box::new(doc_tests)),
        ("fuzz", Box::new(move || crate::fuzz::short(fuzz_seconds))),
    ];
    let mut took = Vec::new();
    for (name, step) in &steps {
        println!("== {name}");
        let start = Instant::now();
        step().map_err(|why| format!("{name}: {why}"))?;
        took.push(format!("{name} {} s", start.elapsed().as_secs()));
    }
    println!("== ci passed: {}", took.join(", "));
    Ok(())
}

fn fmt() -> Result<(), String> {
    sh::run(sh::cargo().args(["fmt", "--all", "--check"]))?;
    sh::run(sh::cargo().args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))
}

fn clippy() -> Result<(), String> {
    sh::run(sh::cargo().args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// nextest runs each test in its own process and in parallel across crates; plain `cargo test` does as well.
fn tests() -> Result<(), String> {
    if sh::exists("cargo-nextest") {
        let fail = ["nextest", "run", "--locked", "--workspace", "--no-fail-fast"];
        return sh::run(sh::cargo().args(fail));
    }
    sh::run(sh::cargo().args(["test", "--locked", "--workspace", "--all-targets", "--no-fail-fast"]))
}

fn doc_tests() -> Result<(), String> {
    sh::run(sh::cargo().args(["test", "--quiet", "--locked", "--workspace", "--doc"]))
}
