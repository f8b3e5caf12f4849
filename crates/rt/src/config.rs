//! What a runtime is started with.

use crate::WorkerId;
use std::fmt;
use std::sync::Arc;

/// Called once on a worker's thread, before anything else runs there (to pin it to processors, for instance).
pub type ThreadHook = Arc<dyn Fn(WorkerId) + Send + Sync>;
/// Called with the message of a panic that ended a task or a hook.
pub type PanicHook = Arc<dyn Fn(WorkerId, &str) + Send + Sync>;

/// Settings of a runtime, the same for each worker.
#[derive(Clone)]
pub struct Config {
    /// How many workers, 1 to 1,024.
    pub threads: usize,
    /// Threads are called `name/N`, N from 1.
    pub name: String,
    /// Bytes of stack per thread; 0 is the system's default.
    pub stack_size: usize,
    /// Bytes per ordinary buffer (`tune.bufsize`).
    pub buf_size: usize,
    /// Ordinary buffers lent at a time, per worker.
    pub buf_cap: usize,
    /// Bytes per big buffer, for bodies known to be large.
    pub big_buf_size: usize,
    /// Big buffers lent at a time, per worker.
    pub big_buf_cap: usize,
    /// The most threads for blocking work ([`crate::offload`]), started when first needed.
    pub offload_threads: usize,
    /// The most events taken from the kernel per loop (`tune.maxpollevents`).
    pub max_loop_events: usize,
    /// How many I/O operations a task may do per poll before the others get their turn; 16 KiB moved count as one.
    pub io_budget: u32,
    /// Whether [`crate::Runtime::join`] runs worker 0 on the calling thread.
    pub first_on_caller: bool,
    /// See [`ThreadHook`].
    pub on_thread_start: Option<ThreadHook>,
    /// See [`PanicHook`].
    pub on_panic: Option<PanicHook>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            threads: 1,
            name: "rt".to_owned(),
            stack_size: 0,
            buf_size: 16_384,
            buf_cap: 1 << 20,
            big_buf_size: 65_536,
            big_buf_cap: 1 << 14,
            offload_threads: 4,
            max_loop_events: 200,
            io_budget: 64,
            first_on_caller: false,
            on_thread_start: None,
            on_panic: None,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({} × {:?})", self.threads, self.name)
    }
}
