//! A client connection from its accept to its end: what all its streams share.

use crate::counters::{Ctr, Rated};
use crate::listener::LocalListener;
use crate::plan::LocalFront;
use crate::worker::Worker;
use crate::{handshake, http1, tcp};
use base::{Buf, Tick, WallClock};
use core::net::SocketAddr;
use expr::Peer;
use net::Stream;
use rt::Timer;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

/// A client connection. While it is idle this is all that there is of it, so it is kept small.
pub struct Client {
    pub stream: Stream,
    pub worker: Rc<Worker>,
    pub front: Rc<LocalFront>,
    pub listener: Rc<LocalListener>,
    pub timer: Timer,
    pub src: Peer,
    /// Where the client connected to; asked for when first needed, or told by a PROXY header.
    dst: Option<SocketAddr>,
    pub accepted: Tick,
    /// The end of the handshakes, then of each exchange: idle time counts from here.
    pub idle_since: Tick,
    pub accepted_at: WallClock,
    /// Received behind the last request: the next one has begun.
    pub rest: Option<Buf>,
    /// How many exchanges there have been.
    pub exchanges: u32,
    /// Oddities counted against `tune.h1.fe.glitches-threshold`.
    pub glitches: u32,
    /// Rarely used parts.
    pub extra: Option<Box<Extra>>,
}

/// What few connections have.
#[derive(Default)]
pub struct Extra {
    /// A server connection that belongs to this client alone (`http-reuse never`).
    pub kept: Option<crate::stream::Kept>,
    /// What a PROXY header said.
    pub proxied: Option<wire::Proxied>,
}

/// What the accept loop knows of a connection; `Send`, so that it can change threads.
pub struct Accepted {
    pub stream: net::Accepted,
    pub at: Tick,
    pub at_wall: WallClock,
}

/// Starts the session of a connection on this worker. The accept loop has counted it already.
pub fn start(worker: &Rc<Worker>, listener: Rc<LocalListener>, accepted: Accepted) {
    let front = listener.front.clone();
    let stream = match accepted.stream.attach() {
        Ok(stream) => stream,
        Err(_) => {
            worker.shared.totals.inc(worker.id, Ctr::InternalErrors);
            end(worker, &front, &listener);
            return;
        }
    };
    listener.tune(&stream);
    let src = peer(&stream);
    let client = Client {
        stream,
        worker: worker.clone(),
        front,
        listener,
        timer: Timer::new(),
        src,
        dst: None,
        accepted: accepted.at,
        idle_since: accepted.at,
        accepted_at: accepted.at_wall,
        rest: None,
        exchanges: 0,
        glitches: 0,
        extra: None,
    };
    if client.front.is_http() {
        rt::spawn(serve_http(client));
    } else {
        rt::spawn(serve_tcp(client));
    }
}

async fn serve_http(mut client: Client) {
    if client.listener.accept_proxy && !Box::pin(handshake::accept_proxy(&mut client)).await {
        return;
    }
    http1::serve(client).await;
}

async fn serve_tcp(mut client: Client) {
    if client.listener.accept_proxy && !Box::pin(handshake::accept_proxy(&mut client)).await {
        return;
    }
    Box::pin(tcp::serve(client)).await;
}

fn peer(stream: &Stream) -> Peer {
    match stream.peer_addr() {
        Some(base::Addr::Ip(sa)) => Peer::Ip(sa),
        Some(_) => Peer::Unix,
        None => Peer::None,
    }
}

impl Client {
    /// The address that the client connected to.
    pub fn dst(&mut self) -> Option<SocketAddr> {
        if self.dst.is_none() {
            self.dst = match self.stream.local_addr() {
                Some(base::Addr::Ip(sa)) => Some(sa),
                _ => None,
            };
        }
        self.dst
    }

    /// Takes both addresses from a PROXY header.
    pub fn set_addresses(&mut self, src: SocketAddr, dst: SocketAddr) {
        self.src = Peer::Ip(src);
        self.dst = Some(dst);
    }

    /// Follows a reload between two requests. False when the frontend is gone or being stopped.
    pub fn follow_plan(&mut self) -> bool {
        if self.worker.generation() == self.front.generation {
            return true;
        }
        match self.worker.plan().listener(&self.listener.live) {
            Some(listener) => {
                self.front = listener.front.clone();
                self.listener = listener;
                true
            }
            None => false,
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        end(&self.worker, &self.front, &self.listener);
    }
}

/// Counts a connection in, before it is given to a worker. The accept loop has checked the limits.
pub fn count(worker: &Worker, listener: &LocalListener, now: Tick) {
    let front = &listener.front;
    for counters in [&front.live.counters, &worker.shared.totals] {
        counters.inc(worker.id, Ctr::Connections);
        counters.inc(worker.id, Ctr::Sessions);
        counters.rate(worker.id, Rated::Connections, now, 1);
        counters.rate(worker.id, Rated::Sessions, now, 1);
    }
}

fn end(worker: &Worker, front: &LocalFront, listener: &LocalListener) {
    listener.live.conns.down();
    front.live.conns.down();
    worker.shared.conns.down();
    rt::load(rt::worker()).fetch_sub(1, Relaxed);
    // Relaxed is enough: an accept loop looks again at the figures after it has raised its flag.
    if worker.shared.held_back.load(Relaxed) && worker.shared.held_back.swap(false, Relaxed) {
        worker.resume_accepting();
    }
}
