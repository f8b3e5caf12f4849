//! Moving bytes between sockets inside the kernel, through pipes.

use crate::stream::Stream;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll, ready};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_getpipe_size, fcntl_setpipe_size, pipe_with, splice};
use std::cell::RefCell;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::sync::Arc;

/// Bytes of a big pipe, and the most of them however generous the system is.
const BIG: usize = 1 << 20;
const MAX_BIG: usize = 64;
const PAGE: usize = 4096;
/// Empty pipes that a worker keeps for the next use.
const MAX_SHELVED: usize = 32;

/// What the process may have in pipes, shared by its workers.
#[derive(Debug)]
pub struct Budget {
    max_pipes: usize,
    max_big: usize,
    pipes: AtomicUsize,
    big: AtomicUsize,
}

impl Budget {
    /// At most `max_pipes` pipes of all kinds (`maxpipes`). `soft_pages` is the system's limit of pipe pages for a
    /// user (0: none): big pipes take up to half of it, since beyond it every new pipe would be tiny.
    pub fn new(max_pipes: usize, soft_pages: u64) -> Arc<Budget> {
        let pages = usize::try_from(soft_pages).unwrap_or(usize::MAX);
        let max_big = if pages == 0 { MAX_BIG } else { (pages / 2 / (BIG / PAGE)).min(MAX_BIG) };
        Arc::new(Budget { max_pipes, max_big, pipes: AtomicUsize::new(0), big: AtomicUsize::new(0) })
    }

    /// How many pipes there are: all, and big ones.
    pub fn used(&self) -> (usize, usize) {
        (self.pipes.load(Ordering::Relaxed), self.big.load(Ordering::Relaxed))
    }
}

/// Counts one more unless that is too many.
fn take(counter: &AtomicUsize, max: usize) -> bool {
    counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| (used < max).then_some(used + 1)).is_ok()
}

/// A worker's pipes.
#[derive(Clone, Debug)]
pub struct Pipes(Rc<Shelf>);

#[derive(Debug)]
struct Shelf {
    budget: Arc<Budget>,
    /// Wanted size of ordinary pipes (`tune.pipesize`); 0 is the system's.
    size: usize,
    free: RefCell<Vec<Ends>>,
}

#[derive(Debug)]
struct Ends {
    read: OwnedFd,
    write: OwnedFd,
    capacity: usize,
}

impl Pipes {
    /// Pipes of `size` bytes (0: the system's default, usually 64 KiB), counted in `budget`.
    pub fn new(budget: Arc<Budget>, size: usize) -> Pipes {
        Pipes(Rc::new(Shelf { budget, size, free: RefCell::default() }))
    }

    /// An empty pipe, or `None` when there are too many or the system has none: copy instead.
    pub fn get(&self) -> Option<Pipe> {
        let shelved = self.0.free.borrow_mut().pop();
        let ends = match shelved {
            Some(ends) => ends,
            None => self.open()?,
        };
        Some(Pipe { ends: Some(ends), held: 0, big: false, home: self.clone() })
    }

    /// An empty pipe of 1 MiB, for a large transfer. `None`: take an ordinary one.
    pub fn get_big(&self) -> Option<Pipe> {
        if !take(&self.0.budget.big, self.0.budget.max_big) {
            return None;
        }
        let mut pipe = self.get();
        let grown = pipe.as_mut().is_some_and(|pipe| pipe.grow());
        if !grown {
            self.0.budget.big.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        pipe
    }

    fn open(&self) -> Option<Ends> {
        let budget = &self.0.budget;
        if !take(&budget.pipes, budget.max_pipes) {
            return None;
        }
        let Ok((read, write)) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK) else {
            budget.pipes.fetch_sub(1, Ordering::Relaxed);
            return None;
        };
        if self.0.size > 0 {
            // Refused sizes leave the default.
            let _ = fcntl_setpipe_size(&write, self.0.size);
        }
        let capacity = fcntl_getpipe_size(&write).unwrap_or(PAGE);
        Some(Ends { read, write, capacity })
    }

    /// Closes the pipes that lie unused. Called now and then.
    pub fn trim(&self) {
        let unused = self.0.free.take();
        self.0.budget.pipes.fetch_sub(unused.len(), Ordering::Relaxed);
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.budget.pipes.fetch_sub(self.free.borrow().len(), Ordering::Relaxed);
    }
}

/// A pipe lent to one transfer. Dropped empty it is used again; with bytes in it, it is closed.
#[derive(Debug)]
pub struct Pipe {
    /// Present until dropped.
    ends: Option<Ends>,
    held: usize,
    big: bool,
    home: Pipes,
}

/// What filling a pipe did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filled {
    /// So many bytes moved, at least one.
    Moved(usize),
    /// The stream has ended.
    End,
    /// The pipe takes no more: empty it first.
    Full,
}

impl Pipe {
    /// Bytes in the pipe.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// How many bytes it takes at best.
    pub fn capacity(&self) -> usize {
        self.ends.as_ref().map_or(0, |ends| ends.capacity)
    }

    /// Makes the pipe big; false if the system gives less than a quarter of that.
    fn grow(&mut self) -> bool {
        let Some(ends) = &mut self.ends else { return false };
        if let Ok(capacity) = fcntl_setpipe_size(&ends.write, BIG) {
            ends.capacity = capacity;
        }
        self.big = ends.capacity >= BIG / 4;
        self.big
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let shelf = &self.home.0;
        if self.big {
            shelf.budget.big.fetch_sub(1, Ordering::Relaxed);
        }
        let Some(ends) = self.ends.take() else { return };
        let mut free = shelf.free.borrow_mut();
        // Big ones are closed: their pages count against the user even when empty.
        if self.held == 0 && !self.big && free.len() < MAX_SHELVED {
            free.push(ends);
        } else {
            shelf.budget.pipes.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Whether the stream's bytes can go through a pipe.
pub fn can_splice(stream: &Stream) -> bool {
    stream.source().is_some()
}

/// Moves up to `max` bytes from the stream into the pipe.
pub fn poll_fill(stream: &mut Stream, pipe: &mut Pipe, cx: &mut Context<'_>, max: usize) -> Poll<io::Result<Filled>> {
    let (Some(source), Some(ends)) = (stream.source(), &pipe.ends) else {
        return Poll::Ready(Err(io::ErrorKind::Unsupported.into()));
    };
    if pipe.held >= ends.capacity {
        return Poll::Ready(Ok(Filled::Full));
    }
    ready!(source.poll_readable(cx));
    ready!(rt::poll_budget(cx));
    let flags = SpliceFlags::MOVE | SpliceFlags::NONBLOCK;
    loop {
        match splice(source.as_fd(), None, &ends.write, None, max.min(ends.capacity), flags) {
            Ok(0) => return Poll::Ready(Ok(Filled::End)),
            Ok(n) => {
                pipe.held += n;
                rt::charge(n);
                return Poll::Ready(Ok(Filled::Moved(n)));
            }
            // Either the socket is drained or the pipe's pages are used up; only an empty pipe tells which.
            Err(Errno::AGAIN) if pipe.held > 0 => return Poll::Ready(Ok(Filled::Full)),
            Err(Errno::AGAIN) => {
                source.clear_readable();
                ready!(source.poll_readable(cx));
            }
            Err(Errno::INTR) => {}
            Err(error) => return Poll::Ready(Err(error.into())),
        }
    }
}

/// Moves bytes from the pipe to the stream; how many, at least one. `more`: others follow at once. An empty pipe
/// moves 0.
pub fn poll_drain(stream: &mut Stream, pipe: &mut Pipe, cx: &mut Context<'_>, more: bool) -> Poll<io::Result<usize>> {
    let (Some(source), Some(ends)) = (stream.source(), &pipe.ends) else {
        return Poll::Ready(Err(io::ErrorKind::Unsupported.into()));
    };
    if pipe.held == 0 {
        return Poll::Ready(Ok(0));
    }
    ready!(source.poll_writable(cx));
    ready!(rt::poll_budget(cx));
    let mut flags = SpliceFlags::MOVE | SpliceFlags::NONBLOCK;
    flags.set(SpliceFlags::MORE, more);
    loop {
        match splice(&ends.read, None, source.as_fd(), None, pipe.held, flags) {
            Ok(n) => {
                pipe.held -= n.min(pipe.held);
                rt::charge(n);
                return Poll::Ready(Ok(n));
            }
            Err(Errno::AGAIN) => {
                source.clear_writable();
                ready!(source.poll_writable(cx));
            }
            Err(Errno::INTR) => {}
            Err(error) => return Poll::Ready(Err(error.into())),
        }
    }
}
