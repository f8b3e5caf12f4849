//! Connections at rest: nobody reads or writes, and whoever needs one next may be on another worker.
//!
//! A connection that rests is in two parts. The socket itself can be used from any thread; the place where its worker is
//! told of events stays with that worker. Whoever has both puts them together without a system call. Another worker
//! takes the socket alone and registers it anew; the place that is left behind is then dropped by its worker.

use crate::stream::{Addrs, Detached, Kind, Stream};
use rt::{ReadyQueue, Registration, Source, WorkerId};
use std::io;
use std::os::fd::AsFd;

/// The socket of a connection at rest. Dropping it closes the connection.
#[derive(Debug)]
pub struct Resting {
    conn: Detached,
    addrs: Option<Box<Addrs>>,
    session: Option<Box<tls::session::Session>>,
}

/// Where the worker on which it came to rest is told of its events.
#[derive(Debug)]
pub struct Watch {
    /// Simulated sockets have none.
    place: Option<Registration>,
}

impl Stream {
    /// Comes to rest: the next event reports `key` to `queue`; see [`rt::Registration::park`].
    pub fn rest(self, queue: &ReadyQueue, key: u32) -> (Resting, Watch) {
        self.park(queue, key);
        let (conn, place) = match self.kind {
            Kind::Fd(source) => {
                let (place, fd) = source.into_parts();
                (Detached::Fd(fd), Some(place))
            }
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => (Detached::Sim(sim.into_parked()), None),
        };
        (Resting { conn, addrs: self.addrs, session: self.session }, Watch { place })
    }
}

impl Resting {
    /// Is used again on the worker where it came to rest.
    pub fn wake(self, watch: Watch) -> io::Result<Stream> {
        let kind = match (self.conn, watch.place) {
            (Detached::Fd(fd), Some(place)) => Kind::Fd(Source::from_parts(place, fd)),
            (Detached::Fd(_), None) => return Err(io::ErrorKind::InvalidInput.into()),
            #[cfg(feature = "sim")]
            (Detached::Sim(end), _) => Kind::Sim(crate::sim::SimStream::attach(end)),
        };
        let stream = Stream { kind, addrs: self.addrs, session: self.session };
        stream.unpark();
        Ok(stream)
    }

    /// Is used again on this worker, having come to rest on another one. What happened to it meanwhile isn't known:
    /// [`Stream::is_quiet`] asks.
    pub fn take_over(self, from: WorkerId) -> io::Result<Stream> {
        let kind = match self.conn {
            Detached::Fd(fd) => {
                Registration::remove_from(from, fd.as_fd());
                Kind::Fd(Source::new(fd)?)
            }
            #[cfg(feature = "sim")]
            Detached::Sim(end) => Kind::Sim(crate::sim::SimStream::attach(end)),
        };
        let stream = Stream { kind, addrs: self.addrs, session: self.session };
        stream.unpark();
        Ok(stream)
    }
}
