//! Descriptors registered with the worker's reactor.

use crate::WorkerId;
use crate::ctx;
use crate::io_table::{Dir, ERR, HUP, RDHUP, READ, WRITE};
use crate::ready_queue::ReadyQueue;
use crate::word::Word;
use core::marker::PhantomData;
use core::task::{Context, Poll};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// A place in the worker's table of descriptors. It doesn't own the descriptor.
///
/// Dropping it frees the place but leaves the kernel's registration alone, as closing the descriptor ends that;
/// whoever keeps the descriptor open calls [`Registration::remove`]. Events that still come are told apart by
/// the place's generation.
#[derive(Debug)]
pub struct Registration {
    at: u32,
    _local: PhantomData<*const ()>,
}

impl Registration {
    /// Registers `fd` once, edge-triggered, for everything. Reading and writing count as possible until tried.
    ///
    /// Fails when the kernel has no memory or watches left, or when `fd` can't be watched (regular files).
    pub fn new(fd: BorrowedFd<'_>) -> io::Result<Registration> {
        Registration::with_ready(fd, READ | WRITE)
    }

    /// The same for a socket of which nothing is expected before its first event (one that is connecting).
    pub fn not_ready(fd: BorrowedFd<'_>) -> io::Result<Registration> {
        Registration::with_ready(fd, 0)
    }

    /// The same for a connected socket from which nothing has been read: if there is something, the first event says so.
    pub fn writable(fd: BorrowedFd<'_>) -> io::Result<Registration> {
        Registration::with_ready(fd, WRITE)
    }

    fn with_ready(fd: BorrowedFd<'_>, ready: u8) -> io::Result<Registration> {
        ctx::with(|worker| {
            let (at, token) = worker.io.borrow_mut().insert(ready);
            if let Err(error) = worker.register(fd, token) {
                worker.io.borrow_mut().remove(at);
                return Err(error);
            }
            Ok(Registration { at, _local: PhantomData })
        })
    }

    /// Ends the registration of `fd` with another worker of this runtime, for a descriptor that is taken over from it.
    /// Its place there is free once that worker drops the registration; an event that it has been told of already may
    /// still come to that place.
    pub fn remove_from(worker: WorkerId, fd: BorrowedFd<'_>) {
        let remote = ctx::with(|here| here.shared.peer(worker));
        if let Some(remote) = remote {
            remote.deregister(fd);
        }
    }

    /// Ends the registration of `fd`, which stays open.
    pub fn remove(self, fd: BorrowedFd<'_>) {
        ctx::try_with(|worker| worker.deregister(fd));
    }

    /// Ready when reading may succeed, find the end, or report an error. Spurious readiness is possible.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll(cx, Dir::Read, READ)
    }

    /// Ready when writing may succeed or report an error.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll(cx, Dir::Write, WRITE)
    }

    fn poll(&self, cx: &mut Context<'_>, dir: Dir, flag: u8) -> Poll<()> {
        ctx::with(|worker| {
            let old = {
                let mut io = worker.io.borrow_mut();
                if io.flags(self.at) & flag != 0 {
                    return Poll::Ready(());
                }
                Word(*io.waiter(self.at, dir))
            };
            let word = worker.remember(old, cx.waker());
            if word != old {
                *worker.io.borrow_mut().waiter(self.at, dir) = word.0;
            }
            Poll::Pending
        })
    }

    /// A read would have blocked: wait for the next event.
    pub fn clear_readable(&self) {
        ctx::with(|worker| worker.io.borrow_mut().clear(self.at, READ));
    }

    /// A read brought less than asked for: drained, unless the end or an error waits behind.
    pub fn drained(&self) {
        ctx::with(|worker| worker.io.borrow_mut().drained(self.at));
    }

    /// A write would have blocked, or took only a part: wait for the next event.
    pub fn clear_writable(&self) {
        ctx::with(|worker| worker.io.borrow_mut().clear(self.at, WRITE));
    }

    /// Both directions count as possible again, to be tried.
    pub fn renew(&self) {
        ctx::with(|worker| worker.io.borrow_mut().renew(self.at));
    }

    /// Whether reading is believed to be possible now.
    pub fn is_readable(&self) -> bool {
        self.flags() & READ != 0
    }

    /// Whether the peer has ended its direction.
    pub fn is_rdhup(&self) -> bool {
        self.flags() & RDHUP != 0
    }

    /// Whether both directions are over.
    pub fn is_hup(&self) -> bool {
        self.flags() & HUP != 0
    }

    /// Whether an error has been reported.
    pub fn is_err(&self) -> bool {
        self.flags() & ERR != 0
    }

    fn flags(&self) -> u8 {
        ctx::with(|worker| worker.io.borrow().flags(self.at))
    }

    /// Ready when the peer has ended its direction, both are over, or an error is pending. It shares its waiter
    /// with [`Registration::poll_readable`].
    pub fn poll_peer_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll(cx, Dir::Read, RDHUP | HUP | ERR)
    }

    /// An idle descriptor: the next event other than writability pushes `key` to `queue`, once, and wakes no
    /// task. If something is known already (a read that filled its buffer exactly counts), `key` is pushed now.
    pub fn park(&self, queue: &ReadyQueue, key: u32) {
        ctx::with(|worker| {
            let (words, told) = worker.io.borrow_mut().park(self.at, queue.id(), key);
            words.into_iter().for_each(|word| worker.forget(word));
            if told {
                worker.push_ready(queue.id(), key);
            }
        });
    }

    /// Ends parking. A key that was pushed already stays in the queue.
    pub fn unpark(&self) {
        ctx::with(|worker| worker.io.borrow_mut().unpark(self.at));
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        ctx::try_with(|worker| {
            let words = worker.io.borrow_mut().remove(self.at);
            words.into_iter().for_each(|word| worker.forget(word));
        });
    }
}

/// An owned descriptor registered with this worker. Dropping closes it.
#[derive(Debug)]
pub struct Source {
    // Declared first: the place is free before the descriptor's number is.
    reg: Registration,
    fd: OwnedFd,
}

impl Source {
    /// See [`Registration::new`].
    pub fn new(fd: OwnedFd) -> io::Result<Source> {
        Ok(Source { reg: Registration::new(fd.as_fd())?, fd })
    }

    /// See [`Registration::not_ready`].
    pub fn not_ready(fd: OwnedFd) -> io::Result<Source> {
        Ok(Source { reg: Registration::not_ready(fd.as_fd())?, fd })
    }

    /// See [`Registration::writable`].
    pub fn writable(fd: OwnedFd) -> io::Result<Source> {
        Ok(Source { reg: Registration::writable(fd.as_fd())?, fd })
    }

    /// Takes the descriptor out of this worker, to be registered elsewhere.
    pub fn into_fd(self) -> OwnedFd {
        let Source { reg, fd } = self;
        reg.remove(fd.as_fd());
        fd
    }

    /// Both parts, the registration still in force: to be put together again with [`Source::from_parts`].
    pub fn into_parts(self) -> (Registration, OwnedFd) {
        (self.reg, self.fd)
    }

    /// A descriptor and its own registration.
    pub fn from_parts(reg: Registration, fd: OwnedFd) -> Source {
        Source { reg, fd }
    }

    /// The descriptor's number, for messages.
    pub fn raw(&self) -> i32 {
        self.fd.as_raw_fd()
    }
}

impl core::ops::Deref for Source {
    type Target = Registration;
    fn deref(&self) -> &Registration {
        &self.reg
    }
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
