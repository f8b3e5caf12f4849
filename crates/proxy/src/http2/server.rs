//! Servers that speak HTTP/2: their connections, which the streams of several clients may share, and the task that
//! drives each.
//!
//! They stay with the worker that opened them. Who may go over one is what `http-reuse` says of idle connections of
//! HTTP/1 (manual 4.2); how many at a time, what `tune.h2.be.max-concurrent-streams` and the server say.

use super::StreamEnd;
use super::config;
use super::driver::{Driver, Moved};
use super::state::Shared;
use crate::idle::Counted;
use crate::live::ServerLive;
use crate::plan::Back;
use crate::worker::Worker;
use base::Tick;
use h2::{Code, Conn, OpenError, RequestForm, Role};
use http::Head;
use net::Stream;
use policy::idle::{IdleConn, PoolParams, Reuse};
use rt::Timer;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A connection to a server, for any number of requests.
pub struct Trunk {
    shared: Rc<Shared>,
    /// How often it was used again.
    reused: Cell<u32>,
    /// It belongs to one client.
    private: bool,
    counted: Counted,
    /// The settings of the server's pool.
    pool: PoolParams,
}

/// A worker's connections to servers that speak HTTP/2, by server.
#[derive(Default)]
pub struct Trunks(RefCell<HashMap<usize, Vec<Rc<Trunk>>>>);

/// How long the last frames of a connection may take to go out.
const LAST_WORDS_MS: u64 = 1000;

/// How often the budgets against floods are filled up.
const FORGIVE_MS: u64 = 1000;

impl Trunks {
    /// A connection that this request may go over and that takes one more.
    pub fn take(&self, server: &Arc<ServerLive>, reuse: Reuse, first_request: bool) -> Option<Rc<Trunk>> {
        let trunks = self.0.borrow();
        let fits = |trunk: &&Rc<Trunk>| trunk.takes_one_more(reuse, first_request);
        let found = trunks.get(&Arc::as_ptr(server).addr())?.iter().find(fits)?;
        found.reused.set(found.reused.get() + 1);
        Some(found.clone())
    }

    fn put(&self, server: usize, trunk: Rc<Trunk>) {
        self.0.borrow_mut().entry(server).or_default().push(trunk);
    }

    fn remove(&self, server: usize, trunk: &Rc<Trunk>) {
        let mut trunks = self.0.borrow_mut();
        if let Some(list) = trunks.get_mut(&server) {
            list.retain(|other| !Rc::ptr_eq(other, trunk));
            if list.is_empty() {
                trunks.remove(&server);
            }
        }
    }
}

/// A connection that was just made becomes a trunk, with a task of its own. `private`: it belongs to one client.
pub fn launch(
    worker: &Rc<Worker>,
    back: &Back,
    server: &Arc<ServerLive>,
    transport: Stream,
    counted: Counted,
    terms: (PoolParams, bool),
) -> Rc<Trunk> {
    let conn = Conn::new(Role::Client, config::back(worker, back));
    let shared = Rc::new(Shared::new(transport, conn));
    let (pool, private) = terms;
    let trunk = Rc::new(Trunk { shared, reused: Cell::new(0), private, counted, pool });
    let key = Arc::as_ptr(server).addr();
    worker.trunks.put(key, trunk.clone());
    let (task, worker) = (trunk.clone(), worker.clone());
    rt::spawn(async move {
        drive(&worker, &task).await;
        worker.trunks.remove(key, &task);
    });
    trunk
}

impl Trunk {
    fn takes_one_more(&self, reuse: Reuse, first_request: bool) -> bool {
        let info = IdleConn { private: self.private, reused: self.reused.get() };
        policy::idle::may_take(reuse, first_request, &info)
            && policy::idle::may_keep(&self.pool, &info)
            && !self.counted.is_stale()
            && self.is_open()
    }

    fn is_open(&self) -> bool {
        let state = self.shared.state.borrow();
        !state.dead && state.conn.may_open().is_ok()
    }

    /// Asks the connection below.
    pub fn with_transport<R>(&self, ask: impl FnOnce(&Stream) -> R) -> R {
        ask(&self.shared.transport.borrow())
    }

    /// The server's oddities.
    pub fn glitches(&self) -> u32 {
        self.shared.state.borrow().conn.glitches()
    }

    /// How many streams there are.
    pub fn streams(&self) -> usize {
        self.shared.state.borrow().count()
    }

    /// Ready once the server has said what it allows, or is gone.
    pub fn poll_established(&self, cx: &Context<'_>) -> Poll<()> {
        let state = &mut *self.shared.state.borrow_mut();
        if state.dead || state.conn.is_established() {
            return Poll::Ready(());
        }
        state.join_crowd(cx);
        Poll::Pending
    }

    /// Sends a request's head. `end`: nothing follows.
    pub fn open(&self, head: &Head, form: RequestForm<'_>, end: bool) -> Result<StreamEnd, OpenError> {
        let opened = {
            let state = &mut *self.shared.state.borrow_mut();
            if state.dead {
                return Err(OpenError::Leaving);
            }
            state.conn.open(head, form, end)
        };
        let stream = StreamEnd::new(self.shared.clone(), opened?);
        self.shared.wake_driver();
        Ok(stream)
    }

    /// Whether no request will come any more.
    fn is_used_up(&self) -> bool {
        let info = IdleConn { private: self.private, reused: self.reused.get() };
        !policy::idle::may_keep(&self.pool, &info) || self.counted.is_stale() || self.private
    }
}

/// Drives a connection until either side ends it.
async fn drive(worker: &Rc<Worker>, trunk: &Rc<Trunk>) {
    let shared = &trunk.shared;
    let tune = &worker.shared.tune.h2;
    let mut driver = Driver::new(None, (tune.be.max_frames_at_once, 0));
    let mut life = Life { timer: Timer::new(), idle_since: Tick::NONE, forgiven: rt::now(), used: false };
    poll_fn(|cx| life.poll(cx, worker, trunk, &mut driver)).await;
    shared.state.borrow_mut().die();
    life.timer.set(Some(rt::now().plus_ms(LAST_WORDS_MS)));
    poll_fn(|cx| match driver.poll_flush(cx, shared) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => life.timer.poll(cx),
    })
    .await;
}

/// What the task keeps of the connection.
struct Life {
    timer: Timer,
    idle_since: Tick,
    forgiven: Tick,
    /// A stream was there.
    used: bool,
}

impl Life {
    fn poll(&mut self, cx: &mut Context<'_>, worker: &Worker, trunk: &Trunk, driver: &mut Driver) -> Poll<()> {
        let shared = &*trunk.shared;
        let now = rt::now();
        if now >= self.forgiven.plus_ms(FORGIVE_MS) {
            self.forgiven = now;
            shared.state.borrow_mut().conn.forgive();
        }
        let was_established = shared.state.borrow().conn.is_established();
        // Servers open no streams: the machine refuses that.
        match driver.poll(cx, shared, &worker.heads, &mut |_| {}) {
            Moved::Failed(_) | Moved::Gone => return Poll::Ready(()),
            Moved::Paused => cx.waker().wake_by_ref(),
            Moved::Idle => {}
        }
        let state = &mut *shared.state.borrow_mut();
        if !was_established && state.conn.is_established() {
            state.disperse();
        }
        if state.count() > 0 {
            (self.idle_since, self.used) = (Tick::NONE, true);
            self.timer.set(None);
            return Poll::Pending;
        }
        state.conn.shrink();
        if !self.idle_since.is_some() {
            self.idle_since = now;
        }
        // A connection that was made for a request waits for it.
        let over = self.used && (state.conn.is_leaving() || trunk.is_used_up() || trunk.pool.max_conn == Some(0));
        self.timer.set(Some(self.idle_since + trunk.pool.purge_delay));
        if over || self.timer.poll(cx).is_ready() {
            state.conn.close(Code::NO_ERROR);
            return Poll::Ready(());
        }
        Poll::Pending
    }
}
