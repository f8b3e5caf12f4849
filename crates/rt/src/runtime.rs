//! Starting, stopping and joining the workers of a runtime.

use crate::config::Config;
use crate::epoll::Epoll;
use crate::offload::Crew;
use crate::remote::{Errand, Remote};
use crate::worker::{Backend, Worker};
use crate::{WorkerId, panics};
use core::cell::RefCell;
use core::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread::JoinHandle;

/// What the workers of a runtime share.
pub(crate) struct Shared {
    pub cfg: Config,
    pub peers: Box<[&'static Remote]>,
    pub crew: Arc<Crew>,
}

impl Shared {
    pub fn peer(&self, worker: WorkerId) -> Option<&'static Remote> {
        self.peers.get(worker.at()).copied()
    }

    pub fn stop_all(&self) {
        self.peers.iter().for_each(|peer| peer.post_stop());
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.peers.iter().for_each(|peer| peer.recycle());
    }
}

/// Handle of the running workers. Dropping it stops and joins them.
pub struct Runtime {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    /// Worker 0, when it is to run on the thread that joins.
    first: Option<Box<dyn FnOnce()>>,
}

/// A way to reach the workers from any thread. Clones reach the same ones.
#[derive(Clone)]
pub struct Post(pub(crate) Arc<Shared>);

impl Post {
    /// Runs `f` on `worker`, in its next turn, between tasks.
    pub fn spawn_on(&self, worker: WorkerId, f: impl FnOnce() + Send + 'static) -> Result<(), Refused> {
        self.0.peer(worker).ok_or(Refused)?.post_errand(Box::new(f)).map_err(|_| Refused)
    }

    /// Asks all workers to end, as [`Runtime::stop`].
    pub fn stop(&self) {
        self.0.stop_all();
    }
}

/// Starts `cfg.threads` workers; `init` makes each worker's first task, on that worker.
///
/// Fails when the system refuses descriptors or threads; then nothing runs.
pub fn start<F>(cfg: Config, init: impl Fn(WorkerId) -> F + Send + Sync + 'static) -> io::Result<Runtime>
where
    F: Future<Output = ()> + 'static,
{
    let init = Arc::new(init);
    let (shared, epolls) = prepare(cfg)?;
    let mut runtime = Runtime { shared: shared.clone(), threads: Vec::new(), first: None };
    for (at, epoll) in epolls.into_iter().enumerate() {
        let id = WorkerId(at as u16);
        let (shared, init) = (shared.clone(), init.clone());
        let name = format!("{}/{}", shared.cfg.name, at + 1);
        let stack = shared.cfg.stack_size;
        let body = move || run_worker(id, shared, epoll, &*init);
        if at == 0 && runtime.shared.cfg.first_on_caller {
            runtime.first = Some(Box::new(body));
            continue;
        }
        let mut builder = std::thread::Builder::new().name(name);
        if stack > 0 {
            builder = builder.stack_size(stack);
        }
        match builder.spawn(body) {
            Ok(thread) => runtime.threads.push(thread),
            // Dropping the runtime stops those that run.
            Err(error) => return Err(error),
        }
    }
    Ok(runtime)
}

fn prepare(cfg: Config) -> io::Result<(Arc<Shared>, Vec<OwnedFd>)> {
    let threads = cfg.threads.clamp(1, 1024);
    let mut peers = Vec::with_capacity(threads);
    let made = (0..threads).map(|_| {
        let remote = Remote::acquire().ok_or_else(|| io::Error::other("too many workers in this process"))?;
        peers.push(remote);
        Epoll::create(remote.bell()?)
    });
    let made: io::Result<Vec<OwnedFd>> = made.collect();
    match made {
        Ok(epolls) => {
            let crew = Crew::new(&cfg.name, cfg.offload_threads);
            Ok((Arc::new(Shared { cfg, peers: peers.into(), crew }), epolls))
        }
        Err(error) => {
            peers.iter().for_each(|peer: &&Remote| peer.recycle());
            Err(error)
        }
    }
}

fn run_worker<F>(id: WorkerId, shared: Arc<Shared>, epoll: OwnedFd, init: &(impl Fn(WorkerId) -> F + 'static))
where
    F: Future<Output = ()> + 'static,
{
    let remote = shared.peers[id.at()];
    let hook = shared.cfg.on_thread_start.clone();
    let seed = fastrand::u64(..);
    let epoll = Arc::new(epoll);
    remote.set_epoll(Some(epoll.clone()));
    let epoll = Epoll::new(epoll, shared.cfg.max_loop_events);
    let worker = Worker::new(id, remote, shared, Backend::Epoll(RefCell::new(epoll)), seed);
    if let Some(hook) = hook
        && let Err(message) = panics::catch(|| hook(id))
    {
        worker.report_panic(&message);
    }
    crate::ctx::run_in(&worker, || match panics::catch(|| init(id)) {
        Ok(future) => {
            worker.spawn(Box::pin(future));
        }
        Err(message) => worker.report_panic(&message),
    });
    worker.run();
}

impl Runtime {
    /// Asks all workers to end: each finishes its turn of the loop, then drops its tasks.
    pub fn stop(&self) {
        self.shared.stop_all();
    }

    /// Waits for the end of all workers, running worker 0 here if the configuration says so.
    pub fn join(mut self) {
        self.finish();
    }

    /// Runs `f` on `worker`; see [`crate::spawn_on`].
    pub fn spawn_on(&self, worker: WorkerId, f: Errand) -> Result<(), Refused> {
        self.shared.peer(worker).ok_or(Refused)?.post_errand(f).map_err(|_| Refused)
    }

    /// A handle to stop this runtime from elsewhere (a thread that waits for signals, a test).
    pub fn stopper(&self) -> impl Fn() + Send + Sync + Clone + 'static {
        let shared = self.shared.clone();
        move || shared.stop_all()
    }

    /// A handle for other threads.
    pub fn post(&self) -> Post {
        Post(self.shared.clone())
    }

    fn finish(&mut self) {
        if let Some(first) = self.first.take() {
            first();
        }
        for thread in self.threads.drain(..) {
            // The worker catches what user code throws; an error here means a panic of the runtime itself.
            if thread.join().is_err() {
                self.shared.stop_all();
            }
        }
        self.shared.crew.stop();
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
        self.first = None;
        self.finish();
    }
}

/// The worker has ended, doesn't exist, or has too many errands waiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused;
