//! Connecting to servers.

use crate::namespace::{Namespace, run_in};
use crate::opt;
use crate::sockaddr::Target;
use crate::stream::{KeepAlive, Kind, Stream, set_tos};
use base::{Addr, Ms};
use core::future::Future;
use core::net::SocketAddr;
use core::pin::Pin;
use core::sync::atomic::{AtomicU32, Ordering};
use core::task::{Context, Poll, ready};
use rt::Source;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, ipproto, socket_with, socketpair, sockopt};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

/// How to connect. Made once per server; cheap to use per connection.
#[derive(Clone, Debug)]
pub struct ConnectOpts {
    /// Our address (`source`), port 0 unless it is to be exactly that one.
    pub source: Option<SocketAddr>,
    /// Ports to take turns with (`source addr:low-high`).
    pub source_ports: Option<Arc<PortRange>>,
    /// `source` may be an address that isn't ours (`usesrc`; needs CAP_NET_ADMIN).
    pub transparent: bool,
    /// Only through this interface.
    pub interface: Option<Box<str>>,
    /// Made in this network namespace.
    pub namespace: Option<Arc<Namespace>>,
    /// Largest segment, in bytes.
    pub mss: Option<u16>,
    /// TCP Fast Open: the first write may travel with the SYN.
    pub tfo: bool,
    /// How long sent data may stay unacknowledged (`tcp-ut`).
    pub user_timeout: Option<Ms>,
    /// Netfilter mark.
    pub mark: Option<u32>,
    /// Type of service.
    pub tos: Option<u8>,
    /// Congestion control algorithm; if the system refuses it, its default stays.
    pub cc: Option<Box<str>>,
    /// Small writes leave at once; on by default.
    pub nodelay: bool,
    /// The acknowledgement that ends the handshake goes with the first data (or a little later, alone).
    pub ack_with_data: bool,
    /// Probes when idle.
    pub keepalive: Option<KeepAlive>,
    /// Multipath TCP.
    pub mptcp: bool,
    /// Send buffer and receive buffer in bytes (`tune.sndbuf.server`, `tune.rcvbuf.server`).
    pub send_buf: Option<u32>,
    pub recv_buf: Option<u32>,
}

impl Default for ConnectOpts {
    fn default() -> ConnectOpts {
        ConnectOpts {
            source: None,
            source_ports: None,
            transparent: false,
            interface: None,
            namespace: None,
            mss: None,
            tfo: false,
            user_timeout: None,
            mark: None,
            tos: None,
            cc: None,
            nodelay: true,
            ack_with_data: false,
            keepalive: None,
            mptcp: false,
            send_buf: None,
            recv_buf: None,
        }
    }
}

/// Source ports that connections take turns with.
#[derive(Debug)]
pub struct PortRange {
    low: u16,
    count: u32,
    next: AtomicU32,
}

impl PortRange {
    /// Ports `low..=high`; `None` if the range is empty or has port 0.
    pub fn new(low: u16, high: u16) -> Option<PortRange> {
        (low > 0 && low <= high).then(|| PortRange { low, count: u32::from(high - low) + 1, next: AtomicU32::new(0) })
    }

    /// The next port in turn. It may be in use: then binding or connecting fails, and the one after is tried.
    fn next(&self) -> u16 {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.count;
        self.low + turn as u16
    }
}

/// Ports of a range that one attempt tries at most.
const MAX_PORTS_TRIED: u32 = 64;

/// Starts connecting. Errors that the system knows at once come at once.
pub fn connect(target: &Addr, opts: &ConnectOpts) -> io::Result<Connecting> {
    connect_from(target, opts, opts.source)
}

/// The same with another source address (`usesrc` takes it from the client).
pub fn connect_from(target: &Addr, opts: &ConnectOpts, source: Option<SocketAddr>) -> io::Result<Connecting> {
    #[cfg(feature = "sim")]
    if rt::sim::is_active() {
        return Ok(Connecting(State::Sim(crate::sim::SimConnecting::new(target, source)?)));
    }
    if let Addr::SockPair(number) = target {
        return connect_pair(*number);
    }
    let to = Target::of(target)?;
    let attempts = opts.source_ports.as_ref().map_or(1, |ports| ports.count.min(MAX_PORTS_TRIED));
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for _ in 0..attempts {
        let from = match (&opts.source_ports, source) {
            (Some(ports), Some(source)) => Some(SocketAddr::new(source.ip(), ports.next())),
            _ => source,
        };
        let fd = run_in(opts.namespace.as_deref(), || open_socket(&to, opts, from));
        match fd.and_then(|fd| start(fd, &to)) {
            Ok(connecting) => return Ok(connecting),
            Err(error) if is_port_taken(&error) => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn is_port_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::AddrNotAvailable)
}

fn open_socket(to: &Target, opts: &ConnectOpts, source: Option<SocketAddr>) -> io::Result<OwnedFd> {
    let family = to.family();
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let is_ip = family != AddressFamily::UNIX;
    let protocol = (opts.mptcp && is_ip).then_some(ipproto::MPTCP);
    let fd = socket_with(family, SocketType::STREAM, flags, protocol)?;
    if is_ip {
        prepare_ip(fd.as_fd(), opts)?;
        if let Some(source) = source {
            bind_source(fd.as_fd(), source, opts.transparent)?;
        }
    }
    Ok(fd)
}

/// One system call for each setting that isn't the default.
fn prepare_ip(fd: BorrowedFd<'_>, opts: &ConnectOpts) -> io::Result<()> {
    if opts.nodelay {
        sockopt::set_tcp_nodelay(fd, true)?;
    }
    if opts.ack_with_data {
        sockopt::set_tcp_quickack(fd, false)?;
    }
    if let Some(keepalive) = &opts.keepalive {
        keepalive.apply(fd)?;
    }
    if let Some(interface) = &opts.interface {
        opt::set_bytes(fd, libc::SOL_SOCKET, libc::SO_BINDTODEVICE, interface.as_bytes())?;
    }
    if let Some(mark) = opts.mark {
        opt::set_int(fd, libc::SOL_SOCKET, libc::SO_MARK, mark.cast_signed())?;
    }
    if let Some(tos) = opts.tos {
        set_tos(fd, tos)?;
    }
    if let Some(mss) = opts.mss {
        opt::set_int(fd, libc::IPPROTO_TCP, libc::TCP_MAXSEG, i32::from(mss))?;
    }
    if let Some(timeout) = opts.user_timeout {
        sockopt::set_tcp_user_timeout(fd, timeout.0)?;
    }
    if let Some(bytes) = opts.send_buf {
        sockopt::set_socket_send_buffer_size(fd, bytes as usize)?;
    }
    if let Some(bytes) = opts.recv_buf {
        sockopt::set_socket_recv_buffer_size(fd, bytes as usize)?;
    }
    if let Some(cc) = &opts.cc {
        // Documented: the default stays if the algorithm isn't to be had.
        let _ = sockopt::set_tcp_congestion(fd, cc);
    }
    if opts.tfo {
        opt::set_int(fd, libc::IPPROTO_TCP, libc::TCP_FASTOPEN_CONNECT, 1)?;
    }
    Ok(())
}

fn bind_source(fd: BorrowedFd<'_>, source: SocketAddr, transparent: bool) -> io::Result<()> {
    if transparent {
        set_transparent(fd, source.is_ipv6())?;
    }
    if source.port() == 0 {
        // The port is chosen when connecting, when the four-tuple is known: far more connections fit.
        opt::set_int(fd, libc::SOL_IP, libc::IP_BIND_ADDRESS_NO_PORT, 1)?;
    } else {
        sockopt::set_socket_reuseaddr(fd, true)?;
    }
    Ok(rustix::net::bind(fd, &source)?)
}

/// Lets a socket use addresses that aren't the machine's.
pub(crate) fn set_transparent(fd: BorrowedFd<'_>, is_v6: bool) -> io::Result<()> {
    if is_v6 {
        opt::set_int(fd, libc::SOL_IPV6, libc::IPV6_TRANSPARENT, 1)
    } else {
        opt::set_int(fd, libc::SOL_IP, libc::IP_TRANSPARENT, 1)
    }
}

fn start(fd: OwnedFd, to: &Target) -> io::Result<Connecting> {
    let result = match to {
        Target::Ip(ip) => rustix::net::connect(&fd, ip),
        Target::Unix(unix) => rustix::net::connect(&fd, unix),
    };
    let connected = match result {
        Ok(()) => true,
        // Over the loopback the handshake is over by now, though the call doesn't say so.
        Err(Errno::INPROGRESS) => is_loopback(to) && rustix::net::getpeername(&fd).is_ok(),
        Err(error) => return Err(error.into()),
    };
    let source = if connected { Source::writable(fd)? } else { Source::not_ready(fd)? };
    Ok(Connecting(State::Fd { source: Some(source), connected }))
}

fn is_loopback(to: &Target) -> bool {
    matches!(to, Target::Ip(ip) if ip.ip().is_loopback())
}

/// `sockpair@N`: a new pair of sockets, one of which the listener at the other end of N gets.
fn connect_pair(number: i32) -> io::Result<Connecting> {
    let over = crate::inherited::borrow(number)?;
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    sys::send_fd(over, theirs.as_fd())?;
    Ok(Connecting(State::Fd { source: Some(Source::writable(ours)?), connected: true }))
}

/// A connection on its way. Dropping it gives up.
#[derive(Debug)]
pub struct Connecting(State);

#[derive(Debug)]
enum State {
    Fd {
        /// Taken when ready.
        source: Option<Source>,
        connected: bool,
    },
    #[cfg(feature = "sim")]
    Sim(crate::sim::SimConnecting),
}

impl Connecting {
    /// The connection, or why there is none. Not to be polled again after that.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        match &mut self.0 {
            State::Fd { source, connected } => {
                let Some(waiting) = source.as_ref() else {
                    return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
                };
                if !*connected {
                    ready!(waiting.poll_writable(cx));
                    let error = sockopt::socket_error(waiting.as_fd()).and_then(|result| result);
                    if let Err(error) = error {
                        *source = None;
                        return Poll::Ready(Err(error.into()));
                    }
                }
                match source.take() {
                    Some(source) => Poll::Ready(Ok(Stream::of(Kind::Fd(source)))),
                    None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
                }
            }
            #[cfg(feature = "sim")]
            State::Sim(sim) => sim.poll(cx).map_ok(|stream| Stream::of(Kind::Sim(stream))),
        }
    }
}

impl Future for Connecting {
    type Output = io::Result<Stream>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        Connecting::poll(&mut self, cx)
    }
}
