//! A connection that streams share: the machine, and what waits for each stream. Streams and the driver are tasks of
//! one worker; they meet here, and nobody holds a borrow while he waits.

use base::Buf;
use h2::{Code, Conn, Event, Message};
use net::Stream;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::task::{Context, Waker};

/// Output beyond this many bytes makes senders wait.
pub const HIGH: usize = 64 * 1024;

/// See the module's comment.
pub struct Shared {
    pub transport: RefCell<Stream>,
    pub state: RefCell<State>,
    /// The driver, where it waits.
    driver: Cell<Option<Waker>>,
}

/// The machine and its streams.
pub struct State {
    pub conn: Conn,
    /// By place.
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    /// Streams in the order of their numbers, with their places.
    places: Vec<(u32, u32)>,
    /// Senders that wait for the output to shrink.
    crowd: Vec<Waker>,
    /// The transport is gone.
    pub dead: bool,
}

/// What waits for one stream.
#[derive(Default)]
pub struct Slot {
    /// Content that has come.
    pub content: VecDeque<Buf>,
    /// Trailers that have come.
    pub trailers: Option<Vec<u8>>,
    /// Nothing follows.
    pub ended: bool,
    /// It ended abruptly.
    pub reset: Option<Reset>,
    /// Responses that have come, interim ones included.
    pub heads: VecDeque<Message>,
    /// What came as a response isn't one.
    pub malformed: bool,
    /// The stream's task, where it waits.
    task: Option<Waker>,
}

/// How a stream ended abruptly.
#[derive(Clone, Copy, Debug)]
pub struct Reset {
    pub code: Code,
    /// The peer didn't look at the request.
    pub unprocessed: bool,
}

/// A stream that the peer has opened.
pub enum Opened {
    Request(Message),
    Malformed(u32, h2::Malformed),
}

impl Shared {
    /// A connection over `transport`.
    pub fn new(transport: Stream, conn: Conn) -> Shared {
        let state =
            State { conn, slots: Vec::new(), free: Vec::new(), places: Vec::new(), crowd: Vec::new(), dead: false };
        Shared { transport: RefCell::new(transport), state: RefCell::new(state), driver: Cell::default() }
    }

    /// The driver waits; it hears when a stream has something for it.
    pub fn driver_waits(&self, cx: &Context<'_>) {
        self.driver.set(Some(cx.waker().clone()));
    }

    /// A stream has written something, or has gone.
    pub fn wake_driver(&self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }
}

impl Slot {
    /// The stream's task waits.
    pub fn wait(&mut self, cx: &Context<'_>) {
        if !self.task.as_ref().is_some_and(|task| task.will_wake(cx.waker())) {
            self.task = Some(cx.waker().clone());
        }
    }

    fn wake(&mut self) {
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }

    /// Appends content, into the room of the last buffer where it fits. False: there is no buffer.
    fn append(&mut self, mut bytes: &[u8]) -> bool {
        if let Some(last) = self.content.back_mut() {
            let (now, later) = bytes.split_at(bytes.len().min(last.room()));
            bytes = later;
            if !last.push(now) {
                return false;
            }
        }
        while !bytes.is_empty() {
            let Some(mut buf) = rt::buf() else { return false };
            let (now, later) = bytes.split_at(bytes.len().min(buf.room()));
            if now.is_empty() || !buf.push(now) {
                return false;
            }
            bytes = later;
            self.content.push_back(buf);
        }
        true
    }
}

impl State {
    /// A place for a stream.
    pub fn enter(&mut self, id: u32) -> u32 {
        let place = match self.free.pop() {
            Some(place) => place,
            None => {
                self.slots.push(None);
                self.slots.len() as u32 - 1
            }
        };
        self.slots[place as usize] = Some(Slot::default());
        self.places.push((id, place));
        place
    }

    /// A stream goes, and its place is free.
    pub fn leave(&mut self, id: u32, place: u32) {
        self.slots[place as usize] = None;
        self.free.push(place);
        if let Ok(at) = self.places.binary_search_by_key(&id, |p| p.0) {
            self.places.remove(at);
        }
        if self.places.is_empty() {
            // An idle connection holds no memory for streams.
            (self.slots, self.free, self.places) = Default::default();
        }
    }

    /// What waits for the stream at this place.
    pub fn slot(&mut self, place: u32) -> Option<&mut Slot> {
        self.slots.get_mut(place as usize)?.as_mut()
    }

    fn slot_of(&mut self, id: u32) -> Option<&mut Slot> {
        let at = self.places.binary_search_by_key(&id, |p| p.0).ok()?;
        self.slot(self.places[at].1)
    }

    /// How many streams there are here.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Takes what an event means to the streams. A stream that the peer has opened is handed back.
    pub fn on_event(&mut self, event: Event, buf: &mut Buf) -> Option<Opened> {
        match event {
            Event::Request(message) => return Some(Opened::Request(message)),
            Event::Malformed { id, fault } => match self.slot_of(id) {
                Some(slot) => {
                    slot.malformed = true;
                    slot.wake();
                }
                None => return Some(Opened::Malformed(id, fault)),
            },
            Event::Response(message) => {
                if let Some(slot) = self.slot_of(message.id) {
                    slot.ended |= message.end;
                    slot.heads.push_back(message);
                    slot.wake();
                }
            }
            Event::Data { id, len, end } => self.on_data(id, len, end, buf),
            Event::Trailers { id, lines } => {
                if let Some(slot) = self.slot_of(id) {
                    slot.trailers = Some(lines);
                    slot.ended = true;
                    slot.wake();
                }
            }
            Event::Reset { id, code, unprocessed, .. } => self.on_reset(id, Reset { code, unprocessed }),
            Event::Writable { id } => {
                if let Some(slot) = self.slot_of(id) {
                    slot.wake();
                }
            }
            Event::AllWritable => self.wake_all(),
            Event::Settings | Event::GoAway { .. } | Event::Pong => {}
        }
        None
    }

    fn on_data(&mut self, id: u32, len: usize, end: bool, buf: &mut Buf) {
        let taken = match self.slot_of(id) {
            Some(slot) => {
                let taken = slot.append(&buf.data()[..len]);
                slot.ended |= end && taken;
                slot.wake();
                taken
            }
            None => true,
        };
        buf.consume(len);
        if !taken {
            // No memory: the stream ends, the others go on.
            self.conn.reset(id, Code::ENHANCE_YOUR_CALM);
            self.on_reset(id, Reset { code: Code::ENHANCE_YOUR_CALM, unprocessed: false });
        }
    }

    fn on_reset(&mut self, id: u32, reset: Reset) {
        if let Some(slot) = self.slot_of(id) {
            slot.reset.get_or_insert(reset);
            slot.wake();
        }
    }

    /// The transport is gone: so are all streams.
    pub fn die(&mut self) {
        self.dead = true;
        self.wake_all();
        self.disperse();
    }

    fn wake_all(&mut self) {
        self.slots.iter_mut().flatten().for_each(Slot::wake);
    }

    /// A sender waits until the output has shrunk.
    pub fn join_crowd(&mut self, cx: &Context<'_>) {
        self.crowd.push(cx.waker().clone());
    }

    /// The output has shrunk.
    pub fn disperse(&mut self) {
        self.crowd.drain(..).for_each(Waker::wake);
    }
}
