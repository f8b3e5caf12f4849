//! Health checks: one task for each checked server, on one worker. The machine is `policy::check`; this is its
//! driver, with sockets and a clock.

use crate::handshake;
use crate::health::Edit;
use crate::live::ServerLive;
use crate::plan::{LocalBack, Server};
use crate::secure::Secure;
use crate::worker::Worker;
use base::ix::{PxIx, SrvIx};
use base::{Addr, Buf, SockKind, Tick};
use conf::spec::SendProxy;
use net::Stream;
use policy::check::{CheckStatus, Outcome, check_addr};
use std::cell::Cell;
use std::future::poll_fn;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use wire::proxied::Proxied;
use wire::{proxy_v1, proxy_v2};

/// Where a server stands in the Plan of this worker.
pub type Place = (PxIx, SrvIx);

/// Which worker checks a server. It stays the same across reloads.
pub fn home(live: &ServerLive, threads: usize) -> usize {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&live.key);
    (hash % threads.max(1) as u64) as usize
}

/// Checks a server until the task is killed because the server left the Plan.
pub async fn run(worker: Rc<Worker>, live: Arc<ServerLive>, place: Rc<Cell<Place>>) {
    if let Some(checker) = &mut live.health().checker {
        checker.abandon(rt::now());
    }
    let mut timer = rt::Timer::new();
    loop {
        let until = poll_fn(|cx| poll_due(cx, &live, &mut timer)).await;
        let (px, ix) = place.get();
        let plan = worker.plan();
        let Some(back) = plan.backs[px.at()].clone() else { return };
        drop(plan);
        timer.set(Some(until));
        let outcome = attempt(back.server(ix), &mut timer).await;
        timer.set(None);
        report(&worker, &place, &back, outcome);
    }
}

/// Begins the next check when it is due, and gives the time by which it must have connected.
fn poll_due(cx: &mut Context<'_>, live: &ServerLive, timer: &mut rt::Timer) -> Poll<Tick> {
    let mut health = live.health();
    let Some(checker) = &mut health.checker else { return Poll::Pending };
    timer.set(checker.due());
    let now = rt::now();
    let is_due = checker.due().is_some_and(|due| due <= now);
    if is_due && let Some(attempt) = checker.start(now) {
        return Poll::Ready(attempt.connect_by);
    }
    if !health.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
        health.waker = Some(cx.waker().clone());
    }
    let _ = timer.poll(cx);
    Poll::Pending
}

/// Hands in what was found. A reload during the check may have moved the server to another place.
fn report(worker: &Worker, place: &Cell<Place>, back: &LocalBack, outcome: Outcome) {
    let (px, ix) = place.get();
    let plan = worker.plan();
    let now = plan.backs[px.at()].as_deref().unwrap_or(back);
    Edit::begin(&worker.shared, now.arc(), ix).checked(outcome);
}

/// One check over TCP: a server that accepts the connection is well.
async fn attempt(server: &Server, timer: &mut rt::Timer) -> Outcome {
    let Some(target) = target(server) else {
        return Outcome { info: Some("no port to check".into()), ..Outcome::plain(CheckStatus::SocketError) };
    };
    let mut connecting = match server.connect_for_check(&target) {
        Ok(connecting) => connecting,
        Err(error) => return failed(&error),
    };
    let connected = poll_fn(|cx| match connecting.poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => timer.poll(cx).map(|()| None),
    })
    .await;
    match connected {
        None => Outcome::plain(CheckStatus::L4Timeout),
        Some(Err(error)) => failed(&error),
        Some(Ok(stream)) => match server.secure.as_ref().filter(|secure| secure.checks) {
            Some(secure) => attempt_tls(server, secure, stream, timer).await,
            None => {
                leave(server, stream, timer).await;
                Outcome::plain(CheckStatus::L4Ok)
            }
        },
    }
}

/// The same over TLS: the handshake must succeed as well.
async fn attempt_tls(server: &Server, secure: &Secure, mut stream: Stream, timer: &mut rt::Timer) -> Outcome {
    let Some(session) = secure.connect_for_check() else {
        return Outcome { info: Some("TLS can't begin".into()), ..Outcome::plain(CheckStatus::SocketError) };
    };
    let wants_header = server.spec.check.as_ref().is_some_and(|check| check.send_proxy);
    let greeting = wants_header.then(|| header(server, &mut stream));
    let done = handshake::connect_tls(&mut stream, session, greeting, |cx| timer.poll(cx)).await;
    match done {
        Ok(Ok(())) => {
            stream.close_tls();
            Outcome::plain(CheckStatus::L6Ok)
        }
        Ok(Err(error)) => Outcome { info: Some(error.to_string().into()), ..Outcome::plain(CheckStatus::L6Response) },
        Err(()) => Outcome::plain(CheckStatus::L6Timeout),
    }
}

/// `addr` and `port` of the check, or the server's own.
fn target(server: &Server) -> Option<Addr> {
    let check = server.spec.check.as_ref()?;
    match &check.addr {
        Some(addr) if addr.ip().is_none() => Some(addr.clone()),
        addr => check_addr(&server.spec.addr.addr, addr.as_ref().and_then(Addr::ip), check.port),
    }
}

fn failed(error: &std::io::Error) -> Outcome {
    let status = match net::is_exhausted(error) {
        true => CheckStatus::SocketError,
        false => CheckStatus::L4Connection,
    };
    Outcome { info: Some(net::error_text(error).into()), ..Outcome::plain(status) }
}

/// Ends the connection of a check that passed, with a PROXY header first if the server expects one.
async fn leave(server: &Server, mut stream: Stream, timer: &mut rt::Timer) {
    if !server.spec.check.as_ref().is_some_and(|check| check.send_proxy) {
        // A reset leaves nothing behind, here or there.
        let _ = stream.set_linger_reset();
        return;
    }
    let mut header = header(server, &mut stream);
    poll_fn(|cx| {
        while !header.is_empty() {
            match stream.poll_write(cx, header.data()) {
                Poll::Ready(Ok(n)) => header.consume(n),
                Poll::Ready(Err(_)) => break,
                Poll::Pending => {
                    ready!(timer.poll(cx));
                    break;
                }
            }
        }
        Poll::Ready(())
    })
    .await;
}

/// Version 1 names the connection's own addresses, version 2 says that it is the proxy's own (as observed on 2.6).
fn header(server: &Server, stream: &mut Stream) -> Buf {
    let mut bytes = Vec::with_capacity(108);
    if server.spec.send_proxy == SendProxy::V2 {
        // Only TLVs can be too long, and there are none.
        let _ = proxy_v2::encode(&Proxied::Own, &proxy_v2::Extra::default(), &mut bytes);
    } else {
        let source = stream.local_addr().ok().cloned();
        let proxied = match (source, stream.peer_addr()) {
            (Some(Addr::Ip(source)), Ok(Addr::Ip(to))) => {
                Proxied::Ip { kind: SockKind::Stream, source, destination: *to }
            }
            _ => Proxied::Own,
        };
        proxy_v1::encode(&proxied, &mut bytes);
    }
    Buf::from_bytes(&bytes)
}
