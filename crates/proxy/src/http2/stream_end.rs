//! One stream of a shared connection, as its task uses it.

use super::state::{HIGH, Shared, State};
use base::Buf;
use h2::{Code, Message};
use http::Head;
use net::Stream;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A stream; dropping it is its end.
pub struct StreamEnd {
    shared: Rc<Shared>,
    id: u32,
    place: u32,
    /// What the peer is told if the stream is dropped before its end.
    code: Code,
}

/// What has come of a message.
pub enum Content {
    /// Content; nothing follows where the flag says so.
    Data(Buf, bool),
    /// Nothing follows but these trailers, lines of the form `name: value\r\n`.
    End(Vec<u8>),
}

/// The stream ended abruptly, or its connection is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gone {
    /// The peer says that it didn't look at the request.
    pub unprocessed: bool,
}

/// A response's head, or what came in its place.
pub enum Answered {
    Head(Message),
    Malformed,
}

impl StreamEnd {
    /// The stream of this number, which gets a place at the connection.
    pub fn new(shared: Rc<Shared>, id: u32) -> StreamEnd {
        let place = shared.state.borrow_mut().enter(id);
        StreamEnd { shared, id, place, code: Code::CANCEL }
    }

    /// The stream's number.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Asks the machine.
    pub fn with_state<R>(&self, ask: impl FnOnce(&mut State) -> R) -> R {
        ask(&mut self.shared.state.borrow_mut())
    }

    /// Asks the connection below.
    pub fn with_transport<R>(&self, ask: impl FnOnce(&Stream) -> R) -> R {
        ask(&self.shared.transport.borrow())
    }

    /// Changes the connection below.
    pub fn change_transport<R>(&self, change: impl FnOnce(&mut Stream) -> R) -> R {
        change(&mut self.shared.transport.borrow_mut())
    }

    /// Whether the stream has ended abruptly.
    pub fn is_gone(&self) -> bool {
        self.with_state(|state| gone(state, self.place).is_some())
    }

    /// Why, if the peer said it.
    pub fn reset_code(&self) -> Option<Code> {
        self.with_state(|state| Some(state.slot(self.place)?.reset?.code))
    }

    /// Ready once the stream has ended abruptly.
    pub fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.with_state(|state| match gone(state, self.place) {
            Some(_) => Poll::Ready(()),
            None => {
                wait(state, self.place, cx);
                Poll::Pending
            }
        })
    }

    /// The next content of the peer's message. What was handed out may be sent again by the peer.
    pub fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<Result<Content, Gone>> {
        let (got, credited) = self.with_state(|state| {
            let Some(slot) = state.slot(self.place) else { return (Poll::Ready(Err(LOST)), false) };
            if let Some(buf) = slot.content.pop_front() {
                let last = slot.ended && slot.content.is_empty() && slot.trailers.is_none();
                state.conn.credit(self.id, buf.len());
                return (Poll::Ready(Ok(Content::Data(buf, last))), !state.conn.out.is_empty());
            }
            if slot.ended {
                return (Poll::Ready(Ok(Content::End(slot.trailers.take().unwrap_or_default()))), false);
            }
            if let Some(gone) = gone(state, self.place) {
                return (Poll::Ready(Err(gone)), false);
            }
            wait(state, self.place, cx);
            (Poll::Pending, false)
        });
        if credited {
            self.shared.wake_driver();
        }
        got
    }

    /// The next response (of a request of ours).
    pub fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Answered, Gone>> {
        self.with_state(|state| {
            let Some(slot) = state.slot(self.place) else { return Poll::Ready(Err(LOST)) };
            if let Some(head) = slot.heads.pop_front() {
                return Poll::Ready(Ok(Answered::Head(head)));
            }
            if slot.malformed {
                return Poll::Ready(Ok(Answered::Malformed));
            }
            if let Some(gone) = gone(state, self.place) {
                return Poll::Ready(Err(gone));
            }
            wait(state, self.place, cx);
            Poll::Pending
        })
    }

    /// How many bytes of content may be sent now, more than none.
    pub fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Gone>> {
        self.with_state(|state| {
            if let Some(gone) = gone(state, self.place) {
                return Poll::Ready(Err(gone));
            }
            if state.conn.out.len() >= HIGH {
                state.join_crowd(cx);
                wait(state, self.place, cx);
                return Poll::Pending;
            }
            match state.conn.send_room(self.id) {
                0 => {
                    wait(state, self.place, cx);
                    Poll::Pending
                }
                n => Poll::Ready(Ok(n)),
            }
        })
    }

    /// Sends a response's head, maybe an interim one.
    pub fn respond(&mut self, head: &Head, end: bool) -> Result<(), Gone> {
        self.send_with(|state, id| state.conn.respond(id, head, end).is_ok())
    }

    /// Sends content, no more than there is room for.
    pub fn send(&mut self, bytes: &[u8], end: bool) -> Result<(), Gone> {
        self.send_with(|state, id| state.conn.send(id, bytes, end).is_ok())
    }

    /// The same with a buffer of its own.
    pub fn send_buf(&mut self, buf: Buf, end: bool) -> Result<(), Gone> {
        self.send_with(|state, id| state.conn.send_buf(id, buf, end).is_ok())
    }

    /// Ends our message, with trailers if there are any; nothing happens if it has ended.
    pub fn finish(&mut self, trailers: &[u8]) {
        let _ = self.send_with(|state, id| state.conn.is_sent(id) || state.conn.send_trailers(id, trailers).is_ok());
    }

    /// Ends the stream abruptly.
    pub fn reset(&mut self, code: Code) {
        self.with_state(|state| state.conn.reset(self.id, code));
        self.shared.wake_driver();
    }

    /// What the peer is told if the stream is dropped before its end.
    pub fn set_code(&mut self, code: Code) {
        self.code = code;
    }

    /// Whether all of our message has been handed over.
    pub fn is_sent(&self) -> bool {
        self.with_state(|state| state.conn.is_sent(self.id))
    }

    fn send_with(&mut self, send: impl FnOnce(&mut State, u32) -> bool) -> Result<(), Gone> {
        let sent = self.with_state(|state| !state.dead && send(state, self.id));
        self.shared.wake_driver();
        if sent { Ok(()) } else { Err(LOST) }
    }
}

impl Drop for StreamEnd {
    fn drop(&mut self) {
        // An answer that is complete needs no more of the request (RFC 9113 section 8.1).
        let code = if self.is_sent() { Code::NO_ERROR } else { self.code };
        self.with_state(|state| {
            state.conn.release(self.id, code);
            state.leave(self.id, self.place);
        });
        self.shared.wake_driver();
    }
}

const LOST: Gone = Gone { unprocessed: false };

fn gone(state: &mut State, place: u32) -> Option<Gone> {
    let dead = state.dead;
    match state.slot(place) {
        Some(slot) => match slot.reset {
            Some(reset) => Some(Gone { unprocessed: reset.unprocessed }),
            None => dead.then_some(LOST),
        },
        None => Some(LOST),
    }
}

fn wait(state: &mut State, place: u32, cx: &Context<'_>) {
    if let Some(slot) = state.slot(place) {
        slot.wait(cx);
    }
}
