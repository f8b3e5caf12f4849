//! libFuzzer on the stable toolchain: the coverage passes are LLVM's and need no nightly flag.

use crate::sh::{self, Args};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

/// What `cargo fuzz` would pass, less the sanitizers: our parsers are safe code.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Host and target are told apart, so that build scripts and macros aren't instrumented.
const TRIPLE: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" };
/// These run the whole time in CI; the others a tenth of it.
const LONG: &[&str] = &["h1_", "lexer", "proxy_", "syntax"];

/// Where CI's inputs begin.
const CI_SEED: u32 = 20_261_128;
/// How much of a finding is shown.
const SHOWN_BYTES: usize = 4096;

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
    chosen.iter().try_for_each(|target| fuzz(target, Effort { seconds, seed: None }))
}

/// What CI runs: every target, the parsers of hostile bytes for `seconds`, as many at a time as there are cores. The
/// seed is fixed and nothing of earlier runs is read, so that the same tree meets the same inputs: chance belongs to
/// `cargo xtask fuzz`, where somebody looks at what it finds.
pub fn short(seconds: u64) -> Result<(), String> {
    let all = targets()?;
    build(&all)?;
    let left = Mutex::new(all.into_iter());
    let run_all = || -> Result<(), String> {
        while let Some(target) = left.lock().map_err(|e| e.to_string())?.next() {
            let long = LONG.iter().any(|start| target.starts_with(start));
            fuzz(&target, Effort { seconds: if long { seconds } else { seconds.div_ceil(10) }, seed: Some(CI_SEED) })?;
        }
        Ok(())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..cores).map(|_| scope.spawn(run_all)).collect();
        runs.into_iter()
            .map(|run| run.join().unwrap_or_else(|_| Err("a fuzzing thread panicked".to_string())))
            .collect()
    });
    outcomes.into_iter().collect()
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

/// How long a target runs, and from which seed; without one, from a new one each time.
struct Effort {
    seconds: u64,
    seed: Option<u32>,
}

/// Runs on a copy of the corpus' names: new inputs go to the build directory, findings to fuzz/artifacts.
fn fuzz(target: &str, effort: Effort) -> Result<(), String> {
    let fresh = build_dir().join(if effort.seed.is_some() { "corpus-ci" } else { "corpus" }).join(target);
    let artifacts = sh::root().join("fuzz/artifacts").join(target);
    if effort.seed.is_some() && fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(|e| format!("{}: {e}", fresh.display()))?;
    }
    for dir in [&fresh, &artifacts] {
        fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    let mut cmd = Command::new(build_dir().join(TRIPLE).join("release").join(target));
    cmd.current_dir(sh::root());
    cmd.arg(&fresh).arg(sh::root().join("fuzz/corpus").join(target));
    cmd.arg(format!("-max_total_time={}", effort.seconds));
    cmd.arg(format!("-artifact_prefix={}/", artifacts.display()));
    cmd.arg(format!("-seed={}", effort.seed.unwrap_or(0)));
    cmd.args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-verbosity=0", "-print_final_stats=1"]);
    let done = cmd.output().map_err(|e| format!("{target}: {e}"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    if done.status.success() {
        let units = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")).unwrap_or("?");
        println!("fuzz {target}: {} s, {} inputs, nothing found", effort.seconds, units.trim());
        return Ok(());
    }
    let found = newest_finding(&artifacts)?;
    Err(format!("{target}: {}\n{said}\nthe input lies in {}{found}", done.status, artifacts.display()))
}

/// The newest finding as text: CI's machine is gone when somebody wants to look at it.
fn newest_finding(artifacts: &Path) -> Result<String, String> {
    let entries = fs::read_dir(artifacts).map_err(|e| format!("{}: {e}", artifacts.display()))?;
    let newest = entries.flatten().max_by_key(|e| e.metadata().and_then(|m| m.modified()).ok());
    let Some(path) = newest.map(|e| e.path()) else { return Ok(String::new()) };
    let bytes = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let shown = bytes[..bytes.len().min(SHOWN_BYTES)].escape_ascii();
    Ok(format!("\n{} ({} bytes): {shown}", path.display(), bytes.len()))
}
