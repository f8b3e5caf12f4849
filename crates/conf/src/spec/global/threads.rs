//! Threads, and the processors that they run on (manual 3.1).

use std::collections::BTreeMap;

/// How threads are grouped. Their number is [`super::Global::nbthread`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ThreadSpec {
    pub groups: Option<u32>,
    /// `thread-group`: first and last thread of each range, by group.
    pub members: BTreeMap<u32, Vec<(u32, u32)>>,
    pub max_per_group: u32,
    pub hard_limit: Option<u32>,
}

impl Default for ThreadSpec {
    fn default() -> ThreadSpec {
        ThreadSpec { groups: None, members: BTreeMap::new(), max_per_group: 16, hard_limit: None }
    }
}

/// Which processors are used, and by whom.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CpuSpec {
    /// `cpu-map`, in order: a later line replaces what an earlier one says about the same threads.
    pub maps: Vec<CpuMap>,
    pub affinity: CpuAffinity,
    pub policy: CpuPolicy,
    /// `threads-per-core 1`: hardware threads of a core that has one already are left alone.
    pub one_thread_per_core: bool,
    /// `cpu-set`, in order.
    pub sets: Vec<CpuSet>,
    /// `numa-cpu-mapping`; `no` makes it false.
    pub numa: Option<bool>,
}

/// One `cpu-map` line.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CpuMap {
    /// One thread to one processor, in ascending order of both.
    pub auto: bool,
    /// Bit n − 1 stands for group n.
    pub groups: u64,
    /// Bit n − 1 stands for thread n of each group.
    pub threads: u64,
    pub cpus: CpuList,
}

/// Processors, as first and last number of each range, sorted and without overlap.
pub type CpuList = Vec<(u16, u16)>;

/// `cpu-affinity`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CpuAffinity {
    #[default]
    Auto,
    PerCore,
    /// `loose`: groups that share a list of processors aren't kept apart in it.
    PerGroup {
        loose: bool,
    },
    PerThread,
    PerCcx,
}

/// `cpu-policy`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CpuPolicy {
    None,
    Efficiency,
    FirstUsableNode,
    /// `group-by-ccx`, `group-by-2-ccx` …: that many complexes a group.
    GroupByCcx(u8),
    /// `group-by-cluster`, `group-by-2-clusters` …
    GroupByCluster(u8),
    #[default]
    Performance,
    Resource,
}

/// One directive of `cpu-set`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CpuSet {
    Reset,
    Drop(CpuUnit, CpuList),
    Only(CpuUnit, CpuList),
}

/// What the numbers of a `cpu-set` directive count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CpuUnit {
    Cpu,
    Node,
    Cluster,
    Core,
    Thread,
}
