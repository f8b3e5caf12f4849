//! Taking frames: their places, sizes and states (RFC 9113 sections 5.1 and 6).
//!
//! Nothing is kept of a frame but what its meaning needs. Content stays in the driver's buffer; settings are taken one by one;
//! what has no meaning is skipped as it comes. So a frame may be larger than any buffer.

use base::Buf;
use http::HeadStore;

use super::{Conn, Role, limits};
use crate::frame::{FrameHeader, HEADER_LEN, Kind, MAX_WINDOW, PREFACE, flag, put_header, put_ping};
use crate::settings::SETTING_LEN;
use crate::streams::{Expected, Half};
use crate::{Code, ConnError, Event};

/// Where in the peer's bytes we are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reading {
    /// In the client's preface; so many bytes of it have come.
    Preface(u8),
    /// At a frame's header.
    Header,
    /// In content: `left` bytes of it, then `pad` bytes of padding.
    Data { id: u32, left: u32, pad: u32, end: bool },
    /// In the padding of content.
    Padding { id: u32, left: u32 },
    /// In a field section, then `pad` bytes of padding. `last`: no CONTINUATION follows.
    Fields { left: u32, pad: u32, last: bool },
    /// In settings.
    Settings { left: u32 },
    /// In what has no meaning.
    Skip { left: u32 },
}

impl Reading {
    pub fn start(role: Role) -> Reading {
        match role {
            Role::Server => Reading::Preface(0),
            Role::Client => Reading::Header,
        }
    }
}

/// What a step led to.
#[allow(clippy::large_enum_variant, reason = "made and taken apart at once; a box would be an allocation a head")]
pub(super) enum Step {
    /// Go on.
    On,
    /// More bytes must come, or a stream must be released.
    Wait,
    Tell(Event),
}

/// WINDOW_UPDATEs that open less than this, in bytes, are of no use.
const TINY_WINDOW: u32 = 256;

impl Conn {
    /// Takes frames out of `buf` until something has happened; `None` when more bytes must come, or when the next frame
    /// opens a stream and the driver still holds as many as there may be: then it goes on once one is released. `store`:
    /// memory for heads. After an error the output says why, and the connection is to be closed once that is sent.
    pub fn next(&mut self, buf: &mut Buf, store: &HeadStore) -> Result<Option<Event>, ConnError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if let Some(event) = self.queued.pop_front() {
            return Ok(Some(event));
        }
        loop {
            match self.step(buf, store) {
                Ok(Step::On) => {}
                Ok(Step::Wait) => return Ok(None),
                Ok(Step::Tell(event)) => return Ok(Some(event)),
                Err(error) => return Err(self.fail(error)),
            }
        }
    }

    fn step(&mut self, buf: &mut Buf, store: &HeadStore) -> Result<Step, ConnError> {
        match self.reading {
            Reading::Preface(n) => self.preface(n, buf),
            Reading::Header => self.header(buf, store),
            Reading::Data { id, left, pad, end } => Ok(self.data(id, left, pad, end, buf)),
            Reading::Padding { id, left } => {
                let n = skip(buf, left);
                self.credit(id, n as usize);
                self.reading = if n < left { Reading::Padding { id, left: left - n } } else { Reading::Header };
                Ok(if n < left { Step::Wait } else { Step::On })
            }
            Reading::Fields { left, pad, last } => self.more_fields(left, pad, last, buf, store),
            Reading::Settings { left } => self.settings(left, buf),
            Reading::Skip { left } => {
                let n = skip(buf, left);
                self.reading = if n < left { Reading::Skip { left: left - n } } else { Reading::Header };
                Ok(if n < left { Step::Wait } else { Step::On })
            }
        }
    }

    /// Section 3.4.
    fn preface(&mut self, seen: u8, buf: &mut Buf) -> Result<Step, ConnError> {
        let rest = &PREFACE[usize::from(seen)..];
        let n = rest.len().min(buf.len());
        if buf.data()[..n] != rest[..n] {
            return Err(ConnError::protocol("not the client's preface"));
        }
        buf.consume(n);
        let done = n == rest.len();
        self.reading = if done { Reading::Header } else { Reading::Preface(seen + n as u8) };
        Ok(if done { Step::On } else { Step::Wait })
    }

    fn header(&mut self, buf: &mut Buf, store: &HeadStore) -> Result<Step, ConnError> {
        let Some(bytes) = buf.data().first_chunk::<HEADER_LEN>() else { return Ok(Step::Wait) };
        let header = FrameHeader::parse(bytes);
        self.check_place(&header)?;
        // What must have come before the frame can be judged: all of the small ones, the first bytes of the others.
        let len = header.len as usize;
        let needed = match header.kind {
            Kind::RstStream | Kind::Ping | Kind::WindowUpdate => len,
            Kind::GoAway => 8,
            Kind::Data if header.has(flag::PADDED) => 1,
            Kind::Headers => usize::from(header.has(flag::PADDED)) + if header.has(flag::PRIORITY) { 5 } else { 0 },
            _ => 0,
        };
        if needed > len {
            // Sections 4.2, 6.1, 6.2: no room for the fields that the flags announce.
            return Err(ConnError::new(Code::FRAME_SIZE_ERROR, "a frame is too short for its fields"));
        }
        if buf.len() < HEADER_LEN + needed {
            return Ok(Step::Wait);
        }
        if header.kind == Kind::Headers && self.is_full(&header) {
            return Ok(Step::Wait);
        }
        buf.consume(HEADER_LEN);
        self.odd.frames += 1;
        match header.kind {
            Kind::Data => self.on_data(header, buf),
            Kind::Headers => self.on_headers(header, buf, store),
            Kind::Continuation => self.on_continuation(header),
            Kind::Settings => self.on_settings(header),
            Kind::RstStream => self.on_reset(header, take_u32(buf)),
            Kind::WindowUpdate => self.on_window_update(header, take_u32(buf) & MAX_WINDOW),
            Kind::Ping => self.on_ping(header, buf),
            Kind::GoAway => {
                let (last, code) = (take_u32(buf) & MAX_WINDOW, Code(take_u32(buf)));
                self.reading = Reading::Skip { left: header.len - 8 };
                self.on_goaway(last, code)
            }
            // Parsed and ignored (section 5.3.2), as what isn't known is (section 4.1).
            Kind::Priority | Kind::Unknown(_) => {
                self.on_useless()?;
                self.reading = Reading::Skip { left: header.len };
                // Section 6.3. A stream that doesn't exist can't be reset.
                match header.kind == Kind::Priority && header.len != 5 && !self.is_idle(header.stream) {
                    true => self.stream_error(header.stream, Code::FRAME_SIZE_ERROR),
                    false => Ok(Step::On),
                }
            }
            Kind::PushPromise => Err(ConnError::protocol("PUSH_PROMISE though push is disabled")),
        }
    }

    /// What can be judged by the header alone.
    fn check_place(&self, h: &FrameHeader) -> Result<(), ConnError> {
        let size = |why| Err(ConnError::new(Code::FRAME_SIZE_ERROR, why));
        if h.len > self.cfg.max_frame.max(crate::frame::MIN_MAX_FRAME) {
            return size("a frame exceeds MAX_FRAME_SIZE");
        }
        if !self.settings_seen && (h.kind != Kind::Settings || h.has(flag::ACK)) {
            return Err(ConnError::protocol("the first frame isn't SETTINGS"));
        }
        let continued = self.block.as_ref().map(|b| b.id);
        if continued.is_some() != (h.kind == Kind::Continuation) || continued.is_some_and(|id| id != h.stream) {
            return Err(ConnError::protocol("a field section is interrupted, or continued out of place"));
        }
        let on_stream = h.stream != 0;
        match h.kind {
            Kind::Data | Kind::Headers | Kind::Priority | Kind::RstStream | Kind::Continuation if !on_stream => {
                Err(ConnError::protocol("a stream's frame on stream 0"))
            }
            Kind::Settings | Kind::Ping | Kind::GoAway if on_stream => {
                Err(ConnError::protocol("a connection's frame on a stream"))
            }
            Kind::RstStream | Kind::WindowUpdate if h.len != 4 => size("a frame of four bytes has another size"),
            Kind::Ping if h.len != 8 => size("PING isn't eight bytes"),
            Kind::GoAway if h.len < 8 => size("GOAWAY is too short"),
            Kind::Settings if h.has(flag::ACK) && h.len != 0 => size("SETTINGS with ACK isn't empty"),
            Kind::Settings if !(h.len as usize).is_multiple_of(SETTING_LEN) => size("SETTINGS isn't a multiple of six"),
            Kind::Data | Kind::RstStream | Kind::WindowUpdate if on_stream && self.is_idle(h.stream) => {
                Err(ConnError::protocol("a frame on an idle stream"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a stream has never been opened (section 5.1). Nobody here pushes, so even ones never are.
    pub(super) fn is_idle(&self, id: u32) -> bool {
        let last = if self.role == Role::Server { self.last_peer } else { self.last_own };
        id.is_multiple_of(2) || id > last
    }

    /// Whether frames for a stream that is gone are to be expected: we reset it, or a GOAWAY of ours told the peer that
    /// we wouldn't look at it.
    pub(super) fn is_ignored(&self, id: u32) -> bool {
        self.reset.contains(&id) || self.goaway_sent.is_some_and(|last| id > last && self.role == Role::Server)
    }

    fn on_data(&mut self, h: FrameHeader, buf: &mut Buf) -> Result<Step, ConnError> {
        let (id, end) = (h.stream, h.has(flag::END_STREAM));
        let pad = if h.has(flag::PADDED) { take_u8(buf) } else { 0 };
        let prefix = u32::from(h.has(flag::PADDED));
        // Section 6.1.
        let content = h.len.checked_sub(prefix + u32::from(pad));
        let content = content.ok_or(ConnError::protocol("padding exceeds the frame"))?;
        let rest = h.len - prefix;
        let state = self.streams.get(id).map(|e| (e.recv, e.discard));
        if !matches!(state, Some((Half::Open, false))) {
            self.charge_connection(h.len)?;
            self.refund(h.len);
            self.reading = Reading::Skip { left: rest };
            return match state {
                Some((Half::Open, true)) => {
                    self.streams.close(id, end, false);
                    Ok(Step::On)
                }
                // Content before a head.
                Some((Half::Idle, _)) => self.stream_error(id, Code::PROTOCOL_ERROR),
                _ if self.is_ignored(id) => Ok(Step::On),
                // Section 5.1, half-closed and closed.
                _ => self.stream_error(id, Code::STREAM_CLOSED),
            };
        }
        self.charge(id, h.len)?;
        if content == 0 && !end {
            self.on_useless()?;
        } else {
            self.on_useful();
        }
        if !self.fits_length(id, content, end) {
            self.reading = Reading::Skip { left: rest };
            return self.stream_error(id, Code::PROTOCOL_ERROR);
        }
        self.credit(id, prefix as usize);
        self.reading = Reading::Data { id, left: content, pad: u32::from(pad), end };
        Ok(Step::On)
    }

    /// Section 8.1.1: content and `content-length` agree.
    fn fits_length(&mut self, id: u32, content: u32, end: bool) -> bool {
        let Some(entry) = self.streams.get(id) else { return false };
        match &mut entry.expected {
            Expected::Any => true,
            Expected::Nothing => content == 0,
            Expected::Bytes(left) => match left.checked_sub(u64::from(content)) {
                Some(rest) => {
                    *left = rest;
                    !end || rest == 0
                }
                None => false,
            },
        }
    }

    fn data(&mut self, id: u32, left: u32, pad: u32, end: bool, buf: &Buf) -> Step {
        let gone = self.streams.get(id).is_none_or(|e| e.recv != Half::Open);
        if gone {
            // Reset meanwhile: what was charged is refunded already.
            self.reading = Reading::Skip { left: left + pad };
            return Step::On;
        }
        let n = left.min(u32::try_from(buf.len()).unwrap_or(u32::MAX));
        if n == 0 && left > 0 {
            return Step::Wait;
        }
        let ended = end && n == left;
        self.reading = match left - n {
            0 if pad == 0 => Reading::Header,
            0 => Reading::Padding { id, left: pad },
            left => Reading::Data { id, left, pad, end },
        };
        self.streams.close(id, ended, false);
        self.grant_stream(id);
        if n == 0 && !ended {
            return Step::On;
        }
        Step::Tell(Event::Data { id, len: n as usize, end: ended })
    }

    fn on_settings(&mut self, h: FrameHeader) -> Result<Step, ConnError> {
        if !h.has(flag::ACK) {
            if self.settings_seen {
                self.on_useless()?;
            }
            self.reading = Reading::Settings { left: h.len };
            return Ok(Step::On);
        }
        self.reading = Reading::Header;
        if self.settings_acked {
            self.glitch()?;
            return Ok(Step::On);
        }
        self.settings_acked = true;
        self.decoder.set_limit(self.cfg.header_table_size as usize);
        // Until now the peer may have used the default window (section 6.9.3).
        let by = i64::from(self.initial_recv_window()) - i64::from(crate::Settings::default().initial_window_size);
        self.streams.iter_mut().for_each(|e| e.recv_window += by);
        Ok(Step::On)
    }

    fn settings(&mut self, left: u32, buf: &mut Buf) -> Result<Step, ConnError> {
        if left > 0 {
            let Some(setting) = buf.data().first_chunk::<SETTING_LEN>().copied() else { return Ok(Step::Wait) };
            buf.consume(SETTING_LEN);
            self.reading = Reading::Settings { left: left - SETTING_LEN as u32 };
            let before = self.peer.initial_window_size;
            self.peer.apply(setting, self.role)?;
            self.shift_windows(before, self.peer.initial_window_size)?;
            return Ok(Step::On);
        }
        self.reading = Reading::Header;
        self.settings_seen = true;
        self.encoder.set_limit(self.peer.header_table_size as usize);
        // Section 6.5.3.
        self.out.small(|out| put_header(out, 0, Kind::Settings, flag::ACK, 0));
        self.queued.push_back(Event::AllWritable);
        Ok(Step::Tell(Event::Settings))
    }

    fn on_reset(&mut self, h: FrameHeader, code: u32) -> Result<Step, ConnError> {
        self.reading = Reading::Header;
        let (id, code) = (h.stream, Code(code));
        let Some(entry) = self.streams.get(id).filter(|e| e.is_open()) else {
            self.on_useless()?;
            return Ok(Step::On);
        };
        // An answered request whose upload nobody wants any more ends so as well (section 8.1).
        let through = entry.send == Half::Closed && code == Code::NO_ERROR;
        self.streams.close(id, true, true);
        self.refund_stream(id);
        if !through {
            self.on_cancelled()?;
        }
        let unprocessed = code == Code::REFUSED_STREAM;
        Ok(Step::Tell(Event::Reset { id, code, by_peer: true, unprocessed }))
    }

    fn on_window_update(&mut self, h: FrameHeader, by: u32) -> Result<Step, ConnError> {
        self.reading = Reading::Header;
        if by < TINY_WINDOW {
            self.on_useless()?;
        }
        if h.stream == 0 {
            if by == 0 {
                return Err(ConnError::protocol("a window is opened by 0"));
            }
            return Ok(self.open_connection(by)?.map_or(Step::On, Step::Tell));
        }
        if self.streams.get(h.stream).is_none_or(|e| !e.is_open()) {
            // On its way when the stream ended.
            return Ok(Step::On);
        }
        if by == 0 {
            return self.stream_error(h.stream, Code::PROTOCOL_ERROR);
        }
        match Conn::open_stream(&mut self.streams, h.stream, by) {
            Ok(event) => Ok(event.map_or(Step::On, Step::Tell)),
            Err(()) => self.stream_error(h.stream, Code::FLOW_CONTROL_ERROR),
        }
    }

    /// Section 6.7.
    fn on_ping(&mut self, h: FrameHeader, buf: &mut Buf) -> Result<Step, ConnError> {
        self.reading = Reading::Header;
        let payload = buf.data().first_chunk::<8>().copied().unwrap_or_default();
        buf.consume(8);
        if h.has(flag::ACK) {
            if payload == limits::LEAVING && self.goaway_sent.is_some() {
                self.leave_now();
                return Ok(Step::On);
            }
            return Ok(Step::Tell(Event::Pong));
        }
        self.on_useless()?;
        self.out.small(|out| put_ping(out, true, &payload));
        Ok(Step::On)
    }

    /// Section 6.8.
    fn on_goaway(&mut self, last: u32, code: Code) -> Result<Step, ConnError> {
        if self.goaway_seen.is_some_and(|(before, _)| last > before) {
            return Err(ConnError::protocol("GOAWAY names a later stream than before"));
        }
        self.goaway_seen = Some((last, code));
        if self.role == Role::Client {
            let lost: Vec<u32> = self.streams.iter_mut().filter(|e| e.id > last && e.is_open()).map(|e| e.id).collect();
            for id in lost {
                self.streams.close(id, true, true);
                self.refund_stream(id);
                let event = Event::Reset { id, code: Code::REFUSED_STREAM, by_peer: true, unprocessed: true };
                self.queued.push_back(event);
            }
        }
        Ok(Step::Tell(Event::GoAway { code }))
    }

    /// An error that ends one stream (section 5.4.2). A stream that is gone is told so again.
    pub(super) fn stream_error(&mut self, id: u32, code: Code) -> Result<Step, ConnError> {
        let known = self.streams.get(id).is_some_and(|e| e.is_open());
        if known {
            self.reset(id, code);
        } else {
            self.send_reset(id, code);
        }
        self.glitch()?;
        Ok(match known {
            true => Step::Tell(Event::Reset { id, code, by_peer: false, unprocessed: false }),
            false => Step::On,
        })
    }
}

/// Drops up to `left` bytes; how many it were.
fn skip(buf: &mut Buf, left: u32) -> u32 {
    let n = left.min(u32::try_from(buf.len()).unwrap_or(u32::MAX));
    buf.consume(n as usize);
    n
}

/// The next four bytes, which the caller knows to be there.
fn take_u32(buf: &mut Buf) -> u32 {
    let n = buf.data().first_chunk::<4>().map_or(0, |b| u32::from_be_bytes(*b));
    buf.consume(4);
    n
}

/// The next byte, which the caller knows to be there.
fn take_u8(buf: &mut Buf) -> u8 {
    let n = buf.data().first().copied().unwrap_or(0);
    buf.consume(1);
    n
}
