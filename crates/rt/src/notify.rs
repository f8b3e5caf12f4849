//! A local signal to one task: «look again».

use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::{Context, Poll, Waker};

/// Remembers one notification until it is taken. One task waits at a time; the last to poll is woken.
#[derive(Default, Debug)]
pub struct Notify {
    notified: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Notify {
    /// Nothing has been notified yet.
    pub const fn new() -> Notify {
        Notify { notified: Cell::new(false), waker: RefCell::new(None) }
    }

    /// Wakes the waiting task, or lets the next one through at once.
    pub fn notify(&self) {
        self.notified.set(true);
        let waker = self.waker.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Ready once notified; that takes the notification.
    pub fn poll_notified(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.notified.take() {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        let old = self.waker.borrow_mut().replace(waker);
        drop(old);
        Poll::Pending
    }

    /// See [`Notify::poll_notified`].
    pub async fn notified(&self) {
        poll_fn(|cx| self.poll_notified(cx)).await;
    }
}
