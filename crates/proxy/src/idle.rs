//! Server connections that wait for their next request. Each worker keeps its own, most recently used first, and
//! watches them without a task: an event on an idle connection means that the server closed it.

use crate::counters::Gauge;
use crate::live::ServerLive;
use net::Stream;
use policy::idle::{IdleConn, Park, PoolParams, Purge, Reuse};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};

/// How many connections of one server are idle or in use, over all workers.
pub struct IdlePool {
    pub idle: Gauge,
    /// Open connections, idle ones included.
    pub open: Gauge,
    /// The most in use at a time lately: so many are worth keeping.
    needed: AtomicU32,
    /// Server connections of the whole process.
    all: Arc<Gauge>,
    /// Connections opened under an older number are closed instead of being used again.
    epoch: AtomicU32,
}

impl IdlePool {
    /// No connection yet; those to come are counted in `all` too.
    pub fn new(all: Arc<Gauge>) -> IdlePool {
        let (idle, open) = (Gauge::default(), Gauge::default());
        IdlePool { idle, open, needed: AtomicU32::new(0), all, epoch: AtomicU32::new(0) }
    }

    /// Connections that work for a stream now.
    pub fn used(&self) -> u32 {
        self.open.get().saturating_sub(self.idle.get())
    }

    /// Whether more connections are open than were in use at a time lately: one that becomes idle would only be in
    /// the way, as when every client's first request needs a connection of its own (`http-reuse safe`).
    fn has_enough(&self, low: u32) -> bool {
        self.idle.get() >= low && self.open.get() > self.needed.load(Relaxed)
    }

    fn note_use(&self) {
        let used = self.used();
        if used > self.needed.load(Relaxed) {
            self.needed.fetch_max(used, Relaxed);
        }
    }

    /// Lets the need of the past fade by half towards that of now.
    fn forget(&self) {
        let (needed, used) = (self.needed.load(Relaxed), self.used());
        if needed > used {
            self.needed.store(used + (needed - used) / 2, Relaxed);
        }
    }

    /// No connection that is open now will be used again: the server went down or has another address. Idle ones
    /// are closed by their workers within a second.
    pub fn discard(&self) {
        self.epoch.fetch_add(1, Relaxed);
    }

    fn epoch(&self) -> u32 {
        self.epoch.load(Relaxed)
    }
}

/// A connection to a server between being opened and being closed or parked. Counted in `used`.
pub struct ServerConn {
    pub stream: Stream,
    pub info: IdleConn,
    /// Oddities counted against `tune.h1.be.glitches-threshold`.
    pub glitches: u32,
    /// The last answer was long: the next one's beginning is read in a small piece, so that its body need not be copied.
    pub long_answers: bool,
    server: Arc<ServerLive>,
    epoch: u32,
    /// `option nolinger`: closing resets.
    nolinger: bool,
    /// Its last exchange is complete in both directions. Closing it then resets: nothing can be lost, and no source port
    /// stays taken for a minute, which at thousands of connections a second would leave none.
    pub complete: bool,
}

impl ServerConn {
    /// A connection just opened.
    pub fn new(stream: Stream, server: &Arc<ServerLive>, nolinger: bool) -> ServerConn {
        server.idle.open.up();
        server.idle.all.up();
        server.idle.note_use();
        let epoch = server.idle.epoch();
        ServerConn {
            stream,
            info: IdleConn::default(),
            glitches: 0,
            long_answers: false,
            server: server.clone(),
            epoch,
            nolinger,
            complete: false,
        }
    }

    fn is_stale(&self) -> bool {
        self.epoch != self.server.idle.epoch()
    }
}

impl Drop for ServerConn {
    fn drop(&mut self) {
        if self.nolinger || self.complete {
            // A close that fails to be abrupt is still a close.
            let _ = self.stream.set_linger_reset();
        }
        self.server.idle.open.down();
        self.server.idle.all.down();
    }
}

/// One worker's idle connections of one server, oldest first.
pub struct IdleList {
    /// Lists are numbered as they are made, so that whoever goes through all of them does it in one order.
    nth: usize,
    server: Arc<ServerLive>,
    keys: RefCell<Vec<u32>>,
    purge: Cell<Purge>,
    /// The settings at the last parking.
    pool: Cell<PoolParams>,
}

/// All idle connections of one worker.
#[derive(Default)]
pub struct IdleConns {
    parked: RefCell<Vec<Option<Parked>>>,
    free: RefCell<Vec<u32>>,
    lists: RefCell<HashMap<usize, Rc<IdleList>>>,
    /// How many lists have been made.
    made: Cell<usize>,
    events: rt::ReadyQueue,
}

struct Parked {
    conn: ServerConn,
    list: Rc<IdleList>,
}

impl IdleConns {
    /// The list of a server, made when first asked for.
    pub fn list(&self, server: &Arc<ServerLive>) -> Rc<IdleList> {
        let mut lists = self.lists.borrow_mut();
        let nth = self.made.get();
        let fresh = || {
            self.made.set(nth + 1);
            Rc::new(IdleList {
                nth,
                server: server.clone(),
                keys: RefCell::default(),
                purge: Cell::default(),
                pool: Cell::default(),
            })
        };
        lists.entry(Arc::as_ptr(server).addr()).or_insert_with(fresh).clone()
    }

    /// The most recently used connection that this request may go over.
    pub fn take(&self, list: &IdleList, reuse: Reuse, first_request: bool) -> Option<ServerConn> {
        loop {
            let key = *list.keys.borrow().last()?;
            let fits = self.with_parked(key, |p| policy::idle::may_take(reuse, first_request, &p.conn.info));
            if !fits.unwrap_or(false) {
                return None;
            }
            list.keys.borrow_mut().pop();
            let mut conn = self.unpark(key)?.conn;
            if !conn.is_stale() && conn.stream.is_quiet() {
                conn.info.reused += 1;
                conn.complete = false;
                list.server.idle.note_use();
                return Some(conn);
            }
        }
    }

    /// Keeps `conn` for later, or closes it when the limits say so.
    pub fn put(&self, list: &Rc<IdleList>, conn: ServerConn, reuse: Reuse, pool: &PoolParams, at: Park) {
        if conn.is_stale()
            || list.server.idle.has_enough(pool.low_conn)
            || !policy::idle::may_park(reuse, pool, &conn.info, &at)
            || !conn.stream.is_quiet()
        {
            return;
        }
        let mut purge = list.purge.get();
        purge.on_park(rt::now(), pool);
        list.purge.set(purge);
        list.pool.set(*pool);
        list.server.idle.idle.up();
        let key = self.store(Parked { conn, list: list.clone() });
        list.keys.borrow_mut().push(key);
        self.with_parked(key, |p| p.conn.stream.park(&self.events, key));
    }

    /// Closes connections that servers have closed. Polled by the worker's janitor task.
    pub fn poll_events(&self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Poll::Ready(key) = self.events.poll_next(cx) else { return Poll::Pending };
            let Some(parked) = self.unpark(key) else { continue };
            let mut keys = parked.list.keys.borrow_mut();
            if let Some(at) = keys.iter().rposition(|k| *k == key) {
                keys.remove(at);
            }
        }
    }

    /// Closes what nobody needed for a while (`pool-purge-delay`) and what may not be used again. Called about once
    /// a second.
    pub fn purge(&self) {
        let mut lists: Vec<_> = self.lists.borrow().values().cloned().collect();
        lists.sort_unstable_by_key(|list| list.nth);
        for list in lists {
            list.server.idle.forget();
            self.close_oldest(&list, self.stale(&list));
            let mut purge = list.purge.get();
            let idle = list.keys.borrow().len() as u32;
            let close = purge.count(rt::now(), &list.pool.get(), idle);
            list.purge.set(purge);
            self.close_oldest(&list, close as usize);
        }
        self.lists.borrow_mut().retain(|_, list| Rc::strong_count(list) > 1 || Arc::strong_count(&list.server) > 1);
    }

    /// How many connections of a list may not be used again. They are the oldest: none is parked that is stale.
    fn stale(&self, list: &IdleList) -> usize {
        let keys = list.keys.borrow();
        keys.iter().take_while(|key| self.with_parked(**key, |p| p.conn.is_stale()) == Some(true)).count()
    }

    fn close_oldest(&self, list: &IdleList, n: usize) {
        let dying: Vec<u32> = list.keys.borrow_mut().drain(..n).collect();
        for key in dying {
            drop(self.unpark(key));
        }
    }

    fn store(&self, parked: Parked) -> u32 {
        let mut all = self.parked.borrow_mut();
        match self.free.borrow_mut().pop() {
            Some(key) => {
                all[key as usize] = Some(parked);
                key
            }
            None => {
                all.push(Some(parked));
                all.len() as u32 - 1
            }
        }
    }

    fn unpark(&self, key: u32) -> Option<Parked> {
        let parked = self.parked.borrow_mut().get_mut(key as usize)?.take()?;
        self.free.borrow_mut().push(key);
        parked.conn.stream.unpark();
        parked.list.server.idle.idle.down();
        Some(parked)
    }

    fn with_parked<R>(&self, key: u32, f: impl FnOnce(&Parked) -> R) -> Option<R> {
        self.parked.borrow().get(key as usize)?.as_ref().map(f)
    }
}
