//! The last invalid message of each proxy, kept for the operator (`show errors`).

use crate::session::Client;
use crate::stream::Exchange;
use base::{Buf, WallClock};
use expr::Peer;
use std::sync::Mutex;
use std::sync::atomic::Ordering::Relaxed;

/// Where a proxy keeps its last one.
pub type Kept = Mutex<Option<Box<Invalid>>>;

/// A message that was refused.
#[derive(Clone, Debug)]
pub struct Invalid {
    /// Counts such messages of the whole process, from 0.
    pub event: u64,
    pub at: WallClock,
    /// A server's; otherwise a client's.
    pub response: bool,
    /// Names and numbers.
    pub front: (Box<str>, u32),
    pub back: Option<(Box<str>, u32)>,
    pub server: Option<(Box<str>, u32)>,
    pub src: Peer,
    /// What had been received of it.
    pub bytes: Box<[u8]>,
    /// Where in it the fault is.
    pub position: usize,
    /// Room behind it in its buffer, in bytes.
    pub room: usize,
}

/// Keeps an invalid request. An allocation, for a connection that ends with this.
pub fn request(client: &Client, buf: &Buf, position: usize) {
    let invalid = Invalid { response: false, ..message(client, None, buf, position) };
    put(&client.front.live.invalid, invalid);
}

/// Keeps an invalid response.
pub fn response(client: &Client, x: &Exchange, buf: &Buf, position: usize) {
    let invalid = Invalid { response: true, ..message(client, Some(x), buf, position) };
    put(&x.backend().live.invalid, invalid);
}

fn message(client: &Client, x: Option<&Exchange>, buf: &Buf, position: usize) -> Invalid {
    let front = (client.front.spec.name.clone(), client.front.id);
    let back = x.map(Exchange::backend);
    let server = x.and_then(|x| x.server).zip(back.as_ref());
    let server = server.map(|(ix, back)| (back.server(ix).spec.name.clone(), back.server_id(ix)));
    Invalid {
        event: client.worker.shared.invalid_messages.fetch_add(1, Relaxed),
        at: rt::wall(),
        response: false,
        front,
        back: back.map(|back| (back.spec.name.clone(), back.id)),
        server,
        src: client.src,
        bytes: buf.data().into(),
        position,
        room: buf.room(),
    }
}

fn put(kept: &Kept, invalid: Invalid) {
    *kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(Box::new(invalid));
}
