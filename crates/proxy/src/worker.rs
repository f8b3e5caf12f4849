//! What one worker thread has of its own, and what all workers share.

use crate::counters::{Counters, Gauge};
use crate::idle::IdleConns;
use crate::live::Live;
use crate::log::{LogBatch, Outputs};
use crate::plan::{LocalPlan, Plan};
use base::{Tick, WallClock};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex};

/// One for the process. Streams touch only its atomics.
pub struct Shared {
    pub threads: usize,
    pub pid: u32,
    pub hostname: Box<str>,
    pub started: WallClock,
    pub started_tick: Tick,
    /// Client connections now; `%ac`, `CurrConns`.
    pub conns: Gauge,
    /// Client connections that may be open at a time (global `maxconn`).
    pub maxconn: AtomicU32,
    /// Connections, sessions and requests of the whole process.
    pub totals: Counters,
    /// Numbers the requests and TCP sessions; `%rt`.
    pub request_ids: AtomicU64,
    /// A soft stop is on: connections end when they are idle.
    pub stopping: AtomicBool,
    /// Accept loops wait for any connection to end.
    pub held_back: AtomicBool,
    /// Descriptors that the process may open, and how many the idle pools may use up (manual 3.2,
    /// `tune.pool-low-fd-ratio`).
    pub fds_low: AtomicU32,
    pub outputs: Outputs,
    pub plan: Mutex<Arc<Plan>>,
    pub live: Mutex<Live>,
}

/// One for each worker thread.
pub struct Worker {
    pub id: usize,
    pub shared: Arc<Shared>,
    pub idle: IdleConns,
    pub heads: http::HeadStore,
    pub logs: RefCell<LogBatch>,
    pub arena: RefCell<expr::Arena>,
    plan: RefCell<Rc<LocalPlan>>,
    generation: Cell<u64>,
    /// Request lines kept for logs: memory that goes from stream to stream.
    lines: RefCell<Vec<Vec<u8>>>,
    /// The log line being written.
    pub line: RefCell<Vec<u8>>,
}

/// How many request-line memories a worker keeps.
const MAX_LINES: usize = 1024;

impl Worker {
    /// The worker of this thread, not serving yet.
    pub fn new(id: usize, shared: Arc<Shared>, plan: Arc<Plan>) -> Worker {
        let logs = LogBatch::new(&shared.outputs);
        let generation = plan.generation;
        Worker {
            id,
            idle: IdleConns::default(),
            heads: http::HeadStore::default(),
            logs: RefCell::new(logs),
            arena: RefCell::default(),
            plan: RefCell::new(Rc::new(LocalPlan::new(plan, None))),
            generation: Cell::new(generation),
            lines: RefCell::default(),
            line: RefCell::default(),
            shared,
        }
    }

    /// The Plan that new streams start under.
    pub fn plan(&self) -> Rc<LocalPlan> {
        self.plan.borrow().clone()
    }

    /// The number of that Plan.
    pub fn generation(&self) -> u64 {
        self.generation.get()
    }

    /// Takes up a new Plan.
    pub fn adopt(&self, plan: Arc<Plan>) {
        let generation = plan.generation;
        let local = LocalPlan::new(plan, Some(&self.plan()));
        self.plan.replace(Rc::new(local));
        self.generation.set(generation);
    }

    /// Empty memory for a request line.
    pub fn line_memory(&self) -> Vec<u8> {
        self.lines.borrow_mut().pop().unwrap_or_default()
    }

    /// Gives memory from [`Worker::line_memory`] back.
    pub fn reuse_line(&self, mut line: Vec<u8>) {
        let mut lines = self.lines.borrow_mut();
        if lines.len() < MAX_LINES && line.capacity() > 0 {
            line.clear();
            lines.push(line);
        }
    }
}
