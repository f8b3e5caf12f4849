//! Blocking work on a few threads of its own: files, name resolution, big drops.

use crate::{ctx, oneshot, panics};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Jobs that may wait for a thread; beyond, [`offload`] fails with [`OffloadError::Full`].
const MAX_WAITING: usize = 4096;

type Job = Box<dyn FnOnce() + Send>;

/// Why a job brought no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OffloadError {
    /// It panicked, with this message.
    Panicked(String),
    /// Too many jobs wait already, no thread could be started, or the runtime ends.
    Full,
}

/// Runs `f` on a thread where blocking is allowed. Dropping the future doesn't stop `f`, only forgets its result.
pub fn offload<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> Offloaded<T> {
    let (sender, receiver) = oneshot();
    let job = Box::new(move || {
        // The asker may have gone; then the result is dropped here, where blocking is allowed.
        let _ = sender.send(panics::catch(f));
    });
    ctx::with(|worker| match &worker.backend {
        crate::worker::Backend::Epoll(_) => worker.shared.crew.take_on(job),
        #[cfg(feature = "sim")]
        crate::worker::Backend::Sim(core) => core.run_later(job),
    });
    Offloaded(receiver)
}

/// The future of [`offload`].
#[derive(Debug)]
pub struct Offloaded<T>(crate::OneshotReceiver<Result<T, String>>);

impl<T> Future for Offloaded<T> {
    type Output = Result<T, OffloadError>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(cx)) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(message)) => Err(OffloadError::Panicked(message)),
            Err(_) => Err(OffloadError::Full),
        })
    }
}

/// The threads and what waits for them.
pub(crate) struct Crew {
    name: String,
    max_threads: usize,
    state: Mutex<State>,
    wanted: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    stopping: bool,
}

impl Crew {
    pub fn new(name: &str, max_threads: usize) -> Arc<Crew> {
        Arc::new(Crew {
            name: format!("{name}/off"),
            max_threads: max_threads.max(1),
            state: Mutex::default(),
            wanted: Condvar::new(),
        })
    }

    /// Queues a job, or drops it, which its asker notices.
    fn take_on(self: &Arc<Self>, job: Job) {
        let mut state = self.state();
        if state.stopping || state.jobs.len() >= MAX_WAITING {
            drop(state);
            drop(job);
            return;
        }
        state.jobs.push_back(job);
        if state.idle >= state.jobs.len() {
            self.wanted.notify_one();
        } else if state.threads < self.max_threads {
            let crew = self.clone();
            state.threads += 1;
            let started = std::thread::Builder::new().name(self.name.clone()).spawn(move || crew.work());
            if started.is_err() {
                state.threads -= 1;
                if state.threads == 0 {
                    let jobs = std::mem::take(&mut state.jobs);
                    drop(state);
                    drop(jobs);
                }
            }
        }
    }

    fn work(&self) {
        let mut state = self.state();
        while !state.stopping {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                // The job catches its own panics; this catches those of what it drops.
                let _ = panics::catch(job);
                state = self.state();
            } else {
                state.idle += 1;
                state = self.wanted.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
            }
        }
        state.threads -= 1;
    }

    /// Threads end after their current job; waiting jobs are dropped. Nobody waits for a job that blocks.
    pub fn stop(&self) {
        let jobs = {
            let mut state = self.state();
            state.stopping = true;
            std::mem::take(&mut state.jobs)
        };
        drop(jobs);
        self.wanted.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Only counters and a queue are changed under the lock, by code that doesn't panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
