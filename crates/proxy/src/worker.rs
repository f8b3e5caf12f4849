//! What one worker thread has of its own, and what all workers share.

use crate::cards::Cards;
use crate::check;
use crate::counters::{Counters, Gauge, Growth};
use crate::http2::Trunks;
use crate::idle::IdleConns;
use crate::listener;
use crate::live::Live;
use crate::log::{Identity, LogBatch, Outputs};
use crate::plan::{LocalPlan, Plan};
use crate::preset;
use crate::rate_limit::RateLimit;
use crate::watch::Watch;
use base::ix::{PxIx, SrvIx};
use base::{Tick, WallClock};
use conf::spec::{Global, Spec, Tune};
use expr::list::Lists;
use expr::vars::{Budget, Vars};
use std::cell::{Cell, RefCell};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::task::{Context, Waker};

/// Says a message to the operator, from any thread.
pub type Announce = Arc<dyn Fn(diag::Severity, &str) + Send + Sync>;

/// What `tune.ssl.cachesize` and `tune.ssl.lifetime` allow.
fn sessions(tune: &conf::spec::TlsTune) -> tls::session_cache::SessionCache {
    tls::session_cache::SessionCache::new(tune.cachesize as usize, tune.lifetime_s)
}

/// One for the process. Streams touch only its atomics and what never changes.
pub struct Shared {
    pub threads: usize,
    pub process: expr::Process,
    /// Variables of the process (`proc.…`).
    pub vars: RwLock<Vars>,
    /// What variables may take, if section `global` limits it.
    pub vars_budget: Option<Arc<Budget>>,
    /// Lists of patterns, which can be changed at run time.
    pub lists: Lists,
    /// Basename of argv[0], the default log tag.
    pub program: Box<[u8]>,
    pub started: WallClock,
    pub started_tick: Tick,
    /// What section `global` said at start: only a new process changes it.
    pub tune: Tune,
    pub case: http::CaseMap,
    /// Whether transfers are spliced where they can be.
    pub may_splice: bool,
    pub noreuseport: bool,
    pub pipes: Arc<net::splice::Budget>,
    /// TLS sessions that clients may resume by number.
    pub tls_sessions: Arc<tls::session_cache::SessionCache>,
    /// Client connections now; `%ac`, `CurrConns`.
    pub conns: Gauge,
    /// Server connections now, idle ones included.
    pub server_conns: Arc<Gauge>,
    /// Client connections that may be open at a time (global `maxconn`).
    pub maxconn: AtomicU32,
    /// Client connections and sessions in a second (global `maxconnrate`, `maxsessrate`).
    pub connection_limit: RateLimit,
    pub session_limit: RateLimit,
    /// TLS handshakes of clients in a second (`maxsslrate`), begun ones.
    pub tls_limit: RateLimit,
    /// Connections that were handed out in turn (`tune.listener.multi-queue fair`).
    pub turns: AtomicUsize,
    /// Connections, sessions, requests and bytes of the whole process, whatever becomes of its proxies.
    pub totals: Counters,
    /// Bytes sent per second.
    pub bytes_out: Growth,
    /// How often accepting had to wait because of the process's own `maxconn`.
    pub maxconn_reached: AtomicU32,
    /// How many invalid messages there were that `show errors` can show.
    pub invalid_messages: AtomicU64,
    /// A soft stop is on: connections end when they are idle.
    pub stopping: AtomicBool,
    /// Accept loops wait for any connection to end.
    pub held_back: AtomicBool,
    /// Accepting has failed for want of descriptors or memory, and that was said.
    pub exhausted: AtomicBool,
    /// Descriptors that idle server connections may use up (manual 3.2, `tune.pool-low-fd-ratio`).
    pub fds_low: AtomicU32,
    /// Descriptors in use from which on idle connections are closed for new ones (`tune.pool-high-fd-ratio`).
    pub fds_high: AtomicU32,
    /// Workers that have started.
    pub ready: AtomicUsize,
    pub outputs: Outputs,
    /// How the operator hears of servers that go down and come back. Set once by the process, if it has a terminal
    /// or whatever else reads its standard error.
    pub announce: OnceLock<Announce>,
    /// Who looks at what streams do; set before the workers start, or never.
    pub watch: OnceLock<Arc<dyn Watch>>,
    pub plan: Mutex<Option<Arc<Plan>>>,
    pub live: Mutex<Live>,
}

/// One for each worker thread.
pub struct Worker {
    pub id: usize,
    pub shared: Arc<Shared>,
    pub idle: IdleConns,
    /// Connections to servers that speak HTTP/2.
    pub trunks: Trunks,
    pub cards: Rc<Cards>,
    pub heads: http::HeadStore,
    pub pipes: net::splice::Pipes,
    pub logs: RefCell<LogBatch>,
    pub arena: RefCell<expr::Arena>,
    /// The log line being written.
    pub line: RefCell<Vec<u8>>,
    plan: RefCell<Rc<LocalPlan>>,
    generation: Cell<u64>,
    /// Request lines kept for logs: memory that goes from stream to stream.
    lines: RefCell<Vec<Vec<u8>>>,
    /// Streams begun on this worker.
    streams: Cell<u64>,
    /// Accept loops by listener and shard.
    accepting: RefCell<HashMap<(usize, usize), rt::TaskId>>,
    /// Health checks, by the address of the server's state.
    checks: RefCell<HashMap<usize, Checked>>,
    /// Accept loops that wait for room.
    held_back: RefCell<Vec<Waker>>,
    /// When the soft stop reached this worker, if there is one.
    stopping_since: Cell<Option<Tick>>,
}

/// A server that this worker checks.
struct Checked {
    task: rt::TaskId,
    /// Where it stands in this worker's Plan.
    place: Rc<Cell<check::Place>>,
}

/// How many request-line memories a worker keeps.
const MAX_LINES: usize = 1024;

/// Ends tasks that a map by address named, in the order of their numbers: a simulation must replay.
fn kill_in_order(mut tasks: Vec<rt::TaskId>) {
    tasks.sort_unstable();
    tasks.into_iter().for_each(rt::kill);
}

impl Shared {
    /// What a process starts with. `threads`: how many workers there will be. `program`: the basename of argv[0].
    pub fn new(spec: &Spec, threads: usize, process: expr::Process, program: &[u8], maxconn: u32) -> Shared {
        let global = &spec.global;
        let mut case = http::CaseMap::default();
        for (from, to) in &global.h1_case_adjust {
            // Compiling has checked each pair.
            let _ = case.insert(from, to);
        }
        Shared {
            threads,
            process,
            vars: RwLock::default(),
            vars_budget: preset::budget(spec).map(Arc::new),
            lists: Lists::default(),
            program: program.into(),
            started: rt::wall(),
            started_tick: rt::now(),
            tune: global.tune.clone(),
            case,
            may_splice: !global.nosplice,
            noreuseport: global.noreuseport,
            pipes: net::splice::Budget::new(
                global.maxpipes.map_or(maxconn as usize / 4 + 64, |n| n as usize),
                sys::pipe_user_pages_soft(),
            ),
            conns: Gauge::default(),
            server_conns: Arc::default(),
            maxconn: AtomicU32::new(maxconn),
            connection_limit: RateLimit::default(),
            session_limit: RateLimit::default(),
            tls_limit: RateLimit::default(),
            turns: AtomicUsize::new(0),
            tls_sessions: Arc::new(sessions(&spec.global.tune.tls)),
            totals: Counters::new(threads),
            bytes_out: Growth::default(),
            maxconn_reached: AtomicU32::new(0),
            invalid_messages: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            held_back: AtomicBool::new(false),
            exhausted: AtomicBool::new(false),
            fds_low: AtomicU32::new(u32::MAX),
            fds_high: AtomicU32::new(u32::MAX),
            ready: AtomicUsize::new(0),
            outputs: Outputs::new(),
            announce: OnceLock::new(),
            watch: OnceLock::new(),
            plan: Mutex::new(None),
            live: Mutex::default(),
        }
    }

    /// The current Plan, once there is one.
    pub fn plan(&self) -> Option<Arc<Plan>> {
        self.plan.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Who we are, for log lines.
    pub fn identity(&self, global: &Global) -> Identity {
        let host = global.log_send_hostname.as_ref().map(|name| match name.is_empty() {
            true => self.process.hostname.as_bytes().into(),
            false => name.clone(),
        });
        Identity { host, program: self.program.clone(), pid: self.process.pid }
    }

    /// Puts another Plan in the place of the current one.
    pub fn replace_plan(&self, make: impl FnOnce(&Plan) -> Plan) -> Arc<Plan> {
        let mut current = self.plan.lock().unwrap_or_else(|p| p.into_inner());
        let plan = Arc::new(make(current.as_ref().expect("a started proxy has a Plan")));
        *current = Some(plan.clone());
        plan
    }

    /// The descriptors in use, but for the few of listeners, logs and pipes.
    pub fn fds_in_use(&self) -> u32 {
        self.conns.get().saturating_add(self.server_conns.get())
    }

    /// Says a message to the operator.
    pub fn announce(&self, severity: diag::Severity, text: &str) {
        if let Some(announce) = self.announce.get() {
            announce(severity, text);
        }
    }

    /// Says once that accepting fails for want of descriptors or memory.
    pub fn report_exhausted(&self, error: &std::io::Error) {
        if !self.exhausted.swap(true, Relaxed) {
            let line =
                format!("accept() failed, pausing: {}. Raise 'ulimit-n' or lower 'maxconn'.", net::error_text(error));
            eprintln!("[ALERT]    ({}) : {line}", self.process.pid);
        }
    }
}

impl Worker {
    /// The worker of this thread, not serving yet.
    pub fn new(id: usize, shared: Arc<Shared>, plan: Arc<Plan>) -> Worker {
        let generation = plan.generation;
        let pipe_size = shared.tune.pipesize.unwrap_or(0) as usize;
        Worker {
            id,
            idle: IdleConns::new(id, shared.threads),
            trunks: Trunks::default(),
            cards: Rc::default(),
            heads: http::HeadStore::new(),
            pipes: net::splice::Pipes::new(shared.pipes.clone(), pipe_size),
            logs: RefCell::new(LogBatch::new()),
            arena: RefCell::default(),
            line: RefCell::default(),
            plan: RefCell::new(Rc::new(LocalPlan::new(plan, None))),
            generation: Cell::new(generation),
            lines: RefCell::default(),
            streams: Cell::new(0),
            accepting: RefCell::default(),
            checks: RefCell::default(),
            held_back: RefCell::default(),
            stopping_since: Cell::new(None),
            shared,
        }
    }

    /// Whether workers take idle server connections over from each other (`tune.idle-pool.shared`).
    pub fn shares_idle(&self) -> bool {
        self.shared.threads > 1 && self.plan.borrow().plan.spec.global.tune.idle_pool_shared
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
    pub fn adopt(self: &Rc<Self>, plan: Arc<Plan>) {
        if plan.generation <= self.generation() {
            return;
        }
        let generation = plan.generation;
        let local = LocalPlan::new(plan, Some(&self.plan()));
        self.plan.replace(Rc::new(local));
        self.generation.set(generation);
        self.sync_checks();
        if self.sync_listeners() {
            // Idle clients of a listener that is gone end; all others find nothing changed.
            rt::wake_all();
        }
    }

    /// Accepts from the Plan's listeners and no others. Answers whether any was left.
    pub fn sync_listeners(self: &Rc<Self>) -> bool {
        let plan = self.plan();
        let stopping = self.shared.stopping.load(Relaxed);
        let mut wanted = Vec::new();
        for listener in plan.plan.listeners.iter().filter(|_| !stopping) {
            for shard in 0..listener.live.sockets.len() {
                if listener.live.owner(shard, self.shared.threads) == self.id {
                    wanted.push(((Arc::as_ptr(&listener.live).addr(), shard), listener.live.clone()));
                }
            }
        }
        let mut accepting = self.accepting.borrow_mut();
        let keys: HashSet<_> = wanted.iter().map(|(key, _)| *key).collect();
        let leaving: Vec<_> = accepting.extract_if(|key, _| !keys.contains(key)).map(|(_, task)| task).collect();
        let left = !leaving.is_empty();
        kill_in_order(leaving);
        for (key, live) in wanted {
            accepting.entry(key).or_insert_with(|| rt::spawn(listener::accept_loop(self.clone(), live, key.1)));
        }
        left || stopping
    }

    /// Checks the health of this worker's share of the Plan's servers and of no others.
    pub fn sync_checks(self: &Rc<Self>) {
        let plan = self.plan();
        let mut wanted = Vec::new();
        for (px, back) in plan.backs.iter().enumerate() {
            let Some(back) = back.as_ref().filter(|back| !back.spec.disabled) else { continue };
            for (ix, server) in back.servers.iter().enumerate() {
                let is_mine = check::home(&server.live, self.shared.threads) == self.id;
                if is_mine && server.spec.check.is_some() && !server.spec.addr.unresolved {
                    let place = (PxIx::from(px), SrvIx::from(ix));
                    wanted.push((Arc::as_ptr(&server.live).addr(), place, server.live.clone()));
                }
            }
        }
        let mut checks = self.checks.borrow_mut();
        let keys: HashSet<_> = wanted.iter().map(|(key, ..)| *key).collect();
        kill_in_order(checks.extract_if(|key, _| !keys.contains(key)).map(|(_, checked)| checked.task).collect());
        for (key, place, live) in wanted {
            match checks.entry(key) {
                Entry::Occupied(known) => known.get().place.set(place),
                Entry::Vacant(vacant) => {
                    let place = Rc::new(Cell::new(place));
                    let task = rt::spawn(check::run(self.clone(), live, place.clone()));
                    vacant.insert(Checked { task, place });
                }
            }
        }
    }

    /// Stops listening and ends what is idle.
    pub fn soft_stop(self: &Rc<Self>) {
        self.stopping_since.set(self.stopping_since.get().or(Some(rt::now())));
        self.sync_listeners();
        rt::wake_all();
    }

    /// When the soft stop reached this worker, if there is one.
    pub fn stopping_since(&self) -> Option<Tick> {
        self.stopping_since.get()
    }

    /// An accept loop has met a limit: it is woken when a connection ends, or when a limit has changed.
    pub fn wait_for_room(&self, cx: &Context<'_>) {
        let mut held_back = self.held_back.borrow_mut();
        if !held_back.iter().any(|waker| waker.will_wake(cx.waker())) {
            held_back.push(cx.waker().clone());
        }
    }

    /// Lets this worker's accept loops look again.
    pub fn wake_accepters(&self) {
        self.held_back.take().into_iter().for_each(Waker::wake);
    }

    /// A connection has ended while accept loops were waiting for that, here or on other workers.
    pub fn resume_accepting(&self) {
        for n in 0..self.shared.threads {
            if n == self.id {
                self.wake_accepters();
            } else {
                // A worker that has ended accepts nothing.
                let _ = rt::spawn_on(rt::WorkerId(n as u16), || rt::local::<Worker>().wake_accepters());
            }
        }
    }

    /// The number of a stream that begins: one that no other stream of the process has.
    pub fn next_stream(&self) -> u64 {
        let nth = self.streams.get();
        self.streams.set(nth.wrapping_add(1));
        nth.wrapping_mul(self.shared.threads as u64).wrapping_add(self.id as u64)
    }

    /// Empty memory for a request line.
    pub fn line_memory(&self) -> Vec<u8> {
        self.lines.borrow_mut().pop().unwrap_or_default()
    }

    /// Frees what evaluations have built, unless one of them goes on.
    pub fn reset_arena(&self) {
        if let Ok(mut arena) = self.arena.try_borrow_mut() {
            arena.reset();
        }
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
