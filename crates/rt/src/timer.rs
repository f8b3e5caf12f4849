//! Timers that a task owns.

use crate::ctx;
use crate::word::Word;
use base::{Ms, Tick};
use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

const UNARMED: u32 = u32::MAX;

/// A deadline that can be moved. 16 bytes and no entry in the wheel until first polled.
///
/// Moving the deadline later is a store: the wheel's entry fires at the old time, and the next poll arms it
/// again. So the owning task must bear a poll that finds nothing due. It is never ready before its time, and at
/// most a millisecond (and the length of the loop's turn) after it.
#[derive(Debug)]
pub struct Timer {
    deadline: Tick,
    /// The entry in the worker's wheel.
    at: u32,
    _local: PhantomData<*const ()>,
}

impl Timer {
    /// A timer that isn't set.
    pub const fn new() -> Timer {
        Timer { deadline: Tick::NONE, at: UNARMED, _local: PhantomData }
    }

    /// Sets or unsets the deadline. If it has not been polled since it was last ready or unset, poll it after
    /// this, or nothing will wake the task.
    pub fn set(&mut self, deadline: Option<Tick>) {
        self.deadline = deadline.unwrap_or(Tick::NONE);
        if self.at != UNARMED && self.deadline.is_some() {
            let due_ms = round_up(self.deadline);
            let at = self.at;
            ctx::try_with(|worker| {
                let mut wheel = worker.wheel.borrow_mut();
                if wheel.due(at).is_some_and(|armed_ms| armed_ms > due_ms) {
                    wheel.rearm(at, due_ms);
                }
            });
        }
    }

    /// The deadline.
    pub fn deadline(&self) -> Option<Tick> {
        self.deadline.is_some().then_some(self.deadline)
    }

    /// Ready once the deadline is reached, and again on each poll until it is set anew. Pending when unset.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.deadline.is_some() {
            return Poll::Pending;
        }
        ctx::with(|worker| {
            if worker.now.get() >= self.deadline {
                return Poll::Ready(());
            }
            let due_ms = round_up(self.deadline);
            if self.at == UNARMED {
                let word = worker.remember(Word::NONE, cx.waker());
                self.at = worker.wheel.borrow_mut().insert(due_ms, word);
                return Poll::Pending;
            }
            let old = {
                let mut wheel = worker.wheel.borrow_mut();
                if wheel.due(self.at).is_none_or(|armed_ms| armed_ms > due_ms) {
                    wheel.rearm(self.at, due_ms);
                }
                *wheel.word_mut(self.at)
            };
            let word = worker.remember(old, cx.waker());
            if word != old {
                *worker.wheel.borrow_mut().word_mut(self.at) = word;
            }
            Poll::Pending
        })
    }
}

impl Default for Timer {
    fn default() -> Timer {
        Timer::new()
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if self.at != UNARMED {
            // After its worker's end there is no wheel to clean.
            ctx::try_with(|worker| {
                let word = worker.wheel.borrow_mut().remove(self.at);
                worker.forget(word);
            });
        }
    }
}

/// The first whole millisecond that isn't before `tick`.
fn round_up(tick: Tick) -> u64 {
    tick.0.div_ceil(1_000_000)
}

/// See [`sleep`] and [`sleep_until`].
#[derive(Debug)]
pub struct Sleep(Timer);

/// Waits until `deadline`.
pub fn sleep_until(deadline: Tick) -> Sleep {
    let mut timer = Timer::new();
    timer.set(Some(deadline));
    Sleep(timer)
}

/// Waits for `span` from now.
pub fn sleep(span: Ms) -> Sleep {
    sleep_until(crate::now() + span)
}

impl Future for Sleep {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll(cx)
    }
}

impl Unpin for Sleep {}
