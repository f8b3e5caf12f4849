//! A connection to the assigned server: an idle one, or a new one with retries and redispatch.

use super::server_names::name_key;
use super::{Cause, Exchange, Fail, Stage};
use crate::counters::Ctr;
use crate::end::EndMut;
use crate::handshake;
use crate::http2::{self, StreamEnd, Trunk};
use crate::idle::ServerConn;
use crate::plan::{LocalBack, Server};
use crate::session::Client;
use base::ix::SrvIx;
use base::{Addr, Buf, Tick};
use conf::spec::{HttpReuse, Mux, ServerPort, Websocket};
use core::net::SocketAddr;
use net::{HandshakeError, Stream};
use policy::idle::{Park, Reuse};
use policy::queue::{Chosen, Failure, Redispatch, Retry, RetryOn, RetryPolicy, after_failure};
use rules::action::Timeout;
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

/// A failed handshake's number in manual 7.3.3 (`fc_err_str`).
const TLS_FAILED: u8 = 34;

/// A server connection in use by an exchange.
pub struct Link {
    pub conn: ServerConn,
    /// It carried a request before: the server may have closed it without our knowing.
    pub reused: bool,
    /// It may carry another request after this one.
    pub keep: bool,
    /// What a new connection begins with: a PROXY header.
    pub greeting: Option<Buf>,
    /// Received behind an interim response.
    rest: Option<Buf>,
    /// The shared connection that the request goes over, and its stream once it has begun.
    pub trunk: Option<Rc<Trunk>>,
    pub stream: Option<StreamEnd>,
    back: Rc<LocalBack>,
    server: SrvIx,
}

/// A server connection that stays with its client.
pub struct Kept {
    conn: ServerConn,
    back: Rc<LocalBack>,
    server: SrvIx,
}

impl Exchange {
    /// Assigns a server and reaches it, over as many attempts as the backend allows.
    pub async fn reach_server(&mut self, client: &mut Client, may_reuse: bool) -> Result<Link, Fail> {
        self.assign(client, None).await?;
        loop {
            if let Some(link) = self.take_shared(client) {
                self.reached(client, &link);
                return Ok(link);
            }
            if may_reuse && let Some(link) = self.take_idle(client) {
                self.reached(client, &link);
                return Ok(link);
            }
            let server = self.server.expect("assigned above");
            match self.open(client, server).await {
                Ok(link) => {
                    self.server_error = 0;
                    self.reached(client, &link);
                    return Ok(link);
                }
                Err(Attempt::Final(fail)) => return Err(fail),
                Err(Attempt::Failed(fail)) => self.retry(client, server, fail).await?,
            }
        }
    }

    fn reached(&mut self, client: &Client, link: &Link) {
        (self.times.connected, self.reused) = (rt::now(), link.reused);
        if client.front.formats.main.needs().server_addrs {
            self.server_addrs = link.ends().map(Box::new);
        }
    }

    /// A connection of the assigned server that others may use at the same time.
    fn take_shared(&mut self, client: &mut Client) -> Option<Link> {
        let back = self.backend();
        let server = self.server?;
        let srv = back.server(server);
        if !self.speaks_h2(srv) || srv.is_private(&back) {
            return None;
        }
        let trunk = client.worker.trunks.take(&srv.live, reuse(back.back().reuse), client.exchanges == 0)?;
        back.count(client.worker.id, server, Ctr::Reuses);
        let mut link = Link::new(ServerConn::of_shared(&srv.live), true, back.clone(), server);
        link.trunk = Some(trunk);
        Some(link)
    }

    /// Whether this request goes to the server over HTTP/2 (manual 5.2, `proto`, `ws`).
    fn speaks_h2(&self, server: &Server) -> bool {
        let websocket = self.asked.is_some_and(|asked| asked.upgrade == h1::UpgradeKind::WebSocket);
        match server.spec.websocket {
            Websocket::H1 if websocket => false,
            Websocket::H2 if websocket => true,
            _ => server.spec.proto == Some(Mux::H2),
        }
    }

    /// A connection that was just made is shared from now on.
    async fn share(&mut self, client: &mut Client, mut link: Link) -> Result<Link, Attempt> {
        let (back, server) = (link.back.clone(), link.server);
        let srv = back.server(server);
        let lost = || Attempt::Failed(Fail::new(Cause::ServerAbort, Stage::Connect, 503).keeping());
        if let Some(greeting) = &mut link.greeting {
            let stream = link.conn.stream();
            let sent = poll_fn(|cx| {
                while !greeting.is_empty() {
                    match stream.poll_write(cx, greeting.data()) {
                        Poll::Ready(Ok(n)) => greeting.consume(n),
                        Poll::Ready(Err(_)) => return Poll::Ready(false),
                        Poll::Pending => return client.timer.poll(cx).map(|()| false),
                    }
                }
                Poll::Ready(true)
            });
            if !sent.await {
                return Err(lost());
            }
            link.greeting = None;
        }
        let Some((stream, counted)) = link.conn.share() else { return Err(lost()) };
        let private = srv.is_private(&back) || back.back().reuse == HttpReuse::Never;
        let terms = (srv.pool_params(), private);
        let trunk = http2::launch(&client.worker, &back, &srv.live, stream, counted, terms);
        if self.asked.is_some_and(|asked| asked.tokens.upgrade) {
            // Whether the server knows extended CONNECT is in its settings.
            let known = poll_fn(|cx| match trunk.poll_established(cx) {
                Poll::Ready(()) => Poll::Ready(true),
                Poll::Pending => client.timer.poll(cx).map(|()| false),
            });
            if !known.await {
                return Err(lost());
            }
        }
        link.trunk = Some(trunk);
        Ok(link)
    }

    /// An idle connection of the assigned server that this request may go over.
    fn take_idle(&mut self, client: &mut Client) -> Option<Link> {
        let back = self.backend();
        let server = self.server?;
        let srv = back.server(server);
        let name = srv.secure.as_ref().filter(|secure| secure.traffic);
        let name = name.map_or(0, |secure| name_key(self.server_name(server, &secure.sni)));
        let conn = match take_kept(client, &back, server, name) {
            Some(conn) => conn,
            None if srv.is_private(&back) => return None,
            None => {
                let (all, reuse, first) = (&client.worker.idle, reuse(back.back().reuse), client.exchanges == 0);
                let list = back.idle_list(server, all);
                let own = all.take(list, reuse, first, name);
                own.or_else(|| {
                    let scarce = is_scarce(client, &back, server);
                    let take = || all.take_over(list, reuse, first, name, &srv.pool_params(), scarce);
                    client.worker.shares_idle().then(take)?
                })?
            }
        };
        back.count(client.worker.id, server, Ctr::Reuses);
        Some(Link::new(conn, true, back, server))
    }

    /// One attempt at a new connection.
    async fn open(&mut self, client: &mut Client, server: SrvIx) -> Result<Link, Attempt> {
        let back = self.backend();
        let srv = back.server(server);
        let thread = client.worker.id;
        back.count(thread, server, Ctr::Connects);
        make_room(client, &back, server);
        let target = target(srv, client);
        let mut connecting = match srv.connect(&target, client.src.ip(), self.tuned()) {
            Ok(connecting) => connecting,
            Err(error) => return Err(self.failed_attempt(thread, &back, server, &error)),
        };
        let spec = back.back();
        let deadline = self.timeout(Timeout::Connect, spec.timeout_connect).map(|ms| rt::now() + ms);
        client.timer.set(deadline);
        let watch_client = back.spec.opts.abortonclose.unwrap_or(client.is_http());
        let opened = poll_fn(|cx| {
            if let Poll::Ready(done) = connecting.poll(cx) {
                return Poll::Ready(done.map_err(Stop::Io));
            }
            if self.is_killed() {
                return Poll::Ready(Err(Stop::Killed));
            }
            if watch_client && client.stream.poll_peer_gone(cx).is_ready() {
                return Poll::Ready(Err(Stop::Client));
            }
            client.timer.poll(cx).map(|()| Err(Stop::Timeout))
        })
        .await;
        match opened {
            Ok(stream) => {
                let mut conn = ServerConn::new(stream, &srv.live, back.spec.opts.nolinger, client.worker.idle.place());
                let mut greeting = handshake::proxy_header(srv.spec.send_proxy, client);
                if let Some(secure) = srv.secure.as_ref().filter(|secure| secure.traffic) {
                    let name = self.server_name(server, &secure.sni);
                    conn.facts.name = name_key(name);
                    self.secure(client, &back, server, &mut conn, greeting.take()).await?;
                }
                let mut link = Link::new(conn, false, back.clone(), server);
                link.greeting = greeting;
                if client.front.is_http() && self.speaks_h2(srv) {
                    return Box::pin(self.share(client, link)).await;
                }
                Ok(link)
            }
            Err(stop) => Err(self.stopped(thread, &back, server, stop)),
        }
    }

    /// Speaks TLS on a new connection. The time for connecting includes it.
    async fn secure(
        &mut self,
        client: &mut Client,
        back: &Rc<LocalBack>,
        server: SrvIx,
        conn: &mut ServerConn,
        greeting: Option<Buf>,
    ) -> Result<(), Attempt> {
        let thread = client.worker.id;
        let watch_client = back.spec.opts.abortonclose.unwrap_or(client.front.is_http());
        let session = back
            .server(server)
            .secure
            .as_ref()
            .and_then(|secure| secure.connect(self.server_name(server, &secure.sni)));
        let Some(session) = session else {
            return Err(Attempt::Final(Fail::new(Cause::Internal, Stage::Connect, 503).keeping()));
        };
        let stop = |cx: &mut Context<'_>| {
            if self.is_killed() {
                return Poll::Ready(Stop::Killed);
            }
            if watch_client && client.stream.poll_peer_gone(cx).is_ready() {
                return Poll::Ready(Stop::Client);
            }
            client.timer.poll(cx).map(|()| Stop::Timeout)
        };
        match handshake::connect_tls(conn.stream(), session, greeting, stop).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(HandshakeError::Io(error))) => Err(self.failed_attempt(thread, back, server, &error)),
            Ok(Err(error)) => {
                if let HandshakeError::Tls(error) = &error {
                    self.tls_error = tls::errors::describe(error);
                }
                self.server_error = TLS_FAILED;
                back.count(thread, server, Ctr::ConnectErrors);
                Err(Attempt::Failed(Fail::new(Cause::ServerAbort, Stage::Connect, 503).keeping()))
            }
            Err(stop) => Err(self.stopped(thread, back, server, stop)),
        }
    }

    fn stopped(&mut self, thread: usize, back: &LocalBack, server: SrvIx, stop: Stop) -> Attempt {
        match stop {
            Stop::Io(error) => self.failed_attempt(thread, back, server, &error),
            Stop::Client => Attempt::Final(Fail::silent(Cause::ClientAbort, Stage::Connect)),
            Stop::Killed => Attempt::Final(Fail::new(Cause::Killed, Stage::Connect, 503).keeping()),
            Stop::Timeout => {
                back.count(thread, server, Ctr::ConnectErrors);
                Attempt::Failed(Fail::new(Cause::ServerTimeout, Stage::Connect, 503).keeping())
            }
        }
    }

    fn failed_attempt(&mut self, thread: usize, back: &LocalBack, server: SrvIx, error: &io::Error) -> Attempt {
        self.server_error = error_number(error);
        if net::is_exhausted(error) {
            return Attempt::Final(Fail::new(Cause::Resource, Stage::Connect, 503).keeping());
        }
        back.count(thread, server, Ctr::ConnectErrors);
        Attempt::Failed(Fail::new(Cause::ServerAbort, Stage::Connect, 503).keeping())
    }

    /// Decides what follows a failed attempt and prepares it: a pause, another server, or the end.
    async fn retry(&mut self, client: &mut Client, server: SrvIx, fail: Fail) -> Result<(), Fail> {
        let back = self.backend();
        let thread = client.worker.id;
        match after_failure(&retry_policy(&back, self), Failure::Connect, self.retries, true, Chosen::Freely) {
            Retry::GiveUp => Err(fail),
            Retry::Other { delay_if_same } => {
                self.retries += 1;
                self.redispatched = true;
                back.count(thread, server, Ctr::Redispatches);
                self.assign(client, Some(server)).await?;
                if self.server == Some(server) && fail.cause != Cause::ServerTimeout {
                    self.pause(client, rt::now() + delay_if_same).await?;
                    return self.assign_again(client, server).await;
                }
                Ok(())
            }
            Retry::Same { delay } => {
                self.retries += 1;
                back.count(thread, server, Ctr::Retries);
                let again = fail.cause == Cause::ServerTimeout;
                if !again && delay.0 > 0 {
                    self.pause(client, rt::now() + delay).await?;
                }
                let down = !back.server(server).live.usable.load(Relaxed);
                if down { self.assign(client, Some(server)).await } else { self.assign_again(client, server).await }
            }
        }
    }

    /// Waits, unless the client goes away.
    async fn pause(&mut self, client: &mut Client, until: Tick) -> Result<(), Fail> {
        // The slot is free for others meanwhile.
        self.slot = None;
        client.timer.set(Some(until));
        poll_fn(|cx| {
            if client.is_http() && client.stream.poll_peer_gone(cx).is_ready() {
                return Poll::Ready(Err(Fail::silent(Cause::ClientAbort, Stage::Connect)));
            }
            client.timer.poll(cx).map(Ok)
        })
        .await
    }
}

impl Link {
    fn new(conn: ServerConn, reused: bool, back: Rc<LocalBack>, server: SrvIx) -> Link {
        Link { conn, reused, keep: true, greeting: None, rest: None, trunk: None, stream: None, back, server }
    }

    /// Our end of the connection and the server's.
    pub fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        let ends = |stream: &Stream| match (stream.own_addr(), stream.far_addr()) {
            (Ok(Addr::Ip(own)), Ok(Addr::Ip(far))) => Some((own, far)),
            _ => None,
        };
        match &self.trunk {
            Some(trunk) => trunk.with_transport(ends),
            None => ends(self.conn.peek()?),
        }
    }

    /// The server's backend.
    pub fn back(&self) -> &LocalBack {
        &self.back
    }

    /// Counts the server's oddities; true once they have reached the threshold (0: never).
    pub fn is_too_odd(&mut self, glitches: u32, threshold: u32) -> bool {
        let known = &mut self.conn.facts.glitches;
        *known = known.saturating_add(glitches);
        threshold > 0 && *known >= threshold
    }

    /// What was received behind an interim response.
    pub fn take_rest(&mut self) -> Option<Buf> {
        self.rest.take()
    }

    /// Keeps what was received behind an interim response.
    pub fn put_rest(&mut self, rest: Buf) {
        self.rest = Some(rest).filter(|b| !b.is_empty());
    }

    /// The server's stream.
    pub fn stream(&mut self) -> &mut Stream {
        self.conn.stream()
    }

    /// The server's end.
    pub fn end(&mut self) -> EndMut<'_> {
        match (&mut self.stream, &self.trunk) {
            (Some(stream), _) => EndMut::H2(stream),
            // The stream hasn't begun.
            (None, Some(_)) => EndMut::Given,
            (None, None) => EndMut::H1(self.conn.stream()),
        }
    }

    /// The connection can carry another request: keep it.
    pub fn park(self, client: &mut Client) {
        if self.trunk.is_some() {
            // Its stream ends, the connection stays.
            return;
        }
        let Link { conn, back, server, .. } = self;
        let srv = back.server(server);
        let pool = srv.pool_params();
        if back.back().reuse == HttpReuse::Never || srv.is_private(&back) {
            if policy::idle::may_keep(&pool, &conn.facts.info) {
                client.extra.get_or_insert_default().kept = Some(Kept { conn, back, server });
            }
            return;
        }
        let shared = &client.worker.shared;
        let at =
            Park { idle: srv.live.idle.idle.get(), fds: shared.fds_in_use(), fds_low: shared.fds_low.load(Relaxed) };
        let all = &client.worker.idle;
        all.put(back.idle_list(server, all), conn, reuse(back.back().reuse), &pool, at);
    }
}

enum Attempt {
    /// May be tried again.
    Failed(Fail),
    Final(Fail),
}

enum Stop {
    Io(io::Error),
    Client,
    Killed,
    Timeout,
}

fn take_kept(client: &mut Client, back: &Rc<LocalBack>, server: SrvIx, name: u64) -> Option<ServerConn> {
    let mut kept = client.extra.as_mut()?.kept.take()?;
    if !Rc::ptr_eq(&kept.back, back) || kept.server != server || kept.conn.facts.name != name || !kept.conn.is_quiet() {
        return None;
    }
    let mut conn = kept.conn;
    conn.facts.info.reused += 1;
    conn.facts.complete = false;
    Some(conn)
}

/// Whether a new connection would need too many descriptors while the server has idle ones.
fn is_scarce(client: &Client, back: &LocalBack, server: SrvIx) -> bool {
    let (shared, idle) = (&client.worker.shared, &back.server(server).live.idle.idle);
    policy::idle::must_kill_one(idle.get(), shared.fds_in_use(), shared.fds_high.load(Relaxed))
}

/// Closes an idle connection of the server where a new one would need too many descriptors.
fn make_room(client: &Client, back: &LocalBack, server: SrvIx) {
    if is_scarce(client, back, server) {
        let all = &client.worker.idle;
        all.kill_one(back.idle_list(server, all));
    }
}

/// The server's address, its port taken or moved from the client's destination where the line says so.
fn target(server: &Server, client: &mut Client) -> Addr {
    let Addr::Ip(mut sa) = server.spec.addr.addr else { return server.spec.addr.addr.clone() };
    let client_port = |client: &mut Client| client.dst().map_or(0, |dst| dst.port());
    match server.spec.addr.port {
        ServerPort::Fixed => {}
        ServerPort::Same => sa.set_port(client_port(client)),
        ServerPort::Offset(by) => {
            let port = i32::from(client_port(client)).wrapping_add(by);
            sa.set_port(port as u16);
        }
    }
    Addr::Ip(sa)
}

fn retry_policy(back: &LocalBack, x: &Exchange) -> RetryPolicy {
    let spec = back.back();
    RetryPolicy {
        retries: x.tuned().and_then(|tuned| tuned.retries).or(spec.retries).unwrap_or(3),
        redispatch: Redispatch::from_interval(spec.redispatch),
        retry_on: RetryOn::default(),
        connect_timeout: x.timeout(Timeout::Connect, spec.timeout_connect),
    }
}

fn reuse(reuse: HttpReuse) -> Reuse {
    match reuse {
        HttpReuse::Never => Reuse::Never,
        HttpReuse::Safe => Reuse::Safe,
        HttpReuse::Aggressive => Reuse::Aggressive,
        HttpReuse::Always => Reuse::Always,
    }
}

/// An error's number in manual 7.3.3 (`fc_err_str`).
fn error_number(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => 46,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => 47,
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => 48,
        io::ErrorKind::OutOfMemory => 49,
        io::ErrorKind::InvalidInput => 52,
        io::ErrorKind::NotConnected => 53,
        io::ErrorKind::BrokenPipe => 56,
        io::ErrorKind::AddrInUse => 10,
        io::ErrorKind::AddrNotAvailable => 8,
        io::ErrorKind::Unsupported => 5,
        _ => 6,
    }
}
