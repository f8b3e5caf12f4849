//! Starting the workers, and what operation can ask of them from outside.

use crate::cards::{StreamView, Wanted};
use crate::clear::SAMPLER;
use crate::counters::Ctr;
use crate::link::Staged;
use crate::live::ServerLive;
use crate::plan::{Front, Plan};
use crate::worker::{Shared, Worker};
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::time::{Duration, Instant};

/// A handle on the running proxy. Clones are the same proxy.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
    post: rt::Post,
}

/// The running proxy, held by whoever waits for its end.
pub struct Running {
    pub control: Control,
    runtime: rt::Runtime,
}

/// Idle server connections are thinned out this often.
const PURGE_MS: u64 = 1000;

/// Workers are looked for this often while they start, and not longer than this.
const READY_STEP_MS: u64 = 1;
const READY_LIMIT: Duration = Duration::from_secs(10);

/// Commits the first Plan and starts the workers. When it returns, each of them takes errands.
pub fn start(shared: Arc<Shared>, staged: Staged) -> io::Result<Running> {
    let tune = &shared.tune;
    let config = rt::Config {
        threads: shared.threads,
        name: "ferroxy".to_owned(),
        buf_size: tune.bufsize as usize,
        buf_cap: tune.buffers_limit.map_or(rt::Config::default().buf_cap, |n| (n as usize).div_ceil(shared.threads)),
        max_loop_events: tune.maxpollevents.unwrap_or(200) as usize,
        ..rt::Config::default()
    };
    staged.commit(&shared);
    let for_workers = shared.clone();
    let runtime = rt::start(config, move |id| worker_main(id, for_workers.clone()))?;
    let control = Control { shared, post: runtime.post() };
    let limit = Instant::now() + READY_LIMIT;
    while !control.is_ready() {
        if Instant::now() > limit {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "a worker doesn't start"));
        }
        std::thread::sleep(Duration::from_millis(READY_STEP_MS));
    }
    Ok(Running { control, runtime })
}

/// The same on the first `shared.threads` workers of a runtime that runs already, from one of its workers. For
/// simulations, whose runtime also has the rest of the world to run.
pub fn start_here(shared: Arc<Shared>, staged: Staged) -> Control {
    staged.commit(&shared);
    for n in 0..shared.threads {
        let id = rt::WorkerId(n as u16);
        let shared = shared.clone();
        // A worker that has ended needs no start.
        let _ = rt::spawn_on(id, move || {
            rt::spawn(worker_main(id, shared));
        });
    }
    Control { shared, post: rt::post() }
}

async fn worker_main(id: rt::WorkerId, shared: Arc<Shared>) {
    let Some(plan) = shared.plan() else { return };
    let worker = Rc::new(Worker::new(id.at(), shared, plan));
    rt::set_local(worker.clone());
    let flusher = worker.clone();
    rt::on_loop_end(Box::new(move || flusher.logs.borrow_mut().flush()));
    worker.shared.ready.fetch_add(1, SeqCst);
    // A connection may be handed to any worker, so none accepts before all can take it.
    while worker.shared.ready.load(SeqCst) < worker.shared.threads {
        rt::sleep_until(rt::now().plus_ms(READY_STEP_MS)).await;
    }
    worker.sync_listeners();
    worker.sync_checks();
    let janitor = worker.clone();
    rt::spawn(async move { poll_fn(|cx| janitor.idle.poll_events(cx)).await });
    rt::spawn(purge(worker.clone()));
}

async fn purge(worker: Rc<Worker>) {
    loop {
        rt::sleep_until(rt::now().plus_ms(PURGE_MS)).await;
        worker.idle.purge();
        worker.cards.trim();
        if worker.id == SAMPLER {
            sample(&worker);
        }
    }
}

/// Brings maxima and means of the statistics up to date.
fn sample(worker: &Worker) {
    let (plan, now) = (worker.plan(), rt::now());
    for proxy in &plan.plan.proxies {
        if let Some(front) = &proxy.front {
            front.live.counters.sample(now);
        }
        if let Some(back) = &proxy.back {
            back.live.counters.sample(now);
            back.servers.iter().for_each(|server| server.live.counters.sample(now));
        }
    }
    worker.shared.totals.sample(now);
    worker.shared.bytes_out.sample(worker.shared.totals.sum(Ctr::BytesOut), now);
}

impl Running {
    /// Waits until the workers have ended.
    pub fn join(self) {
        self.runtime.join();
    }
}

impl Control {
    /// What all workers share.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The current Plan.
    pub fn plan(&self) -> Arc<Plan> {
        self.shared.plan().expect("a started proxy has a Plan")
    }

    /// Takes up a new Plan: every worker starts new streams under it from its next turn on.
    pub fn adopt(&self, staged: Staged) {
        let plan = staged.commit(&self.shared);
        self.on_all(move |worker| worker.adopt(plan.clone()));
    }

    /// Stops listening; streams finish, idle connections end (SIGUSR1).
    pub fn soft_stop(&self) {
        self.shared.stopping.store(true, SeqCst);
        self.on_all(|worker| worker.soft_stop());
    }

    /// Ends everything at once.
    pub fn hard_stop(&self) {
        self.post.stop();
    }

    /// Stops accepting until [`Control::resume`] (SIGTTOU).
    pub fn pause(&self) {
        self.set_paused(true);
    }

    /// Accepts again (SIGTTIN).
    pub fn resume(&self) {
        self.set_paused(false);
    }

    /// Client connections now.
    pub fn live_connections(&self) -> u32 {
        self.shared.conns.get()
    }

    /// Whether every worker runs.
    pub fn is_ready(&self) -> bool {
        self.shared.ready.load(SeqCst) == self.shared.threads
    }

    /// Runs `f` on a worker. False when that worker has ended.
    pub fn on_worker(&self, n: usize, f: impl FnOnce(&Rc<Worker>) + Send + 'static) -> bool {
        self.post.spawn_on(rt::WorkerId(n as u16), move || f(&rt::local::<Worker>())).is_ok()
    }

    /// Stops one frontend's listening sockets from accepting, or lets them accept again (`disable frontend`,
    /// `enable frontend`). Answers whether that changed anything.
    pub fn pause_frontend(&self, front: &Front, paused: bool) -> bool {
        let mut changed = false;
        for listener in &self.plan().listeners {
            if Arc::ptr_eq(&listener.live.front, &front.live) && listener.live.paused.swap(paused, Relaxed) != paused {
                listener.live.suspend(paused);
                changed = true;
            }
        }
        if changed {
            front.live.paused.store(paused, Relaxed);
            self.look_again();
        }
        changed
    }

    /// Changes how many client connections there may be at a time.
    pub fn set_maxconn(&self, maxconn: u32) {
        self.shared.maxconn.store(maxconn, Relaxed);
        self.look_again();
    }

    /// Changes how many client connections a frontend may have at a time, [`u32::MAX`] for no limit of its own.
    pub fn set_frontend_maxconn(&self, front: &Front, maxconn: u32) {
        front.live.maxconn.store(maxconn, Relaxed);
        self.look_again();
    }

    /// Ends all streams of a server, wherever they are in their life (`shutdown sessions server`).
    pub fn kill_streams(&self, server: &ServerLive) {
        server.kills.fetch_add(1, Relaxed);
        self.on_all(|_| rt::wake_all());
    }

    /// The streams that an operator wants to see, worker by worker. Asked from a worker.
    pub async fn streams(&self, wanted: Wanted) -> Vec<StreamView> {
        let mut all = Vec::new();
        for n in 0..self.shared.threads {
            let (told, heard) = rt::oneshot();
            let wanted = wanted.clone();
            self.on_worker(n, move |worker| {
                // Whoever asked may be gone.
                let _ = told.send(worker.cards.look(worker.id, &wanted));
            });
            all.extend(heard.await.unwrap_or_default());
        }
        all
    }

    /// Ends the stream of this number, wherever it is in its life (`shutdown session`); false if there is none.
    pub async fn kill_stream(&self, id: u64) -> bool {
        let home = (id % self.shared.threads as u64) as usize;
        let (told, heard) = rt::oneshot();
        self.on_worker(home, move |worker| {
            // Whoever asked may be gone.
            let _ = told.send(worker.cards.kill(id));
        });
        heard.await.unwrap_or(false)
    }

    /// Deletes a frontend (`shutdown frontend`): its ports are free, its streams finish, its idle connections end. False
    /// if that was done before.
    pub fn shut_down_frontend(&self, front: &Front) -> bool {
        if front.live.shut.swap(true, SeqCst) {
            return false;
        }
        let plan = self.shared.replace_plan(|plan| plan.without_listeners_of(front));
        self.on_all(move |worker| worker.adopt(plan.clone()));
        true
    }

    /// Changes how many client connections the process takes in a second; 0 for any number.
    pub fn set_connection_limit(&self, per_second: u32) {
        self.shared.connection_limit.set(per_second);
        self.look_again();
    }

    /// The same for sessions.
    pub fn set_session_limit(&self, per_second: u32) {
        self.shared.session_limit.set(per_second);
        self.look_again();
    }

    fn look_again(&self) {
        self.on_all(|worker| worker.wake_accepters());
    }

    fn set_paused(&self, paused: bool) {
        for listener in &self.plan().listeners {
            listener.live.paused.store(paused, Relaxed);
            listener.live.front.paused.store(paused, Relaxed);
            listener.live.suspend(paused);
        }
        self.look_again();
    }

    fn on_all(&self, f: impl Fn(&Rc<Worker>) + Clone + Send + 'static) {
        for n in 0..self.shared.threads {
            let f = f.clone();
            // A worker that has ended needs no news.
            let _ = self.post.spawn_on(rt::WorkerId(n as u16), move || f(&rt::local::<Worker>()));
        }
    }
}
