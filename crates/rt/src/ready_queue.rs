//! Keys of parked descriptors that had an event.

use crate::ctx;
use core::cell::RefCell;
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

/// Where parked descriptors report: one task (a janitor) takes the keys. It never holds more keys than there
/// were parked descriptors. Clones are the same queue.
#[derive(Clone, Debug)]
pub struct ReadyQueue {
    id: u32,
    inbound: Rc<Inbound>,
}

/// The part that the reactor fills.
#[derive(Default, Debug)]
pub(crate) struct Inbound {
    keys: RefCell<VecDeque<u32>>,
    waker: RefCell<Option<Waker>>,
}

impl Inbound {
    pub fn push(&self, key: u32) {
        self.keys.borrow_mut().push_back(key);
        let waker = self.waker.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl ReadyQueue {
    /// A queue of this worker.
    pub fn new() -> ReadyQueue {
        let inbound = Rc::new(Inbound::default());
        let id = ctx::with(|worker| {
            let mut queues = worker.ready_queues.borrow_mut();
            let free = queues.iter().position(|queue| queue.strong_count() == 0);
            let at = free.unwrap_or_else(|| {
                queues.push(Weak::new());
                queues.len() - 1
            });
            queues[at] = Rc::downgrade(&inbound);
            at as u32
        });
        ReadyQueue { id, inbound }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// What reports `key` to this queue from anywhere (simulated sockets belong to no worker).
    #[cfg(feature = "sim")]
    pub fn reporter(&self, key: u32) -> impl FnOnce() + Send + 'static {
        let (id, remote) = (self.id, ctx::with(|worker| worker.remote));
        move || {
            // Refused only when the worker has ended.
            let _ = remote.post_errand(Box::new(move || ctx::with(|worker| worker.push_ready(id, key))));
        }
    }

    /// The next key; its descriptor isn't parked any more. The last task to poll is woken.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<u32> {
        let next = self.inbound.keys.borrow_mut().pop_front();
        if let Some(key) = next {
            return Poll::Ready(key);
        }
        let waker = cx.waker().clone();
        let old = self.inbound.waker.borrow_mut().replace(waker);
        drop(old);
        Poll::Pending
    }

    /// The next key.
    pub async fn next(&self) -> u32 {
        core::future::poll_fn(|cx| self.poll_next(cx)).await
    }
}

impl Default for ReadyQueue {
    fn default() -> ReadyQueue {
        ReadyQueue::new()
    }
}
