//! Listening sockets: made by whoever starts the process, owned by no thread.

use crate::connect::set_transparent;
use crate::inherited::{self, Inherited};
use crate::namespace::{Namespace, run_in};
use crate::sockaddr::{self, Target};
use crate::stream::{Detached, KeepAlive};
use crate::{opt, unix_path};
use base::{Addr, Ms};
use core::fmt;
use core::net::SocketAddr;
use rustix::net::{Shutdown, SocketFlags, SocketType, ipproto, socket_with, sockopt};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

/// How to listen: an address and the options of its `bind` line.
#[derive(Clone, Debug)]
pub struct ListenSpec {
    pub addr: Addr,
    /// Connections that may wait to be accepted; the system caps it.
    pub backlog: u32,
    /// Only from this interface.
    pub interface: Option<Box<str>>,
    /// Made in this network namespace.
    pub namespace: Option<Arc<Namespace>>,
    /// Largest segment announced; negative: so much less than the system's.
    pub mss: Option<i32>,
    /// Accept only once data has come, or after this many seconds.
    pub defer_accept: Option<u32>,
    /// TCP Fast Open.
    pub tfo: bool,
    /// How long sent data may stay unacknowledged (`tcp-ut`).
    pub user_timeout: Option<Ms>,
    /// Congestion control algorithm; refused ones make a warning.
    pub cc: Option<Box<str>>,
    /// For IPv6: `Some(true)` IPv6 only (`v6only`), `Some(false)` both (`v4v6`), `None` as the system has it.
    pub v6only: Option<bool>,
    /// The address may be one that isn't ours.
    pub transparent: bool,
    /// Others may bind the same address (`SO_REUSEPORT`): a new process, or further sockets of `shards`.
    pub reuse_port: bool,
    /// Multipath TCP.
    pub mptcp: bool,
    /// Accepted sockets inherit these.
    pub nodelay: bool,
    pub keepalive: Option<KeepAlive>,
    /// Send buffer and receive buffer in bytes (`tune.sndbuf.client`, `tune.rcvbuf.client`).
    pub send_buf: Option<u32>,
    pub recv_buf: Option<u32>,
    /// Owner and mode of a unix socket.
    pub unix: UnixAccess,
}

/// Who may use a unix socket's path. Absent values stay as the system makes them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UnixAccess {
    pub uid: Option<u32>,
    pub gid: Option<u32>,
    pub mode: Option<u32>,
}

impl ListenSpec {
    /// Listening on `addr` without further options.
    pub fn new(addr: Addr) -> ListenSpec {
        ListenSpec {
            addr,
            backlog: 1024,
            interface: None,
            namespace: None,
            mss: None,
            defer_accept: None,
            tfo: false,
            user_timeout: None,
            cc: None,
            v6only: None,
            transparent: false,
            reuse_port: false,
            mptcp: false,
            nodelay: true,
            keepalive: None,
            send_buf: None,
            recv_buf: None,
            unix: UnixAccess::default(),
        }
    }
}

/// What a socket that listens accepts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Accepts {
    Connections,
    /// `sockpair@`: descriptors that arrive over a unix socket.
    Descriptors,
}

/// A socket that listens. It may be attached to one worker at a time, and moved between them without a break.
#[derive(Debug)]
pub struct ListenSocket {
    pub(crate) inner: Inner,
    local: Addr,
    backlog: i32,
    /// Of a socket that was inherited: what each accepted one still has to be given, since connections may have been
    /// waiting in it before we could set anything.
    inherited: Option<PerConnection>,
    warnings: Vec<String>,
}

#[derive(Debug)]
pub(crate) enum Inner {
    Fd {
        fd: OwnedFd,
        accepts: Accepts,
    },
    #[cfg(feature = "sim")]
    Sim(crate::sim::SimListenSocket),
}

/// Options that are set on each accepted socket.
#[derive(Debug, Default)]
pub(crate) struct PerConnection {
    nodelay: bool,
    keepalive: Option<KeepAlive>,
    send_buf: Option<u32>,
    recv_buf: Option<u32>,
}

impl PerConnection {
    /// Sets them. A connection that refuses an option works without it.
    fn apply(&self, fd: BorrowedFd<'_>) {
        if self.nodelay {
            let _ = sockopt::set_tcp_nodelay(fd, true);
        }
        if let Some(keepalive) = &self.keepalive {
            let _ = keepalive.apply(fd);
        }
        if let Some(bytes) = self.send_buf {
            let _ = sockopt::set_socket_send_buffer_size(fd, bytes as usize);
        }
        if let Some(bytes) = self.recv_buf {
            let _ = sockopt::set_socket_recv_buffer_size(fd, bytes as usize);
        }
    }
}

/// Why a socket doesn't listen: what failed, and with which error of the system.
#[derive(Debug)]
pub struct ListenError {
    /// As in «cannot bind socket».
    pub what: &'static str,
    pub error: io::Error,
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, crate::error_text(&self.error))
    }
}

impl std::error::Error for ListenError {}

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> ListenError {
    move |error| ListenError { what, error }
}

/// Makes a listening socket after `spec`. A unix socket's path is replaced at the last moment, so that there is
/// always one to connect to. Blocking, though not for long: for the time of starting, or [`rt::offload`].
pub fn listen(spec: &ListenSpec) -> Result<ListenSocket, ListenError> {
    #[cfg(feature = "sim")]
    if rt::sim::is_active() {
        return crate::sim::listen(spec);
    }
    match &spec.addr {
        Addr::Fd(number) => listen_inherited(*number, spec),
        Addr::SockPair(number) => listen_pair(*number),
        _ => listen_fresh(spec),
    }
}

fn listen_fresh(spec: &ListenSpec) -> Result<ListenSocket, ListenError> {
    let target = Target::of(&spec.addr).map_err(failed("invalid address"))?;
    let mut warnings = Vec::new();
    let socket = |to: &Target| {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let protocol = (spec.mptcp && matches!(to, Target::Ip(_))).then_some(ipproto::MPTCP);
        Ok(socket_with(to.family(), SocketType::STREAM, flags, protocol)?)
    };
    let fd = run_in(spec.namespace.as_deref(), || socket(&target)).map_err(failed("cannot create listening socket"))?;
    let backlog = i32::try_from(spec.backlog.max(1)).unwrap_or(i32::MAX);
    let start = |fd: BorrowedFd<'_>| {
        rustix::net::listen(fd, backlog).map_err(|error| failed("cannot listen to socket")(error.into()))
    };
    match &target {
        Target::Ip(ip) => {
            prepare_ip(fd.as_fd(), spec, *ip, &mut warnings)?;
            rustix::net::bind(&fd, ip).map_err(|error| failed("cannot bind socket")(error.into()))?;
            start(fd.as_fd())?;
        }
        Target::Unix(unix) => match &spec.addr {
            Addr::Unix(path) => unix_path::bind_and_replace(fd.as_fd(), path, spec.unix, || start(fd.as_fd()))?,
            _ => {
                rustix::net::bind(&fd, unix).map_err(|error| failed("cannot bind socket")(error.into()))?;
                start(fd.as_fd())?;
            }
        },
    }
    let local = match &spec.addr {
        Addr::Ip(_) => local_addr(fd.as_fd())?,
        other => other.clone(),
    };
    let inner = Inner::Fd { fd, accepts: Accepts::Connections };
    Ok(ListenSocket { inner, local, backlog, inherited: None, warnings })
}

/// Options that must be there before the socket is bound. Accepted sockets inherit those of the connection, which
/// saves their system calls.
fn prepare_ip(
    fd: BorrowedFd<'_>,
    spec: &ListenSpec,
    ip: SocketAddr,
    warnings: &mut Vec<String>,
) -> Result<(), ListenError> {
    let must = |what: &'static str, result: io::Result<()>| result.map_err(failed(what));
    must("cannot set SO_REUSEADDR", sockopt::set_socket_reuseaddr(fd, true).map_err(Into::into))?;
    if spec.reuse_port {
        must("cannot set SO_REUSEPORT", sockopt::set_socket_reuseport(fd, true).map_err(Into::into))?;
    }
    if let Some(interface) = &spec.interface {
        let result = opt::set_bytes(fd, libc::SOL_SOCKET, libc::SO_BINDTODEVICE, interface.as_bytes());
        must("cannot bind listener to device", result)?;
    }
    if spec.transparent {
        must("cannot make listening socket transparent", set_transparent(fd, ip.is_ipv6()))?;
    }
    if let (true, Some(only)) = (ip.is_ipv6(), spec.v6only) {
        must("cannot set IPV6_V6ONLY", sockopt::set_ipv6_v6only(fd, only).map_err(Into::into))?;
    }
    let mut may = |what: &str, result: io::Result<()>| {
        if let Err(error) = result {
            warnings.push(format!("{what} ({})", crate::error_text(&error)));
        }
    };
    let int = |level, name, value| opt::set_int(fd, level, name, value);
    if spec.nodelay {
        may("cannot set TCP_NODELAY", sockopt::set_tcp_nodelay(fd, true).map_err(Into::into));
    }
    if let Some(keepalive) = &spec.keepalive {
        may("cannot enable keep-alive", keepalive.apply(fd).map_err(Into::into));
    }
    if let Some(mss) = spec.mss {
        may("cannot set MSS", set_mss(fd, mss, ip.is_ipv6()));
    }
    if let Some(seconds) = spec.defer_accept {
        let seconds = i32::try_from(seconds.max(1)).unwrap_or(i32::MAX);
        may("cannot enable DEFER_ACCEPT", int(libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT, seconds));
    }
    if spec.tfo {
        let queue = i32::try_from(spec.backlog.max(1)).unwrap_or(i32::MAX);
        may("cannot enable TCP_FASTOPEN", int(libc::IPPROTO_TCP, libc::TCP_FASTOPEN, queue));
    }
    if let Some(timeout) = spec.user_timeout {
        may("cannot set TCP User Timeout", sockopt::set_tcp_user_timeout(fd, timeout.0).map_err(Into::into));
    }
    if let Some(cc) = &spec.cc {
        may("cannot set the congestion control algorithm", sockopt::set_tcp_congestion(fd, cc).map_err(Into::into));
    }
    if let Some(bytes) = spec.send_buf {
        may("cannot set the send buffer", sockopt::set_socket_send_buffer_size(fd, bytes as usize).map_err(Into::into));
    }
    if let Some(bytes) = spec.recv_buf {
        let result = sockopt::set_socket_recv_buffer_size(fd, bytes as usize);
        may("cannot set the receive buffer", result.map_err(Into::into));
    }
    Ok(())
}

/// The size of a segment on Ethernet, which a negative `mss` is taken from: the MTU without the headers.
fn set_mss(fd: BorrowedFd<'_>, mss: i32, is_v6: bool) -> io::Result<()> {
    let usual = if is_v6 { 1440 } else { 1460 };
    let wanted = if mss > 0 { mss } else { usual + mss };
    opt::set_int(fd, libc::IPPROTO_TCP, libc::TCP_MAXSEG, wanted.max(1))
}

fn listen_inherited(number: i32, spec: &ListenSpec) -> Result<ListenSocket, ListenError> {
    let backlog = i32::try_from(spec.backlog.max(1)).unwrap_or(i32::MAX);
    let fd = match inherited::stream_listener(number).map_err(failed("cannot use inherited socket"))? {
        Inherited::Listening(fd) => fd,
        Inherited::Bound(fd) => {
            rustix::net::listen(&fd, backlog).map_err(|error| failed("cannot listen to socket")(error.into()))?;
            fd
        }
    };
    let local = local_addr(fd.as_fd())?;
    let each = PerConnection {
        nodelay: spec.nodelay && matches!(local, Addr::Ip(_)),
        keepalive: spec.keepalive,
        send_buf: spec.send_buf,
        recv_buf: spec.recv_buf,
    };
    let inner = Inner::Fd { fd, accepts: Accepts::Connections };
    Ok(ListenSocket { inner, local, backlog, inherited: Some(each), warnings: Vec::new() })
}

fn listen_pair(number: i32) -> Result<ListenSocket, ListenError> {
    let fd = inherited::pair_end(number).map_err(failed("cannot use inherited socket"))?;
    let inner = Inner::Fd { fd, accepts: Accepts::Descriptors };
    Ok(ListenSocket {
        inner,
        local: Addr::SockPair(number),
        backlog: 0,
        inherited: Some(PerConnection::default()),
        warnings: Vec::new(),
    })
}

fn local_addr(fd: BorrowedFd<'_>) -> Result<Addr, ListenError> {
    rustix::net::getsockname(fd)
        .map_err(io::Error::from)
        .and_then(|any| sockaddr::from_any(&any))
        .map_err(failed("cannot find the address of the socket"))
}

impl ListenSocket {
    /// Whether connections accepted from now on acknowledge their first data with the answer to it (or a little later,
    /// alone), which saves a packet. Where the system can't do that, it stays as it is.
    pub fn set_ack_with_data(&self, on: bool) {
        if let (Inner::Fd { fd, .. }, Addr::Ip(_)) = (&self.inner, &self.local) {
            let _ = sockopt::set_tcp_quickack(fd, !on);
        }
    }

    #[cfg(feature = "sim")]
    pub(crate) fn simulated(inner: crate::sim::SimListenSocket, local: Addr) -> ListenSocket {
        ListenSocket { inner: Inner::Sim(inner), local, backlog: 0, inherited: None, warnings: Vec::new() }
    }

    /// Where it listens; the port is the real one if 0 was asked for.
    pub fn local(&self) -> &Addr {
        &self.local
    }

    /// Whether the process was started with it.
    pub fn is_inherited(&self) -> bool {
        self.inherited.is_some()
    }

    /// Gives an accepted socket what it couldn't take over from this one.
    pub(crate) fn tune_accepted(&self, conn: &Detached) {
        if let (Some(each), Some(fd)) = (&self.inherited, conn.fd()) {
            each.apply(fd);
        }
    }

    /// Options that the system refused, though it listens.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The descriptor, to be passed on to a new process. `None` in simulation.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.inner {
            Inner::Fd { fd, .. } => Some(fd.as_fd()),
            #[cfg(feature = "sim")]
            Inner::Sim(_) => None,
        }
    }

    /// Stops listening so that another process can take the address (SIGTTOU). What waits in the queue is lost.
    /// Only TCP sockets of our own making; for others nothing happens.
    pub fn suspend(&self) -> io::Result<()> {
        match (&self.inner, &self.local) {
            (Inner::Fd { fd, accepts: Accepts::Connections }, Addr::Ip(_)) if !self.is_inherited() => {
                Ok(rustix::net::shutdown(fd, Shutdown::Read)?)
            }
            _ => Ok(()),
        }
    }

    /// Listens again after [`ListenSocket::suspend`]. Fails if another process has taken the address. A port that the
    /// system chose (port 0) is not kept.
    pub fn restore(&self) -> io::Result<()> {
        match (&self.inner, &self.local) {
            (Inner::Fd { fd, accepts: Accepts::Connections }, Addr::Ip(_)) if !self.is_inherited() => {
                Ok(rustix::net::listen(fd, self.backlog)?)
            }
            _ => Ok(()),
        }
    }

    /// Removes a unix socket's path, if it still is this socket's. For when it is closed for good.
    pub fn unlink(&self) {
        if let (Inner::Fd { fd, .. }, Addr::Unix(path), false) = (&self.inner, &self.local, self.is_inherited()) {
            unix_path::unlink_if_ours(fd.as_fd(), path);
        }
    }
}
