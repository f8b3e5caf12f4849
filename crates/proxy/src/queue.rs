//! Waiting for a server to have room: one queue for each backend, by priority and then by arrival, and the slot that a stream
//! holds while a server works for it.
//!
//! A slot that ends while somebody waits is handed over, not put back: `served` stays where it is, so that no
//! newcomer can overtake the queue.

use crate::live::ServerLive;
use crate::plan::{Back, LocalBack};
use base::ix::SrvIx;
use policy::queue::Key;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

/// Streams that wait for any server of one backend.
#[derive(Default)]
pub struct WaitQueue {
    /// How many wait: read without the lock by whoever releases a slot.
    len: AtomicU32,
    max: AtomicU32,
    waiting: Mutex<Order>,
}

/// Who waits, in the order in which they are served.
type Order = policy::queue::Queue<Arc<Ticket>>;

/// A place in a queue. Shared by the waiting stream and by whoever grants it, possibly on another thread.
struct Ticket {
    state: Mutex<TicketState>,
}

enum TicketState {
    Waiting(Waker),
    /// The server's slot already belongs to the waiter.
    Granted(Arc<ServerLive>),
    /// The waiter took its grant or went away.
    Done,
}

impl WaitQueue {
    /// How many wait.
    pub fn len(&self) -> u32 {
        self.len.load(SeqCst)
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The longest that it was; `qmax`.
    pub fn max(&self) -> u32 {
        self.max.load(SeqCst)
    }

    /// Forgets how long it was.
    pub fn clear_max(&self) {
        self.max.store(self.len(), SeqCst);
    }

    /// Gives free slots of `server` to those who wait. Called whenever one may have become free: after a release,
    /// when a server comes up, and when its limit rises.
    pub fn serve(&self, server: &Arc<ServerLive>, limit: u32) {
        while !self.is_empty() && server.is_usable() && server.served.try_up(limit) {
            if !self.hand_over(server) {
                server.served.down();
                return;
            }
        }
    }

    /// Hands a slot that is already counted to the first in the queue; false if nobody was there to take it.
    fn hand_over(&self, server: &Arc<ServerLive>) -> bool {
        let mut waiting = self.lock();
        while let Some((_, ticket)) = waiting.pop() {
            // Who left has counted itself out already.
            if ticket.grant(server) {
                self.len.fetch_sub(1, SeqCst);
                return true;
            }
        }
        false
    }

    /// Where the ticket stands, and how many wait now.
    fn join(&self, ticket: Arc<Ticket>, class: i16, offset_ms: i32) -> (Option<Key>, u32) {
        let mut waiting = self.lock();
        // It has no limit of its own, so that nobody is turned away.
        let key = waiting.join(rt::now(), class, offset_ms, ticket).ok();
        let n = self.len.fetch_add(1, SeqCst) + 1;
        self.max.fetch_max(n, SeqCst);
        (key, n)
    }

    /// Counts out a waiter whose ticket is already marked.
    fn leave(&self, key: Option<Key>) {
        let mut waiting = self.lock();
        self.len.fetch_sub(1, SeqCst);
        if let Some(key) = key {
            waiting.leave(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Order> {
        // Nothing in here can be left half done by a panic: each change is one call on the queue.
        self.waiting.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Ticket {
    fn grant(&self, server: &Arc<ServerLive>) -> bool {
        let mut state = self.lock();
        let TicketState::Waiting(waker) = std::mem::replace(&mut *state, TicketState::Done) else {
            return false;
        };
        *state = TicketState::Granted(server.clone());
        drop(state);
        waker.wake();
        true
    }

    fn lock(&self) -> MutexGuard<'_, TicketState> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The right to use a server: counted in `served` until dropped.
pub struct Slot {
    back: Rc<LocalBack>,
    server: SrvIx,
    /// [`ServerLive::kills`] when it was taken.
    kills: u32,
}

impl Slot {
    /// Takes a slot of `server` if its limit leaves one.
    pub fn take(back: &Rc<LocalBack>, server: SrvIx) -> Option<Slot> {
        let srv = back.server(server);
        let limit = back.slot_limit(server);
        if !srv.live.served.try_up(limit) {
            return None;
        }
        back.on_take(server);
        Some(Slot::new(back, server))
    }

    fn new(back: &Rc<LocalBack>, server: SrvIx) -> Slot {
        let kills = back.server(server).live.kills.load(Relaxed);
        Slot { back: back.clone(), server, kills }
    }

    /// Whether the operator has ended the server's streams since.
    pub fn is_killed(&self) -> bool {
        self.back.server(self.server).live.kills.load(Relaxed) != self.kills
    }

    /// Which server.
    pub fn server(&self) -> SrvIx {
        self.server
    }

    /// Adopts a grant from the queue. `None` when this Plan doesn't know the server any more: the slot goes on to
    /// the next in the queue.
    fn adopt(back: &Rc<LocalBack>, granted: Arc<ServerLive>) -> Option<Slot> {
        match back.find(&granted) {
            Some(server) => {
                back.on_take(server);
                Some(Slot::new(back, server))
            }
            None => {
                release(back, &granted, u32::MAX);
                None
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.back.on_drop(self.server);
        let limit = self.back.slot_limit(self.server);
        release(&self.back, &self.back.server(self.server).live, limit);
    }
}

fn release(back: &Back, server: &Arc<ServerLive>, limit: u32) {
    let queue = &back.live.queue;
    // A slot above a limit that has sunk meanwhile isn't passed on.
    if !queue.is_empty() && server.is_usable() && server.served.get() <= limit && queue.hand_over(server) {
        return;
    }
    server.served.down();
    // Whoever joined between the look at the queue and the count going down has found the server full.
    queue.serve(server, limit);
}

/// Waits in the backend's queue until a slot is granted.
pub struct Queued {
    back: Rc<LocalBack>,
    ticket: Arc<Ticket>,
    key: Option<Key>,
    /// The place in the queue when it was joined, from 1; `%bq`.
    pub place: u32,
}

impl Queued {
    /// Joins the queue behind those of its priority class, `offset_ms` milliseconds away from its end.
    pub fn join(back: &Rc<LocalBack>, waker: Waker, class: i16, offset_ms: i32) -> Queued {
        let ticket = Arc::new(Ticket { state: Mutex::new(TicketState::Waiting(waker)) });
        let (key, place) = back.live.queue.join(ticket.clone(), class, offset_ms);
        // A slot may have become free between the failed attempt and the joining.
        for server in back.servers.iter() {
            back.live.queue.serve(&server.live, back.slot_limit_of(server));
        }
        Queued { back: back.clone(), ticket, key, place }
    }
}

impl Future for Queued {
    type Output = Option<Slot>;

    /// The slot, or `None` if the server that was granted has left this Plan meanwhile (choose again).
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Slot>> {
        let mut state = self.ticket.lock();
        match &mut *state {
            TicketState::Waiting(waker) => {
                waker.clone_from(cx.waker());
                Poll::Pending
            }
            TicketState::Granted(_) => {
                let TicketState::Granted(server) = std::mem::replace(&mut *state, TicketState::Done) else {
                    unreachable!("matched just above");
                };
                drop(state);
                Poll::Ready(Slot::adopt(&self.back, server))
            }
            TicketState::Done => Poll::Ready(None),
        }
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        let was = std::mem::replace(&mut *self.ticket.lock(), TicketState::Done);
        match was {
            TicketState::Waiting(_) => self.back.live.queue.leave(self.key),
            TicketState::Granted(server) => {
                let limit = self.back.find(&server).map_or(u32::MAX, |ix| self.back.slot_limit(ix));
                release(&self.back, &server, limit);
            }
            TicketState::Done => {}
        }
    }
}
