//! Flow control (RFC 9113 section 5.2): what the peer may send, and what we may.
//!
//! The peer may fill `rxbuf` over all streams. A stream that receives gets its share: one buffer in any case, and 7/8
//! of what the others leave, divided among those that receive (manual, `tune.h2.fe.rxbuf`). Windows are opened again as
//! content is used, in steps of a quarter at least, so that updates stay few.

use super::Conn;
use crate::frame::{self, MAX_WINDOW};
use crate::streams::{Half, Streams};
use crate::{Code, ConnError, Event};

impl Conn {
    /// `n` bytes of content of this stream have been used: the peer may send as many again.
    pub fn credit(&mut self, id: u32, n: usize) {
        // What a stream held when it was reset has been credited then.
        let Some(entry) = self.streams.get(id) else { return };
        let n = u32::try_from(n).unwrap_or(u32::MAX).min(entry.held);
        entry.held -= n;
        self.refund(n);
        self.grant_stream(id);
    }

    /// Content of `n` bytes, padding included, begins for a stream that takes it; the windows must allow it.
    pub(super) fn charge(&mut self, id: u32, n: u32) -> Result<(), ConnError> {
        self.charge_connection(n)?;
        let Some(entry) = self.streams.get(id) else { return Ok(()) };
        entry.recv_window -= i64::from(n);
        entry.held += n;
        if entry.recv_window < 0 {
            // Section 6.9.1 lets us choose between the stream and the connection; who overruns windows can't be trusted.
            return Err(ConnError::new(Code::FLOW_CONTROL_ERROR, "more content than a stream's window allows"));
        }
        if !entry.uploading {
            entry.uploading = true;
            self.uploading += 1;
        }
        Ok(())
    }

    pub(super) fn charge_connection(&mut self, n: u32) -> Result<(), ConnError> {
        self.recv_window -= i64::from(n);
        self.held = self.held.saturating_add(n);
        match self.recv_window < 0 {
            true => Err(ConnError::new(Code::FLOW_CONTROL_ERROR, "more content than the connection's window allows")),
            false => Ok(()),
        }
    }

    /// Content that nobody wants is credited to the connection at once.
    pub(super) fn refund(&mut self, n: u32) {
        self.held = self.held.saturating_sub(n);
        self.grant_connection();
    }

    /// What a stream holds when it goes is free again.
    pub(super) fn refund_stream(&mut self, id: u32) {
        let Some(entry) = self.streams.get(id) else { return };
        let held = std::mem::take(&mut entry.held);
        if std::mem::take(&mut entry.uploading) {
            self.uploading -= 1;
        }
        self.refund(held);
    }

    pub(super) fn grant_connection(&mut self) {
        let target = i64::from(self.cfg.rxbuf.clamp(65_535, MAX_WINDOW));
        let by = target - self.recv_window - i64::from(self.held);
        if by >= target / 4 && self.failed.is_none() {
            self.recv_window += by;
            self.out.small(|out| frame::put_window_update(out, 0, by as u32));
        }
    }

    pub(super) fn grant_stream(&mut self, id: u32) {
        let target = self.stream_target();
        let Some(entry) = self.streams.get(id).filter(|e| e.recv != Half::Closed) else { return };
        let by = target - entry.recv_window - i64::from(entry.held);
        let by = by.min(i64::from(MAX_WINDOW));
        if by >= target / 4 {
            entry.recv_window += by;
            self.out.small(|out| frame::put_window_update(out, id, by as u32));
        }
    }

    /// What a receiving stream may hold.
    fn stream_target(&self) -> i64 {
        let cfg = &*self.cfg;
        let all = u64::from(cfg.rxbuf);
        let granted = self.streams.len() as u64 * u64::from(cfg.bufsize);
        let shared = all.saturating_sub(granted) / 8 * 7 / u64::from(self.uploading.max(1));
        let target = (u64::from(cfg.bufsize) + shared).max(u64::from(cfg.initial_window));
        target.min(u64::from(MAX_WINDOW)) as i64
    }

    /// Bytes of content that may be sent on this stream now. A driver that gets 0 hears of it when that changes
    /// ([`Event::Writable`], [`Event::AllWritable`]).
    pub fn send_room(&mut self, id: u32) -> usize {
        let all = self.send_window;
        let Some(entry) = self.streams.get(id) else { return 0 };
        if entry.send_window <= 0 {
            entry.blocked = true;
            return 0;
        }
        self.blocked |= all <= 0;
        all.min(entry.send_window).max(0) as usize
    }

    pub(super) fn spend(&mut self, id: u32, n: usize) {
        self.send_window -= n as i64;
        if let Some(entry) = self.streams.get(id) {
            entry.send_window -= n as i64;
        }
    }

    /// WINDOW_UPDATE for the connection (section 6.9).
    pub(super) fn open_connection(&mut self, by: u32) -> Result<Option<Event>, ConnError> {
        self.send_window += i64::from(by);
        if self.send_window > i64::from(MAX_WINDOW) {
            return Err(ConnError::new(Code::FLOW_CONTROL_ERROR, "the connection's window exceeds 2^31-1"));
        }
        let waited = self.blocked && self.send_window > 0;
        self.blocked &= !waited;
        Ok(waited.then_some(Event::AllWritable))
    }

    /// WINDOW_UPDATE for a stream. `Err` if its window exceeds the limit.
    pub(super) fn open_stream(streams: &mut Streams, id: u32, by: u32) -> Result<Option<Event>, ()> {
        let Some(entry) = streams.get(id) else { return Ok(None) };
        entry.send_window += i64::from(by);
        if entry.send_window > i64::from(MAX_WINDOW) {
            return Err(());
        }
        let waited = entry.blocked && entry.send_window > 0;
        entry.blocked &= !waited;
        Ok(waited.then_some(Event::Writable { id }))
    }

    /// Section 6.9.2: a changed initial window changes the window of every stream.
    pub(super) fn shift_windows(&mut self, before: u32, after: u32) -> Result<(), ConnError> {
        let by = i64::from(after) - i64::from(before);
        for entry in self.streams.iter_mut() {
            entry.send_window += by;
            entry.blocked &= entry.send_window <= 0;
            if entry.send_window > i64::from(MAX_WINDOW) {
                return Err(ConnError::new(Code::FLOW_CONTROL_ERROR, "a stream's window exceeds 2^31-1"));
            }
        }
        Ok(())
    }
}
