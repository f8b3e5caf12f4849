//! What the process starts from and leaves behind: states of servers, counters, variables (manual 3.1, 3.2).

use super::super::At;

/// `server-state-…`, `stats-file`, `shm-stats-file…`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct StateSpec {
    pub server_base: Option<Box<[u8]>>,
    pub server_file: Option<Box<[u8]>>,
    pub stats_file: Option<Box<[u8]>>,
    pub shm_stats_file: Option<Box<[u8]>>,
    pub shm_max_objects: u32,
}

impl Default for StateSpec {
    fn default() -> StateSpec {
        StateSpec {
            server_base: None,
            server_file: None,
            stats_file: None,
            shm_stats_file: None,
            shm_max_objects: 2048,
        }
    }
}

/// `set-var`, `set-var-fmt`: a variable of the process that exists from the start.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GlobalVar {
    /// Without the scope, which is always `proc`.
    pub name: Box<str>,
    /// The expression or the format as written; compiling has checked it.
    pub text: Box<[u8]>,
    /// A format instead of an expression.
    pub is_format: bool,
    pub at: At,
}

/// `tune.vars.*-max-size`, in bytes; zero for no limit.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct VarsTune {
    pub global: u64,
    pub process: u64,
    pub session: u64,
    pub transaction: u64,
    pub reqres: u64,
    pub check: u64,
}
