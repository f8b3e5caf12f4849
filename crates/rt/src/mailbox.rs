//! A bounded queue from any threads to one task.

use core::fmt;
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

struct Queue<T> {
    items: VecDeque<T>,
    cap: usize,
    waker: Option<Waker>,
    receiver_gone: bool,
    senders: usize,
}

type Shared<T> = Arc<Mutex<Queue<T>>>;

/// The sending end, for any thread.
pub struct Sender<T>(Shared<T>);

/// The receiving end; it belongs to whichever task polls it.
pub struct Receiver<T>(Shared<T>);

/// The queue is full or its receiver has gone; the item comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full<T>(pub T);

/// A queue of at most `cap` items. Its memory grows with need.
pub fn mailbox<T: Send>(cap: usize) -> (Sender<T>, Receiver<T>) {
    let queue = Queue { items: VecDeque::new(), cap, waker: None, receiver_gone: false, senders: 1 };
    let shared = Arc::new(Mutex::new(queue));
    (Sender(shared.clone()), Receiver(shared))
}

fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, Queue<T>> {
    // No user code runs under the lock.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Sender<T> {
    /// Queues an item without waiting.
    pub fn send(&self, item: T) -> Result<(), Full<T>> {
        let waker = {
            let mut queue = lock(&self.0);
            if queue.receiver_gone || queue.items.len() >= queue.cap {
                return Err(Full(item));
            }
            queue.items.push_back(item);
            queue.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }

    /// How many items wait.
    pub fn len(&self) -> usize {
        lock(&self.0).items.len()
    }

    /// Whether no item waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the receiver has gone.
    pub fn is_closed(&self) -> bool {
        lock(&self.0).receiver_gone
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        lock(&self.0).senders += 1;
        Sender(self.0.clone())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let waker = {
            let mut queue = lock(&self.0);
            queue.senders -= 1;
            if queue.senders == 0 { queue.waker.take() } else { None }
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Receiver<T> {
    /// The next item; `None` when all senders are gone and nothing is left.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // Cloned outside of the lock: a waker may be user code.
        let waker = cx.waker().clone();
        let mut queue = lock(&self.0);
        if let Some(item) = queue.items.pop_front() {
            return Poll::Ready(Some(item));
        }
        if queue.senders == 0 {
            return Poll::Ready(None);
        }
        let old = queue.waker.replace(waker);
        drop(queue);
        drop(old);
        Poll::Pending
    }

    /// See [`Receiver::poll_recv`].
    pub async fn recv(&mut self) -> Option<T> {
        core::future::poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// The next item if there is one now.
    pub fn try_recv(&mut self) -> Option<T> {
        lock(&self.0).items.pop_front()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let left = {
            let mut queue = lock(&self.0);
            queue.receiver_gone = true;
            (std::mem::take(&mut queue.items), queue.waker.take())
        };
        drop(left);
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_bounded_and_closes_from_both_ends() {
        let (sender, mut receiver) = mailbox(2);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(receiver.poll_recv(&mut cx).is_pending());
        assert_eq!(sender.send(1), Ok(()));
        assert_eq!(sender.clone().send(2), Ok(()));
        assert_eq!(sender.send(3), Err(Full(3)));
        drop(sender);
        assert_eq!(receiver.poll_recv(&mut cx), Poll::Ready(Some(1)));
        assert_eq!(receiver.try_recv(), Some(2));
        assert_eq!(receiver.poll_recv(&mut cx), Poll::Ready(None));

        let (sender, receiver) = mailbox(2);
        drop(receiver);
        assert_eq!(sender.send(1), Err(Full(1)));
        assert!(sender.is_closed());
    }
}
