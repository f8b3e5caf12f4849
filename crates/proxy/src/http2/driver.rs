//! Moving bytes between a transport and the machine of its connection.

use super::state::{HIGH, Opened, Shared, State};
use base::Buf;
use h2::ConnError;
use http::HeadStore;
use std::io::IoSlice;
use std::task::{Context, Poll};

/// What one transport has to say.
pub struct Driver {
    /// Received, not taken yet.
    held: Option<Buf>,
    /// Nothing more will come.
    ended: bool,
    /// Frames and resets seen at the last pause.
    paused_at: (u64, u64),
    /// `max-frames-at-once` and `max-rst-at-once`; 0 for any number.
    at_once: (u32, u32),
}

/// How a connection goes on.
pub enum Moved {
    /// Everything that could be done is.
    Idle,
    /// The others have their turn, then more can be done.
    Paused,
    /// The transport is gone.
    Gone,
    /// The peer broke the rules; it was told, as far as it listens.
    Failed(ConnError),
}

/// Pieces of output that go out with one call.
const PIECES: usize = 32;

impl Driver {
    /// A driver that begins with what was `held` already. `at_once`: see [`Driver`].
    pub fn new(held: Option<Buf>, at_once: (u32, u32)) -> Driver {
        Driver { held, ended: false, paused_at: (0, 0), at_once }
    }

    /// Takes what has come, sends what waits. Streams that the peer opens go to `open`.
    pub fn poll(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Shared,
        heads: &HeadStore,
        open: &mut impl FnMut(Opened),
    ) -> Moved {
        shared.driver_waits(cx);
        loop {
            let took = self.take(shared, heads, open);
            let crowded = shared.state.borrow().conn.out.len() >= 2 * HIGH;
            if matches!(took, Ok(Took::All)) && !crowded && !self.ended {
                match self.poll_fill(cx, shared) {
                    Poll::Ready(()) => continue,
                    Poll::Pending => {}
                }
            }
            let full = self.flush(cx, shared);
            match took {
                Err(error) => return Moved::Failed(error),
                Ok(_) if self.ended => return Moved::Gone,
                Ok(Took::Paused) => return Moved::Paused,
                // Nobody has asked for input meanwhile.
                Ok(Took::All) if crowded && !full => {}
                Ok(Took::All) => return Moved::Idle,
            }
        }
    }
}

enum Took {
    All,
    Paused,
}

impl Driver {
    /// Shows the machine what was received.
    fn take(&mut self, shared: &Shared, heads: &HeadStore, open: &mut impl FnMut(Opened)) -> Result<Took, ConnError> {
        let Some(buf) = &mut self.held else { return Ok(Took::All) };
        loop {
            let opened = {
                let state = &mut *shared.state.borrow_mut();
                let Some(event) = state.conn.next(buf, heads)? else { break };
                state.on_event(event, buf)
            };
            if let Some(opened) = opened {
                open(opened);
            }
            if self.at_once != (0, 0) && is_due(&shared.state.borrow(), &mut self.paused_at, self.at_once) {
                return Ok(Took::Paused);
            }
        }
        if buf.is_empty() {
            self.held = None;
        }
        Ok(Took::All)
    }

    /// Reads what has come, or its end.
    fn poll_fill(&mut self, cx: &mut Context<'_>, shared: &Shared) -> Poll<()> {
        let mut transport = shared.transport.borrow_mut();
        std::task::ready!(transport.poll_read_ready(cx));
        let buf = match &mut self.held {
            Some(buf) => {
                buf.compact();
                if buf.room() == 0 {
                    // The machine waits for a stream to be released.
                    return Poll::Pending;
                }
                buf
            }
            None => self.held.insert(std::task::ready!(rt::poll_buf(cx))),
        };
        let got = match transport.poll_read(cx, buf) {
            Poll::Ready(got) => got,
            Poll::Pending => {
                if buf.is_empty() {
                    self.held = None;
                }
                return Poll::Pending;
            }
        };
        self.ended = !matches!(got, Ok(n) if n > 0);
        Poll::Ready(())
    }

    /// Sends what waits, to its end.
    pub fn poll_flush(&mut self, cx: &mut Context<'_>, shared: &Shared) -> Poll<()> {
        match self.flush(cx, shared) && !self.ended {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }

    /// Writes what waits. True: the transport takes no more for now, or is gone.
    fn flush(&mut self, cx: &mut Context<'_>, shared: &Shared) -> bool {
        let state = &mut *shared.state.borrow_mut();
        let mut transport = shared.transport.borrow_mut();
        while !state.conn.out.is_empty() {
            let sent = {
                let mut pieces = [&b""[..]; PIECES];
                let n = state.conn.out.pieces(&mut pieces);
                let slices = pieces.map(IoSlice::new);
                transport.poll_write_vectored(cx, &slices[..n])
            };
            match sent {
                Poll::Ready(Ok(n)) => state.conn.out.advance(n),
                Poll::Ready(Err(_)) => {
                    self.ended = true;
                    return true;
                }
                Poll::Pending => return true,
            }
        }
        state.disperse();
        false
    }
}

/// Whether so many frames or resets have come since the last pause that others should have their turn.
fn is_due(state: &State, paused_at: &mut (u64, u64), at_once: (u32, u32)) -> bool {
    let now = state.conn.frames_seen();
    let over = |now: u64, then: u64, limit: u32| limit > 0 && now - then >= u64::from(limit);
    let due = over(now.0, paused_at.0, at_once.0) || over(now.1, paused_at.1, at_once.1);
    if due {
        *paused_at = now;
    }
    due
}
