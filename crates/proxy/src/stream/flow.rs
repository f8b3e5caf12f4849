//! One direction of a stream: bytes from one connection to the other, framed anew where the receiver wants it.
//!
//! A flow sends at most what it has read: while the receiver doesn't take what is staged, nothing more is read
//! (backpressure). It holds a buffer only between a read and the write that empties it.

use crate::end::EndMut;
use crate::http2::{Content, StreamEnd};
use base::Buf;
use h1::{BodyDecoder, Opts, Piece};
use net::Stream;
use net::splice::{Filled, Pipe, Pipes, can_splice, poll_drain, poll_fill};
use std::io::IoSlice;
use std::task::{Context, Poll, ready};

/// A known rest above this is worth a pipe or a big buffer.
const LARGE: u64 = 64 * 1024;

/// The piece of a very large body that is worth a wake-up.
const COARSE: usize = 256 * 1024;

/// The least rest that is read coarsely.
const LAST_COARSE: u64 = 2 * COARSE as u64;

/// How long a flow that reads coarsely may go without a wake-up, in milliseconds.
pub const COARSE_MS: u64 = 20;

/// What is sent together with a head rather than as a piece of its own, in bytes.
const SMALL: usize = 4096;

/// So many bytes in a row fill a flow of unknown length (TCP, tunnels) before it is moved by splicing.
const LONG_RUN: u64 = 128 * 1024;

/// One direction.
pub struct Flow {
    /// What the sender's bytes mean.
    decoder: BodyDecoder,
    /// The receiver gets chunks.
    chunked_out: bool,
    /// Where large plain stretches may be moved inside the kernel: the worker's pipes.
    pipes: Option<Pipes>,
    /// Received, not sent yet. Its first bytes are staged as `out` says.
    buf: Option<Buf>,
    out: Out,
    /// Bytes are moved by splicing until the plain stretch ends.
    splicing: bool,
    /// Held only while bytes are in it.
    pipe: Option<Pipe>,
    /// Everything that the sender had to say has been staged.
    ended: bool,
    /// Trailers of a sender whose framing isn't ours to decode (HTTP/2).
    trailers: Vec<u8>,
    /// That sender has said its last word.
    last: bool,
    /// See [`Flow::leave_open`].
    stays_open: bool,
    /// The receiver's kernel holds bytes back because more was announced.
    corked: bool,
    /// Bytes may wait for others to go with.
    may_hold: bool,
    /// The sender may be read in coarse pieces; see [`Flow::read_coarsely`].
    may_coarsen: bool,
    /// The sender's socket wakes us for large pieces only.
    coarse: bool,
    /// What a poll that answered `Pending` waits for.
    pub blocked: Blocked,
    /// Bytes received and sent, heads and framing included.
    pub received: u64,
    pub sent: u64,
}

/// Which side a flow waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blocked {
    Read,
    Write,
    Done,
}

/// Why a flow can't go on.
#[derive(Debug)]
pub enum Broken {
    /// Reading failed.
    Read,
    /// The sender closed before its message was complete.
    Cut,
    /// The sender's framing is invalid.
    Malformed,
    /// Writing failed.
    Write,
    /// No buffer was to be had.
    NoMemory,
}

/// What is on its way to the receiver: head, chunk header, payload at the front of the flow's buffer, tail.
#[derive(Default)]
struct Out {
    head: Option<Buf>,
    frame: Frame,
    /// Bytes of payload at the front of the buffer.
    payload: usize,
    /// Bytes of the buffer that are used up once the payload is sent.
    used: usize,
    tail: Tail,
}

/// A chunk's header: size in hexadecimal and CRLF.
#[derive(Default)]
struct Frame {
    bytes: [u8; 18],
    from: u8,
    to: u8,
}

/// What follows a chunk's payload.
#[derive(Default)]
struct Tail {
    fixed: &'static [u8],
    /// Trailer fields, serialised; rare.
    trailers: Option<Buf>,
}

impl Flow {
    /// A flow of a message body. `buf` is what was already received of it, `head` what goes before it.
    pub fn new(
        decoder: BodyDecoder,
        chunked_out: bool,
        pipes: Option<Pipes>,
        head: Option<Buf>,
        buf: Option<Buf>,
    ) -> Flow {
        Flow {
            decoder,
            chunked_out,
            pipes,
            buf: buf.filter(|b| !b.is_empty()),
            out: Out { head, ..Out::default() },
            splicing: false,
            pipe: None,
            ended: false,
            trailers: Vec::new(),
            last: false,
            stays_open: false,
            corked: false,
            may_hold: true,
            may_coarsen: false,
            coarse: false,
            blocked: Blocked::Read,
            received: 0,
            sent: 0,
        }
    }

    /// Raw bytes until the sender closes: TCP and tunnels.
    pub fn raw(pipes: Option<Pipes>, head: Option<Buf>, buf: Option<Buf>) -> Flow {
        Flow::new(BodyDecoder::UntilClose, false, pipes, head, buf)
    }

    /// Whether all has been received and sent.
    pub fn is_done(&self) -> bool {
        self.blocked == Blocked::Done
    }

    /// What was received behind the end of the message.
    pub fn into_rest(self) -> Option<Buf> {
        self.buf.filter(|b| !b.is_empty())
    }

    /// Whether anything was.
    pub fn has_rest(&self) -> bool {
        self.buf.as_ref().is_some_and(|b| !b.is_empty())
    }

    /// The receiver's message goes on after this: a tunnel follows.
    pub fn leave_open(&mut self) {
        self.stays_open = true;
    }

    /// Lets no byte wait for others (manual 4.2, `option http-no-delay`), also if coarse reading was allowed.
    pub fn hold_nothing_back(&mut self) {
        self.may_hold = false;
    }

    /// Allows the flow to ask for large pieces of a very large body (SO_RCVLOWAT): fewer wake-ups, each of which moves
    /// more. Whoever allows it calls [`Flow::refine`] when nothing has come for [`COARSE_MS`].
    pub fn read_coarsely(&mut self) {
        self.may_coarsen = true;
    }

    /// Whether the sender may have less to say than would wake us.
    pub fn is_coarse(&self) -> bool {
        self.coarse
    }

    /// Any byte wakes us from now on: this sender is slow.
    pub fn refine(&mut self, src: EndMut<'_>) {
        self.may_coarsen = false;
        if let EndMut::H1(src) = src {
            self.set_fine(src);
        }
    }

    /// Moves bytes until the message is complete or one side isn't ready.
    pub fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut src: EndMut<'_>,
        mut dst: EndMut<'_>,
        opts: &Opts,
    ) -> Poll<Result<(), Broken>> {
        let spliced = matches!((&src, &dst), (EndMut::H1(src), EndMut::H1(dst)) if can_splice(src) && can_splice(dst));
        if self.pipes.is_some() && !spliced {
            self.pipes = None;
        }
        let polled = self.run(cx, &mut src, &mut dst, opts);
        if self.corked && polled.is_pending() && self.blocked == Blocked::Read {
            self.corked = false;
            if let EndMut::H1(dst) = dst {
                dst.push();
            }
        }
        polled
    }

    fn run(
        &mut self,
        cx: &mut Context<'_>,
        src: &mut EndMut<'_>,
        dst: &mut EndMut<'_>,
        opts: &Opts,
    ) -> Poll<Result<(), Broken>> {
        loop {
            if !self.out.has_payload() && !self.ended && !self.splicing {
                self.stage(opts)?;
            }
            if self.out.is_pending() {
                self.blocked = Blocked::Write;
                match dst {
                    EndMut::H1(dst) => ready!(self.poll_flush(cx, dst))?,
                    EndMut::H2(dst) => ready!(self.poll_hand_over(cx, dst))?,
                    EndMut::Given => return Poll::Ready(Err(Broken::Write)),
                }
                continue;
            }
            if self.ended {
                if let EndMut::H2(dst) = dst {
                    self.finish(dst);
                }
                self.blocked = Blocked::Done;
                return Poll::Ready(Ok(()));
            }
            if let (EndMut::H1(src), EndMut::H1(dst)) = (&mut *src, &mut *dst)
                && (self.splicing || self.wants_pipe())
                && ready!(self.poll_splice(cx, src, dst))?
            {
                continue;
            }
            self.blocked = Blocked::Read;
            match src {
                // What goes to a shared connection is handed over in its frames, which buffers fit.
                EndMut::H1(src) => ready!(self.poll_fill(cx, src, !dst.is_h2()))?,
                EndMut::H2(src) => ready!(self.poll_accept(cx, src))?,
                EndMut::Given => return Poll::Ready(Err(Broken::Read)),
            }
        }
    }

    /// Decodes what is in the buffer and stages it: the payloads of all chunks in there become one.
    fn stage(&mut self, opts: &Opts) -> Result<(), Broken> {
        let Some(buf) = &mut self.buf else { return self.stage_end(opts) };
        let data = buf.data_mut();
        let (mut to, mut from) = (0, 0);
        while !self.ended {
            match self.decoder.next(&data[from..], opts).map_err(|_| Broken::Malformed)? {
                Piece::Data { skip, len } => {
                    from += skip;
                    if to != from {
                        data.copy_within(from..from + len, to);
                    }
                    (to, from) = (to + len, from + len);
                    self.decoder.took(len as u64);
                }
                Piece::Need { skip } => {
                    from += skip;
                    break;
                }
                Piece::End { skip } => {
                    from += skip;
                    self.ended = true;
                }
            }
        }
        self.ended |= self.last;
        self.out.payload = to;
        self.frame_payload();
        if to == 0 {
            self.release(from);
        } else {
            self.out.used = from;
        }
        Ok(())
    }

    /// With nothing in the buffer only an end can be staged: a message without a body.
    fn stage_end(&mut self, opts: &Opts) -> Result<(), Broken> {
        if let Piece::End { .. } = self.decoder.next(b"", opts).map_err(|_| Broken::Malformed)? {
            self.ended = true;
            self.frame_payload();
        }
        Ok(())
    }

    fn frame_payload(&mut self) {
        if !self.chunked_out {
            return;
        }
        let payload = self.out.payload;
        if payload > 0 {
            self.out.frame = Frame::of(payload);
        }
        let trailers = self.ended.then(|| trailer_block(self.trailers())).flatten();
        self.out.tail = Tail {
            fixed: match (payload > 0, self.ended, trailers.is_some()) {
                (true, false, _) => b"\r\n",
                (true, true, false) => b"\r\n0\r\n\r\n",
                (true, true, true) => b"\r\n0\r\n",
                (false, true, false) => b"0\r\n\r\n",
                (false, true, true) => b"0\r\n",
                (false, false, _) => b"",
            },
            trailers,
        };
    }

    /// Trailers that came, as lines.
    fn trailers(&self) -> &[u8] {
        if self.trailers.is_empty() { self.decoder.trailers() } else { &self.trailers }
    }

    /// Hands payload over to a shared connection, as far as its windows are open. The end goes with the last of it.
    fn poll_hand_over(&mut self, cx: &mut Context<'_>, dst: &mut StreamEnd) -> Poll<Result<(), Broken>> {
        // The head and what frames the payload are the other protocol's.
        (self.out.head, self.out.frame, self.out.tail) = Default::default();
        while self.out.payload > 0 {
            let room = ready!(dst.poll_room(cx)).map_err(|_| Broken::Write)?;
            let n = room.min(self.out.payload);
            let end = self.ended && n == self.out.payload && self.trailers().is_empty();
            self.sent += n as u64;
            match self.buf.take() {
                Some(mut buf) if n == self.out.payload && self.out.used == buf.len() => {
                    buf.truncate(n);
                    (self.out.payload, self.out.used) = (0, 0);
                    dst.send_buf(buf, end).map_err(|_| Broken::Write)?;
                }
                Some(mut buf) => {
                    dst.send(&buf.data()[..n], end).map_err(|_| Broken::Write)?;
                    self.out.payload -= n;
                    let gone = if self.out.payload == 0 { std::mem::take(&mut self.out.used) } else { n };
                    self.out.used = self.out.used.saturating_sub(gone);
                    buf.consume(gone);
                    self.buf = Some(buf).filter(|b| !b.is_empty());
                }
                None => self.out.payload = 0,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Ends the message on a shared connection, unless it has ended with its last piece.
    fn finish(&mut self, dst: &mut StreamEnd) {
        if !self.stays_open && !dst.is_sent() {
            dst.finish(self.trailers());
        }
    }

    /// Takes what has come on a shared connection. The buffer is handed on as it is.
    fn poll_accept(&mut self, cx: &mut Context<'_>, src: &mut StreamEnd) -> Poll<Result<(), Broken>> {
        match ready!(src.poll_content(cx)) {
            Ok(Content::Data(buf, last)) => {
                self.received += buf.len() as u64;
                self.last = last;
                self.buf = Some(buf);
            }
            Ok(Content::End(trailers)) => {
                self.trailers = trailers;
                return Poll::Ready(self.on_eof());
            }
            Err(_) => return Poll::Ready(Err(Broken::Cut)),
        }
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>, dst: &mut Stream) -> Poll<Result<(), Broken>> {
        if self.out.join_small(self.buf.as_ref()) {
            let used = std::mem::take(&mut self.out.used);
            self.release(used);
        }
        let more = self.announces_more();
        while self.out.is_pending() {
            let (slices, n) = self.out.slices(self.buf.as_ref());
            let polled =
                if more { dst.poll_write_more(cx, &slices[..n]) } else { dst.poll_write_vectored(cx, &slices[..n]) };
            let sent = ready!(polled).map_err(|_| Broken::Write)?;
            self.corked = more;
            self.sent += sent as u64;
            let used = self.out.advance(sent, self.buf.as_mut());
            if used > 0 {
                self.release(used);
            }
        }
        Poll::Ready(Ok(()))
    }

    /// `n` bytes of the buffer are no longer needed.
    fn release(&mut self, n: usize) {
        if let Some(buf) = &mut self.buf {
            buf.consume(n);
            if buf.is_empty() {
                self.buf = None;
            }
        }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>, src: &mut Stream, may_be_big: bool) -> Poll<Result<(), Broken>> {
        // No buffer is held while there is nothing to read.
        ready!(src.poll_read_ready(cx));
        let large = may_be_big && self.decoder.plain_left().is_some_and(|rest| rest > LARGE);
        let buf = match &mut self.buf {
            Some(buf) => {
                buf.compact();
                buf
            }
            None => {
                let fresh = if large { rt::big_buf().or_else(rt::buf) } else { rt::buf() };
                self.buf.insert(fresh.ok_or(Broken::NoMemory)?)
            }
        };
        let got = match src.poll_read(cx, buf) {
            Poll::Ready(got) => got.map_err(|_| Broken::Read)?,
            Poll::Pending => {
                if buf.is_empty() {
                    self.buf = None;
                }
                return Poll::Pending;
            }
        };
        self.received += got as u64;
        if got == 0 {
            return Poll::Ready(self.on_eof());
        }
        Poll::Ready(Ok(()))
    }

    fn on_eof(&mut self) -> Result<(), Broken> {
        self.decoder.on_eof().map_err(|_| Broken::Cut)?;
        self.ended = true;
        self.frame_payload();
        Ok(())
    }

    /// A large plain stretch is ahead and nothing is in user memory.
    fn wants_pipe(&self) -> bool {
        let ahead = match self.decoder.plain_left() {
            Some(rest) => rest > LARGE,
            None => self.received > LONG_RUN,
        };
        self.pipes.is_some() && ahead && !self.chunked_out && self.buf.is_none()
    }

    /// What is staged now will be followed by a large plain stretch of known length, which splicing moves.
    pub fn wants_pipe_next(&self) -> bool {
        self.pipes.is_some() && !self.chunked_out && self.decoder.plain_left().is_some_and(|rest| rest > LARGE)
    }

    /// Whether what is staged now may wait in the kernel for the stretch that follows.
    fn announces_more(&self) -> bool {
        self.may_hold && self.wants_pipe_next()
    }

    /// Asks for large pieces while enough is left to fill them.
    fn set_coarseness(&mut self, src: &mut Stream, pipe: &Pipe) {
        let fits = pipe.capacity() >= 2 * COARSE && self.decoder.plain_left().is_some_and(|rest| rest >= LAST_COARSE);
        if self.may_coarsen && self.may_hold && !self.coarse && fits {
            self.coarse = src.set_rcvlowat(COARSE as u32).is_ok();
        }
    }

    fn set_fine(&mut self, src: &mut Stream) {
        self.coarse = false;
        // If that fails, the body's end or the timeout will wake us all the same.
        let _ = src.set_rcvlowat(1);
    }

    /// Moves bytes through a pipe until the plain stretch ends. False when there is no pipe to be had.
    fn poll_splice(&mut self, cx: &mut Context<'_>, src: &mut Stream, dst: &mut Stream) -> Poll<Result<bool, Broken>> {
        self.splicing = true;
        loop {
            ready!(self.poll_drain_pipe(cx, dst))?;
            let rest = self.decoder.plain_left();
            if rest == Some(0) {
                self.splicing = false;
                return Poll::Ready(Ok(true));
            }
            self.blocked = Blocked::Read;
            ready!(src.poll_read_ready(cx));
            let Some(mut pipe) = self.pipes.as_ref().and_then(Pipes::get) else {
                self.pipes = None;
                self.splicing = false;
                return Poll::Ready(Ok(false));
            };
            self.set_coarseness(src, &pipe);
            let want = usize::try_from(rest.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
            match ready!(poll_fill(src, &mut pipe, cx, want)).map_err(|_| Broken::Read)? {
                Filled::Moved(got) => self.on_spliced(src, got),
                Filled::Full => {}
                Filled::End => {
                    self.splicing = false;
                    self.on_eof()?;
                    return Poll::Ready(Ok(true));
                }
            }
            self.pipe = Some(pipe);
        }
    }

    /// Empties the pipe and gives it back.
    fn poll_drain_pipe(&mut self, cx: &mut Context<'_>, dst: &mut Stream) -> Poll<Result<(), Broken>> {
        let Some(pipe) = &mut self.pipe else { return Poll::Ready(Ok(())) };
        while !pipe.is_empty() {
            self.blocked = Blocked::Write;
            let more = self.may_hold && self.decoder.plain_left() != Some(0);
            let sent = ready!(poll_drain(dst, pipe, cx, more)).map_err(|_| Broken::Write)?;
            self.corked = more;
            self.sent += sent as u64;
        }
        self.pipe = None;
        Poll::Ready(Ok(()))
    }

    fn on_spliced(&mut self, src: &mut Stream, got: usize) {
        self.received += got as u64;
        self.decoder.took(got as u64);
        if self.coarse && self.decoder.plain_left().is_none_or(|left| left < LAST_COARSE) {
            self.set_fine(src);
        }
    }
}

/// Trailer lines with the empty line that ends them.
fn trailer_block(lines: &[u8]) -> Option<Buf> {
    if lines.is_empty() {
        return None;
    }
    let mut block = Buf::unpooled(lines.len() + 2);
    let fits = block.push(lines) && block.push(b"\r\n");
    debug_assert!(fits);
    Some(block)
}

impl Out {
    fn has_payload(&self) -> bool {
        self.payload > 0 || !self.tail.is_empty()
    }

    fn is_pending(&self) -> bool {
        self.head.is_some() || self.has_payload()
    }

    /// Copies a small payload behind the head, so that one plain write sends both. True if it did: the buffer is
    /// used up then.
    fn join_small(&mut self, buf: Option<&Buf>) -> bool {
        let (Some(head), Some(buf)) = (&mut self.head, buf) else { return false };
        let total = self.frame.rest().len() + self.payload + self.tail.fixed.len();
        if self.payload == 0 || self.tail.trailers.is_some() || total > SMALL.min(head.room()) {
            return false;
        }
        let fits = head.push(self.frame.rest()) && head.push(&buf.data()[..self.payload]) && head.push(self.tail.fixed);
        debug_assert!(fits, "the room was checked");
        self.frame = Frame::default();
        self.tail = Tail::default();
        self.payload = 0;
        true
    }

    /// The pieces in their order, and how many there are.
    fn slices<'a>(&'a self, buf: Option<&'a Buf>) -> ([IoSlice<'a>; 5], usize) {
        let head = self.head.as_ref().map_or(&b""[..], |b| b.data());
        let payload = buf.map_or(&b""[..], |b| &b.data()[..self.payload]);
        let trailers = self.tail.trailers.as_ref().map_or(&b""[..], |b| b.data());
        let mut slices = [IoSlice::new(b""); 5];
        let mut n = 0;
        for piece in [head, self.frame.rest(), payload, self.tail.fixed, trailers] {
            if !piece.is_empty() {
                slices[n] = IoSlice::new(piece);
                n += 1;
            }
        }
        (slices, n)
    }

    /// `sent` bytes have gone out. Answers how many bytes of the buffer are used up by that.
    fn advance(&mut self, sent: usize, buf: Option<&mut Buf>) -> usize {
        let mut left = sent;
        if let Some(head) = &mut self.head {
            let n = left.min(head.len());
            head.consume(n);
            left -= n;
            if head.is_empty() {
                self.head = None;
            }
        }
        left -= self.frame.advance(left);
        let mut used = 0;
        if let Some(buf) = buf {
            let n = left.min(self.payload);
            left -= n;
            self.payload -= n;
            if self.payload == 0 {
                used = std::mem::take(&mut self.used);
            } else {
                buf.consume(n);
                self.used -= n;
            }
        }
        self.tail.advance(left);
        used
    }
}

impl Frame {
    fn of(size: usize) -> Frame {
        let mut bytes = [0; 18];
        let mut at = bytes.len();
        let mut put = |b: u8| {
            at -= 1;
            bytes[at] = b;
        };
        put(b'\n');
        put(b'\r');
        let mut left = size;
        loop {
            put(b"0123456789ABCDEF"[left % 16]);
            left /= 16;
            if left == 0 {
                break;
            }
        }
        Frame { bytes, from: at as u8, to: 18 }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[usize::from(self.from)..usize::from(self.to)]
    }

    fn advance(&mut self, n: usize) -> usize {
        let n = n.min(self.rest().len());
        self.from += n as u8;
        n
    }
}

impl Tail {
    fn is_empty(&self) -> bool {
        self.fixed.is_empty() && self.trailers.is_none()
    }

    fn advance(&mut self, sent: usize) {
        let n = sent.min(self.fixed.len());
        self.fixed = &self.fixed[n..];
        if let Some(trailers) = &mut self.trailers {
            trailers.consume(sent - n);
            if trailers.is_empty() {
                self.trailers = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only a large plain stretch that follows makes a head wait, and nothing does where low delays are wanted.
    #[test]
    fn only_what_may_wait_is_held_back() {
        let pipes = Pipes::new(net::splice::Budget::new(1, 0), 0);
        for (len, hurried, announced) in [(LARGE, false, false), (LARGE + 1, false, true), (LARGE + 1, true, false)] {
            let mut flow =
                Flow::new(BodyDecoder::new(h1::BodyLen::Length(len)), false, Some(pipes.clone()), None, None);
            if hurried {
                flow.hold_nothing_back();
            }
            assert_eq!(flow.announces_more(), announced, "{len} {hurried}");
        }
    }

    #[test]
    fn frames_are_hexadecimal() {
        for (size, text) in
            [(0, "0\r\n"), (9, "9\r\n"), (255, "FF\r\n"), (65536, "10000\r\n"), (usize::MAX, "FFFFFFFFFFFFFFFF\r\n")]
        {
            assert_eq!(Frame::of(size).rest(), text.as_bytes());
        }
    }
}
