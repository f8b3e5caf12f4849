//! What operation sees of a worker's streams, and how it ends one (`show sess`, `shutdown session`).
//!
//! A stream's own state lies in its future, where nobody else can look. So each holds a card with the few facts that an
//! operator asks for. Cards are used again, and only their worker touches them.

use crate::plan::{LocalBack, LocalFront};
use crate::session::Client;
use base::Tick;
use base::ix::SrvIx;
pub use expr::Peer;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// All cards of one worker, in use or not.
#[derive(Default)]
pub struct Cards {
    all: RefCell<Vec<Rc<Card>>>,
    /// Those that belong to no stream.
    free: RefCell<Vec<Rc<Card>>>,
    /// How many streams have had one.
    given: Cell<u64>,
}

/// A request line that was longer than this isn't kept in a card that is free.
const KEPT_URI: usize = 256;

/// The facts about one stream.
pub struct Card {
    /// What the operator calls it; 0 for no stream. No two streams of the process have the same.
    id: Cell<u64>,
    began: Cell<Tick>,
    src: Cell<Peer>,
    task: Cell<Option<rt::TaskId>>,
    killed: Cell<bool>,
    front: RefCell<Option<Rc<LocalFront>>>,
    back: RefCell<Option<Rc<LocalBack>>>,
    server: Cell<Option<SrvIx>>,
    uri: RefCell<Vec<u8>>,
}

/// A stream's hold on its card.
pub struct Held {
    card: Rc<Card>,
    cards: Rc<Cards>,
}

/// Which streams an operator wants to see.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub id: Option<u64>,
    pub front: Option<Box<str>>,
    pub back: Option<Box<str>>,
    /// A server of `back`.
    pub server: Option<Box<str>>,
    /// At least so many milliseconds old.
    pub older_ms: u64,
    /// Only those that were told to end and are still there.
    pub suspicious: bool,
}

/// A stream as it was when it was looked at.
#[derive(Clone, Debug)]
pub struct StreamView {
    pub id: u64,
    pub age_ms: u64,
    pub src: Peer,
    pub front: Box<str>,
    pub front_id: u32,
    pub http: bool,
    pub back: Option<Box<str>>,
    pub server: Option<Box<str>>,
    /// The target of its request, once that is known.
    pub uri: Vec<u8>,
    /// It was told to end.
    pub killed: bool,
    pub worker: usize,
}

impl Held {
    /// A card for a stream of this client that begins now.
    pub fn new(client: &Client) -> Held {
        let (cards, front) = (&client.worker.cards, &client.front);
        let card = cards.take();
        let nth = cards.given.get() + 1;
        cards.given.set(nth);
        card.id.set(nth * client.worker.shared.threads as u64 + client.worker.id as u64);
        card.began.set(rt::now());
        card.src.set(client.src);
        card.task.set(rt::current_task());
        *card.front.borrow_mut() = Some(front.clone());
        Held { card, cards: cards.clone() }
    }

    /// Whether the operator wants the stream to end.
    pub fn is_killed(&self) -> bool {
        self.card.killed.get()
    }

    /// The stream has its backend.
    pub fn set_back(&self, back: &Rc<LocalBack>) {
        *self.card.back.borrow_mut() = Some(back.clone());
    }

    /// The stream has a server of that backend.
    pub fn set_server(&self, server: Option<SrvIx>) {
        self.card.server.set(server);
    }

    /// What the request asks for.
    pub fn set_uri(&self, uri: &[u8]) {
        let mut kept = self.card.uri.borrow_mut();
        kept.clear();
        kept.extend_from_slice(uri);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let card = &self.card;
        card.id.set(0);
        card.killed.set(false);
        card.server.set(None);
        card.front.take();
        card.back.take();
        let mut uri = card.uri.borrow_mut();
        uri.clear();
        uri.shrink_to(KEPT_URI);
        drop(uri);
        self.cards.free.borrow_mut().push(card.clone());
    }
}

impl Cards {
    fn take(&self) -> Rc<Card> {
        self.free.borrow_mut().pop().unwrap_or_else(|| {
            let fresh = Rc::new(Card::new());
            self.all.borrow_mut().push(fresh.clone());
            fresh
        })
    }

    /// After a burst the memory goes back. Called about once a second.
    pub fn trim(&self) {
        let mut free = self.free.borrow_mut();
        let keep = free.len() / 2;
        // Below this, looking costs more than the memory is worth.
        if keep < 64 {
            return;
        }
        free.truncate(keep);
        self.all.borrow_mut().retain(|card| Rc::strong_count(card) > 1);
    }

    /// The streams that are there now and wanted.
    pub fn look(&self, worker: usize, wanted: &Wanted) -> Vec<StreamView> {
        self.all.borrow().iter().filter_map(|card| card.view(worker)).filter(|view| wanted.fits(view)).collect()
    }

    /// Tells a stream to end; false if there is none of this number.
    pub fn kill(&self, id: u64) -> bool {
        let all = self.all.borrow();
        let Some(card) = all.iter().find(|card| id != 0 && card.id.get() == id) else { return false };
        card.killed.set(true);
        if let Some(task) = card.task.get() {
            task.wake();
        }
        true
    }
}

impl Card {
    fn new() -> Card {
        Card {
            id: Cell::new(0),
            began: Cell::new(Tick::NONE),
            src: Cell::new(Peer::Unix),
            task: Cell::new(None),
            killed: Cell::new(false),
            front: RefCell::default(),
            back: RefCell::default(),
            server: Cell::new(None),
            uri: RefCell::default(),
        }
    }

    fn view(&self, worker: usize) -> Option<StreamView> {
        let (front, back) = (self.front.borrow(), self.back.borrow());
        let front = front.as_ref().filter(|_| self.id.get() != 0)?;
        let server = back.as_ref().zip(self.server.get()).map(|(back, ix)| back.server(ix).spec.name.clone());
        Some(StreamView {
            id: self.id.get(),
            age_ms: rt::now().ms_since(self.began.get()),
            src: self.src.get(),
            front: front.spec.name.clone(),
            front_id: front.id,
            http: front.is_http(),
            back: back.as_ref().map(|back| back.spec.name.clone()),
            server,
            uri: self.uri.borrow().clone(),
            killed: self.killed.get(),
            worker,
        })
    }
}

impl Wanted {
    fn fits(&self, view: &StreamView) -> bool {
        self.id.is_none_or(|id| id == view.id)
            && self.front.as_ref().is_none_or(|name| *name == view.front)
            && (self.back.is_none() || self.back == view.back)
            && (self.server.is_none() || self.server == view.server)
            && view.age_ms >= self.older_ms
            && (!self.suspicious || view.killed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> StreamView {
        StreamView {
            id: 7,
            age_ms: 1500,
            src: Peer::Unix,
            front: "web".into(),
            front_id: 2,
            http: true,
            back: Some("app".into()),
            server: None,
            uri: Vec::new(),
            killed: false,
            worker: 0,
        }
    }

    #[test]
    fn what_is_wanted() {
        for (wanted, fits) in [
            (Wanted::default(), true),
            (Wanted { id: Some(7), ..Wanted::default() }, true),
            (Wanted { id: Some(8), ..Wanted::default() }, false),
            (Wanted { front: Some("web".into()), older_ms: 1500, ..Wanted::default() }, true),
            (Wanted { front: Some("app".into()), ..Wanted::default() }, false),
            (Wanted { back: Some("app".into()), ..Wanted::default() }, true),
            (Wanted { back: Some("app".into()), server: Some("a".into()), ..Wanted::default() }, false),
            (Wanted { older_ms: 1501, ..Wanted::default() }, false),
            (Wanted { suspicious: true, ..Wanted::default() }, false),
        ] {
            assert_eq!(wanted.fits(&view()), fits, "{wanted:?}");
        }
    }
}
