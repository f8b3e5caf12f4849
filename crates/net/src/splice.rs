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
/// Empty pipes that a worker keeps for the next use. Transfers that flow take turns with one.
const MAX_SHELVED: usize = 8;

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
    /// Wanted size of all pipes (`tune.pipesize`); 0: big ones while the budget has some, else the system's size.
    size: usize,
    /// Empty ones, big ones last.
    free: RefCell<Vec<Ends>>,
}

#[derive(Debug)]
struct Ends {
    read: OwnedFd,
    write: OwnedFd,
    capacity: usize,
    /// Counts against the budget of big ones: its pages count against the user even when it is empty.
    big: bool,
}

impl Pipes {
    /// Pipes of `size` bytes, counted in `budget`. 0: of 1 MiB while the budget has big ones, then of the system's
    /// default, usually 64 KiB.
    pub fn new(budget: Arc<Budget>, size: usize) -> Pipes {
        Pipes(Rc::new(Shelf { budget, size, free: RefCell::default() }))
    }

    /// An empty pipe, or `None` when there are too many or the system has none: copy instead. Hold it only while
    /// there are bytes in it, and a few serve any number of transfers.
    pub fn get(&self) -> Option<Pipe> {
        let shelved = self.0.free.borrow_mut().pop();
        let ends = match shelved {
            Some(ends) => ends,
            None => self.open()?,
        };
        Some(Pipe { ends: Some(ends), held: 0, home: self.clone() })
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
        let big = self.0.size == 0 && take(&budget.big, budget.max_big);
        let wanted = if big { BIG } else { self.0.size };
        if wanted > 0 {
            // A refused size leaves the default.
            let _ = fcntl_setpipe_size(&write, wanted);
        }
        let capacity = fcntl_getpipe_size(&write).unwrap_or(PAGE);
        let grown = big && capacity >= BIG / 4;
        if big && !grown {
            budget.big.fetch_sub(1, Ordering::Relaxed);
        }
        Some(Ends { read, write, capacity, big: grown })
    }
}

impl Shelf {
    /// Gives back what closed pipes counted.
    fn forget(&self, closed: &[Ends]) {
        self.budget.pipes.fetch_sub(closed.len(), Ordering::Relaxed);
        self.budget.big.fetch_sub(closed.iter().filter(|ends| ends.big).count(), Ordering::Relaxed);
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.forget(&self.free.borrow());
    }
}

/// A pipe lent to one transfer. Dropped empty it is used again; with bytes in it, it is closed.
#[derive(Debug)]
pub struct Pipe {
    /// Present until dropped.
    ends: Option<Ends>,
    held: usize,
    home: Pipes,
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
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let Some(ends) = self.ends.take() else { return };
        let shelf = &self.home.0;
        let mut free = shelf.free.borrow_mut();
        if self.held > 0 || free.len() >= MAX_SHELVED {
            shelf.forget(&[ends]);
        } else if ends.big {
            free.push(ends);
        } else {
            free.insert(0, ends);
        }
    }
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
