//! libFuzzer on the stable toolchain: the coverage passes are LLVM's and need no nightly flag.

use crate::sh::{self, Args};
use std::fs;
use std::process::Command;

/// What `cargo fuzz` would pass, less the sanitizers: our parsers are safe code.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Host and target are told apart, so that build scripts and macros aren't instrumented.
const TRIPLE: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" };
/// These run the whole time in CI; the others a tenth of it.
const LONG: &[&str] = &["h1_", "lexer", "proxy_", "syntax"];

/// `cargo xtask fuzz [TARGET] [--seconds N]`.
pub fn run(args: &[String]) -> Result<(), String> {
    let mut args = Args::new(args);
    let seconds = args.option("--seconds")?.unwrap_or(60);
    let wanted = args.rest(1)?;
    let all = targets()?;
    if let Some(name) = wanted.first().filter(|n| !all.contains(n)) {
        return Err(format!("no target '{name}'; there are: {}", all.join(", ")));
    }
    let chosen = if wanted.is_empty() { all } else { wanted };
    build(&chosen)?;
    chosen.iter().try_for_each(|target| fuzz(target, seconds))
}

/// What CI runs: every target, the parsers of hostile bytes for `seconds`.
pub fn short(seconds: u64) -> Result<(), String> {
    let all = targets()?;
    build(&all)?;
    all.iter().try_for_each(|target| {
        let long = LONG.iter().any(|start| target.starts_with(start));
        fuzz(target, if long { seconds } else { seconds.div_ceil(10) })
    })
}

/// The names of all targets, from their files.
pub fn targets() -> Result<Vec<String>, String> {
    let dir = sh::root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let names = entries.flatten().filter_map(|e| Some(e.file_name().to_str()?.strip_suffix(".rs")?.to_string()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

fn build(targets: &[String]) -> Result<(), String> {
    let mut cmd = sh::cargo();
    cmd.args(["build", "--release", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target", TRIPLE]);
    cmd.env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", build_dir());
    for target in targets {
        cmd.args(["--bin", target]);
    }
    sh::run(&mut cmd)
}

fn build_dir() -> std::path::PathBuf {
    sh::target_dir().join("fuzz")
}

/// Runs on a copy of the corpus' names: new inputs go to the build directory, findings to fuzz/artifacts.
fn fuzz(target: &str, seconds: u64) -> Result<(), String> {
    let fresh = build_dir().join("corpus").join(target);
    let artifacts = sh::root().join("fuzz/artifacts").join(target);
    for dir in [&fresh, &artifacts] {
        fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    println!("fuzz {target}: {seconds} s");
    let mut cmd = Command::new(build_dir().join(TRIPLE).join("release").join(target));
    cmd.current_dir(sh::root());
    cmd.arg(&fresh).arg(sh::root().join("fuzz/corpus").join(target));
    cmd.arg(format!("-max_total_time={seconds}"));
    cmd.arg(format!("-artifact_prefix={}/", artifacts.display()));
    cmd.args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-verbosity=0", "-print_final_stats=1"]);
    sh::run(&mut cmd).map_err(|why| format!("{target}: {why}; the input lies in {}", artifacts.display()))
}
