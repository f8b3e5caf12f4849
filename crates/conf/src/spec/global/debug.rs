//! For those who look for a fault: profiling, counters, pauses (manual 3.2, 3.3).

use base::Ms;

/// `profiling.*`, `debug.counters`, `anonkey`, `stress-level` and the like.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct DebugSpec {
    pub anonkey: Option<u32>,
    pub counters: Option<bool>,
    pub profiling_memory: bool,
    pub profiling_tasks: Profiling,
    /// `lock`: time spent with locks.
    pub profiling_locks: bool,
    /// `memory`: time spent waiting for memory.
    pub profiling_waits: bool,
    /// `force-cfg-parser-pause`, all lines together.
    pub parser_pause: Ms,
    pub stress_level: u32,
    /// `warn-blocked-traffic-after`; `None` is 100 ms.
    pub warn_blocked_after: Option<Ms>,
    /// `tune.fail-alloc`: percent of allocations that fail.
    pub fail_alloc_percent: u32,
}

/// `profiling.tasks`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Profiling {
    On,
    #[default]
    Auto,
    Off,
}
