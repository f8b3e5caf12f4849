//! One end of a simulated connection.

use super::Network;
use super::state::{Id, State, Wakes};
use base::{Addr, Buf};
use core::task::{Context, Poll, ready};
use rt::ReadyQueue;
use std::io;

/// An end that belongs to no worker. Dropping it closes it.
#[derive(Debug)]
pub struct SimEnd {
    network: Network,
    id: Id,
}

impl SimEnd {
    pub(super) fn new(network: Network, id: Id) -> SimEnd {
        SimEnd { network, id }
    }

    /// Changes the state, then wakes whom that concerns.
    fn with<R>(&self, f: impl FnOnce(&mut State, Id, &mut Wakes) -> R) -> R {
        let mut wakes = Wakes::default();
        let result = f(&mut self.network.lock(), self.id, &mut wakes);
        wakes.wake();
        result
    }
}

impl Drop for SimEnd {
    fn drop(&mut self) {
        self.with(|state, id, wakes| state.close(id, rt::now(), wakes));
    }
}

/// An end that a task of this worker uses.
#[derive(Debug)]
pub(crate) struct SimStream(SimEnd);

impl SimStream {
    pub fn attach(end: SimEnd) -> SimStream {
        SimStream(end)
    }

    pub fn detach(self) -> SimEnd {
        self.0.with(|state, id, _| {
            let end = state.end(id);
            end.reader = None;
            end.writer = None;
            end.parked = None;
        });
        self.0
    }

    pub fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut Buf, max: usize) -> Poll<io::Result<usize>> {
        ready!(self.poll_read_ready(cx));
        ready!(rt::poll_budget(cx));
        self.0.with(|state, id, wakes| {
            let n = state.read(id, max, buf.spare_mut(), wakes);
            let end = state.end(id);
            let result = if n > 0 {
                buf.commit(n);
                Ok(n)
            } else {
                end.error.take().map_or(Ok(0), |kind| Err(kind.into()))
            };
            rt::charge(n);
            Poll::Ready(result)
        })
    }

    pub fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_write_ready(cx));
        ready!(rt::poll_budget(cx));
        self.0.with(|state, id, _| {
            let end = state.end(id);
            if let Some(kind) = end.error.take() {
                return Poll::Ready(Err(kind.into()));
            }
            if end.dead || end.write_shut {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            let n = state.write(id, bytes, rt::now());
            rt::charge(n);
            Poll::Ready(Ok(n))
        })
    }

    pub fn poll_read_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.with(|state, id, _| {
            let end = state.end(id);
            if end.is_readable() {
                return Poll::Ready(());
            }
            end.reader = Some(cx.waker().clone());
            Poll::Pending
        })
    }

    pub fn poll_write_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.with(|state, id, _| {
            let room = state.room(id);
            let end = state.end(id);
            if room > 0 || end.dead || end.write_shut {
                return Poll::Ready(());
            }
            end.writer = Some(cx.waker().clone());
            Poll::Pending
        })
    }

    pub fn poll_peer_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.with(|state, id, _| {
            let end = state.end(id);
            if end.is_over() {
                return Poll::Ready(());
            }
            end.reader = Some(cx.waker().clone());
            Poll::Pending
        })
    }

    pub fn is_readable(&self) -> bool {
        self.0.with(|state, id, _| state.end(id).is_readable())
    }

    pub fn is_peer_gone(&self) -> bool {
        self.0.with(|state, id, _| state.end(id).is_over())
    }

    pub fn is_reset(&self) -> bool {
        self.0.with(|state, id, _| state.end(id).is_closed())
    }

    pub fn park(&self, queue: &ReadyQueue, key: u32) {
        let report = queue.reporter(key);
        let told = self.0.with(|state, id, _| {
            let end = state.end(id);
            end.reader = None;
            end.writer = None;
            if end.is_readable() {
                return Some(report);
            }
            end.parked = Some(Box::new(report));
            None
        });
        if let Some(report) = told {
            report();
        }
    }

    /// Takes the end away from its task, parked as it is.
    pub fn into_parked(self) -> SimEnd {
        self.0
    }

    pub fn unpark(&self) {
        self.0.with(|state, id, _| state.end(id).parked = None);
    }

    pub fn shutdown_write(&mut self) -> io::Result<()> {
        self.0.with(|state, id, _| {
            if state.end(id).dead {
                return Err(io::ErrorKind::NotConnected.into());
            }
            state.shut(id, rt::now());
            Ok(())
        })
    }

    pub fn set_linger_reset(&mut self) -> io::Result<()> {
        self.0.with(|state, id, _| state.end(id).linger_reset = true);
        Ok(())
    }

    pub fn take_error(&mut self) -> Option<io::Error> {
        self.0.with(|state, id, _| state.end(id).error.take().map(io::Error::from))
    }

    pub fn local_addr(&self) -> Addr {
        self.0.with(|state, id, _| state.end(id).local.clone())
    }

    pub fn peer_addr(&self) -> Addr {
        self.0.with(|state, id, _| state.end(id).remote.clone())
    }
}
