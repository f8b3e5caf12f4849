//! Listening and connecting on the simulated network.

use super::state::{Id, Wakes};
use super::{Network, SimEnd, SimStream, network};
use crate::accept::Accepted;
use crate::listen::{ListenError, ListenSocket, ListenSpec};
use crate::stream::Detached;
use base::Addr;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::task::{Context, Poll};
use std::io;

/// A simulated listening socket. Dropping it resets what waits in its queue.
#[derive(Debug)]
pub(crate) struct SimListenSocket {
    network: Network,
    id: Id,
}

/// Makes a simulated listening socket; descriptors aren't to be had.
pub(crate) fn listen(spec: &ListenSpec) -> Result<ListenSocket, ListenError> {
    if matches!(spec.addr, Addr::Fd(_) | Addr::SockPair(_)) {
        return Err(ListenError { what: "cannot use inherited socket", error: io::ErrorKind::Unsupported.into() });
    }
    let network = network();
    let listening = network.lock().listen(&spec.addr, spec.reuse_port, spec.backlog as usize);
    match listening {
        Ok((id, local)) => Ok(ListenSocket::simulated(SimListenSocket { network, id }, local)),
        // With the system's own words, as on the real network.
        Err(_) => {
            let error = io::Error::from_raw_os_error(libc::EADDRINUSE);
            Err(ListenError { what: "cannot bind socket", error })
        }
    }
}

impl Drop for SimListenSocket {
    fn drop(&mut self) {
        let mut wakes = Wakes::default();
        self.network.lock().unlisten(self.id, rt::now(), &mut wakes);
        wakes.wake();
    }
}

/// A listening socket attached to a worker.
#[derive(Debug)]
pub(crate) struct SimListener {
    network: Network,
    id: Id,
    paused: bool,
}

impl SimListener {
    pub fn attach(socket: &SimListenSocket) -> SimListener {
        SimListener { network: socket.network.clone(), id: socket.id, paused: false }
    }

    pub fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
    }

    pub fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        if self.paused {
            return Poll::Pending;
        }
        match self.network.lock().accept(self.id, cx.waker()) {
            Some((id, peer)) => {
                let conn = Detached::Sim(SimEnd::new(self.network.clone(), id));
                Poll::Ready(Ok(Accepted { conn, peer }))
            }
            None => Poll::Pending,
        }
    }
}

/// An attempt to connect. Dropping it gives up.
#[derive(Debug)]
pub(crate) struct SimConnecting {
    network: Network,
    id: Id,
}

impl SimConnecting {
    pub fn new(target: &Addr, source: Option<SocketAddr>) -> io::Result<SimConnecting> {
        let network = network();
        let id = {
            let mut state = network.lock();
            let from = match target {
                Addr::Ip(to) => {
                    let mut from = source.unwrap_or_else(|| SocketAddr::new(loopback_like(to), 0));
                    if from.port() == 0 {
                        from.set_port(state.ephemeral());
                    }
                    Addr::Ip(from)
                }
                Addr::Unix(_) | Addr::Abns { .. } => Addr::Unix(Box::default()),
                Addr::Fd(_) | Addr::SockPair(_) => return Err(io::ErrorKind::Unsupported.into()),
            };
            state.connect(from, target, rt::now())
        };
        Ok(SimConnecting { network, id })
    }

    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<SimStream>> {
        match self.network.lock().poll_connect(self.id, cx.waker()) {
            Some(Ok(id)) => Poll::Ready(Ok(SimStream::attach(SimEnd::new(self.network.clone(), id)))),
            Some(Err(kind)) => Poll::Ready(Err(kind.into())),
            None => Poll::Pending,
        }
    }
}

/// Where connections to `to` come from when nothing else was said.
fn loopback_like(to: &SocketAddr) -> IpAddr {
    match to {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    }
}

impl Drop for SimConnecting {
    fn drop(&mut self) {
        let mut wakes = Wakes::default();
        self.network.lock().give_up(self.id, rt::now(), &mut wakes);
        wakes.wake();
    }
}
