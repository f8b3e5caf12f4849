//! What is odd about a peer, and when it is too much.
//!
//! Oddities are counted as glitches, for the configuration's threshold and for rules. Apart from that, frames that
//! bring nothing forward have a budget that nobody can switch off: [`Conn::forgive`] fills it up again as time passes.

use super::{Conn, Role};
use crate::frame::MAX_WINDOW;
use crate::{Code, ConnError};

/// Frames without use that may come in a row, or in a second.
const MAX_USELESS: u32 = 2000;

/// So many of them are ordinary; each one beyond is a glitch.
const USUAL: u32 = 100;

/// Streams that may be reset by the peer before they were answered, in a row or in a second.
const MAX_CANCELLED: u32 = 1000;

/// Frames that one field section may be spread over.
pub(super) const MAX_CONTINUATIONS: u32 = 64;

/// The accounts.
#[derive(Default)]
pub(super) struct Odd {
    pub glitches: u32,
    pub frames: u64,
    pub resets: u64,
    useless: u32,
    cancelled: u32,
}

impl Conn {
    /// A second or more has passed: the budgets are full again.
    pub fn forgive(&mut self) {
        self.odd.useless = 0;
        self.odd.cancelled = 0;
    }

    /// A frame that brings nothing forward: settings, pings, priorities, empty content, tiny windows.
    pub(super) fn on_useless(&mut self) -> Result<(), ConnError> {
        self.odd.useless += 1;
        if self.odd.useless > MAX_USELESS {
            return Err(self.too_much("too many frames without use"));
        }
        if self.odd.useless > USUAL { self.glitch() } else { Ok(()) }
    }

    /// Content or a head came: what went before wasn't a flood.
    pub(super) fn on_useful(&mut self) {
        self.odd.useless = 0;
    }

    /// The peer has reset a stream that wasn't through.
    pub(super) fn on_cancelled(&mut self) -> Result<(), ConnError> {
        self.odd.resets += 1;
        self.odd.cancelled += 1;
        if self.odd.cancelled > MAX_CANCELLED {
            return Err(self.too_much("too many streams were reset"));
        }
        self.glitch()
    }

    /// Counts an oddity. At three quarters of the threshold the connection begins to leave, at the threshold it ends
    /// (manual, `tune.h2.fe.glitches-threshold`).
    pub(super) fn glitch(&mut self) -> Result<(), ConnError> {
        self.odd.glitches = self.odd.glitches.saturating_add(1);
        let (n, limit) = (u64::from(self.odd.glitches), u64::from(self.cfg.glitches));
        if limit == 0 {
            return Ok(());
        }
        if n >= limit {
            return Err(self.too_much("too many glitches"));
        }
        if n * 4 >= limit * 3 && self.goaway_sent.is_none() {
            self.leave();
        }
        Ok(())
    }

    fn too_much(&mut self, why: &'static str) -> ConnError {
        ConnError::new(Code::ENHANCE_YOUR_CALM, why)
    }

    /// `tune.h2.fe.max-total-streams`: from the limit on the connection leaves; what was on its way is still taken, up
    /// to the number of concurrent streams.
    pub(super) fn check_total(&mut self) -> Result<(), ConnError> {
        let (limit, slack) = (self.cfg.max_total, self.cfg.max_concurrent);
        if self.role == Role::Client || limit == 0 || self.total < limit {
            return Ok(());
        }
        if u64::from(self.total) > u64::from(limit) + u64::from(slack) {
            return Err(self.too_much("more streams than the connection may have"));
        }
        if self.goaway_sent.is_none() {
            self.leave();
        }
        Ok(())
    }

    /// Begins a graceful end (RFC 9113 section 6.8): the peer is asked to open no more streams; those on their way are
    /// still served. [`Conn::leave_now`] follows when they must have come.
    pub fn leave(&mut self) {
        if self.goaway_sent.is_some() {
            return;
        }
        self.send_goaway(MAX_WINDOW);
        self.send_ping(LEAVING);
    }

    /// Ends gracefully without waiting for what is on its way: streams after the last one aren't looked at.
    pub fn leave_now(&mut self) {
        let last = if self.role == Role::Server { self.last_peer } else { 0 };
        if self.goaway_sent.is_none_or(|sent| sent > last) {
            self.send_goaway(last);
        }
    }
}

/// The PING that follows the first GOAWAY: when it comes back, all streams that the peer had opened before it knew are
/// here.
pub(super) const LEAVING: [u8; 8] = *b"leaving.";
