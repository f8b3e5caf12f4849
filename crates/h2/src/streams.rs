//! The streams of a connection, in the order of their numbers.

/// One direction of a stream (RFC 9113 section 5.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Half {
    /// A head has not passed yet.
    Idle,
    /// A head has passed; content may.
    Open,
    /// END_STREAM or RST_STREAM has passed.
    Closed,
}

/// How much content must still come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Expected {
    /// Until the end.
    Any,
    /// So many bytes.
    Bytes(u64),
    /// None, whatever `content-length` says: an answer to HEAD, 204, 304.
    Nothing,
}

/// A stream. It stays until the driver has released it, also when both directions are closed.
#[derive(Debug)]
pub(crate) struct Entry {
    pub id: u32,
    pub recv: Half,
    pub send: Half,
    /// Content that must still come.
    pub expected: Expected,
    /// What we may send. Negative when the peer has made its initial window smaller (RFC 9113 section 6.9.2).
    pub send_window: i64,
    /// What the peer may send.
    pub recv_window: i64,
    /// What has come and isn't credited yet.
    pub held: u32,
    /// A sender waits for the stream's window.
    pub blocked: bool,
    /// The request was HEAD: the response has no content (client role).
    pub is_head: bool,
    /// Content has come: it takes part in the receive memory.
    pub uploading: bool,
    /// Its head was refused: content is dropped.
    pub discard: bool,
    /// The driver is through with it.
    pub released: bool,
}

impl Entry {
    pub fn new(id: u32, send_window: u32, recv_window: u32) -> Entry {
        Entry {
            id,
            recv: Half::Idle,
            send: Half::Idle,
            expected: Expected::Any,
            send_window: i64::from(send_window),
            recv_window: i64::from(recv_window),
            held: 0,
            blocked: false,
            is_head: false,
            uploading: false,
            discard: false,
            released: false,
        }
    }

    /// Whether it counts towards the limit of streams (RFC 9113 section 5.1.2).
    pub fn is_open(&self) -> bool {
        self.recv != Half::Closed || self.send != Half::Closed
    }
}

/// All streams that the driver hasn't released. Numbers only grow, so that a new one goes to the end; released ones
/// are swept out once they are the majority, which keeps every operation at logarithmic or constant cost.
#[derive(Default)]
pub(crate) struct Streams {
    list: Vec<Entry>,
    released: usize,
    /// How many are open as the protocol counts them.
    open: usize,
}

/// Fewer released entries aren't worth a sweep.
const SWEEP: usize = 16;

impl Streams {
    /// The stream of this number, if the driver still has it.
    #[inline]
    pub fn get(&mut self, id: u32) -> Option<&mut Entry> {
        let at = self.list.binary_search_by_key(&id, |e| e.id).ok()?;
        self.list.get_mut(at).filter(|e| !e.released)
    }

    /// Adds a stream, whose number must be larger than all before.
    pub fn push(&mut self, entry: Entry) {
        debug_assert!(self.list.last().is_none_or(|last| last.id < entry.id));
        self.open += usize::from(entry.is_open());
        self.list.push(entry);
    }

    /// Closes one or both directions of a stream.
    pub fn close(&mut self, id: u32, recv: bool, send: bool) {
        let Some(entry) = self.get(id) else { return };
        let was_open = entry.is_open();
        if recv {
            entry.recv = Half::Closed;
        }
        if send {
            entry.send = Half::Closed;
        }
        let closed = was_open && !entry.is_open();
        self.open -= usize::from(closed);
    }

    /// Takes a stream out; it is `None` if it isn't there.
    pub fn release(&mut self, id: u32) {
        let Some(entry) = self.get(id) else { return };
        entry.released = true;
        let was_open = entry.is_open();
        self.open -= usize::from(was_open);
        self.released += 1;
        if self.released == self.list.len() {
            self.list.clear();
            self.released = 0;
        } else if self.released >= SWEEP && self.released * 2 > self.list.len() {
            self.list.retain(|e| !e.released);
            self.released = 0;
        }
    }

    /// How many the driver still has.
    pub fn len(&self) -> usize {
        self.list.len() - self.released
    }

    /// How many are open as the protocol counts them.
    pub fn open(&self) -> usize {
        self.open
    }

    /// All that the driver still has.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.list.iter_mut().filter(|e| !e.released)
    }

    /// Gives up memory: the connection is idle.
    pub fn shrink(&mut self) {
        if self.list.is_empty() {
            self.list = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_streams_are_swept_out() {
        let mut streams = Streams::default();
        for id in 0..1000 {
            streams.push(Entry::new(2 * id + 1, 1, 1));
            if id >= 3 {
                streams.release(2 * (id - 3) + 1);
                assert!(streams.get(2 * (id - 3) + 1).is_none());
            }
            assert!(streams.list.len() < 40 && streams.len() <= 4);
        }
        assert_eq!(streams.get(1999).map(|e| e.id), Some(1999));
        assert!(streams.get(2001).is_none());
        for id in 0..1000 {
            streams.release(2 * id + 1);
        }
        assert!(streams.list.is_empty());
    }
}
