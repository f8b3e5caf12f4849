//! Lua: what is loaded, and `tune.lua.*` (manual 3.1, 3.2).

use base::Ms;

/// Programs to load, in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct LuaSpec {
    pub loads: Vec<LuaLoad>,
    /// `lua-prepend-path`, in order.
    pub paths: Vec<LuaPath>,
}

impl LuaSpec {
    /// The programs of the shared state, or those of each thread's.
    pub fn loaded(&self, per_thread: bool) -> impl Iterator<Item = &LuaLoad> {
        self.loads.iter().filter(move |load| load.per_thread == per_thread)
    }
}

/// `lua-load`, `lua-load-per-thread`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LuaLoad {
    /// Where the file is, `default-path` applied.
    pub path: Box<[u8]>,
    pub args: Vec<Box<[u8]>>,
    pub per_thread: bool,
}

/// One `lua-prepend-path`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LuaPath {
    pub path: Box<[u8]>,
    /// `package.cpath` instead of `package.path`.
    pub c: bool,
}

/// `tune.lua.*`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LuaTune {
    /// Booleans reach Lua as booleans; `None` if the file doesn't say, which means that they don't.
    pub bool_conversion: Option<bool>,
    /// `None` for no limit.
    pub burst_timeout: Option<Ms>,
    /// Instructions; `None` depends on how the program was loaded.
    pub forced_yield: Option<u32>,
    pub log_loggers: bool,
    pub log_stderr: LuaStderr,
    /// Megabytes; zero for no limit.
    pub maxmem_mb: u32,
    pub libs: LuaLibs,
    pub service_timeout: Ms,
    pub session_timeout: Ms,
    /// `None` for no limit.
    pub task_timeout: Option<Ms>,
}

/// `tune.lua.log.stderr`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum LuaStderr {
    On,
    #[default]
    Auto,
    Off,
}

/// `tune.lua.openlibs`: which standard libraries a state has, as a set of bits in the order of [`LuaLibs::NAMES`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LuaLibs(pub u8);

impl LuaLibs {
    pub const NAMES: [&str; 8] = ["table", "io", "os", "string", "math", "utf8", "package", "debug"];
    pub const ALL: LuaLibs = LuaLibs(u8::MAX);
    pub const NONE: LuaLibs = LuaLibs(0);
}

impl Default for LuaTune {
    fn default() -> LuaTune {
        LuaTune {
            bool_conversion: None,
            burst_timeout: Some(Ms(1000)),
            forced_yield: None,
            log_loggers: true,
            log_stderr: LuaStderr::default(),
            maxmem_mb: 0,
            libs: LuaLibs::ALL,
            service_timeout: Ms(4000),
            session_timeout: Ms(4000),
            task_timeout: None,
        }
    }
}
