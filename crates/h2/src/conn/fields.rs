//! HEADERS and CONTINUATION: what their field sections mean (RFC 9113 sections 4.3, 6.2, 6.10 and 8).

use base::Buf;
use http::HeadStore;

use super::receive::{Reading, Step};
use super::{Conn, Role, limits};
use crate::frame::{FrameHeader, flag};
use crate::incoming::{Incoming, Section};
use crate::streams::{Entry, Expected, Half};
use crate::{Code, ConnError, Event, Malformed, Message};

/// A field section of several frames, or of one that hasn't come as a whole.
pub(super) struct Block {
    pub id: u32,
    end: bool,
    means: Means,
    bytes: Vec<u8>,
    frames: u32,
}

/// What a field section is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Means {
    /// A new stream.
    Request,
    /// The head of a response.
    Response,
    Trailers,
    /// A stream beyond the limit.
    Refused,
    /// A stream that is gone: the section only keeps the compression right (section 4.3).
    Ignored,
}

/// A compressed section may be so many times as long as a head: an honest one that is too large gets its answer.
const MAX_BLOCK: usize = 4;

impl Conn {
    /// Whether a HEADERS opens a stream while the driver still holds as many as there may be, though the protocol says
    /// that some are closed: it waits for them. So resets don't buy more work at a time than the limit allows.
    pub(super) fn is_full(&mut self, h: &FrameHeader) -> bool {
        let limit = self.cfg.max_concurrent as usize;
        let new = self.role == Role::Server && h.stream > self.last_peer;
        new && limit > 0 && self.streams.len() >= limit && self.streams.open() < limit
    }

    pub(super) fn on_headers(&mut self, h: FrameHeader, buf: &mut Buf, store: &HeadStore) -> Result<Step, ConnError> {
        let mut prefix = 0;
        let mut pad = 0;
        if h.has(flag::PADDED) {
            pad = buf.data().first().map_or(0, |b| u32::from(*b));
            prefix += 1;
        }
        if h.has(flag::PRIORITY) {
            // Parsed and ignored (section 5.3.2).
            prefix += 5;
        }
        buf.consume(prefix as usize);
        let left = h.len.checked_sub(prefix + pad).ok_or(ConnError::protocol("padding exceeds the frame"))?;
        let (end, last) = (h.has(flag::END_STREAM), h.has(flag::END_HEADERS));
        let means = self.meaning(h.stream)?;
        if last && buf.len() >= left as usize {
            // The usual case: decoded where it lies.
            self.reading = Reading::Skip { left: pad };
            let step = self.on_section(h.stream, end, means, &buf.data()[..left as usize], store);
            buf.consume(left as usize);
            return step;
        }
        self.block = Some(Box::new(Block { id: h.stream, end, means, bytes: Vec::new(), frames: 0 }));
        self.reading = Reading::Fields { left, pad, last };
        Ok(Step::On)
    }

    pub(super) fn on_continuation(&mut self, h: FrameHeader) -> Result<Step, ConnError> {
        let last = h.has(flag::END_HEADERS);
        if h.len == 0 && !last {
            self.glitch()?;
        }
        let Some(block) = &mut self.block else { return Err(ConnError::protocol("CONTINUATION out of place")) };
        block.frames += 1;
        if block.frames > limits::MAX_CONTINUATIONS {
            return Err(ConnError::new(Code::ENHANCE_YOUR_CALM, "a field section of too many frames"));
        }
        self.reading = Reading::Fields { left: h.len, pad: 0, last };
        Ok(Step::On)
    }

    pub(super) fn more_fields(
        &mut self,
        left: u32,
        pad: u32,
        last: bool,
        buf: &mut Buf,
        store: &HeadStore,
    ) -> Result<Step, ConnError> {
        let Some(block) = &mut self.block else { return Err(ConnError::protocol("no field section")) };
        let n = buf.len().min(left as usize);
        if block.bytes.len() + n > MAX_BLOCK * self.cfg.max_head {
            return Err(ConnError::new(Code::ENHANCE_YOUR_CALM, "a field section is too long"));
        }
        block.bytes.extend_from_slice(&buf.data()[..n]);
        buf.consume(n);
        let left = left - n as u32;
        if left > 0 {
            self.reading = Reading::Fields { left, pad, last };
            return Ok(Step::Wait);
        }
        self.reading = Reading::Skip { left: pad };
        if !last {
            return Ok(Step::On);
        }
        match self.block.take() {
            Some(b) => self.on_section(b.id, b.end, b.means, &b.bytes, store),
            None => Ok(Step::On),
        }
    }

    /// What a HEADERS on this stream is, by the states of section 5.1.
    fn meaning(&mut self, id: u32) -> Result<Means, ConnError> {
        if self.role == Role::Server && !id.is_multiple_of(2) && id > self.last_peer {
            return self.new_stream(id);
        }
        if self.is_idle(id) {
            return Err(ConnError::protocol("HEADERS on a stream that the peer can't open"));
        }
        match self.streams.get(id).map(|e| e.recv) {
            Some(Half::Open) => Ok(Means::Trailers),
            Some(Half::Idle) => Ok(Means::Response),
            _ if self.is_ignored(id) => Ok(Means::Ignored),
            Some(Half::Closed) | None => Err(ConnError::new(Code::STREAM_CLOSED, "HEADERS on a closed stream")),
        }
    }

    fn new_stream(&mut self, id: u32) -> Result<Means, ConnError> {
        self.last_peer = id;
        if self.goaway_sent.is_some_and(|last| id > last) {
            return Ok(Means::Ignored);
        }
        self.total += 1;
        self.check_total()?;
        let limit = self.cfg.max_concurrent as usize;
        match limit > 0 && self.streams.len() >= limit {
            // Section 5.1.2.
            true => Ok(Means::Refused),
            false => Ok(Means::Request),
        }
    }

    fn on_section(
        &mut self,
        id: u32,
        end: bool,
        means: Means,
        block: &[u8],
        store: &HeadStore,
    ) -> Result<Step, ConnError> {
        let section = match means {
            Means::Request => Section::Request,
            Means::Response => Section::Response,
            Means::Trailers | Means::Refused | Means::Ignored => Section::Trailers,
        };
        let cfg = self.cfg.clone();
        let mut incoming = Incoming::new(section, &cfg, store);
        self.decoder
            .decode(block, &mut incoming)
            .map_err(|_| ConnError::new(Code::COMPRESSION_ERROR, "a field section can't be decoded"))?;
        match means {
            Means::Ignored => Ok(Step::On),
            Means::Refused => {
                self.send_reset(id, Code::REFUSED_STREAM);
                self.glitch()?;
                Ok(Step::On)
            }
            Means::Request => self.on_request(id, end, incoming),
            Means::Response => self.on_response(id, end, incoming),
            Means::Trailers => self.on_trailers(id, end, incoming),
        }
    }

    fn on_request(&mut self, id: u32, end: bool, incoming: Incoming<'_>) -> Result<Step, ConnError> {
        self.on_useful();
        let (send, recv) = (self.peer.initial_window_size, self.initial_recv_window_now());
        let mut entry = Entry::new(id, send, recv);
        entry.recv = if end { Half::Closed } else { Half::Open };
        let unpacked = incoming.into_request();
        let length = unpacked.as_ref().ok().and_then(|u| u.content_length);
        entry.expected = length.map_or(Expected::Any, Expected::Bytes);
        let fault = match &unpacked {
            Err(fault) => Some(*fault),
            // Section 8.1.1: content is announced, and there is none.
            Ok(_) if end && length.is_some_and(|n| n > 0) => Some(Malformed::Length),
            Ok(_) => None,
        };
        entry.discard = fault.is_some();
        self.streams.push(entry);
        match (unpacked, fault) {
            (Ok(u), None) => Ok(Step::Tell(Event::Request(Message {
                id,
                head: u.head,
                content_length: u.content_length,
                end,
                extended_connect: u.extended_connect,
            }))),
            (_, fault) => self.malformed(id, fault.unwrap_or(Malformed::Missing)),
        }
    }

    fn on_response(&mut self, id: u32, end: bool, incoming: Incoming<'_>) -> Result<Step, ConnError> {
        self.on_useful();
        let Some(entry) = self.streams.get(id) else { return Ok(Step::On) };
        let unpacked = match incoming.into_response() {
            Ok(unpacked) => unpacked,
            Err(fault) => {
                entry.discard = true;
                self.streams.close(id, end, false);
                return self.malformed(id, fault);
            }
        };
        let status = unpacked.head.status().unwrap_or(0);
        if status < 200 {
            // Section 8.1: an interim response isn't the end.
            if end {
                entry.discard = true;
                self.streams.close(id, true, false);
                return self.malformed(id, Malformed::Status);
            }
        } else {
            entry.recv = Half::Open;
            entry.expected = match unpacked.content_length {
                _ if entry.is_head || matches!(status, 204 | 304) => Expected::Nothing,
                Some(n) => Expected::Bytes(n),
                None => Expected::Any,
            };
            if end && matches!(entry.expected, Expected::Bytes(1..)) {
                entry.discard = true;
                self.streams.close(id, true, false);
                return self.malformed(id, Malformed::Length);
            }
            self.streams.close(id, end, false);
        }
        Ok(Step::Tell(Event::Response(Message {
            id,
            head: unpacked.head,
            content_length: unpacked.content_length,
            end,
            extended_connect: false,
        })))
    }

    fn on_trailers(&mut self, id: u32, end: bool, incoming: Incoming<'_>) -> Result<Step, ConnError> {
        let Some(entry) = self.streams.get(id) else { return Ok(Step::On) };
        let short = matches!(entry.expected, Expected::Bytes(1..));
        if entry.discard {
            self.streams.close(id, end, false);
            return Ok(Step::On);
        }
        match incoming.into_trailers() {
            // Section 8.1: trailers end the message, and content was complete.
            Ok(lines) if end && !short => {
                self.streams.close(id, true, false);
                Ok(Step::Tell(Event::Trailers { id, lines }))
            }
            _ => self.stream_error(id, Code::PROTOCOL_ERROR),
        }
    }

    fn malformed(&mut self, id: u32, fault: Malformed) -> Result<Step, ConnError> {
        self.glitch()?;
        Ok(Step::Tell(Event::Malformed { id, fault }))
    }

    /// The window that we announced.
    pub(super) fn initial_recv_window(&self) -> u32 {
        self.cfg.initial_window.min(crate::frame::MAX_WINDOW)
    }

    /// The window that a new stream has for the peer: the default one until it knows ours.
    pub(super) fn initial_recv_window_now(&self) -> u32 {
        match self.settings_acked {
            true => self.initial_recv_window(),
            false => crate::Settings::default().initial_window_size,
        }
    }
}
