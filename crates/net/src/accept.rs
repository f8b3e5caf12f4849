//! Accepting connections on a worker.

use crate::listen::{Accepts, Inner, ListenSocket};
use crate::sockaddr;
use crate::stream::Detached;
use base::Addr;
use core::net::SocketAddr;
use core::task::{Context, Poll, ready};
use rt::Registration;
use rustix::io::Errno;
use rustix::net::{SocketFlags, acceptfrom_with};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

/// A listening socket attached to this worker. Dropping it detaches: the socket and its queue live on in the `Arc`.
#[derive(Debug)]
pub struct Listener {
    kind: Kind,
    socket: Arc<ListenSocket>,
}

#[derive(Debug)]
enum Kind {
    /// Absent while paused.
    Fd(Option<Registration>),
    #[cfg(feature = "sim")]
    Sim(crate::sim::SimListener),
}

/// A new connection, not yet of any worker.
#[derive(Debug)]
pub struct Accepted {
    pub conn: Detached,
    /// The client; the empty path for unix clients without a name.
    pub peer: Addr,
}

/// Whether an error of accepting or connecting means that descriptors or memory have run out: wait, then try again.
pub fn is_exhausted(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS))
}

impl Listener {
    /// Takes the socket to this worker. Only one worker at a time: two would share its connections by chance.
    pub fn attach(socket: Arc<ListenSocket>) -> io::Result<Listener> {
        let kind = match &socket.inner {
            Inner::Fd { fd, .. } => Kind::Fd(Some(Registration::new(fd.as_fd())?)),
            #[cfg(feature = "sim")]
            Inner::Sim(sim) => Kind::Sim(crate::sim::SimListener::attach(sim)),
        };
        Ok(Listener { kind, socket })
    }

    /// The socket.
    pub fn socket(&self) -> &Arc<ListenSocket> {
        &self.socket
    }

    /// Stops taking connections; they wait in the system's queue.
    pub fn pause(&mut self) {
        match (&mut self.kind, &self.socket.inner) {
            (Kind::Fd(registration), Inner::Fd { fd, .. }) => {
                if let Some(registration) = registration.take() {
                    registration.remove(fd.as_fd());
                }
            }
            #[cfg(feature = "sim")]
            (Kind::Sim(sim), _) => sim.set_paused(true),
            #[cfg(feature = "sim")]
            _ => {}
        }
    }

    /// Takes connections again; poll it after this.
    pub fn resume(&mut self) -> io::Result<()> {
        match (&mut self.kind, &self.socket.inner) {
            (Kind::Fd(registration @ None), Inner::Fd { fd, .. }) => {
                *registration = Some(Registration::new(fd.as_fd())?);
            }
            #[cfg(feature = "sim")]
            (Kind::Sim(sim), _) => sim.set_paused(false),
            _ => {}
        }
        Ok(())
    }

    /// The next connection. Clients that gave up meanwhile are skipped. After an error for which
    /// [`is_exhausted`] holds, pause for a while: it would come again at once. Pending while paused.
    pub fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        match (&mut self.kind, &self.socket.inner) {
            (Kind::Fd(Some(registration)), Inner::Fd { fd, accepts }) => loop {
                ready!(registration.poll_readable(cx));
                ready!(rt::poll_budget(cx));
                let result = match accepts {
                    Accepts::Connections => accept_connection(fd.as_fd()),
                    Accepts::Descriptors => accept_descriptor(fd.as_fd()),
                };
                match result {
                    Ok(accepted) => {
                        self.socket.tune_accepted(&accepted.conn);
                        return Poll::Ready(Ok(accepted));
                    }
                    Err(error) => match error.raw_os_error().map(Errno::from_raw_os_error) {
                        Some(Errno::AGAIN) => registration.clear_readable(),
                        Some(errno) if is_passing(errno) => {}
                        _ => return Poll::Ready(Err(error)),
                    },
                }
            },
            #[cfg(feature = "sim")]
            (Kind::Sim(sim), _) => sim.poll_accept(cx),
            _ => Poll::Pending,
        }
    }

    /// See [`Listener::poll_accept`].
    pub async fn accept(&mut self) -> io::Result<Accepted> {
        core::future::poll_fn(|cx| self.poll_accept(cx)).await
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.pause();
    }
}

/// Errors that concern the one connection that would have been accepted (accept(2)).
fn is_passing(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::INTR
            | Errno::CONNABORTED
            | Errno::PROTO
            | Errno::NETDOWN
            | Errno::NOPROTOOPT
            | Errno::HOSTDOWN
            | Errno::NONET
            | Errno::HOSTUNREACH
            | Errno::NETUNREACH
            | Errno::PERM
    )
}

fn accept_connection(fd: BorrowedFd<'_>) -> io::Result<Accepted> {
    let (conn, peer) = acceptfrom_with(fd, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC)?;
    let peer = match peer {
        Some(any) => match SocketAddr::try_from(any.clone()) {
            Ok(ip) => Addr::Ip(ip),
            Err(_) => sockaddr::from_any(&any)?,
        },
        None => Addr::Unix(Box::default()),
    };
    Ok(Accepted { conn: Detached::Fd(conn), peer })
}

fn accept_descriptor(over: BorrowedFd<'_>) -> io::Result<Accepted> {
    let Some(conn) = sys::recv_fd(over)? else { return Err(io::ErrorKind::NotConnected.into()) };
    let flags = rustix::fs::fcntl_getfl(&conn)?;
    rustix::fs::fcntl_setfl(&conn, flags | rustix::fs::OFlags::NONBLOCK)?;
    let peer = match rustix::net::getpeername(&conn) {
        Ok(Some(any)) => sockaddr::from_any(&any)?,
        _ => Addr::Unix(Box::default()),
    };
    Ok(Accepted { conn: Detached::Fd(conn), peer })
}
