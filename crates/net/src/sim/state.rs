//! What the simulated network knows. Its functions collect wakes for the caller to do outside of the lock.

use super::{Faults, Traffic};
use base::{Addr, Tick};
use core::task::Waker;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::io;

/// Identifies an end, a listening socket or an attempt; never used again.
pub(crate) type Id = u64;

/// What a parked end does when something happens.
pub(crate) type Report = Box<dyn FnOnce() + Send>;

/// Whom to wake once the lock is free.
#[derive(Default)]
pub(crate) struct Wakes {
    wakers: Vec<Waker>,
    reports: Vec<Report>,
}

impl Wakes {
    pub fn wake(self) {
        self.wakers.into_iter().for_each(Waker::wake);
        self.reports.into_iter().for_each(|report| report());
    }

    fn add(&mut self, waker: &mut Option<Waker>) {
        self.wakers.extend(waker.take());
    }
}

/// One end of a connection.
pub(crate) struct End {
    pub local: Addr,
    pub remote: Addr,
    peer: Id,
    /// Arrived, not read.
    pub inbox: VecDeque<u8>,
    /// Written by the peer, not arrived.
    coming: usize,
    /// Nothing arrives before this: order is kept.
    horizon: Tick,
    /// The peer's end of stream has arrived.
    pub ended: bool,
    /// The connection is dead: a reset has arrived or left.
    pub dead: bool,
    /// The error of a reset, until told.
    pub error: Option<io::ErrorKind>,
    /// We have ended our direction.
    pub write_shut: bool,
    pub linger_reset: bool,
    closed: bool,
    pub reader: Option<Waker>,
    pub writer: Option<Waker>,
    pub parked: Option<Report>,
}

impl End {
    fn new(local: Addr, remote: Addr, peer: Id) -> End {
        End {
            local,
            remote,
            peer,
            inbox: VecDeque::new(),
            coming: 0,
            horizon: Tick::NONE,
            ended: false,
            dead: false,
            error: None,
            write_shut: false,
            linger_reset: false,
            closed: false,
            reader: None,
            writer: None,
            parked: None,
        }
    }

    /// Whether a read would not wait.
    pub fn is_readable(&self) -> bool {
        !self.inbox.is_empty() || self.is_over()
    }

    /// Whether the peer has ended its direction or the connection.
    pub fn is_over(&self) -> bool {
        self.ended || self.dead
    }

    /// Whether both directions are over.
    pub fn is_closed(&self) -> bool {
        self.dead || (self.ended && self.write_shut)
    }

    fn tell(&mut self, wakes: &mut Wakes) {
        wakes.add(&mut self.reader);
        wakes.reports.extend(self.parked.take());
    }
}

/// A listening socket.
struct Port {
    addr: Addr,
    reuse: bool,
    backlog: usize,
    queue: VecDeque<(Id, Addr)>,
    waker: Option<Waker>,
}

/// An attempt to connect.
struct Attempt {
    from: Addr,
    to: Addr,
    waker: Option<Waker>,
    /// Our end, once the target has taken the connection.
    end: Option<Id>,
    answer: Option<Result<Id, io::ErrorKind>>,
}

/// What happens at a time to come.
enum Event {
    Bytes(Id, Vec<u8>),
    EndOfStream(Id),
    Reset(Id),
    /// An attempt reaches its target.
    Knock(Id),
    /// The answer is back.
    Answer(Id, Result<Id, io::ErrorKind>),
    /// A reader is woken for nothing.
    Nothing(Id),
}

struct Scheduled {
    at: Tick,
    order: u64,
    event: Event,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// How long a full queue of connections makes an attempt wait before it knocks again.
const KNOCK_AGAIN_MS: u64 = 1000;

pub(crate) struct State {
    pub faults: Faults,
    pub traffic: Traffic,
    rng: fastrand::Rng,
    next_id: Id,
    next_port: u16,
    events: BinaryHeap<Reverse<Scheduled>>,
    ends: BTreeMap<Id, End>,
    ports: BTreeMap<Id, Port>,
    attempts: BTreeMap<Id, Attempt>,
    cuts: Vec<Addr>,
    held: Vec<Scheduled>,
    datagrams: Vec<(Addr, Vec<u8>)>,
}

impl State {
    pub fn new(seed: u64) -> State {
        State {
            faults: Faults::harmless(),
            traffic: Traffic::default(),
            rng: fastrand::Rng::with_seed(seed),
            next_id: 0,
            next_port: 32_768,
            events: BinaryHeap::new(),
            ends: BTreeMap::new(),
            ports: BTreeMap::new(),
            attempts: BTreeMap::new(),
            cuts: Vec::new(),
            held: Vec::new(),
            datagrams: Vec::new(),
        }
    }

    pub fn end(&mut self, id: Id) -> &mut End {
        self.ends.get_mut(&id).expect("an end lives as long as its handle")
    }

    fn id(&mut self) -> Id {
        self.next_id += 1;
        self.next_id
    }

    /// A port of ours that nobody uses (they only come round after 28,000 connections).
    pub fn ephemeral(&mut self) -> u16 {
        self.next_port = if self.next_port == 60_999 { 32_768 } else { self.next_port + 1 };
        self.next_port
    }

    fn chance(&mut self, in_1000: u32) -> bool {
        in_1000 > 0 && self.rng.u32(0..1000) < in_1000
    }

    fn delay(&mut self, now: Tick) -> Tick {
        let (from, to) = self.faults.delay_us;
        let mut us = self.rng.u64(from..=to.max(from));
        if self.chance(self.faults.slow) {
            us *= 20;
        }
        Tick(now.0 + us * 1000)
    }

    fn schedule(&mut self, at: Tick, event: Event) {
        let order = self.id();
        self.events.push(Reverse(Scheduled { at, order, event }));
    }

    /// Schedules what reaches an end, after all that was sent to it before.
    fn send_to(&mut self, id: Id, now: Tick, event: Event) {
        let delayed = self.delay(now);
        let Some(end) = self.ends.get_mut(&id) else { return };
        let at = delayed.max(end.horizon);
        end.horizon = at;
        self.schedule(at, event);
    }

    pub fn next_event(&self) -> Option<Tick> {
        self.events.peek().map(|Reverse(next)| next.at)
    }

    /// Does the next thing that is due; something of it for the trace.
    pub fn run_next(&mut self, now: Tick, wakes: &mut Wakes) -> Option<u64> {
        if self.next_event()? > now {
            return None;
        }
        let Reverse(due) = self.events.pop()?;
        let what = due.order << 16 ^ due.at.0;
        if self.is_cut(&due.event) {
            self.held.push(due);
            return Some(what);
        }
        self.happen(due.event, now, wakes);
        Some(what)
    }

    fn happen(&mut self, event: Event, now: Tick, wakes: &mut Wakes) {
        match event {
            Event::Bytes(id, bytes) => self.on_bytes(id, bytes, now, wakes),
            Event::EndOfStream(id) => {
                if let Some(end) = self.ends.get_mut(&id) {
                    end.ended = true;
                    end.tell(wakes);
                }
            }
            Event::Reset(id) => {
                if let Some(end) = self.ends.get_mut(&id)
                    && !end.dead
                {
                    self.traffic.resets += 1;
                    end.dead = true;
                    end.error = Some(io::ErrorKind::ConnectionReset);
                    end.tell(wakes);
                    wakes.add(&mut end.writer);
                }
            }
            Event::Knock(id) => self.on_knock(id, now, wakes),
            Event::Answer(id, answer) => {
                // If nobody waits any more, the end was closed when the attempt was given up.
                if let Some(attempt) = self.attempts.get_mut(&id) {
                    attempt.answer = Some(answer);
                    wakes.add(&mut attempt.waker);
                }
            }
            Event::Nothing(id) => {
                if let Some(end) = self.ends.get_mut(&id) {
                    wakes.add(&mut end.reader);
                    wakes.add(&mut end.writer);
                }
            }
        }
    }

    fn on_bytes(&mut self, id: Id, bytes: Vec<u8>, now: Tick, wakes: &mut Wakes) {
        let Some(end) = self.ends.get_mut(&id) else { return };
        end.coming -= bytes.len();
        if end.closed {
            // Nobody will read it: the sender is told so.
            let peer = end.peer;
            self.send_to(peer, now, Event::Reset(peer));
            return;
        }
        if !end.dead {
            end.inbox.extend(bytes);
            end.tell(wakes);
            if self.chance(self.faults.spurious) {
                let at = self.delay(now);
                self.schedule(at, Event::Nothing(id));
            }
        }
    }

    // Reading and writing.

    /// How many bytes a read of up to `max` brings; 0 if there are none.
    pub fn read(&mut self, id: Id, max: usize, into: &mut [u8], wakes: &mut Wakes) -> usize {
        let short = self.chance(self.faults.short_read);
        let there = self.end(id).inbox.len().min(max);
        let n = if short && there > 1 { self.rng.usize(1..=there) } else { there };
        let end = self.end(id);
        for (to, byte) in into.iter_mut().zip(end.inbox.drain(..n)) {
            *to = byte;
        }
        let peer = end.peer;
        if n > 0
            && let Some(peer) = self.ends.get_mut(&peer)
        {
            wakes.add(&mut peer.writer);
        }
        n
    }

    /// How many bytes the peer's window has room for.
    pub fn room(&self, id: Id) -> usize {
        let Some(end) = self.ends.get(&id) else { return 0 };
        match self.ends.get(&end.peer) {
            Some(peer) => self.faults.window.saturating_sub(peer.inbox.len() + peer.coming),
            // It has gone, and its reset is on its way or was told.
            None => self.faults.window,
        }
    }

    /// Sends what fits; how much that was.
    pub fn write(&mut self, id: Id, bytes: &[u8], now: Tick) -> usize {
        let mut n = self.room(id).min(bytes.len());
        if n > 1 && self.chance(self.faults.short_write) {
            n = self.rng.usize(1..=n);
        }
        let peer = self.end(id).peer;
        self.traffic.bytes += n as u64;
        if let Some(end) = self.ends.get_mut(&peer) {
            end.coming += n;
            let mut rest = &bytes[..n];
            while !rest.is_empty() {
                let piece = if rest.len() > 1 && self.chance(self.faults.split) {
                    self.rng.usize(1..rest.len())
                } else {
                    rest.len()
                };
                self.send_to(peer, now, Event::Bytes(peer, rest[..piece].to_vec()));
                rest = &rest[piece..];
            }
        }
        if self.chance(self.faults.reset) {
            self.send_to(peer, now, Event::Reset(peer));
            self.send_to(id, now, Event::Reset(id));
        }
        n
    }

    /// Ends our direction.
    pub fn shut(&mut self, id: Id, now: Tick) {
        let end = self.end(id);
        let peer = end.peer;
        if !std::mem::replace(&mut end.write_shut, true) && !end.dead {
            self.send_to(peer, now, Event::EndOfStream(peer));
        }
    }

    /// The handle of an end is gone.
    pub fn close(&mut self, id: Id, now: Tick, wakes: &mut Wakes) {
        let end = self.end(id);
        end.closed = true;
        // Dropped with the lock held, but only wakers that wait for nobody any more.
        wakes.wakers.extend([end.reader.take(), end.writer.take()].into_iter().flatten());
        end.parked = None;
        let peer = end.peer;
        if !end.dead {
            if end.linger_reset || !end.inbox.is_empty() {
                self.send_to(peer, now, Event::Reset(peer));
            } else {
                self.shut(id, now);
            }
        }
        if self.ends.get(&peer).is_none_or(|peer| peer.closed) {
            self.ends.remove(&id);
            self.ends.remove(&peer);
        }
    }

    // Connecting and listening.

    pub fn listen(&mut self, addr: &Addr, reuse: bool, backlog: usize) -> Result<(Id, Addr), io::ErrorKind> {
        let mut addr = addr.clone();
        if let Addr::Ip(ip) = &mut addr
            && ip.port() == 0
        {
            ip.set_port(self.ephemeral());
        }
        if self.ports.values().any(|port| port.addr == addr && !(port.reuse && reuse)) {
            // A path is taken over, as in the file system.
            if !matches!(addr, Addr::Unix(_)) {
                return Err(io::ErrorKind::AddrInUse);
            }
        }
        let id = self.id();
        let port = Port { addr: addr.clone(), reuse, backlog, queue: VecDeque::new(), waker: None };
        self.ports.insert(id, port);
        Ok((id, addr))
    }

    pub fn unlisten(&mut self, id: Id, now: Tick, wakes: &mut Wakes) {
        let Some(port) = self.ports.remove(&id) else { return };
        wakes.wakers.extend(port.waker);
        for (end, _) in port.queue {
            self.end(end).linger_reset = true;
            self.close(end, now, wakes);
        }
    }

    pub fn accept(&mut self, id: Id, waker: &Waker) -> Option<(Id, Addr)> {
        let port = self.ports.get_mut(&id)?;
        let next = port.queue.pop_front();
        if next.is_none() {
            port.waker = Some(waker.clone());
        }
        next
    }

    pub fn connect(&mut self, from: Addr, to: &Addr, now: Tick) -> Id {
        let id = self.id();
        self.attempts.insert(id, Attempt { from, to: to.clone(), waker: None, end: None, answer: None });
        let at = self.delay(now);
        self.schedule(at, Event::Knock(id));
        id
    }

    pub fn poll_connect(&mut self, id: Id, waker: &Waker) -> Option<Result<Id, io::ErrorKind>> {
        let attempt = self.attempts.get_mut(&id)?;
        match attempt.answer.take() {
            Some(answer) => {
                self.attempts.remove(&id);
                Some(answer)
            }
            None => {
                attempt.waker = Some(waker.clone());
                None
            }
        }
    }

    pub fn give_up(&mut self, id: Id, now: Tick, wakes: &mut Wakes) {
        if let Some(Attempt { end: Some(end), .. }) = self.attempts.remove(&id) {
            self.close(end, now, wakes);
        }
    }

    fn on_knock(&mut self, id: Id, now: Tick, wakes: &mut Wakes) {
        let Some(attempt) = self.attempts.get(&id) else { return };
        let (from, to) = (attempt.from.clone(), attempt.to.clone());
        let back = self.delay(now);
        let Some(port) = self.port_for(&to) else {
            self.traffic.refused += 1;
            self.schedule(back, Event::Answer(id, Err(io::ErrorKind::ConnectionRefused)));
            return;
        };
        let (client, server) = (self.id(), self.id());
        let Some(listener) = self.ports.get_mut(&port) else { return };
        if listener.queue.len() >= listener.backlog.max(1) {
            self.schedule(now.plus_ms(KNOCK_AGAIN_MS), Event::Knock(id));
            return;
        }
        listener.queue.push_back((server, from.clone()));
        wakes.add(&mut listener.waker);
        self.traffic.connections += 1;
        self.ends.insert(client, End::new(from.clone(), to.clone(), server));
        self.ends.insert(server, End::new(to, from, client));
        if let Some(attempt) = self.attempts.get_mut(&id) {
            attempt.end = Some(client);
        }
        self.schedule(back, Event::Answer(id, Ok(client)));
    }

    /// Who listens at `to`: the exact address before the wildcard; of several, any. Of unix paths, the last.
    fn port_for(&mut self, to: &Addr) -> Option<Id> {
        let exact: Vec<Id> = self.ports.iter().filter(|(_, port)| port.addr == *to).map(|(id, _)| *id).collect();
        if matches!(to, Addr::Unix(_)) {
            return exact.last().copied();
        }
        if let Some(chosen) = self.rng.choice(&exact) {
            return Some(*chosen);
        }
        let Addr::Ip(to) = to else { return None };
        let wild =
            |port: &Port| matches!(&port.addr, Addr::Ip(ip) if ip.ip().is_unspecified() && ip.port() == to.port());
        let wild: Vec<Id> = self.ports.iter().filter(|(_, port)| wild(port)).map(|(id, _)| *id).collect();
        self.rng.choice(&wild).copied()
    }

    // Disasters.

    pub fn cut(&mut self, addr: &Addr) {
        self.cuts.push(addr.clone());
    }

    pub fn heal(&mut self, addr: &Addr) {
        self.cuts.retain(|cut| cut != addr);
        // At their old times, which are past: so they come before all that was sent later. What another cut still
        // concerns is held again.
        self.events.extend(self.held.drain(..).map(Reverse));
    }

    fn is_cut(&self, event: &Event) -> bool {
        if self.cuts.is_empty() {
            return false;
        }
        let (one, other) = match event {
            Event::Bytes(id, _) | Event::EndOfStream(id) | Event::Reset(id) | Event::Nothing(id) => {
                let Some(end) = self.ends.get(id) else { return false };
                (&end.local, &end.remote)
            }
            Event::Knock(id) | Event::Answer(id, _) => {
                let Some(attempt) = self.attempts.get(id) else { return false };
                (&attempt.from, &attempt.to)
            }
        };
        self.cuts.iter().any(|cut| concerns(cut, one) || concerns(cut, other))
    }

    pub fn reset_all(&mut self, addr: &Addr, now: Tick) -> usize {
        let hit: Vec<(Id, Id)> = self
            .ends
            .iter()
            .filter(|(_, end)| !end.dead && concerns(addr, &end.local))
            .map(|(id, end)| (*id, end.peer))
            .collect();
        for (id, peer) in &hit {
            self.send_to(*id, now, Event::Reset(*id));
            self.send_to(*peer, now, Event::Reset(*peer));
        }
        hit.len()
    }

    pub fn describe_open(&self) -> Vec<String> {
        let open = self.ends.values().filter(|end| !end.closed);
        open.map(|end| format!("{:?} → {:?}", end.local, end.remote)).collect()
    }

    pub fn send_datagrams(&mut self, target: &Addr, datagrams: &[&[u8]]) {
        self.datagrams.extend(datagrams.iter().map(|bytes| (target.clone(), bytes.to_vec())));
    }

    pub fn take_datagrams(&mut self, target: &Addr) -> Vec<Vec<u8>> {
        let (wanted, others) = std::mem::take(&mut self.datagrams).into_iter().partition(|(to, _)| to == target);
        self.datagrams = others;
        let wanted: Vec<(Addr, Vec<u8>)> = wanted;
        wanted.into_iter().map(|(_, bytes)| bytes).collect()
    }
}

/// Whether `addr` is meant by `pattern`: equal, or of the same IP if the pattern's port is 0.
fn concerns(pattern: &Addr, addr: &Addr) -> bool {
    pattern == addr || (pattern.port() == Some(0) && pattern.ip() == addr.ip())
}
