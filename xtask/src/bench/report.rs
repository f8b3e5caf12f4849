//! What is printed and what is written to bench/RESULTS.md.

use super::peers::Kind;
use super::stats::{interval, median, ratios};
use super::{Measured, Outcome, Plan};
use crate::sh;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// One row for the terminal.
pub fn line(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (kind, measured) in &outcome.of {
        let [cost, user, calls, peak] = figures(outcome, measured);
        let ratio = ratio(outcome, *kind).unwrap_or_default();
        let failed = if measured.failures > 0 { format!("  {} FAILED", measured.failures) } else { String::new() };
        let _ = writeln!(
            text,
            "  {:8} {cost:>10}  user {user:>8}  syscalls {calls:>6}  peak {peak:>9}  {ratio}{failed}",
            kind.name()
        );
    }
    text
}

/// Writes the whole table with machine, versions and date.
pub fn write(outcomes: &[Outcome], plan: &Plan, binary: &Path) -> Result<(), String> {
    let mut text = String::from("# Bench results\n\nWritten by `cargo xtask bench`; don't edit.\n\n");
    for (what, value) in machine(binary) {
        let _ = writeln!(text, "- {what}: {value}");
    }
    let _ = writeln!(
        text,
        "- rounds: {}, {} s each, proxies interleaved, `nbthread 2` (nginx: two workers)\n",
        plan.rounds, plan.seconds
    );
    text.push_str(
        "CPU is the proxy's own time per request, from the scheduler's accounts of its threads; user is the part outside of \
         the kernel. The ratio is the median of paired rounds, with a 95 % interval. The idle row counts bytes of memory (PSS) \
         per client, the start row milliseconds until the first connection is accepted.\n\n\
         | work | log | proxy | CPU | user | syscalls | peak memory | to HAProxy |\n|---|---|---|---|---|---|---|---|\n",
    );
    for outcome in outcomes {
        for (kind, measured) in &outcome.of {
            let [cost, user, calls, peak] = figures(outcome, measured);
            let ratio = match measured.failures {
                0 => ratio(outcome, *kind).unwrap_or_default(),
                n => format!("void: {n} requests failed"),
            };
            let log = if outcome.logging { "on" } else { "off" };
            let _ = writeln!(
                text,
                "| {} | {log} | {} | {cost} | {user} | {calls} | {peak} | {ratio} |",
                outcome.row.name,
                kind.name()
            );
        }
    }
    let file = sh::root().join("bench/RESULTS.md");
    fs::create_dir_all(sh::root().join("bench")).map_err(|e| e.to_string())?;
    fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("wrote {}", file.display());
    Ok(())
}

fn figures(outcome: &Outcome, measured: &Measured) -> [String; 4] {
    let cost = median(&values(measured));
    let user = median(&measured.costs.iter().map(|c| c.user_us).collect::<Vec<_>>());
    let unit = outcome.row.unit;
    let has_user = unit == "µs";
    [
        format!("{} {unit}", short(cost)),
        if has_user { format!("{} µs", short(user)) } else { String::new() },
        measured.syscalls.map(short).unwrap_or_default(),
        format!("{:.1} MB", measured.peak_kb as f64 / 1024.0),
    ]
}

/// Three digits say enough.
fn short(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

fn ratio(outcome: &Outcome, kind: Kind) -> Option<String> {
    let theirs = outcome.of.iter().find(|(k, _)| *k == Kind::Haproxy).filter(|_| kind != Kind::Haproxy)?;
    let ours = outcome.of.iter().find(|(k, _)| *k == kind)?;
    let ratios = ratios(&values(&ours.1), &values(&theirs.1));
    let (low, high) = interval(&ratios);
    Some(format!("{:.2} ({low:.2}–{high:.2})", median(&ratios)))
}

fn values(measured: &Measured) -> Vec<f64> {
    measured.costs.iter().map(|c| c.cpu_us).collect()
}

fn machine(binary: &Path) -> Vec<(&'static str, String)> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .unwrap_or("unknown")
        .trim_start_matches(['\t', ' ', ':']);
    let cores = cpuinfo.lines().filter(|l| l.starts_with("processor")).count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_string();
    vec![
        ("date", first_line(Command::new("date").arg("-u").arg("+%Y-%m-%d %H:%M UTC"))),
        ("machine", format!("{cores} cores, {model}; clients, backend and proxies share them")),
        ("kernel", kernel),
        ("Ferroxy", first_line(Command::new(binary).arg("-v"))),
        ("HAProxy", first_line(Command::new("haproxy").arg("-v"))),
        ("nginx", first_line(Command::new("nginx").arg("-v"))),
        ("wrk", first_line(Command::new("wrk").arg("-v"))),
    ]
}

/// Some programs tell their version on stderr.
fn first_line(cmd: &mut Command) -> String {
    let Ok(out) = cmd.output() else { return "unknown".to_string() };
    let text = if out.stdout.is_empty() { out.stderr } else { out.stdout };
    String::from_utf8_lossy(&text).lines().next().unwrap_or("unknown").to_string()
}
