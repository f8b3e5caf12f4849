//! A client connection from its accept to its end: what all its streams share.

use crate::counters::{Counters, Ctr, Rated};
use crate::end::End;
use crate::listener::{ListenerLive, LocalListener};
use crate::plan::LocalFront;
use crate::worker::Worker;
use crate::{early, http1, tcp};
use base::{Addr, Buf, Ms, Tick, WallClock};
use core::cell::{OnceCell, RefCell};
use core::net::SocketAddr;
use expr::Peer;
use expr::vars::Vars;
use net::Stream;
use rt::Timer;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

/// A client connection. While it is idle this is all that there is of it, so it is kept small.
pub struct Client {
    pub stream: End,
    pub worker: Rc<Worker>,
    pub front: Rc<LocalFront>,
    pub listener: Rc<LocalListener>,
    pub timer: Timer,
    pub src: Peer,
    /// Where the client connected to; asked for when first needed, or told by a PROXY header.
    // Boxed, since few connections need it and an idle one has to be small: one allocation a connection.
    dst: Option<Box<SocketAddr>>,
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
    /// How a TCP frontend's client came to speak HTTP, if it does.
    pub upgraded: Option<Upgrade>,
    /// Variables of the session (`sess.…`); made when rules may look at them.
    pub vars: OnceCell<Rc<RefCell<Vars>>>,
    /// Rarely used parts.
    pub extra: Option<Box<Extra>>,
}

/// What few connections have.
#[derive(Default)]
pub struct Extra {
    /// A server connection that belongs to this client alone (`http-reuse never`).
    pub kept: Option<crate::stream::Kept>,
    /// The server that the next request should go to if it can.
    pub preferred: Option<crate::stream::Preferred>,
    /// Why the TLS handshake failed, by OpenSSL's numbers.
    pub tls_error: Option<(u32, &'static str)>,
    /// The fault of the client's certificate for which it did.
    pub fault: Option<tls::verify::Fault>,
    /// When a PROXY header had been read.
    pub handshake_end: Tick,
    /// A PROXY header was read.
    pub proxied: bool,
    /// What rules want to come first on the connection, beside what the bind line wants.
    pub expects: Expects,
    /// The header's TLVs, checked (version 2).
    pub tlvs: Box<[u8]>,
    /// What went wrong before there was a session, by the numbers of manual 7.3.3 (`fc_err_str`).
    pub error: u8,
}

impl Extra {
    /// What a stream of the connection has of it.
    fn for_stream(&self) -> Extra {
        Extra {
            kept: None,
            preferred: None,
            handshake_end: self.handshake_end,
            proxied: self.proxied,
            expects: self.expects,
            tlvs: self.tlvs.clone(),
            error: self.error,
            fault: self.fault,
            tls_error: self.tls_error,
        }
    }
}

/// Headers that a connection has to begin with because rules say so.
#[derive(Clone, Copy, Default)]
pub struct Expects {
    /// `expect-proxy layer4`.
    pub proxy: bool,
    /// `expect-netscaler-cip layer4`.
    pub netscaler: bool,
}

/// How a TCP frontend's stream went over to HTTP (manual 4, "Proxies").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Upgrade {
    /// By `switch-mode http`: the frontend's HTTP rules are in force.
    ByRule,
    /// By its backend's mode: only the backend's are.
    ByBackend,
}

/// See [`Client::idle_close`].
pub enum IdleClose {
    Now,
    Within(Ms),
    Never,
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
    let net::Accepted { conn, peer } = accepted.stream;
    let stream = match Stream::attach(conn) {
        Ok(stream) => stream,
        Err(_) => {
            worker.shared.totals.inc(worker.id, Ctr::InternalErrors);
            end(worker, &front, &listener);
            return;
        }
    };
    let src = match peer {
        Addr::Ip(sa) => Peer::Ip(sa),
        _ => Peer::Unix,
    };
    let client = Client {
        stream: End::H1(stream),
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
        upgraded: None,
        vars: OnceCell::new(),
        extra: None,
    };
    let nice = client.listener.nice;
    if client.front.is_http() {
        rt::spawn_niced(nice, serve_http(client));
    } else {
        rt::spawn_niced(nice, serve_tcp(client));
    }
}

// Not `async fn`s: those would keep the client twice, as argument and as variable.
#[allow(clippy::manual_async_fn)]
fn serve_http(mut client: Client) -> impl Future<Output = ()> {
    async move {
        if early::is_needed(&client) && !Box::pin(early::pass(&mut client)).await {
            return;
        }
        client.begin();
        http1::serve(&mut client).await;
    }
}

#[allow(clippy::manual_async_fn)] // As above.
fn serve_tcp(mut client: Client) -> impl Future<Output = ()> {
    async move {
        if early::is_needed(&client) && !Box::pin(early::pass(&mut client)).await {
            return;
        }
        client.begin();
        Box::pin(tcp::serve(&mut client)).await;
    }
}

impl Client {
    /// The address that the client connected to, also where a firewall has redirected it (manual 7.3.3, `dst`).
    pub fn dst(&mut self) -> Option<SocketAddr> {
        if self.dst.is_none()
            && let Ok(Addr::Ip(local)) = self.stream.own_addr()
        {
            // Without connection tracking there is no other address.
            self.dst = Some(Box::new(self.stream.original_dst(local.ip()).unwrap_or(local)));
        }
        self.dst.as_deref().copied()
    }

    /// The same if it was asked for already.
    pub fn known_dst(&self) -> Option<SocketAddr> {
        self.dst.as_deref().copied()
    }

    /// The same for who may only look: asked of the kernel each time, unless it is known.
    pub fn current_dst(&self) -> Option<SocketAddr> {
        if let Some(dst) = self.dst.as_deref() {
            return Some(*dst);
        }
        match self.stream.own_addr() {
            Ok(Addr::Ip(local)) => Some(self.stream.original_dst(local.ip()).unwrap_or(local)),
            _ => None,
        }
    }

    /// Takes both addresses from a PROXY header.
    pub fn set_addresses(&mut self, src: SocketAddr, dst: SocketAddr) {
        self.src = Peer::Ip(src);
        self.dst = Some(Box::new(dst));
    }

    /// Lets the client have connected to another address from here on.
    pub fn set_dst(&mut self, dst: Option<SocketAddr>) {
        self.dst = dst.map(Box::new);
    }

    /// Whether this client speaks HTTP with us.
    pub fn is_http(&self) -> bool {
        self.upgraded.is_some() || self.front.is_http()
    }

    /// Counts the session, which begins behind all handshakes.
    fn begin(&self) {
        for counters in self.counters() {
            counters.inc(self.worker.id, Ctr::Sessions);
            counters.rate(self.worker.id, Rated::Sessions, rt::now(), 1);
        }
    }

    fn counters(&self) -> impl Iterator<Item = &Counters> {
        let all = [Some(&self.front.live.counters), Some(&self.worker.shared.totals), self.listener.counters()];
        all.into_iter().flatten()
    }

    /// Counts something in the frontend, and on its bind line if that counts for itself.
    pub fn count(&self, ctr: Ctr) {
        for counters in [Some(&self.front.live.counters), self.listener.counters()].into_iter().flatten() {
            counters.inc(self.worker.id, ctr);
        }
    }

    /// Follows a reload between two requests. A connection whose listener is gone keeps its frontend to its end.
    pub fn follow_plan(&mut self) {
        if self.worker.generation() != self.front.generation
            && let Some(listener) = self.worker.plan().listener(&self.listener.live)
        {
            self.front = listener.front.clone();
            self.listener = listener;
        }
    }

    /// Whether this connection should end with its current exchange: the process is stopping, or its listener has left
    /// the configuration.
    pub fn leaves_now(&self) -> bool {
        let shared = &self.worker.shared;
        let gone = || {
            self.worker.generation() != self.front.generation
                && self.worker.plan().listener(&self.listener.live).is_none()
        };
        shared.stopping.load(Relaxed) || gone()
    }

    /// Whether a response that goes out now is the connection's last. During a soft stop `close-spread-time` may keep
    /// connections as they are (`infinite`), or spread their ends: the later in the window, the likelier.
    pub fn ends_with_response(&self) -> bool {
        let Some(since) = self.worker.stopping_since() else { return self.leaves_now() };
        match self.worker.plan().plan.spec.global.close_spread_time {
            None => true,
            Some(Some(window)) => rt::now() >= since.plus_ms(rt::random() % u64::from(window.0).max(1)),
            Some(None) => false,
        }
    }

    /// How an idle connection ends that has no reason to stay: at once, over `close-spread-time`, or by its next response
    /// only (`option idle-close-on-response`, `close-spread-time infinite`).
    pub fn idle_close(&self) -> IdleClose {
        if self.front.front().opts.idle_close_on_response {
            return IdleClose::Never;
        }
        match self.worker.plan().plan.spec.global.close_spread_time {
            None => IdleClose::Now,
            Some(Some(window)) => IdleClose::Within(window),
            Some(None) => IdleClose::Never,
        }
    }

    /// What a stream of this connection knows of its client. `nth`: how many streams there were before.
    pub fn stream_client(&self, stream: End, nth: u32) -> Client {
        let vars = OnceCell::new();
        if let Some(own) = self.vars.get() {
            let _ = vars.set(own.clone());
        }
        Client {
            stream,
            worker: self.worker.clone(),
            front: self.front.clone(),
            listener: self.listener.clone(),
            timer: Timer::new(),
            src: self.src,
            dst: self.dst.clone(),
            accepted: self.accepted,
            idle_since: if nth == 0 { self.idle_since } else { rt::now() },
            accepted_at: self.accepted_at,
            rest: None,
            exchanges: nth,
            glitches: 0,
            upgraded: self.upgraded,
            vars,
            // Few connections have any: those in TLS or with a PROXY header.
            extra: self.extra.as_ref().map(|extra| Box::new(extra.for_stream())),
        }
    }

    /// Counts an invalid request.
    pub fn count_bad_request(&self) {
        self.count(Ctr::BadRequests);
    }

    /// When the handshakes were over.
    pub fn handshake_end(&self) -> Tick {
        self.extra.as_ref().map(|e| e.handshake_end).filter(|t| t.is_some()).unwrap_or(self.accepted)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if matches!(self.stream, End::H2(_)) {
            // Its connection counts.
            return;
        }
        self.stream.close_tls();
        if self.front.spec.opts.nolinger {
            // A close that fails to be abrupt is still a close.
            let _ = self.stream.set_linger_reset();
        }
        end(&self.worker, &self.front, &self.listener);
    }
}

/// Counts a connection in, before it is given to a worker. The accept loop has checked the limits.
pub fn count(worker: &Worker, listener: &LocalListener, now: Tick) {
    let front = &listener.front;
    for counters in [Some(&front.live.counters), Some(&worker.shared.totals), listener.counters()].into_iter().flatten()
    {
        counters.inc(worker.id, Ctr::Connections);
        counters.rate(worker.id, Rated::Connections, now, 1);
    }
}

/// A connection that was counted in ends before it had a session.
pub fn forget(worker: &Worker, live: &ListenerLive) {
    live.conns.down();
    live.front.conns.down();
    leave(worker);
}

fn end(worker: &Worker, front: &LocalFront, listener: &LocalListener) {
    listener.live.conns.down();
    front.live.conns.down();
    leave(worker);
}

fn leave(worker: &Worker) {
    worker.shared.conns.down();
    rt::load(rt::worker()).fetch_sub(1, Relaxed);
    // Relaxed is enough: an accept loop looks again at the figures after it has raised its flag.
    if worker.shared.held_back.load(Relaxed) && worker.shared.held_back.swap(false, Relaxed) {
        worker.resume_accepting();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn future_size<F>(_: impl FnOnce(Client) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_idle_client_is_small() {
        let (client, http, tcp) = (size_of::<Client>(), future_size(serve_http), future_size(serve_tcp));
        println!("client {client}, http {http}, tcp {tcp}");
        assert!(http <= 320, "an idle HTTP/1 client takes {http} bytes");
    }
}
