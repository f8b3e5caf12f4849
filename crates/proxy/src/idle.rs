//! Server connections that wait for their next request. Each worker keeps its own, most recently used first, and
//! watches them without a task: an event on an idle connection means that the server closed it.
//!
//! What another worker needs to use such a connection lies on a shelf of the server, one for each worker, behind a lock
//! that only takers-over contend for. What only its own worker can use (where it is told of events) stays with that
//! worker, which clears it away when it next looks at the shelf.

use crate::counters::Gauge;
use crate::live::ServerLive;
use base::Tick;
use net::{Resting, Stream, Watch};
use policy::idle::{IdleConn, Park, PoolParams, Purge, Reuse};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::task::{Context, Poll};

/// The most idle connections that are looked at for one of the right name.
const MAX_LOOKED_AT: usize = 64;

/// How many connections of one server are idle or in use, over all workers.
pub struct IdlePool {
    pub idle: Gauge,
    /// Open connections, idle ones included.
    pub open: Gauge,
    /// Server connections of the whole process.
    all: Arc<Gauge>,
    /// Connections opened under an older number are closed instead of being used again.
    epoch: AtomicU32,
    /// By worker; made when the first connection is opened.
    shelves: OnceLock<Box<[Shelf]>>,
}

/// One worker's idle connections of one server, on cache lines of their own.
#[repr(align(128))]
#[derive(Default)]
struct Shelf {
    /// How many there are, for others to look at without the lock.
    len: AtomicU32,
    /// How many connections work for this worker's streams now. Only this worker writes it, as the next one.
    used: AtomicU32,
    /// The most that did at a time lately: so many are worth keeping.
    needed: AtomicU32,
    shelved: Mutex<Shelved>,
}

#[derive(Default)]
struct Shelved {
    /// Oldest first.
    conns: VecDeque<AtRest>,
    /// Keys of those that other workers took over.
    taken: Vec<u32>,
}

/// All of an idle connection that any worker can use.
struct AtRest {
    /// What its worker calls it.
    key: u32,
    conn: Resting,
    facts: Facts,
}

/// What lies on a shelf.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lying {
    pub all: usize,
    /// Those of them that have been used again before.
    pub proven: usize,
}

/// A lock on a shelf. Its length is told when the lock is let go.
struct Open<'a> {
    shelf: &'a Shelf,
    shelved: MutexGuard<'a, Shelved>,
}

impl Shelf {
    fn open(&self) -> Open<'_> {
        // What a panic could leave undone is a connection that isn't there any more.
        let shelved = self.shelved.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        Open { shelf: self, shelved }
    }

    /// Whether more connections are open than this worker had in use at a time lately: one that becomes idle would only
    /// be in the way, as when every client's first request needs a connection of its own (`http-reuse safe`).
    fn has_enough(&self) -> bool {
        self.len.load(Relaxed) + self.used.load(Relaxed) > self.needed.load(Relaxed)
    }

    /// A connection works for a stream.
    fn begin_use(&self) {
        let used = self.used.load(Relaxed) + 1;
        self.used.store(used, Relaxed);
        if used > self.needed.load(Relaxed) {
            self.needed.store(used, Relaxed);
        }
    }

    /// It does no more.
    fn end_use(&self) {
        self.used.store(self.used.load(Relaxed).saturating_sub(1), Relaxed);
    }

    /// Lets the need of the past fade by half towards that of now.
    fn forget(&self) {
        let (needed, used) = (self.needed.load(Relaxed), self.used.load(Relaxed));
        self.needed.store(used + needed.saturating_sub(used) / 2, Relaxed);
    }
}

impl Open<'_> {
    /// The most recently used connection, if the request may use it.
    fn take(&mut self, reuse: Reuse, first_request: bool, name: u64) -> Option<AtRest> {
        let conns = &mut self.shelved.conns;
        // Nearly always the last one: only servers that are asked for several names have others.
        let looked_at = conns.len().min(MAX_LOOKED_AT);
        let at = conns.iter().rev().take(looked_at).position(|conn| conn.facts.name == name)?;
        let at = conns.len() - 1 - at;
        let fits = policy::idle::may_take(reuse, first_request, &conns[at].facts.info);
        fits.then(|| conns.remove(at)).flatten()
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.shelf.len.store(self.shelved.conns.len() as u32, Relaxed);
    }
}

impl IdlePool {
    /// No connection yet; those to come are counted in `all` too.
    pub fn new(all: Arc<Gauge>) -> IdlePool {
        let (idle, open) = (Gauge::default(), Gauge::default());
        IdlePool { idle, open, all, epoch: AtomicU32::new(0), shelves: OnceLock::new() }
    }

    /// Connections that work for a stream now.
    pub fn used(&self) -> u32 {
        self.open.get().saturating_sub(self.idle.get())
    }

    /// The idle connections of each worker.
    pub fn lying(&self, workers: usize) -> Vec<Lying> {
        let count = |shelf: &Shelf| {
            let open = shelf.open();
            let proven = open.shelved.conns.iter().filter(|conn| conn.facts.info.reused > 0).count();
            Lying { all: open.shelved.conns.len(), proven }
        };
        (0..workers).map(|n| self.shelf(n).map_or_else(Lying::default, count)).collect()
    }

    /// How many connections are needed: the most that were in use at a time lately.
    pub fn needed(&self, workers: usize) -> u32 {
        (0..workers).filter_map(|n| self.shelf(n)).map(|shelf| shelf.needed.load(Relaxed)).sum()
    }

    /// No connection that is open now will be used again: the server went down or has another address. Idle ones
    /// are closed by their workers within a second.
    pub fn discard(&self) {
        self.epoch.fetch_add(1, Relaxed);
    }

    fn epoch(&self) -> u32 {
        self.epoch.load(Relaxed)
    }

    /// A connection is closed.
    fn count_out(&self) {
        self.open.down();
        self.all.down();
    }

    /// A worker's shelf, if there is any yet.
    fn shelf(&self, worker: usize) -> Option<&Shelf> {
        self.shelves.get()?.get(worker)
    }

    fn shelf_or_new(&self, worker: usize, workers: usize) -> &Shelf {
        let shelves = self.shelves.get_or_init(|| (0..workers).map(|_| Shelf::default()).collect());
        &shelves[worker]
    }
}

/// A connection to a server between being opened and being closed or parked. Counted in `used`.
pub struct ServerConn {
    /// Present until dropped or parked.
    held: Option<Held>,
    pub facts: Facts,
}

struct Held {
    stream: Stream,
    server: Arc<ServerLive>,
    worker: usize,
}

impl Held {
    /// The worker's shelf, which is there as long as a connection is.
    fn shelf(&self) -> Option<&Shelf> {
        self.server.idle.shelf(self.worker)
    }
}

/// What is remembered of a connection, in use or idle.
#[derive(Clone, Copy)]
pub struct Facts {
    pub info: IdleConn,
    /// Oddities counted against `tune.h1.be.glitches-threshold`.
    pub glitches: u32,
    /// The last answer was long: the next one's beginning is read in a small piece, so that its body need not be copied.
    pub long_answers: bool,
    /// Which name the server was asked for by SNI; see [`crate::stream::server_names::name_key`].
    pub name: u64,
    epoch: u32,
    /// `option nolinger`: closing resets.
    nolinger: bool,
    /// Its last exchange is complete in both directions. Closing it then resets: nothing can be lost, and no source port
    /// stays taken for a minute, which at thousands of connections a second would leave none.
    pub complete: bool,
}

impl ServerConn {
    /// A connection just opened by this worker of so many.
    pub fn new(
        stream: Stream,
        server: &Arc<ServerLive>,
        nolinger: bool,
        (worker, workers): (usize, usize),
    ) -> ServerConn {
        server.idle.open.up();
        server.idle.all.up();
        server.idle.shelf_or_new(worker, workers).begin_use();
        let epoch = server.idle.epoch();
        let info = IdleConn::default();
        let facts = Facts { info, glitches: 0, long_answers: false, name: 0, epoch, nolinger, complete: false };
        ServerConn { held: Some(Held { stream, server: server.clone(), worker }), facts }
    }

    /// The connection's stream.
    pub fn stream(&mut self) -> &mut Stream {
        &mut self.held.as_mut().expect("only parking takes it, and the whole with it").stream
    }

    /// The connection's stream, for who may only look.
    pub fn peek(&self) -> Option<&Stream> {
        self.held.as_ref().map(|held| &held.stream)
    }

    /// Whether the server has neither said anything nor closed.
    pub fn is_quiet(&mut self) -> bool {
        self.held.as_mut().is_some_and(|held| held.stream.is_quiet())
    }

    fn is_stale(&self) -> bool {
        self.held.as_ref().is_none_or(|held| self.facts.epoch != held.server.idle.epoch())
    }

    /// Whether it can carry another request, which it is then counted for.
    fn revived(mut self) -> Option<ServerConn> {
        if self.is_stale() || !self.is_quiet() {
            return None;
        }
        self.facts.info.reused += 1;
        self.facts.complete = false;
        Some(self)
    }
}

/// Counts an open connection of a server for as long as it is.
pub struct Counted {
    server: Arc<ServerLive>,
    worker: usize,
    epoch: u32,
}

impl Counted {
    /// Whether the server went down, or has another address, since the connection was opened.
    pub fn is_stale(&self) -> bool {
        self.epoch != self.server.idle.epoch()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(shelf) = self.server.idle.shelf(self.worker) {
            shelf.end_use();
        }
        self.server.idle.count_out();
    }
}

impl ServerConn {
    /// Gives the connection to the streams that will share it. What is left stands for one of them.
    pub fn share(&mut self) -> Option<(Stream, Counted)> {
        let Held { stream, server, worker } = self.held.take()?;
        Some((stream, Counted { server, worker, epoch: self.facts.epoch }))
    }

    /// What stands for a stream of a shared connection.
    pub fn of_shared(server: &ServerLive) -> ServerConn {
        let (info, epoch) = (IdleConn::default(), server.idle.epoch());
        let facts = Facts { info, glitches: 0, long_answers: false, epoch, nolinger: false, complete: false, name: 0 };
        ServerConn { held: None, facts }
    }
}

impl Drop for ServerConn {
    fn drop(&mut self) {
        let Some(mut held) = self.held.take() else { return };
        held.stream.close_tls();
        if self.facts.nolinger || self.facts.complete {
            // A close that fails to be abrupt is still a close.
            let _ = held.stream.set_linger_reset();
        }
        if let Some(shelf) = held.shelf() {
            shelf.end_use();
        }
        held.server.idle.count_out();
    }
}

/// One worker's idle connections of one server.
pub struct IdleList {
    /// Lists are numbered as they are made, so that whoever goes through all of them does it in one order.
    nth: usize,
    server: Arc<ServerLive>,
    purge: Cell<Purge>,
    /// The settings at the last parking.
    pool: Cell<PoolParams>,
    /// When a connection was put on the shelf last.
    parked_at: Cell<Tick>,
}

/// A worker that has parked a connection within this time, in milliseconds, is busy with the server.
const BUSY_MS: u64 = 10;

impl IdleList {
    fn is_busy(&self) -> bool {
        let last = self.parked_at.get();
        last.is_some() && rt::now() < last.plus_ms(BUSY_MS)
    }
}

/// All idle connections of one worker.
pub struct IdleConns {
    worker: usize,
    workers: usize,
    parked: RefCell<Vec<Option<Parked>>>,
    free: RefCell<Vec<u32>>,
    lists: RefCell<HashMap<usize, Rc<IdleList>>>,
    /// How many lists have been made.
    made: Cell<usize>,
    events: rt::ReadyQueue,
}

/// What this worker keeps of a connection that lies on its shelf, or lay there until another worker took it.
struct Parked {
    watch: Watch,
    list: Rc<IdleList>,
    /// Goes with the connection: counting references anew for each request would cost more than all the rest.
    server: Arc<ServerLive>,
}

impl IdleConns {
    /// None yet. For the worker of this number, of so many.
    pub fn new(worker: usize, workers: usize) -> IdleConns {
        IdleConns {
            worker,
            workers,
            parked: RefCell::default(),
            free: RefCell::default(),
            lists: RefCell::default(),
            made: Cell::default(),
            events: rt::ReadyQueue::default(),
        }
    }

    /// The worker's number and how many there are.
    pub fn place(&self) -> (usize, usize) {
        (self.worker, self.workers)
    }

    /// The list of a server, made when first asked for.
    pub fn list(&self, server: &Arc<ServerLive>) -> Rc<IdleList> {
        let mut lists = self.lists.borrow_mut();
        let nth = self.made.get();
        let fresh = || {
            self.made.set(nth + 1);
            let (purge, pool, parked_at) = Default::default();
            Rc::new(IdleList { nth, server: server.clone(), purge, pool, parked_at })
        };
        lists.entry(Arc::as_ptr(server).addr()).or_insert_with(fresh).clone()
    }

    /// The most recently used connection of this worker that the request may go over.
    pub fn take(&self, list: &IdleList, reuse: Reuse, first_request: bool, name: u64) -> Option<ServerConn> {
        let shelf = list.server.idle.shelf(self.worker)?;
        loop {
            let taken = {
                let mut open = shelf.open();
                self.clear_away(&mut open);
                open.take(reuse, first_request, name)?
            };
            if let Some(conn) = self.wake(taken).and_then(ServerConn::revived) {
                return Some(conn);
            }
        }
    }

    /// The same of another worker, as long as the server has more than a few idle connections (`pool-low-conn`). The
    /// connection is this worker's from now on. A worker that is busy with this server opens one instead: that costs more
    /// once, while taking turns with the other worker would cost three system calls every time. `scarce`: it can't.
    pub fn take_over(
        &self,
        list: &IdleList,
        reuse: Reuse,
        first_request: bool,
        name: u64,
        pool: &PoolParams,
        scarce: bool,
    ) -> Option<ServerConn> {
        if !scarce && list.is_busy() {
            return None;
        }
        for (from, shelf) in self.others(list) {
            while policy::idle::may_steal(pool, list.server.idle.idle.get()) {
                let taken = Self::take_away(shelf, |open| open.take(reuse, first_request, name));
                let Some(taken) = taken else { break };
                if let Some(conn) = self.move_here(taken, &list.server, from).and_then(ServerConn::revived) {
                    return Some(conn);
                }
            }
        }
        None
    }

    /// Closes the longest unused connection of a server, of another worker if need be: descriptors are scarce.
    pub fn kill_one(&self, list: &IdleList) {
        let own = list.server.idle.shelf(self.worker);
        if own.is_some_and(|shelf| shelf.len.load(Relaxed) > 0) {
            return self.close_oldest(list, 1);
        }
        for (from, shelf) in self.others(list) {
            let taken = Self::take_away(shelf, |open| open.shelved.conns.pop_front());
            if let Some(taken) = taken {
                return drop(self.move_here(taken, &list.server, from));
            }
        }
    }

    /// Keeps `conn` for later, or closes it when the limits say so.
    pub fn put(&self, list: &Rc<IdleList>, mut conn: ServerConn, reuse: Reuse, pool: &PoolParams, at: Park) {
        let shelf = list.server.idle.shelf_or_new(self.worker, self.workers);
        if conn.is_stale()
            || (at.idle >= pool.low_conn && shelf.has_enough())
            || !policy::idle::may_park(reuse, pool, &conn.facts.info, &at)
            || !conn.is_quiet()
        {
            return;
        }
        let Some(Held { stream, server, .. }) = conn.held.take() else { return };
        shelf.end_use();
        list.parked_at.set(rt::now());
        let mut purge = list.purge.get();
        purge.on_park(rt::now(), pool);
        list.purge.set(purge);
        list.pool.set(*pool);
        list.server.idle.idle.up();
        let key = self.free_key();
        let (at_rest, watch) = stream.rest(&self.events, key);
        self.parked.borrow_mut()[key as usize] = Some(Parked { watch, list: list.clone(), server });
        let mut open = shelf.open();
        open.shelved.conns.push_back(AtRest { key, conn: at_rest, facts: conn.facts });
        self.clear_away(&mut open);
    }

    /// Closes connections that servers have closed. Polled by the worker's janitor task.
    pub fn poll_events(&self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Poll::Ready(key) = self.events.poll_next(cx) else { return Poll::Pending };
            let list = self.parked.borrow().get(key as usize).and_then(|p| Some(p.as_ref()?.list.clone()));
            let Some(list) = list else { continue };
            let gone = list.server.idle.shelf(self.worker).and_then(|shelf| {
                let mut open = shelf.open();
                let at = open.shelved.conns.iter().rposition(|conn| conn.key == key)?;
                open.shelved.conns.remove(at)
            });
            // If another worker has taken it meanwhile, that one finds out.
            drop(gone.and_then(|gone| self.wake(gone)));
        }
    }

    /// Closes what nobody needed for a while (`pool-purge-delay`) and what may not be used again. Called about once
    /// a second.
    pub fn purge(&self) {
        let mut lists: Vec<_> = self.lists.borrow().values().cloned().collect();
        lists.sort_unstable_by_key(|list| list.nth);
        for list in lists {
            let Some(shelf) = list.server.idle.shelf(self.worker) else { continue };
            shelf.forget();
            self.clear_away(&mut shelf.open());
            self.close_oldest(&list, Self::stale(&list, shelf));
            let mut purge = list.purge.get();
            let close = purge.count(rt::now(), &list.pool.get(), shelf.len.load(Relaxed));
            list.purge.set(purge);
            self.close_oldest(&list, close as usize);
        }
        self.lists.borrow_mut().retain(|_, list| Rc::strong_count(list) > 1 || Arc::strong_count(&list.server) > 1);
    }

    /// How many connections on a shelf may not be used again. They are the oldest: none is parked that is stale.
    fn stale(list: &IdleList, shelf: &Shelf) -> usize {
        let epoch = list.server.idle.epoch();
        shelf.open().shelved.conns.iter().take_while(|conn| conn.facts.epoch != epoch).count()
    }

    fn close_oldest(&self, list: &IdleList, n: usize) {
        let Some(shelf) = list.server.idle.shelf(self.worker).filter(|_| n > 0) else { return };
        let dying: Vec<AtRest> = {
            let mut open = shelf.open();
            // Others may have taken some since they were counted.
            let n = n.min(open.shelved.conns.len());
            open.shelved.conns.drain(..n).collect()
        };
        for conn in dying {
            drop(self.wake(conn));
        }
    }

    /// The other workers' shelves that seem to have something, beginning behind this one's.
    fn others<'a>(&self, list: &'a IdleList) -> impl Iterator<Item = (rt::WorkerId, &'a Shelf)> {
        let (me, all) = (self.worker, self.workers);
        let numbers = (1..all).map(move |step| (me + step) % all);
        let shelves = numbers.filter_map(|n| Some((rt::WorkerId(n as u16), list.server.idle.shelf(n)?)));
        shelves.filter(|(_, shelf)| shelf.len.load(Relaxed) > 0)
    }

    fn take_away(shelf: &Shelf, choose: impl FnOnce(&mut Open<'_>) -> Option<AtRest>) -> Option<AtRest> {
        let mut open = shelf.open();
        let taken = choose(&mut open)?;
        open.shelved.taken.push(taken.key);
        Some(taken)
    }

    /// Makes another worker's connection this one's.
    fn move_here(&self, at_rest: AtRest, server: &Arc<ServerLive>, from: rt::WorkerId) -> Option<ServerConn> {
        self.put_together(at_rest.conn.take_over(from), server.clone(), at_rest.facts)
    }

    /// Puts a connection from this worker's shelf together again.
    fn wake(&self, at_rest: AtRest) -> Option<ServerConn> {
        let Parked { watch, server, .. } = self.unpark(at_rest.key)?;
        self.put_together(at_rest.conn.wake(watch), server, at_rest.facts)
    }

    /// A connection that isn't idle any more. Without a stream it's gone.
    fn put_together(&self, stream: io::Result<Stream>, server: Arc<ServerLive>, facts: Facts) -> Option<ServerConn> {
        server.idle.idle.down();
        match stream {
            Ok(stream) => {
                server.idle.shelf_or_new(self.worker, self.workers).begin_use();
                Some(ServerConn { held: Some(Held { stream, server, worker: self.worker }), facts })
            }
            Err(_) => {
                server.idle.count_out();
                None
            }
        }
    }

    /// Lets go of what others have taken over.
    fn clear_away(&self, open: &mut Open<'_>) {
        for key in open.shelved.taken.drain(..) {
            drop(self.unpark(key));
        }
    }

    fn free_key(&self) -> u32 {
        self.free.borrow_mut().pop().unwrap_or_else(|| {
            let mut all = self.parked.borrow_mut();
            all.push(None);
            all.len() as u32 - 1
        })
    }

    fn unpark(&self, key: u32) -> Option<Parked> {
        let parked = self.parked.borrow_mut().get_mut(key as usize)?.take()?;
        self.free.borrow_mut().push(key);
        Some(parked)
    }
}
