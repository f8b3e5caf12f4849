//! What the driver sends.

use base::Buf;
use http::Head;

use super::{Conn, REMEMBERED, Role};
use crate::frame::{self, HEADER_LEN, Kind, MAX_WINDOW, flag};
use crate::outgoing::{self, RequestForm};
use crate::streams::{Entry, Half};
use crate::{Code, hpack::Encoder};

/// Why a stream can't be opened on this connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpenError {
    /// The peer allows no more streams at a time for now.
    Full,
    /// The connection takes no more streams at all.
    Leaving,
    /// The peer hasn't said that it understands extended CONNECT.
    NoConnectProtocol,
}

/// Why something can't be sent: the stream is gone, or its direction is closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SendError;

impl Conn {
    /// Whether a request could be sent now (client role).
    pub fn may_open(&self) -> Result<(), OpenError> {
        if self.is_leaving() || self.last_own >= MAX_WINDOW - 1 {
            return Err(OpenError::Leaving);
        }
        let ours = match self.cfg.max_concurrent {
            0 => u32::MAX,
            n => n,
        };
        let limit = ours.min(self.peer.max_concurrent_streams) as usize;
        if self.streams.len() >= limit { Err(OpenError::Full) } else { Ok(()) }
    }

    /// Opens a stream with a request (client role). `end`: nothing follows.
    pub fn open(&mut self, head: &Head, form: RequestForm<'_>, end: bool) -> Result<u32, OpenError> {
        debug_assert!(self.role == Role::Client);
        self.may_open()?;
        if form.protocol.is_some() && !self.peer.connect_protocol {
            return Err(OpenError::NoConnectProtocol);
        }
        let id = if self.last_own == 0 { 1 } else { self.last_own + 2 };
        self.last_own = id;
        self.total += 1;
        let mut entry = Entry::new(id, self.peer.initial_window_size, self.initial_recv_window_now());
        entry.send = Half::Open;
        entry.is_head = head.method() == Some(http::Method::Head);
        self.streams.push(entry);
        self.put_block(id, end, |encoder, out| outgoing::put_head(encoder, head, form, out));
        self.end_sending(id, end);
        Ok(id)
    }

    /// Sends a response, maybe an interim one (server role). `end`: nothing follows.
    pub fn respond(&mut self, id: u32, head: &Head, end: bool) -> Result<(), SendError> {
        let entry = self.streams.get(id).filter(|e| e.send == Half::Idle).ok_or(SendError)?;
        if head.status().is_none_or(|s| s >= 200) {
            entry.send = Half::Open;
        }
        self.put_block(id, end, |encoder, out| outgoing::put_head(encoder, head, RequestForm::default(), out));
        self.end_sending(id, end);
        Ok(())
    }

    /// Sends content, no more than [`Conn::send_room`] says. `end`: nothing follows.
    pub fn send(&mut self, id: u32, payload: &[u8], end: bool) -> Result<(), SendError> {
        self.check_content(id, payload.len())?;
        let max = self.peer.max_frame_size as usize;
        let mut left = payload;
        loop {
            let (now, later) = left.split_at(left.len().min(max));
            let last = later.is_empty();
            let flags = if end && last { flag::END_STREAM } else { 0 };
            self.out.small(|out| {
                frame::put_header(out, now.len(), Kind::Data, flags, id);
                out.extend_from_slice(now);
            });
            left = later;
            if last {
                break;
            }
        }
        self.spend(id, payload.len());
        self.end_sending(id, end);
        Ok(())
    }

    /// The same with a whole buffer, which is sent from where it lies if it is large.
    pub fn send_buf(&mut self, id: u32, payload: Buf, end: bool) -> Result<(), SendError> {
        let len = payload.len();
        if len > self.peer.max_frame_size as usize || len == 0 {
            return self.send(id, payload.data(), end);
        }
        self.check_content(id, len)?;
        let flags = if end { flag::END_STREAM } else { 0 };
        self.out.small(|out| frame::put_header(out, len, Kind::Data, flags, id));
        self.out.payload(payload);
        self.spend(id, len);
        self.end_sending(id, end);
        Ok(())
    }

    /// Sends trailers, lines of the form `name: value\r\n`, which end the message.
    pub fn send_trailers(&mut self, id: u32, lines: &[u8]) -> Result<(), SendError> {
        self.streams.get(id).filter(|e| e.send == Half::Open).ok_or(SendError)?;
        if lines.is_empty() {
            return self.send(id, b"", true);
        }
        self.put_block(id, true, |encoder, out| outgoing::put_trailers(encoder, lines, out));
        self.end_sending(id, true);
        Ok(())
    }

    /// Ends a stream abruptly, unless both directions are closed.
    pub fn reset(&mut self, id: u32, code: Code) {
        let Some(entry) = self.streams.get(id) else { return };
        if !entry.is_open() {
            return;
        }
        self.streams.close(id, true, true);
        self.send_reset(id, code);
        self.refund_stream(id);
    }

    /// The driver is through with a stream. One that is still open is reset with `code`.
    pub fn release(&mut self, id: u32, code: Code) {
        self.reset(id, code);
        self.refund_stream(id);
        self.streams.release(id);
    }

    /// Whether the stream's last word has been sent.
    pub fn is_sent(&mut self, id: u32) -> bool {
        self.streams.get(id).is_none_or(|e| e.send == Half::Closed)
    }

    /// Whether the stream's last word has come.
    pub fn is_received(&mut self, id: u32) -> bool {
        self.streams.get(id).is_none_or(|e| e.recv == Half::Closed)
    }

    /// Asks whether the peer is there; [`crate::Event::Pong`] answers.
    pub fn ping(&mut self) {
        self.send_ping(*b"ferroxy.");
    }

    pub(super) fn send_ping(&mut self, payload: [u8; 8]) {
        self.out.small(|out| frame::put_ping(out, false, &payload));
    }

    pub(super) fn send_goaway(&mut self, last: u32) {
        self.goaway_sent = Some(last);
        self.out.small(|out| frame::put_goaway(out, last, Code::NO_ERROR));
    }

    /// Sends RST_STREAM and remembers that frames may still come.
    pub(super) fn send_reset(&mut self, id: u32, code: Code) {
        if self.reset.len() >= REMEMBERED {
            self.reset.pop_front();
        }
        self.reset.push_back(id);
        self.out.small(|out| frame::put_reset(out, id, code));
    }

    fn check_content(&mut self, id: u32, len: usize) -> Result<(), SendError> {
        let all = self.send_window;
        let entry = self.streams.get(id).filter(|e| e.send == Half::Open).ok_or(SendError)?;
        // Nothing at all may be sent through a closed window (section 6.9.1).
        if len > 0 && len as i64 > all.min(entry.send_window) { Err(SendError) } else { Ok(()) }
    }

    fn end_sending(&mut self, id: u32, end: bool) {
        if end {
            self.streams.close(id, false, true);
        }
    }

    /// Appends a field section, over several frames if it exceeds what the peer takes in one (section 4.3).
    fn put_block(&mut self, id: u32, end: bool, write: impl FnOnce(&mut Encoder, &mut Vec<u8>)) {
        let max = self.peer.max_frame_size as usize;
        let end_stream = if end { flag::END_STREAM } else { 0 };
        let encoder = &mut self.encoder;
        self.out.small(|out| {
            let at = out.len();
            frame::put_header(out, 0, Kind::Headers, flag::END_HEADERS | end_stream, id);
            write(encoder, out);
            let len = out.len() - at - HEADER_LEN;
            if len <= max {
                let header = frame::FrameHeader {
                    len: len as u32,
                    kind: Kind::Headers,
                    flags: flag::END_HEADERS | end_stream,
                    stream: id,
                };
                out[at..at + HEADER_LEN].copy_from_slice(&header.bytes());
                return;
            }
            let block = out.split_off(at + HEADER_LEN);
            out.truncate(at);
            let pieces = block.len().div_ceil(max);
            for (n, piece) in block.chunks(max).enumerate() {
                let (kind, first) = if n == 0 { (Kind::Headers, end_stream) } else { (Kind::Continuation, 0) };
                let last = if n + 1 == pieces { flag::END_HEADERS } else { 0 };
                frame::put_header(out, piece.len(), kind, first | last, id);
                out.extend_from_slice(piece);
            }
        });
    }
}
