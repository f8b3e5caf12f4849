//! The real reactor: one epoll instance, edge-triggered, each descriptor registered once for everything.

use crate::io_table::{ERR, HUP, RDHUP, READ, WRITE};
use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, Event, EventData, EventFlags};
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

/// The token of the worker's doorbell.
pub(crate) const BELL: u64 = u64::MAX;

/// An epoll instance and room for its events.
pub(crate) struct Epoll {
    /// Shared with those who take descriptors over from this worker.
    fd: Arc<OwnedFd>,
    events: Vec<Event>,
    failures: u32,
}

impl Epoll {
    /// The descriptor of a new instance that watches `bell`, level-triggered and for reading only. It is made
    /// before the worker's thread, so that a failure can still be reported.
    pub fn create(bell: BorrowedFd<'_>) -> io::Result<OwnedFd> {
        let fd = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&fd, bell, EventData::new_u64(BELL), EventFlags::IN)?;
        Ok(fd)
    }

    pub fn new(fd: Arc<OwnedFd>, max_events: usize) -> Epoll {
        Epoll { fd, events: Vec::with_capacity(max_events.clamp(1, 65_536)), failures: 0 }
    }

    pub fn add(&self, fd: BorrowedFd<'_>, token: u64) -> io::Result<()> {
        let wanted = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        Ok(epoll::add(&self.fd, fd, EventData::new_u64(token), wanted)?)
    }

    pub fn remove(&self, fd: BorrowedFd<'_>) {
        // Fails only for a descriptor that isn't there (any more): then all is as wanted.
        let _ = epoll::delete(&self.fd, fd);
    }

    /// Waits for events; `None` waits without end. Never fails: an interruption or an error counts as no event.
    pub fn wait(&mut self, timeout_ns: Option<u64>) {
        let timeout = timeout_ns.map(|ns| Timespec {
            tv_sec: i64::try_from(ns / 1_000_000_000).unwrap_or(i64::MAX),
            tv_nsec: (ns % 1_000_000_000) as _,
        });
        self.events.clear();
        match epoll::wait(&self.fd, spare_capacity(&mut self.events), timeout.as_ref()) {
            Ok(_) => self.failures = 0,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => {
                // Can't happen with a good descriptor and memory; if it does, it must not become a busy loop.
                self.failures += 1;
                if self.failures > 3 {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
            }
        }
    }

    /// How many events the last wait brought.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Token and flags of an event.
    pub fn event(&self, at: usize) -> (u64, u8) {
        let event = self.events[at];
        let told = event.flags;
        let mut flags = 0;
        if told.contains(EventFlags::IN) {
            flags |= READ;
        }
        if told.contains(EventFlags::OUT) {
            flags |= WRITE;
        }
        if told.contains(EventFlags::RDHUP) {
            flags |= READ | RDHUP;
        }
        if told.contains(EventFlags::HUP) {
            flags |= READ | WRITE | HUP;
        }
        if told.contains(EventFlags::ERR) {
            flags |= READ | WRITE | ERR;
        }
        (event.data.u64(), flags)
    }
}
