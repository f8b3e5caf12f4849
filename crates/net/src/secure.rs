//! TLS over a stream: the same reading and writing, with a session between the socket and the caller.
//!
//! Ciphertext goes through memory that all connections of a worker use in turn, so an idle connection holds none.

use crate::stream::{Kind, Stream, poll_recv, poll_send};
use base::Buf;
use core::fmt;
use core::task::{Context, Poll, Waker, ready};
use rustix::net::SendFlags;
use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::rc::Rc;
use tls::session::{Scratch, Session, TlsError, has_record};

/// Ciphertext that is read beyond what is wanted, for the records' own bytes.
const READ_AHEAD: usize = 1024;
/// The least that is read at a time.
const MIN_READ: usize = 4096;

/// Why a handshake failed.
#[derive(Debug)]
pub enum HandshakeError {
    /// The peer closed before it was over.
    Closed,
    Io(io::Error),
    Tls(TlsError),
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HandshakeError::Closed => f.write_str("Connection closed during SSL handshake"),
            HandshakeError::Io(error) => error.fmt(f),
            HandshakeError::Tls(error) => error.fmt(f),
        }
    }
}

impl Stream {
    /// From now on, TLS is spoken. [`Stream::poll_handshake`] comes next. `begun`: ciphertext that was read already.
    pub fn start_tls(&mut self, mut session: Session, begun: &[u8]) {
        session.preload(begun);
        self.session = Some(Box::new(session));
    }

    /// The TLS session, if TLS is spoken.
    pub fn tls(&self) -> Option<&Session> {
        self.session.as_deref()
    }

    /// Drives the handshake. What the other side sent behind it is there for reading.
    pub fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), HandshakeError>> {
        let Stream { kind, session: Some(session), .. } = self else { return Poll::Ready(Ok(())) };
        with_scratch(|scratch| {
            loop {
                scratch.out.clear();
                let have = session.load(scratch);
                let result = session.receive(scratch, have, None);
                session.keep_pending(scratch, 0, 0);
                if let Poll::Ready(Err(error)) = flush(kind, cx, session) {
                    return Poll::Ready(Err(HandshakeError::Io(error)));
                }
                if let Err(error) = result {
                    return Poll::Ready(Err(HandshakeError::Tls(error)));
                }
                if !session.is_handshaking() {
                    return Poll::Ready(Ok(()));
                }
                let have = session.load(scratch);
                let room = scratch.input.len().min(have + MIN_READ);
                let got = poll_recv(kind, cx, &mut scratch.input[have..room]);
                session.keep(scratch, have + if let Poll::Ready(Ok(n)) = got { n } else { 0 });
                match ready!(got) {
                    Ok(0) => return Poll::Ready(Err(HandshakeError::Closed)),
                    Ok(_) => {}
                    Err(error) => return Poll::Ready(Err(HandshakeError::Io(error))),
                }
            }
        })
    }

    pub(crate) fn poll_read_tls(&mut self, cx: &mut Context<'_>, buf: &mut Buf, max: usize) -> Poll<io::Result<usize>> {
        let Stream { kind, session: Some(session), .. } = self else { return Poll::Ready(Ok(0)) };
        let spilled = session.take_spilled(buf, max);
        if spilled > 0 {
            return Poll::Ready(Ok(spilled));
        }
        if session.is_peer_closed() {
            return Poll::Ready(Ok(0));
        }
        with_scratch(|scratch| {
            let mut have = session.load(scratch);
            let mut fresh = has_record(&scratch.input[..have]);
            loop {
                if fresh {
                    scratch.out.clear();
                    let result = session.receive(scratch, have, Some((buf, max)));
                    // Answers to what came: alerts, updates of keys.
                    if !scratch.out.data().is_empty() {
                        session.keep_pending(scratch, 0, 0);
                        let _ = flush(kind, cx, session);
                    }
                    match result {
                        Err(error) => return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, error))),
                        Ok(n) if n > 0 => return Poll::Ready(Ok(n)),
                        Ok(_) if session.is_peer_closed() => return Poll::Ready(Ok(0)),
                        Ok(_) => have = session.load(scratch),
                    }
                }
                let room = scratch.input.len().min(have + max.max(MIN_READ) + READ_AHEAD);
                match poll_recv(kind, cx, &mut scratch.input[have..room]) {
                    // An end without a farewell is an end: what speaks above knows whether something is missing.
                    Poll::Ready(Ok(0)) => return Poll::Ready(Ok(0)),
                    Poll::Ready(Ok(n)) => (have, fresh) = (have + n, true),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => {
                        session.keep(scratch, have);
                        return Poll::Pending;
                    }
                }
            }
        })
    }

    /// What was encrypted must be sent before more is, so a caller who was told to wait comes back with the same bytes,
    /// and is told then how many of them that was.
    pub(crate) fn poll_write_tls(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
        flags: SendFlags,
    ) -> Poll<io::Result<usize>> {
        let Stream { kind, session: Some(session), .. } = self else { return Poll::Ready(Ok(0)) };
        let written = ready!(flush(kind, cx, session))?;
        if written > 0 || slices.iter().all(|slice| slice.is_empty()) {
            return Poll::Ready(Ok(written));
        }
        with_scratch(|scratch| {
            scratch.out.clear();
            let n = match session.encrypt(slices, scratch) {
                Ok(n) => n,
                Err(error) => return Poll::Ready(Err(io::Error::new(io::ErrorKind::BrokenPipe, error))),
            };
            let mut sent = 0;
            while sent < scratch.out.data().len() {
                match poll_send(kind, cx, &scratch.out.data()[sent..], flags) {
                    Poll::Ready(Ok(more)) => sent += more,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => {
                        session.keep_pending(scratch, sent, n);
                        return Poll::Pending;
                    }
                }
            }
            Poll::Ready(Ok(n))
        })
    }

    /// Says farewell, as far as the socket takes it at once. Nothing can be written afterwards.
    pub fn close_tls(&mut self) {
        let Stream { kind, session: Some(session), .. } = self else { return };
        with_scratch(|scratch| {
            scratch.out.clear();
            session.close(scratch);
            session.keep_pending(scratch, 0, 0);
            let _ = flush(kind, &mut Context::from_waker(Waker::noop()), session);
        });
    }

    /// Whether nothing but TLS's own messages has come.
    pub(crate) fn is_quiet_tls(&mut self) -> bool {
        let mut buf = Buf::unpooled(1);
        self.poll_read_tls(&mut Context::from_waker(Waker::noop()), &mut buf, 1).is_pending()
    }
}

/// Sends what is left over. Ready with how much plaintext that was, once all of it is gone.
fn flush(kind: &mut Kind, cx: &mut Context<'_>, session: &mut Session) -> Poll<io::Result<usize>> {
    let mut written = 0;
    while !session.pending().is_empty() {
        let n = ready!(poll_send(kind, cx, session.pending(), SendFlags::NOSIGNAL))?;
        written += session.sent(n).unwrap_or(0);
    }
    Poll::Ready(Ok(written))
}

/// The worker's scratch memory.
fn with_scratch<R>(f: impl FnOnce(&mut Scratch) -> R) -> R {
    let scratch = rt::try_local::<RefCell<Scratch>>().unwrap_or_else(|| {
        let scratch = Rc::new(RefCell::new(Scratch::new()));
        rt::set_local(scratch.clone());
        scratch
    });
    f(&mut scratch.borrow_mut())
}
