//! The worker's surroundings: clock, identity, buffers, randomness, locals, figures.

use crate::remote::{Figures, Remote};
use crate::runtime::Post;
use crate::word::Word;
use crate::worker::{BufShelf, Worker};
use crate::{WorkerId, clock, ctx};
use base::{Buf, Tick, WallClock};
use core::any::{Any, TypeId};
use core::sync::atomic::{AtomicU32, Ordering};
use core::task::{Context, Poll};
use std::rc::Rc;

/// The time of this turn of the worker's loop. Outside of workers: the clock itself.
pub fn now() -> Tick {
    ctx::try_with(|worker| worker.now.get()).unwrap_or_else(clock::monotonic)
}

/// The time of day that belongs to [`now`]. Steps of the system's clock are followed once a second.
pub fn wall() -> WallClock {
    ctx::try_with(|worker| clock::wall_at(worker.now.get(), worker.wall_offset_ns.get()))
        .unwrap_or_else(|| clock::wall_at(clock::monotonic(), clock::wall_offset_ns()))
}

/// The clock at this very moment (one system call's worth), for measuring work. In simulation it stands still
/// within a turn.
pub fn precise_now() -> Tick {
    ctx::try_with(|worker| match &worker.backend {
        crate::worker::Backend::Epoll(_) => clock::monotonic(),
        #[cfg(feature = "sim")]
        crate::worker::Backend::Sim(_) => worker.now.get(),
    })
    .unwrap_or_else(clock::monotonic)
}

/// This worker.
pub fn worker() -> WorkerId {
    ctx::with(|worker| worker.id)
}

/// Whether this thread is a worker.
pub fn in_worker() -> bool {
    ctx::try_with(|_| ()).is_some()
}

/// How many workers this runtime has.
pub fn threads() -> usize {
    ctx::with(|worker| worker.shared.peers.len())
}

/// A way to reach the workers of this runtime from any thread.
pub fn post() -> Post {
    ctx::with(|worker| Post(worker.shared.clone()))
}

/// Ends this runtime: each worker finishes its turn of the loop, then drops its tasks.
pub fn stop_all() {
    ctx::with(|worker| worker.shared.stop_all());
}

/// An empty buffer of the ordinary size, or `None` at the worker's limit.
pub fn buf() -> Option<Buf> {
    ctx::with(|worker| worker.bufs.pool.get())
}

/// An empty big buffer, or `None` at the worker's limit.
pub fn big_buf() -> Option<Buf> {
    ctx::with(|worker| worker.big_bufs.pool.get())
}

/// A buffer as soon as there is one; waiting tasks are served in order of asking.
pub fn poll_buf(cx: &mut Context<'_>) -> Poll<Buf> {
    ctx::with(|worker| poll_shelf(worker, &worker.bufs, cx))
}

/// The same for a big buffer.
pub fn poll_big_buf(cx: &mut Context<'_>) -> Poll<Buf> {
    ctx::with(|worker| poll_shelf(worker, &worker.big_bufs, cx))
}

fn poll_shelf(worker: &Worker, shelf: &BufShelf, cx: &mut Context<'_>) -> Poll<Buf> {
    if let Some(buf) = shelf.pool.get() {
        return Poll::Ready(buf);
    }
    if let Some(word) = Word::of(cx.waker())
        && shelf.waiters.borrow().contains(&word)
    {
        return Poll::Pending;
    }
    let word = worker.remember(Word::NONE, cx.waker());
    shelf.waiters.borrow_mut().push_back(word);
    Poll::Pending
}

/// How many ordinary buffers this worker has lent, and how many lie ready.
pub fn buf_usage() -> (usize, usize) {
    ctx::with(|worker| (worker.bufs.pool.lent(), worker.bufs.pool.idle()))
}

/// The worker's random generator: fast, not for secrets. In simulation it follows the seed.
pub fn rng<R>(f: impl FnOnce(&mut fastrand::Rng) -> R) -> R {
    // Taken out while user code runs.
    ctx::with(|worker| {
        let mut rng = worker.rng.borrow().clone();
        let result = f(&mut rng);
        worker.rng.replace(rng);
        result
    })
}

/// A random number from [`rng`].
pub fn random() -> u64 {
    ctx::with(|worker| worker.rng.borrow_mut().u64(..))
}

/// Hangs a value on this worker, one per type; the one before is dropped.
pub fn set_local<T: 'static>(value: Rc<T>) {
    let id = TypeId::of::<T>();
    let old = ctx::with(|worker| {
        let mut locals = worker.locals.borrow_mut();
        match locals.iter_mut().find(|(key, _)| *key == id) {
            Some((_, place)) => Some(std::mem::replace(place, value as Rc<dyn Any>)),
            None => {
                locals.push((id, value));
                None
            }
        }
    });
    drop(old);
}

/// The value of this type on this worker, if it was set.
pub fn try_local<T: 'static>() -> Option<Rc<T>> {
    let id = TypeId::of::<T>();
    ctx::try_with(|worker| {
        let locals = worker.locals.borrow();
        let (_, value) = locals.iter().find(|(key, _)| *key == id)?;
        value.clone().downcast().ok()
    })
    .flatten()
}

/// The value of this type on this worker. It must have been set.
#[track_caller]
pub fn local<T: 'static>() -> Rc<T> {
    match try_local() {
        Some(value) => value,
        None => panic!("no {} on this worker", core::any::type_name::<T>()),
    }
}

/// Has `hook` called at the end of a turn of the loop in which [`request_flush`] was called.
pub fn on_loop_end(hook: Box<dyn FnMut()>) {
    ctx::with(|worker| worker.hooks.borrow_mut().push(hook));
}

/// Asks for the hooks of [`on_loop_end`] to be called at the end of this turn.
pub fn request_flush() {
    ctx::with(|worker| worker.flush_wanted.set(true));
}

/// A load figure of a worker of this runtime, for all to read and add to (how many connections it has). Outside
/// of the range of workers: this worker's.
pub fn load(worker: WorkerId) -> &'static AtomicU32 {
    ctx::with(|here| &here.shared.peer(worker).unwrap_or(here.remote).load.0)
}

/// Figures of a worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Turns of the loop.
    pub loops: u64,
    /// Polls of tasks.
    pub polls: u64,
    /// Wakes that came from other threads.
    pub wakeups: u64,
    /// Panics caught.
    pub panics: u64,
    /// Tasks alive (of other workers: up to a second old, as all that follows).
    pub tasks: u64,
    /// Those of them that are ready to be polled, and how many of these are niced.
    pub queued: u64,
    pub niced: u64,
    /// Timers armed.
    pub timers: u64,
    /// Descriptors registered.
    pub fds: u64,
    /// Of the last full second, how much was spent asleep, in percent.
    pub idle_pct: u64,
}

/// This worker's figures.
pub fn stats() -> Stats {
    ctx::with(|worker| Stats {
        tasks: worker.tasks.borrow().live() as u64,
        queued: worker.tasks.borrow().queued() as u64,
        niced: worker.tasks.borrow().niced_queued() as u64,
        timers: worker.wheel.borrow().armed() as u64,
        fds: worker.io.borrow().used() as u64,
        ..read(worker.remote)
    })
}

/// The figures of a worker of this runtime.
pub fn stats_of(worker: WorkerId) -> Option<Stats> {
    ctx::with(|here| here.shared.peer(worker).map(read))
}

fn read(remote: &Remote) -> Stats {
    let Figures { loops, polls, wakeups, panics, tasks, queued, niced, timers, fds, idle_pct } = &remote.figures.0;
    let get = |figure: &core::sync::atomic::AtomicU64| figure.load(Ordering::Relaxed);
    Stats {
        loops: get(loops),
        polls: get(polls),
        wakeups: get(wakeups),
        panics: get(panics),
        tasks: get(tasks),
        queued: get(queued),
        niced: get(niced),
        timers: get(timers),
        fds: get(fds),
        idle_pct: get(idle_pct),
    }
}
