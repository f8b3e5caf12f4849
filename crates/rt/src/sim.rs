//! The simulated backend: any number of workers on one OS thread, in virtual time, from a seed.
//!
//! Workers take turns in an order that the seed decides. When none has anything to do, time jumps to the next timer
//! or event. The same seed and program give the same [`Report::trace`]; what depends on addresses, real time or
//! the hash maps of the standard library isn't covered and shows as different traces.

use crate::config::Config;
use crate::offload::Crew;
use crate::remote::{Errand, Remote};
use crate::runtime::Shared;
use crate::worker::{Backend, Worker};
use crate::{WorkerId, ctx, panics};
use base::{Ms, Tick};
use core::any::{Any, TypeId};
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::sync::atomic::Ordering;
use std::rc::Rc;
use std::sync::Arc;

/// Where virtual time starts on the monotonic clock.
const START: Tick = Tick(1_000_000_000_000);
/// The time of day there: 2026-01-01 00:00:00 UTC.
pub(crate) const WALL_OFFSET_NS: u64 = 1_767_225_600_000_000_000 - START.0;
/// A round of turns takes up to so many nanoseconds.
const ROUND_NS: u64 = 20_000;
/// A job of [`crate::offload`] takes up to so many nanoseconds.
const JOB_NS: u64 = 3_000_000;

/// Limits of a run.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// The runtime's settings; `threads` is the number of simulated workers.
    pub rt: Config,
    /// Virtual time after which the run ends as [`Outcome::TooLong`].
    pub max_time: Ms,
    /// Rounds of turns after which it ends so, whatever the clock says.
    pub max_rounds: u64,
}

impl Default for SimConfig {
    fn default() -> SimConfig {
        SimConfig {
            rt: Config { threads: 2, name: "sim".to_owned(), ..Config::default() },
            max_time: Ms(3_600_000),
            max_rounds: 5_000_000,
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The main task came to its end, or [`crate::stop_all`] was called.
    Done,
    /// Tasks waited, and nothing could ever have happened.
    Deadlock,
    /// A limit of [`SimConfig`] was reached.
    TooLong,
}

/// What a run left to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    pub seed: u64,
    pub outcome: Outcome,
    /// A hash over everything that happened, in order.
    pub trace: u64,
    /// Virtual time that passed.
    pub elapsed: Ms,
    /// Rounds of turns.
    pub rounds: u64,
    /// Tasks that were still alive at the end, the main task not counted.
    pub live_tasks: usize,
    /// Messages of panics that were caught.
    pub panics: Vec<String>,
}

impl Report {
    /// Fails the test unless the run came to its end without a panic.
    #[track_caller]
    pub fn assert_clean(&self) {
        assert!(self.outcome == Outcome::Done && self.panics.is_empty(), "seed {}: {self:?}", self.seed);
    }
}

/// What else can happen by itself in a simulation, such as a network.
pub trait EventSource {
    /// When something happens next.
    fn next(&self) -> Option<Tick>;
    /// Does what is due at `now`, and answers something of it for the trace. No worker is current meanwhile.
    fn run(&self, now: Tick) -> u64;
}

/// The state of a run that no worker owns.
pub(crate) struct Core {
    seed: u64,
    now: Cell<Tick>,
    rng: RefCell<fastrand::Rng>,
    trace: Cell<u64>,
    panics: RefCell<Vec<String>>,
    jobs: RefCell<Vec<(Tick, Errand)>>,
    sources: RefCell<Vec<Rc<dyn EventSource>>>,
    parts: RefCell<Vec<(TypeId, Rc<dyn Any>)>>,
    main_over: Cell<bool>,
}

impl Core {
    pub fn now(&self) -> Tick {
        self.now.get()
    }

    /// Adds to the trace.
    pub fn trace(&self, what: u64) {
        // One round of a multiply-and-rotate hash: order matters, and that's all that is asked of it.
        let mixed = (self.trace.get().rotate_left(5) ^ what).wrapping_mul(0x517c_c1b7_2722_0a95);
        self.trace.set(mixed);
    }

    pub fn note_panic(&self, message: &str) {
        self.panics.borrow_mut().push(message.to_owned());
    }

    /// Runs a blocking job a little later.
    pub fn run_later(&self, job: Errand) {
        let at = Tick(self.now.get().0 + self.rng.borrow_mut().u64(0..JOB_NS));
        self.jobs.borrow_mut().push((at, job));
    }

    fn next_event(&self) -> Option<Tick> {
        let job = self.jobs.borrow().iter().map(|(at, _)| *at).min();
        let sources = self.sources.borrow().clone();
        sources.iter().filter_map(|source| source.next()).chain(job).min()
    }

    fn run_events(&self) {
        let now = self.now.get();
        let sources = self.sources.borrow().clone();
        sources.iter().for_each(|source| self.trace(source.run(now)));
        loop {
            let due = {
                let mut jobs = self.jobs.borrow_mut();
                let next = (0..jobs.len()).filter(|at| jobs[*at].0 <= now).min_by_key(|at| jobs[*at].0);
                next.map(|at| jobs.remove(at).1)
            };
            let Some(job) = due else { break };
            if let Err(message) = panics::catch(job) {
                self.note_panic(&message);
            }
        }
    }
}

/// Whether the current worker is a simulated one.
pub fn is_active() -> bool {
    ctx::try_with(|worker| core_of(worker).is_some()) == Some(true)
}

/// The seed of this run.
pub fn seed() -> u64 {
    with_core(|core| core.seed)
}

/// A random number that belongs to the run and not to one worker.
pub fn random() -> u64 {
    with_core(|core| core.rng.borrow_mut().u64(..))
}

/// Adds to the trace what the program considers part of its behaviour.
pub fn trace(what: u64) {
    with_core(|core| core.trace(what));
}

/// How many tasks are alive on all workers, the caller included.
pub fn live_tasks() -> usize {
    let all = with_core(part_of::<Workers>);
    all.map_or(0, |workers| workers.0.iter().map(|worker| worker.tasks.borrow().live()).sum())
}

/// Adds something that happens by itself.
pub fn add_source(source: Rc<dyn EventSource>) {
    with_core(|core| core.sources.borrow_mut().push(source));
}

/// The part of this type that belongs to the run; made by `make` when first asked for.
pub fn part<T: 'static>(make: impl FnOnce() -> T) -> Rc<T> {
    if let Some(found) = with_core(part_of) {
        return found;
    }
    let made = Rc::new(make());
    with_core(|core| core.parts.borrow_mut().push((TypeId::of::<T>(), made.clone())));
    made
}

fn part_of<T: 'static>(core: &Core) -> Option<Rc<T>> {
    let parts = core.parts.borrow();
    let (_, part) = parts.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
    part.clone().downcast().ok()
}

fn core_of(worker: &Worker) -> Option<&Rc<Core>> {
    match &worker.backend {
        Backend::Sim(core) => Some(core),
        Backend::Epoll(_) => None,
    }
}

#[track_caller]
fn with_core<R>(f: impl FnOnce(&Core) -> R) -> R {
    let core = ctx::with(|worker| core_of(worker).cloned());
    match core {
        Some(core) => f(&core),
        None => panic!("this needs a simulated worker"),
    }
}

/// The workers of a run.
struct Workers(Vec<Rc<Worker>>);

/// Runs `main` as the first task of worker 0, until it ends.
pub fn run<F: Future<Output = ()> + 'static>(seed: u64, cfg: SimConfig, main: impl FnOnce() -> F) -> Report {
    let core = Rc::new(Core {
        seed,
        now: Cell::new(START),
        rng: RefCell::new(fastrand::Rng::with_seed(seed)),
        trace: Cell::new(seed),
        panics: RefCell::default(),
        jobs: RefCell::default(),
        sources: RefCell::default(),
        parts: RefCell::default(),
        main_over: Cell::new(false),
    });
    let workers = make_workers(&core, &cfg);
    core.parts.borrow_mut().push((TypeId::of::<Workers>(), Rc::new(Workers(workers.clone()))));
    start_main(&core, &workers[0], main);
    let (outcome, rounds) = drive(&core, &workers, &cfg);
    let live: usize = workers.iter().map(|worker| worker.tasks.borrow().live()).sum();
    let live_tasks = live - usize::from(!core.main_over.get());
    for worker in &workers {
        ctx::run_in(worker, || worker.wind_down());
    }
    let report = Report {
        seed,
        outcome,
        trace: core.trace.get(),
        elapsed: Ms(u32::try_from(core.now().ms_since(START)).unwrap_or(u32::MAX)),
        rounds,
        live_tasks,
        panics: core.panics.take(),
    };
    // The workers know the core and it knows them: untie the knot.
    drop((core.parts.take(), core.sources.take(), core.jobs.take()));
    report
}

fn make_workers(core: &Rc<Core>, cfg: &SimConfig) -> Vec<Rc<Worker>> {
    let threads = cfg.rt.threads.clamp(1, 1024);
    let peers: Box<[&'static Remote]> =
        (0..threads).map(|_| Remote::acquire().expect("fewer than 4,000 workers at a time")).collect();
    let crew = Crew::new(&cfg.rt.name, 1);
    let shared = Arc::new(Shared { cfg: cfg.rt.clone(), peers, crew });
    let make = |at: usize| {
        let seed = core.rng.borrow_mut().u64(..);
        let backend = Backend::Sim(core.clone());
        Rc::new(Worker::new(WorkerId(at as u16), shared.peers[at], shared.clone(), backend, seed))
    };
    (0..threads).map(make).collect()
}

/// Ends the run however the main task ends.
struct MainGuard(Rc<Core>);

impl Drop for MainGuard {
    fn drop(&mut self) {
        self.0.main_over.set(true);
    }
}

fn start_main<F: Future<Output = ()> + 'static>(core: &Rc<Core>, worker: &Worker, main: impl FnOnce() -> F) {
    let guard = MainGuard(core.clone());
    ctx::run_in(worker, || match panics::catch(main) {
        Ok(future) => {
            worker.spawn(Box::pin(async move {
                let _guard = guard;
                future.await;
            }));
        }
        Err(message) => worker.report_panic(&message),
    });
}

fn drive(core: &Core, workers: &[Rc<Worker>], cfg: &SimConfig) -> (Outcome, u64) {
    let end = START + cfg.max_time;
    let mut rounds = 0;
    loop {
        core.run_events();
        let now = core.now();
        let mut ready: Vec<&Rc<Worker>> = workers
            .iter()
            .filter(|worker| worker.has_work() || worker.next_tick().is_some_and(|tick| tick <= now))
            .collect();
        if ready.is_empty() {
            let next = workers.iter().filter_map(|worker| worker.next_tick()).chain(core.next_event()).min();
            let Some(next) = next else { return (Outcome::Deadlock, rounds) };
            core.now.set(next.max(now));
        }
        core.rng.borrow_mut().shuffle(&mut ready);
        for worker in ready {
            core.trace(u64::from(worker.id.0) ^ core.now().0);
            worker.now.set(core.now());
            ctx::run_in(worker, || worker.turn());
        }
        rounds += 1;
        let stopped = workers.iter().any(|worker| worker.remote.stop.load(Ordering::Relaxed));
        if core.main_over.get() || stopped {
            return (Outcome::Done, rounds);
        }
        if core.now() > end || rounds > cfg.max_rounds {
            return (Outcome::TooLong, rounds);
        }
        let passed = core.rng.borrow_mut().u64(1..ROUND_NS);
        core.now.set(Tick(core.now().0 + passed));
        // All clocks agree: what one worker stamps, another may compare.
        workers.iter().for_each(|worker| worker.now.set(core.now()));
    }
}
