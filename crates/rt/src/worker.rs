//! One worker: its tables and its loop.
//!
//! The rule of this file: while user code runs (polls, drops, hooks, wakers that aren't ours), nothing of the
//! worker is borrowed. User code may therefore call back into anything, and a panic leaves everything whole.

use crate::epoll::{BELL, Epoll};
use crate::foreign::Foreign;
use crate::io_table::{IoTable, Told};
use crate::ready_queue::Inbound;
use crate::remote::{Errand, Mail, Remote, bump};
use crate::reused::Block;
use crate::runtime::Shared;
use crate::tasks::{Killed, TaskFuture, Tasks, Turn};
use crate::wheel::Wheel;
use crate::word::Word;
use crate::{WorkerId, clock, ctx, panics};
use base::{Pool, Tick};
use core::any::{Any, TypeId};
use core::cell::{Cell, RefCell};
use core::sync::atomic::Ordering;
use core::task::{Context, Poll};
use std::collections::VecDeque;
use std::io;
use std::os::fd::BorrowedFd;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// Where readiness and time come from.
pub(crate) enum Backend {
    Epoll(RefCell<Epoll>),
    #[cfg(feature = "sim")]
    Sim(Rc<crate::sim::Core>),
}

pub(crate) struct Worker {
    pub id: WorkerId,
    pub slot: u16,
    pub remote: &'static Remote,
    pub shared: Arc<Shared>,
    pub backend: Backend,
    pub tasks: RefCell<Tasks>,
    pub io: RefCell<IoTable>,
    pub wheel: RefCell<Wheel>,
    foreign: RefCell<Foreign>,
    /// The clock of this turn of the loop.
    pub now: Cell<Tick>,
    pub wall_offset_ns: Cell<u64>,
    /// The task being polled.
    pub running: Cell<Word>,
    /// I/O operations left in this poll.
    pub budget: Cell<u32>,
    pub rng: RefCell<fastrand::Rng>,
    pub bufs: BufShelf,
    pub big_bufs: BufShelf,
    /// Memory of futures that have gone ([`crate::reused`]).
    pub blocks: RefCell<Vec<Box<Block>>>,
    pub locals: RefCell<Vec<(TypeId, Rc<dyn Any>)>>,
    pub hooks: RefCell<Vec<Box<dyn FnMut()>>>,
    pub flush_wanted: Cell<bool>,
    pub ready_queues: RefCell<Vec<Weak<Inbound>>>,
    pub stopping: Cell<bool>,
    mail: RefCell<Mail>,
    due: RefCell<Vec<Word>>,
    slept: Cell<bool>,
    /// When pools are trimmed and figures are published next.
    chores_at: Cell<Tick>,
    /// Since the last chores: nanoseconds asleep.
    idle_ns: Cell<u64>,
}

/// A buffer pool and who waits for one of its buffers.
pub(crate) struct BufShelf {
    pub pool: Pool,
    cap: usize,
    pub waiters: RefCell<VecDeque<Word>>,
}

impl BufShelf {
    fn new(size: usize, cap: usize) -> BufShelf {
        BufShelf { pool: Pool::new(size, cap), cap, waiters: RefCell::default() }
    }
}

/// Milliseconds between chores.
const CHORES_MS: u64 = 1000;

impl Worker {
    pub fn new(id: WorkerId, remote: &'static Remote, shared: Arc<Shared>, backend: Backend, seed: u64) -> Worker {
        let cfg = &shared.cfg;
        let (now, wall_offset_ns) = match &backend {
            Backend::Epoll(_) => (clock::monotonic(), clock::wall_offset_ns()),
            #[cfg(feature = "sim")]
            Backend::Sim(core) => (core.now(), crate::sim::WALL_OFFSET_NS),
        };
        Worker {
            id,
            slot: remote.slot,
            remote,
            tasks: RefCell::new(Tasks::new(remote.slot)),
            io: RefCell::new(IoTable::new()),
            wheel: RefCell::new(Wheel::new(now.0 / 1_000_000)),
            foreign: RefCell::default(),
            now: Cell::new(now),
            wall_offset_ns: Cell::new(wall_offset_ns),
            running: Cell::new(Word::NONE),
            budget: Cell::new(cfg.io_budget),
            rng: RefCell::new(fastrand::Rng::with_seed(seed)),
            bufs: BufShelf::new(cfg.buf_size, cfg.buf_cap),
            big_bufs: BufShelf::new(cfg.big_buf_size, cfg.big_buf_cap),
            blocks: RefCell::default(),
            locals: RefCell::default(),
            hooks: RefCell::default(),
            flush_wanted: Cell::new(false),
            ready_queues: RefCell::default(),
            stopping: Cell::new(false),
            mail: RefCell::default(),
            due: RefCell::default(),
            slept: Cell::new(true),
            chores_at: Cell::new(now.plus_ms(CHORES_MS)),
            idle_ns: Cell::new(0),
            backend,
            shared,
        }
    }

    /// Runs until stopped. Only for a worker with a real reactor.
    pub fn run(&self) {
        ctx::run_in(self, || {
            loop {
                self.now.set(clock::monotonic());
                self.turn();
                if self.remote.stop.load(Ordering::Relaxed) {
                    break;
                }
                self.wait();
            }
            self.wind_down();
        });
    }

    /// One turn of the loop without its wait: mail, timers, tasks, hooks. The clock has been set.
    pub fn turn(&self) {
        bump(&self.remote.figures.0.loops, 1);
        self.take_mail();
        self.fire_timers();
        self.run_tasks();
        self.run_hooks();
        self.serve_buf_waiters(&self.bufs);
        self.serve_buf_waiters(&self.big_bufs);
        if self.now.get() >= self.chores_at.get() {
            self.do_chores();
        }
    }

    /// Whether a turn now would do something.
    pub fn has_work(&self) -> bool {
        self.tasks.borrow().queued() > 0 || self.remote.has_mail() || self.flush_wanted.get()
    }

    fn take_mail(&self) {
        if !self.slept.take() && !self.remote.has_mail() {
            return;
        }
        let mut mail = self.mail.take();
        if self.remote.take_mail(&mut mail) {
            bump(&self.remote.figures.0.wakeups, mail.wakes.len() as u64);
            {
                let mut tasks = self.tasks.borrow_mut();
                for word in mail.wakes.drain(..) {
                    tasks.wake(word);
                }
                if std::mem::take(&mut mail.wake_all) {
                    tasks.wake_all();
                }
            }
            for errand in mail.errands.drain(..) {
                self.run_errand(errand);
            }
        }
        // After a burst the memory goes back.
        mail.wakes.shrink_to(1024);
        mail.errands.shrink_to(64);
        self.mail.replace(mail);
    }

    fn run_errand(&self, errand: Errand) {
        self.budget.set(self.shared.cfg.io_budget);
        if let Err(message) = panics::catch(errand) {
            self.report_panic(&message);
        }
    }

    fn fire_timers(&self) {
        let now_ms = self.now.get().0 / 1_000_000;
        let mut due = self.due.take();
        self.wheel.borrow_mut().advance(now_ms, &mut due);
        for word in due.drain(..) {
            self.wake_by_ref(word);
        }
        self.due.replace(due);
    }

    fn run_tasks(&self) {
        // Tasks woken meanwhile get their turn after the next look at the sockets.
        let turn = self.tasks.borrow_mut().begin_turn();
        if !turn.is_plain() {
            return self.run_niced_turn(turn);
        }
        for _ in 0..turn.plain() {
            let next = self.tasks.borrow_mut().next();
            if let Some((word, future)) = next {
                self.poll_task(word, future);
            }
        }
        bump(&self.remote.figures.0.polls, turn.plain() as u64);
    }

    #[cold]
    fn run_niced_turn(&self, mut turn: Turn) {
        let mut polls = 0;
        loop {
            let next = self.tasks.borrow_mut().next_of(&mut turn);
            let Some(place) = next else { break };
            polls += 1;
            if let Some((word, future)) = place {
                self.poll_task(word, future);
            }
        }
        bump(&self.remote.figures.0.polls, polls);
    }

    fn poll_task(&self, word: Word, mut future: TaskFuture) {
        self.budget.set(self.shared.cfg.io_budget);
        self.running.set(word);
        #[cfg(feature = "sim")]
        if let Backend::Sim(core) = &self.backend {
            core.trace(u64::from(word.generation()) << 32 | u64::from(word.index()));
        }
        let waker = word.waker();
        let result = panics::catch(|| future.as_mut().poll(&mut Context::from_waker(&waker)));
        let over = match result {
            Ok(Poll::Pending) => self.tasks.borrow_mut().put_back(word, future),
            Ok(Poll::Ready(())) => Some(future),
            Err(message) => {
                self.report_panic(&message);
                Some(future)
            }
        };
        if let Some(future) = over {
            self.end_task(word, future);
        }
        self.running.set(Word::NONE);
    }

    fn end_task(&self, word: Word, future: TaskFuture) {
        if let Err(message) = panics::catch(|| drop(future)) {
            self.report_panic(&message);
        }
        self.tasks.borrow_mut().free(word);
    }

    /// Adds a task, or drops it when the worker is at its end or its limit.
    pub fn spawn(&self, future: TaskFuture) -> Word {
        self.spawn_niced(future, 0)
    }

    /// See [`crate::spawn_niced`].
    pub fn spawn_niced(&self, future: TaskFuture, nice: i32) -> Word {
        if self.stopping.get() {
            drop(future);
            return Word::NONE;
        }
        let inserted = self.tasks.borrow_mut().insert(future, nice);
        inserted.unwrap_or(Word::NONE)
    }

    pub fn kill(&self, word: Word) {
        let killed = self.tasks.borrow_mut().kill(word);
        if let Killed::Idle(future) = killed {
            self.end_task(word, future);
        }
    }

    fn run_hooks(&self) {
        if !self.flush_wanted.take() {
            return;
        }
        let mut hooks = self.hooks.take();
        for hook in &mut hooks {
            if let Err(message) = panics::catch(hook) {
                self.report_panic(&message);
            }
        }
        // A hook may have added another.
        let added = self.hooks.replace(hooks);
        self.hooks.borrow_mut().extend(added);
    }

    fn serve_buf_waiters(&self, shelf: &BufShelf) {
        let mut room = shelf.cap.saturating_sub(shelf.pool.lent());
        while room > 0 {
            let next = shelf.waiters.borrow_mut().pop_front();
            let Some(word) = next else { break };
            self.wake(word);
            room -= 1;
        }
    }

    fn do_chores(&self) {
        let now = self.now.get();
        let since = self.chores_at.replace(now.plus_ms(CHORES_MS));
        let span = now.ns_since(since).saturating_add(CHORES_MS * 1_000_000);
        let figures = &self.remote.figures.0;
        figures.idle_pct.store((self.idle_ns.take() * 100 / span.max(1)).min(100), Ordering::Relaxed);
        {
            let tasks = self.tasks.borrow();
            figures.tasks.store(tasks.live() as u64, Ordering::Relaxed);
            figures.queued.store(tasks.queued() as u64, Ordering::Relaxed);
            figures.niced.store(tasks.niced_queued() as u64, Ordering::Relaxed);
        }
        figures.timers.store(self.wheel.borrow().armed() as u64, Ordering::Relaxed);
        figures.fds.store(self.io.borrow().used() as u64, Ordering::Relaxed);
        self.bufs.pool.trim();
        self.big_bufs.pool.trim();
        self.trim_blocks();
        if matches!(self.backend, Backend::Epoll(_)) {
            self.wall_offset_ns.set(clock::wall_offset_ns());
        }
    }

    /// After a burst the memory goes back, half of it each time.
    fn trim_blocks(&self) {
        let mut blocks = self.blocks.borrow_mut();
        let keep = blocks.len() / 2;
        blocks.truncate(keep);
        blocks.shrink_to(2 * keep);
    }

    /// When the worker has to run next though nothing happens.
    pub fn next_tick(&self) -> Option<Tick> {
        let timer = self.wheel.borrow().next_ms().map(|ms| Tick(ms.saturating_mul(1_000_000)));
        let to_trim = self.bufs.pool.idle() + self.big_bufs.pool.idle() + self.blocks.borrow().len() > 0;
        let chores = to_trim.then(|| self.chores_at.get());
        timer.into_iter().chain(chores).min()
    }

    /// Sleeps until something happens and takes what did.
    fn wait(&self) {
        let mut timeout =
            if self.has_work() { Some(0) } else { self.next_tick().map(|tick| tick.ns_since(self.now.get())) };
        let mut sleep_from = Tick::NONE;
        if timeout != Some(0) {
            self.slept.set(true);
            if self.remote.fall_asleep() {
                sleep_from = clock::monotonic();
                // The turn took a while: don't sleep past the deadline by as much.
                timeout = timeout.map(|ns| ns.saturating_sub(sleep_from.ns_since(self.now.get())));
            } else {
                timeout = Some(0);
            }
        }
        #[cfg_attr(not(feature = "sim"), allow(clippy::infallible_destructuring_match))]
        let epoll = match &self.backend {
            Backend::Epoll(epoll) => epoll,
            #[cfg(feature = "sim")]
            Backend::Sim(_) => return,
        };
        epoll.borrow_mut().wait(timeout);
        if sleep_from.is_some() {
            let slept = clock::monotonic().ns_since(sleep_from);
            self.idle_ns.set(self.idle_ns.get().saturating_add(slept));
        }
        self.take_events(epoll);
    }

    fn take_events(&self, epoll: &RefCell<Epoll>) {
        let count = epoll.borrow().len();
        for at in 0..count {
            let (token, flags) = epoll.borrow().event(at);
            if token == BELL {
                self.remote.quiet();
                continue;
            }
            let told = self.io.borrow_mut().event(token, flags);
            match told {
                Told::Wake(reader, writer) => {
                    self.wake(reader);
                    if writer != reader {
                        self.wake(writer);
                    }
                }
                Told::Parked { queue, key } => self.push_ready(queue, key),
            }
        }
    }

    /// Tells a ready queue about a parked descriptor.
    pub fn push_ready(&self, queue: u32, key: u32) {
        let inbound = self.ready_queues.borrow().get(queue as usize).and_then(Weak::upgrade);
        if let Some(inbound) = inbound {
            inbound.push(key);
        }
    }

    /// Wakes whom `word` means and forgets it.
    pub fn wake(&self, word: Word) {
        if word.slot() == self.slot {
            self.tasks.borrow_mut().wake(word);
        } else if word.is_some() {
            let waker = self.foreign.borrow_mut().take(word);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Wakes whom `word` means and still remembers it.
    fn wake_by_ref(&self, word: Word) {
        if word.slot() == self.slot {
            self.tasks.borrow_mut().wake(word);
        } else if word.is_some() {
            let waker = self.foreign.borrow().peek(word);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// The word under which to remember `waker`, in place of `old`.
    pub fn remember(&self, old: Word, waker: &core::task::Waker) -> Word {
        match Word::of(waker) {
            Some(word) if word.slot() == self.slot => {
                if old != word {
                    self.forget(old);
                }
                word
            }
            _ => {
                let kept = self.foreign.borrow().peek(old);
                if kept.is_some_and(|kept| kept.will_wake(waker)) {
                    return old;
                }
                self.forget(old);
                let waker = waker.clone();
                self.foreign.borrow_mut().insert(waker)
            }
        }
    }

    /// `word` won't be woken.
    pub fn forget(&self, word: Word) {
        if word.is_some() && word.slot() != self.slot {
            let waker = self.foreign.borrow_mut().take(word);
            drop(waker);
        }
    }

    pub fn register(&self, fd: BorrowedFd<'_>, token: u64) -> io::Result<()> {
        match &self.backend {
            Backend::Epoll(epoll) => epoll.borrow().add(fd, token),
            #[cfg(feature = "sim")]
            Backend::Sim(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub fn deregister(&self, fd: BorrowedFd<'_>) {
        match &self.backend {
            Backend::Epoll(epoll) => epoll.borrow().remove(fd),
            #[cfg(feature = "sim")]
            Backend::Sim(_) => {}
        }
    }

    pub fn report_panic(&self, message: &str) {
        bump(&self.remote.figures.0.panics, 1);
        #[cfg(feature = "sim")]
        if let Backend::Sim(core) = &self.backend {
            core.note_panic(message);
        }
        if let Some(hook) = &self.shared.cfg.on_panic {
            // A hook that panics has had its chance.
            let _ = panics::catch(|| hook(self.id, message));
        }
    }

    /// Ends all tasks and drops what user code has left here, while this worker is still the current one.
    pub fn wind_down(&self) {
        self.stopping.set(true);
        let mut below = u32::MAX;
        loop {
            let next = self.tasks.borrow().last_below(below);
            let Some(word) = next else { break };
            below = word.index();
            self.kill(word);
        }
        self.remote.close();
        let hooks = self.hooks.take();
        let locals = self.locals.take();
        if let Err(message) = panics::catch(|| drop((hooks, locals))) {
            self.report_panic(&message);
        }
    }
}
