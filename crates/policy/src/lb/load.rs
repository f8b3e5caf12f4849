//! What a server is busy with, as far as balancing cares.

/// A server's load at the moment of a pick, read from the live server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Load {
    /// Connections or requests being served.
    pub served: u32,
    /// Requests waiting in the server's own queue.
    pub queued: u32,
    /// The limit that holds now (`minconn`, `fullconn` and `slowstart` applied), 0 for none.
    pub maxconn: u32,
    /// The limit of the server's queue, 0 for none.
    pub maxqueue: u32,
    /// Requests per second of late; breaks ties of `balance random`.
    pub rate: u32,
}

impl Load {
    /// Whether a request would have to wait.
    pub fn is_full(&self) -> bool {
        self.maxconn > 0 && (self.served >= self.maxconn || self.queued > 0)
    }

    /// Whether a balancing algorithm that minds queues may send a request here: there is a slot, or the
    /// server has a queue of limited length with room in it.
    pub fn takes_more(&self) -> bool {
        !self.is_full() || (self.maxqueue > 0 && self.queued < self.maxqueue)
    }

    /// Whether not even the server's queue takes another one.
    pub fn is_queue_full(&self) -> bool {
        self.maxconn > 0 && self.maxqueue > 0 && self.queued >= self.maxqueue
    }

    /// Served and waiting.
    pub fn total(&self) -> u32 {
        self.served.saturating_add(self.queued)
    }
}
