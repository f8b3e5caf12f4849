//! What the kernel says that processes cost.

use std::fs;

/// CPU time of all threads of some processes so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    pub total_us: f64,
    pub user_us: f64,
    /// Clock ticks in user and kernel mode: coarse, so only their ratio is used.
    ticks: (f64, f64),
}

impl Cpu {
    /// What was used since `before`.
    pub fn since(self, before: Cpu) -> Cpu {
        let ticks = (self.ticks.0 - before.ticks.0, self.ticks.1 - before.ticks.1);
        let total_us = self.total_us - before.total_us;
        let share = ticks.0 / (ticks.0 + ticks.1).max(1.0);
        Cpu { total_us, user_us: total_us * share, ticks }
    }
}

/// Reads the scheduler's nanoseconds (exact) and the ticks (for the split) of all threads.
pub fn cpu(pids: &[u32]) -> Cpu {
    let mut cpu = Cpu::default();
    for pid in pids {
        let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { continue };
        for thread in threads.flatten() {
            let path = thread.path();
            let ns = fs::read_to_string(path.join("schedstat")).ok().and_then(|s| number(s.split(' ').next()?));
            cpu.total_us += ns.unwrap_or(0.0) / 1000.0;
            let stat = fs::read_to_string(path.join("stat")).unwrap_or_default();
            // The name in parentheses may hold blanks; user and system ticks are the 12th and 13th field behind it.
            let mut fields = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().skip(11);
            cpu.ticks.0 += fields.next().and_then(number).unwrap_or(0.0);
            cpu.ticks.1 += fields.next().and_then(number).unwrap_or(0.0);
        }
    }
    cpu
}

/// The most that was resident at a time, KB, over all processes.
pub fn peak_kb(pids: &[u32]) -> u64 {
    pids.iter().map(|pid| field(&format!("/proc/{pid}/status"), "VmHWM:")).sum()
}

/// The proportional share of memory, KB, over all processes.
pub fn pss_kb(pids: &[u32]) -> u64 {
    pids.iter().map(|pid| field(&format!("/proc/{pid}/smaps_rollup"), "Pss:")).sum()
}

/// A process and all its descendants.
pub fn family(pid: u32) -> Vec<u32> {
    let mut all = vec![pid];
    let mut at = 0;
    while at < all.len() {
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", all[at])).unwrap_or_default();
        all.extend(children.split_ascii_whitespace().filter_map(|c| c.parse::<u32>().ok()));
        at += 1;
    }
    all
}

fn field(file: &str, name: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|l| l.strip_prefix(name));
    value.and_then(|v| v.split_ascii_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}
