//! One value from anywhere to one task, on any thread.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

struct Slot<T> {
    value: Option<T>,
    waker: Option<Waker>,
    /// One of the two ends has gone.
    closed: bool,
}

type Shared<T> = Arc<Mutex<Slot<T>>>;

/// The sending end.
pub struct OneshotSender<T>(Option<Shared<T>>);

/// The receiving end: a future.
pub struct OneshotReceiver<T>(Shared<T>);

/// The sender was dropped without sending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Canceled;

/// A channel for one value.
pub fn oneshot<T>() -> (OneshotSender<T>, OneshotReceiver<T>) {
    let shared = Arc::new(Mutex::new(Slot { value: None, waker: None, closed: false }));
    (OneshotSender(Some(shared.clone())), OneshotReceiver(shared))
}

fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, Slot<T>> {
    // No user code runs under the lock.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> OneshotSender<T> {
    /// Delivers the value. If the receiver has gone, it comes back, so that nothing it stands for gets lost.
    pub fn send(mut self, value: T) -> Result<(), T> {
        let Some(shared) = self.0.take() else { return Err(value) };
        let waker = {
            let mut slot = lock(&shared);
            if slot.closed {
                return Err(value);
            }
            slot.value = Some(value);
            slot.closed = true;
            slot.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }

    /// Whether the receiver has gone.
    pub fn is_closed(&self) -> bool {
        self.0.as_ref().is_none_or(|shared| lock(shared).closed)
    }
}

impl<T> Drop for OneshotSender<T> {
    fn drop(&mut self) {
        if let Some(shared) = self.0.take() {
            let waker = {
                let mut slot = lock(&shared);
                slot.closed = true;
                slot.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl<T> OneshotReceiver<T> {
    /// The value if it is there; `Err` if it will never come.
    pub fn try_recv(&mut self) -> Result<Option<T>, Canceled> {
        let mut slot = lock(&self.0);
        match slot.value.take() {
            Some(value) => Ok(Some(value)),
            None if slot.closed => Err(Canceled),
            None => Ok(None),
        }
    }
}

impl<T> Future for OneshotReceiver<T> {
    type Output = Result<T, Canceled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // Cloned outside of the lock: a waker may be user code.
        let waker = cx.waker().clone();
        let mut slot = lock(&self.0);
        if let Some(value) = slot.value.take() {
            return Poll::Ready(Ok(value));
        }
        if slot.closed {
            return Poll::Ready(Err(Canceled));
        }
        let old = slot.waker.replace(waker);
        drop(slot);
        drop(old);
        Poll::Pending
    }
}

impl<T> Drop for OneshotReceiver<T> {
    fn drop(&mut self) {
        let (value, waker) = {
            let mut slot = lock(&self.0);
            slot.closed = true;
            (slot.value.take(), slot.waker.take())
        };
        drop((value, waker));
    }
}

impl<T> fmt::Debug for OneshotSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneshotSender")
    }
}

impl<T> fmt::Debug for OneshotReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneshotReceiver")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll<T>(receiver: &mut OneshotReceiver<T>) -> Poll<Result<T, Canceled>> {
        Pin::new(receiver).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_value_arrives_once_and_is_never_lost() {
        let (sender, mut receiver) = oneshot();
        assert!(poll(&mut receiver).is_pending());
        assert_eq!(sender.send(5), Ok(()));
        assert_eq!(poll(&mut receiver), Poll::Ready(Ok(5)));

        let (sender, receiver) = oneshot();
        drop(receiver);
        assert!(sender.is_closed());
        assert_eq!(sender.send(6), Err(6), "it comes back when nobody waits");

        let (sender, mut receiver) = oneshot::<u8>();
        drop(sender);
        assert_eq!(poll(&mut receiver), Poll::Ready(Err(Canceled)));
        assert_eq!(receiver.try_recv(), Err(Canceled));
    }
}
