//! What an expression can see while it is evaluated: borrowed facts, and an arena for what it builds.

use core::net::SocketAddr;

use base::{Tick, WallClock};
use bumpalo::Bump;
use http::Head;

use crate::facts::{Facts, Live, Received};
use crate::place::Place;
use crate::record::{Peer, Record};
use crate::val::Sink;
use crate::vars::Scopes;

/// The facts at one moment of one stream. Cheap to build, so that it can be dropped before the message changes
/// and built again afterwards.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// The worker's clock.
    pub now: Tick,
    /// The time of day that belongs to `now`.
    pub wall: WallClock,
    /// Which rule set (or log line) is being evaluated.
    pub place: Place,
    /// Nothing more will come: what isn't there yet is missing for good. `false` makes fetches of incomplete
    /// messages answer [`crate::Got::Wait`].
    pub last: bool,
    /// The process.
    pub process: &'a Process,
    /// The client connection, when there is one (health checks have none).
    pub session: Option<&'a Session<'a>>,
    /// The stream's choices so far.
    pub stream: Option<&'a Stream<'a>>,
    /// The request's head. With `option http-buffer-request` or behind `wait-for-body`, its body too.
    pub request: View<'a>,
    /// The response's head.
    pub response: View<'a>,
    /// The request's body as far as it is in memory; `None` where no HTTP request is, or none of it is kept.
    pub request_body: Option<&'a Received<'a>>,
    /// The response's body as far as it is in memory.
    pub response_body: Option<&'a Received<'a>>,
    /// What a TCP client has sent, as far as it is in memory; `None` in HTTP mode, where the reference ignores the
    /// fetches of manual 7.3.5.
    pub request_bytes: Option<&'a Received<'a>>,
    /// What a TCP server has sent, as far as it is in memory.
    pub response_bytes: Option<&'a Received<'a>>,
    /// What else there is to know of the exchange.
    pub facts: Option<&'a dyn Facts>,
    /// What lives beside it.
    pub live: Option<&'a dyn Live>,
    /// What is kept for logs; set in log lines, and whenever the proxy has it at hand.
    pub record: Option<&'a Record<'a>>,
    /// The variables that can be reached.
    pub vars: Scopes<'a>,
    /// Memory for what converters build.
    pub scratch: Scratch<'a>,
}

impl<'a> Env<'a> {
    /// The facts where nothing but the process is known: no connection, no message. `..Env::bare(…)` fills in what
    /// the caller has.
    pub fn bare(place: Place, now: Tick, wall: WallClock, process: &'a Process, scratch: Scratch<'a>) -> Env<'a> {
        Env {
            now,
            wall,
            place,
            last: true,
            process,
            session: None,
            stream: None,
            request: View::Absent,
            response: View::Absent,
            request_body: None,
            response_body: None,
            request_bytes: None,
            response_bytes: None,
            facts: None,
            live: None,
            record: None,
            vars: Scopes::default(),
            scratch,
        }
    }
}

/// A message that may not have come yet.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// Its head is known.
    Ready(&'a Head),
    /// It is still being received.
    Pending,
    /// There is none and there will be none.
    Absent,
}

/// Facts of the process.
#[derive(Clone, Debug)]
pub struct Process {
    /// The process' number.
    pub pid: u32,
    /// The host's name.
    pub hostname: Box<str>,
    /// Local time minus UTC, in seconds, at a moment that is given in seconds since the epoch.
    pub utc_offset: fn(i64) -> i32,
    /// A random number, of all 64 bits.
    pub random: fn() -> u64,
    /// Environment variables as they were when the process began, sorted by name.
    pub environment: Box<[EnvVar]>,
}

/// Name and value of an environment variable.
pub type EnvVar = (Box<[u8]>, Box<[u8]>);

impl Process {
    /// An environment variable as it was when the process began.
    pub fn variable(&self, name: &[u8]) -> Option<&[u8]> {
        let at = self.environment.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.environment.get(at).map(|(_, value)| &**value)
    }
}

impl Default for Process {
    /// A process without a number or name, in UTC, whose random numbers are all the same.
    fn default() -> Process {
        Process {
            pid: 0,
            hostname: "".into(),
            utc_offset: |_| 0,
            random: || 0x9e37_79b9_7f4a_7c15,
            environment: Box::default(),
        }
    }
}

/// Facts of a client connection.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// The client, after a PROXY header and the like.
    pub src: Peer,
    /// The address that the client connected to.
    pub dst: Option<SocketAddr>,
    /// When the connection was accepted.
    pub accepted: WallClock,
    /// The frontend.
    pub frontend: ProxyName<'a>,
    /// The number of the bind line (`so_id`).
    pub listener_id: u32,
    /// The `name` of the bind line.
    pub listener_name: Option<&'a str>,
}

/// A proxy's name and number.
#[derive(Clone, Copy, Debug)]
pub struct ProxyName<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its `id`.
    pub id: u32,
}

/// What a stream has decided so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stream<'a> {
    /// The backend, once there is one.
    pub backend: Option<ProxyName<'a>>,
    /// The server's name and `id`, once there is one.
    pub server: Option<ProxyName<'a>>,
}

/// Memory for what converters build; belongs to a worker. [`Arena::reset`] it when nothing of the last
/// evaluation is in use any more.
pub struct Arena(Bump);

/// An arena keeps at most this much memory (bytes) for the next evaluation.
const MAX_KEPT: usize = 256 * 1024;

impl Arena {
    /// An arena that has no memory yet.
    pub fn new() -> Arena {
        Arena(Bump::new())
    }

    /// What evaluations write to.
    pub fn scratch(&self) -> Scratch<'_> {
        Scratch { bump: &self.0, max: Scratch::DEFAULT_MAX }
    }

    /// Frees everything that was built.
    pub fn reset(&mut self) {
        if self.0.allocated_bytes() > MAX_KEPT {
            self.0 = Bump::new();
        } else {
            self.0.reset();
        }
    }
}

impl Default for Arena {
    fn default() -> Arena {
        Arena::new()
    }
}

/// A way to put bytes into an [`Arena`], each value limited as the reference limits it: to one buffer.
#[derive(Clone, Copy)]
pub struct Scratch<'a> {
    bump: &'a Bump,
    max: usize,
}

impl<'a> Scratch<'a> {
    /// The longest value in bytes unless [`Scratch::limited`] says otherwise: `tune.bufsize`'s default.
    pub const DEFAULT_MAX: usize = 16384;

    /// The same arena with another limit (`tune.bufsize`) on each value.
    pub fn limited(self, max: usize) -> Scratch<'a> {
        Scratch { max, ..self }
    }

    /// How long a value may be, in bytes.
    pub fn max(self) -> usize {
        self.max
    }

    /// A copy of `bytes`, `None` if they are too long.
    pub fn copy(self, bytes: &[u8]) -> Option<&'a [u8]> {
        self.copy_mut(bytes).map(|b| &*b)
    }

    /// A copy of `bytes` to be changed in place, `None` if they are too long.
    pub fn copy_mut(self, bytes: &[u8]) -> Option<&'a mut [u8]> {
        (bytes.len() <= self.max).then(|| self.bump.alloc_slice_copy(bytes))
    }

    /// What `fill` writes, `None` if that is too long.
    pub fn write(self, fill: impl FnOnce(&mut dyn Sink)) -> Option<&'a [u8]> {
        let mut built = Built { bytes: bumpalo::collections::Vec::new_in(self.bump), max: self.max, over: false };
        fill(&mut built);
        if built.over { None } else { Some(built.bytes.into_bump_slice()) }
    }
}

struct Built<'a> {
    bytes: bumpalo::collections::Vec<'a, u8>,
    max: usize,
    over: bool,
}

impl Sink for Built<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.over |= self.bytes.len() + bytes.len() > self.max;
        if !self.over {
            self.bytes.extend_from_slice_copy(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_limited_and_memory_comes_back() {
        let mut arena = Arena::new();
        assert_eq!(arena.scratch().copy(&[7; 16384]).map(<[u8]>::len), Some(16384));
        assert_eq!(arena.scratch().copy(&[7; 16385]), None);
        assert_eq!(arena.scratch().write(|w| (0..5).for_each(|_| w.put(&[1; 4096]))), None);
        assert_eq!(arena.scratch().write(|w| (0..2).for_each(|_| w.put(b"ab"))), Some(&b"abab"[..]));
        for _ in 0..100 {
            arena.scratch().copy(&[7; 16384]);
        }
        arena.reset();
        assert!(arena.0.allocated_bytes() <= MAX_KEPT);
    }
}
