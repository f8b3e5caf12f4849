//! `cargo xtask bench`: Ferroxy, HAProxy and nginx on the same work, interleaved, measured by what the kernel says
//! that each proxy's threads cost. The machine may be small and shared: only the proxies' own CPU time is compared,
//! in paired rounds, never throughput.

mod idle;
pub mod load;
pub mod peers;
pub mod probe;
mod report;
pub mod stats;
mod upload;
mod work;

use crate::sh::{self, Args};
use peers::{Kind, Lab, Peer};
use work::{Row, Shape};

/// What one run of one proxy cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// CPU time of all its threads per request (or per connection, on the idle row: bytes), microseconds.
    pub cpu_us: f64,
    /// The part of it spent outside of the kernel, microseconds.
    pub user_us: f64,
}

/// What the rounds of one row gave for one proxy.
#[derive(Debug, Default)]
pub struct Measured {
    pub costs: Vec<Cost>,
    pub syscalls: Option<f64>,
    /// The most memory that the process ever had resident, KB.
    pub peak_kb: u64,
    /// Set when requests failed: the row is void for this proxy.
    pub failures: u64,
}

/// One row for all proxies, in the order of [`Kind::ALL`]; `None` where a proxy takes no part.
pub struct Outcome {
    pub row: &'static Row,
    pub logging: bool,
    pub of: Vec<(Kind, Measured)>,
}

/// `--rounds N --seconds S --only PART --no-log-off`.
pub struct Plan {
    pub rounds: usize,
    pub seconds: u64,
    only: Option<String>,
}

pub fn run(args: &[String]) -> Result<(), String> {
    let mut args = Args::new(args);
    let plan = Plan {
        rounds: args.option("--rounds")?.unwrap_or(7),
        seconds: args.option("--seconds")?.unwrap_or(3),
        only: args.option("--only")?,
    };
    args.rest(0)?;
    for tool in ["wrk", "nginx", "haproxy"] {
        if !sh::exists(tool) {
            return Err(format!("{tool} isn't installed; .ci/run installs what is needed"));
        }
    }
    let binary = peers::ferroxy()?;
    peers::raise_fd_limit();
    let mut outcomes = Vec::new();
    for row in work::ROWS.iter().filter(|row| plan.only.as_ref().is_none_or(|part| row.name.contains(part.as_str()))) {
        for logging in row.logging {
            let outcome = measure(row, *logging, &plan, &binary)?;
            println!("{}", report::line(&outcome));
            outcomes.push(outcome);
        }
    }
    if outcomes.is_empty() {
        return Err("no such row".to_string());
    }
    // A part of the rows is for looking at; the committed results are always whole.
    if plan.only.is_none() { report::write(&outcomes, &plan, &binary) } else { Ok(()) }
}

fn measure(row: &'static Row, logging: bool, plan: &Plan, binary: &std::path::Path) -> Result<Outcome, String> {
    println!("== {} (log {})", row.name, if logging { "on" } else { "off" });
    match row.shape {
        Shape::Start => measure_start(row, plan, binary),
        Shape::Idle => measure_idle(row, logging, plan, binary),
        _ => measure_load(row, logging, plan, binary),
    }
}

fn measure_load(row: &'static Row, logging: bool, plan: &Plan, binary: &std::path::Path) -> Result<Outcome, String> {
    let lab = Lab::new()?;
    let peers = lab.start(row, logging, binary)?;
    let mut of: Vec<(Kind, Measured)> = peers.iter().map(|p| (p.kind, Measured::default())).collect();
    for peer in &peers {
        // Warms caches and pools, and shows early when a proxy can't do the work at all.
        load::run(row, peer, 1)?;
    }
    for round in 0..plan.rounds {
        for turn in 0..peers.len() {
            let at = (round + turn) % peers.len();
            let cost = one_run(row, &peers[at], plan.seconds)?;
            of[at].1.failures += cost.1;
            of[at].1.costs.push(cost.0);
        }
    }
    for (peer, (_, measured)) in peers.iter().zip(&mut of) {
        measured.syscalls = load::syscalls(row, peer)?;
        measured.peak_kb = probe::peak_kb(&peer.pids());
    }
    Ok(Outcome { row, logging, of })
}

fn one_run(row: &Row, peer: &Peer, seconds: u64) -> Result<(Cost, u64), String> {
    let pids = peer.pids();
    let before = probe::cpu(&pids);
    let done = load::run(row, peer, seconds)?;
    let cpu = probe::cpu(&pids).since(before);
    if done.requests == 0 {
        return Err(format!("{}: {:?} served nothing\n{}", row.name, peer.kind, peer.said()));
    }
    let per = done.requests as f64;
    Ok((Cost { cpu_us: cpu.total_us / per, user_us: cpu.user_us / per }, done.failures))
}

/// Bytes per idle client stand in the place of microseconds.
fn measure_idle(row: &'static Row, logging: bool, plan: &Plan, binary: &std::path::Path) -> Result<Outcome, String> {
    let lab = Lab::new()?;
    let mut of: Vec<(Kind, Measured)> = Vec::new();
    for _ in 0..plan.rounds.min(3) {
        for kind in Kind::ALL {
            let Some(peer) = lab.start_one(kind, row, logging, binary)? else { continue };
            let bytes = idle::bytes_per_client(&peer)?;
            if of.iter().all(|(k, _)| *k != kind) {
                of.push((kind, Measured::default()));
            }
            let Some((_, measured)) = of.iter_mut().find(|(k, _)| *k == kind) else { continue };
            measured.costs.push(Cost { cpu_us: bytes, user_us: 0.0 });
            measured.peak_kb = measured.peak_kb.max(probe::peak_kb(&peer.pids()));
        }
    }
    Ok(Outcome { row, logging, of })
}

/// Milliseconds from the start to the first accepted connection stand in the place of microseconds.
fn measure_start(row: &'static Row, plan: &Plan, binary: &std::path::Path) -> Result<Outcome, String> {
    let lab = Lab::new()?;
    let mut of: Vec<(Kind, Measured)> = Vec::new();
    for kind in [Kind::Ferroxy, Kind::Haproxy] {
        let mut measured = Measured::default();
        for _ in 0..plan.rounds.min(5) {
            let (ms, peak_kb) = lab.time_start(kind, binary)?;
            measured.costs.push(Cost { cpu_us: ms, user_us: 0.0 });
            measured.peak_kb = measured.peak_kb.max(peak_kb);
        }
        of.push((kind, measured));
    }
    Ok(Outcome { row, logging: false, of })
}
