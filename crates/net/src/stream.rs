//! Byte streams: TCP, unix and simulated.

#[cfg(feature = "sim")]
use crate::sim::SimStream;
use crate::{opt, sockaddr};
use base::{Addr, Buf, Ms};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::task::{Context, Poll, ready};
use rt::{ReadyQueue, Source};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags, Shutdown, recv, send, sendmsg, sockopt};
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

/// The most slices that one vectored write takes (the kernel's own limit is 1,024).
const MAX_SLICES: usize = 64;

/// A connected socket that belongs to this worker.
#[derive(Debug)]
pub struct Stream {
    pub(crate) kind: Kind,
    /// Asked for at most once each.
    pub(crate) addrs: Option<Box<Addrs>>,
    /// TLS, if it is spoken.
    pub(crate) session: Option<Box<tls::session::Session>>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Fd(Source),
    #[cfg(feature = "sim")]
    Sim(SimStream),
}

#[derive(Debug, Default)]
pub(crate) struct Addrs {
    local: Option<Addr>,
    peer: Option<Addr>,
}

/// A connected socket that belongs to no worker: to be handed to another one.
#[derive(Debug)]
pub enum Detached {
    /// A descriptor, non-blocking and close-on-exec.
    Fd(OwnedFd),
    /// One end of a simulated connection.
    #[cfg(feature = "sim")]
    Sim(crate::sim::SimEnd),
}

impl Detached {
    /// The socket, where there is a real one.
    pub(crate) fn fd(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Detached::Fd(fd) => Some(fd.as_fd()),
            #[cfg(feature = "sim")]
            Detached::Sim(_) => None,
        }
    }
}

/// What the kernel knows about a TCP connection (`fc_rtt` and its family).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TcpInfo {
    /// Smoothed round-trip time in microseconds, and its variance.
    pub rtt_us: u32,
    pub rttvar_us: u32,
    pub unacked: u32,
    pub sacked: u32,
    pub lost: u32,
    pub retrans: u32,
    pub fackets: u32,
    pub reordering: u32,
}

impl Stream {
    /// Takes a socket into this worker. It must be non-blocking.
    pub fn from_fd(fd: OwnedFd) -> io::Result<Stream> {
        Ok(Stream::of(Kind::Fd(Source::writable(fd)?)))
    }

    /// Takes a handed-over socket into this worker.
    pub fn attach(detached: Detached) -> io::Result<Stream> {
        match detached {
            Detached::Fd(fd) => Stream::from_fd(fd),
            #[cfg(feature = "sim")]
            Detached::Sim(end) => Ok(Stream::of(Kind::Sim(SimStream::attach(end)))),
        }
    }

    pub(crate) fn of(kind: Kind) -> Stream {
        Stream { kind, addrs: None, session: None }
    }

    /// Takes the socket out of this worker, unread bytes and all.
    pub fn detach(self) -> Detached {
        match self.kind {
            Kind::Fd(source) => Detached::Fd(source.into_fd()),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => Detached::Sim(sim.detach()),
        }
    }

    /// The socket's descriptor; `None` in simulation.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.kind {
            Kind::Fd(source) => Some(source.as_fd()),
            #[cfg(feature = "sim")]
            Kind::Sim(_) => None,
        }
    }

    /// What the kernel could move bytes of: not with TLS between it and us.
    pub(crate) fn source(&self) -> Option<&Source> {
        match &self.kind {
            _ if self.session.is_some() => None,
            Kind::Fd(source) => Some(source),
            #[cfg(feature = "sim")]
            Kind::Sim(_) => None,
        }
    }

    /// Reads once into the room of `buf`; 0 is the end of the stream. A buffer without room is refused as
    /// `InvalidInput`, since a read of nothing would look like the end.
    pub fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut Buf) -> Poll<io::Result<usize>> {
        let room = buf.room();
        self.poll_read_max(cx, buf, room)
    }

    /// The same, reading at most `max` bytes.
    pub fn poll_read_max(&mut self, cx: &mut Context<'_>, buf: &mut Buf, max: usize) -> Poll<io::Result<usize>> {
        let max = max.min(buf.room());
        if max == 0 {
            return Poll::Ready(Err(io::ErrorKind::InvalidInput.into()));
        }
        if self.session.is_some() {
            return self.poll_read_tls(cx, buf, max);
        }
        let got = ready!(poll_recv(&mut self.kind, cx, &mut buf.spare_mut()[..max]))?;
        buf.commit(got);
        Poll::Ready(Ok(got))
    }

    /// Writes as much of `bytes` as the socket takes, at least one byte. Who is told to wait comes back with the same
    /// bytes: over TLS they may be on their way already.
    pub fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.session.is_some() {
            return self.poll_write_tls(cx, &[IoSlice::new(bytes)], SendFlags::NOSIGNAL);
        }
        poll_send(&mut self.kind, cx, bytes, SendFlags::NOSIGNAL)
    }

    /// Writes as much of the slices as the socket takes (at most 64 slices are looked at).
    pub fn poll_write_vectored(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.poll_write_slices(cx, slices, SendFlags::NOSIGNAL)
    }

    /// The same, telling the kernel that more follows at once, so that it needn't send a partial segment yet.
    pub fn poll_write_more(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.poll_write_slices(cx, slices, SendFlags::NOSIGNAL | SendFlags::MORE)
    }

    fn poll_write_slices(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
        flags: SendFlags,
    ) -> Poll<io::Result<usize>> {
        let slices = &slices[..slices.len().min(MAX_SLICES)];
        if self.session.is_some() {
            return self.poll_write_tls(cx, slices, flags);
        }
        if let [slice] = slices {
            // One piece needs no vector: that saves copying it in and checking it.
            return poll_send(&mut self.kind, cx, slice, flags);
        }
        let total = slices.iter().map(|slice| slice.len()).sum();
        let write = |fd: BorrowedFd<'_>| sendmsg(fd, slices, &mut SendAncillaryBuffer::default(), flags);
        let joined = || slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        poll_send_with(&mut self.kind, cx, total, write, joined)
    }

    /// Ready when a read may bring something; spurious readiness is possible.
    pub fn poll_read_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.session.as_ref().is_some_and(|session| session.has_input()) {
            return Poll::Ready(());
        }
        match &mut self.kind {
            Kind::Fd(source) => source.poll_readable(cx),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.poll_read_ready(cx),
        }
    }

    /// Ready when a write may take something.
    pub fn poll_write_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.kind {
            Kind::Fd(source) => source.poll_writable(cx),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.poll_write_ready(cx),
        }
    }

    /// Ready when the peer has ended its direction, both are over, or an error is pending. It shares its waiter
    /// with reading. With unread bytes it says nothing about whether they were all.
    pub fn poll_peer_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.kind {
            Kind::Fd(source) => source.poll_peer_gone(cx),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.poll_peer_gone(cx),
        }
    }

    /// Whether a read is believed to bring something now.
    pub fn is_readable(&self) -> bool {
        if self.session.as_ref().is_some_and(|session| session.has_input()) {
            return true;
        }
        match &self.kind {
            Kind::Fd(source) => source.is_readable(),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.is_readable(),
        }
    }

    /// Whether the peer has ended both directions, or an error has.
    pub fn is_reset(&self) -> bool {
        match &self.kind {
            Kind::Fd(source) => source.is_hup() || source.is_err(),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.is_reset(),
        }
    }

    /// Whether the peer is known to have ended its direction or the connection.
    pub fn is_peer_gone(&self) -> bool {
        match &self.kind {
            Kind::Fd(source) => source.is_rdhup() || source.is_hup() || source.is_err(),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.is_peer_gone(),
        }
    }

    /// For an idle connection: reports `key` to `queue` at the next event; see [`rt::Registration::park`].
    pub fn park(&self, queue: &ReadyQueue, key: u32) {
        match &self.kind {
            Kind::Fd(source) => source.park(queue, key),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.park(queue, key),
        }
    }

    /// Ends parking.
    pub fn unpark(&self) {
        match &self.kind {
            Kind::Fd(source) => source.unpark(),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.unpark(),
        }
    }

    /// Tells an idle connection from a dead one without taking bytes: true if the peer has neither sent anything
    /// nor ended. For the moment before a parked connection is used again.
    pub fn is_quiet(&mut self) -> bool {
        if self.session.is_some() {
            return self.is_quiet_tls();
        }
        match &self.kind {
            Kind::Fd(source) => {
                if !source.is_readable() && !self.is_peer_gone() {
                    return true;
                }
                let peeked = recv(source.as_fd(), &mut [0u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT);
                if peeked == Err(Errno::AGAIN) {
                    source.clear_readable();
                    return true;
                }
                false
            }
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => !sim.is_readable() && !sim.is_peer_gone(),
        }
    }

    /// Ends our direction once what was written is sent.
    pub fn shutdown_write(&mut self) -> io::Result<()> {
        self.close_tls();
        match &mut self.kind {
            Kind::Fd(source) => Ok(rustix::net::shutdown(source.as_fd(), Shutdown::Write)?),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.shutdown_write(),
        }
    }

    /// Ends both directions: the peer's later bytes are refused, those that came already can still be read.
    pub fn shutdown_both(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Fd(source) => Ok(rustix::net::shutdown(source.as_fd(), Shutdown::Both)?),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.shutdown_write(),
        }
    }

    /// Closing will leave the peer unaware of it. Without `ttl` nothing is sent at all, where the rights suffice
    /// (CAP_NET_ADMIN); else a reset that dies after so many hops.
    pub fn vanish(&mut self, ttl: Option<u8>) {
        let Some(fd) = self.fd() else { return };
        if ttl.is_none() && opt::set_int(fd, libc::IPPROTO_TCP, libc::TCP_REPAIR, 1).is_ok() {
            return;
        }
        let hops = i32::from(ttl.unwrap_or(1));
        // One of them isn't for this family, and neither is for a unix socket.
        let _ = opt::set_int(fd, libc::IPPROTO_IP, libc::IP_TTL, hops);
        let _ = opt::set_int(fd, libc::IPPROTO_IPV6, libc::IPV6_UNICAST_HOPS, hops);
        let _ = self.set_linger_reset();
    }

    /// Closing will reset the connection instead of ending it: nothing lingers, unsent bytes are lost.
    pub fn set_linger_reset(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Fd(source) => Ok(sockopt::set_socket_linger(source.as_fd(), Some(Duration::ZERO))?),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.set_linger_reset(),
        }
    }

    /// The error that the socket holds, which this takes.
    pub fn take_error(&mut self) -> Option<io::Error> {
        match &mut self.kind {
            Kind::Fd(source) => match sockopt::socket_error(source.as_fd()) {
                Ok(Ok(())) => None,
                Ok(Err(error)) | Err(error) => Some(error.into()),
            },
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => sim.take_error(),
        }
    }

    /// Our address. Asked of the kernel once.
    pub fn local_addr(&mut self) -> io::Result<&Addr> {
        let addrs = self.addrs.get_or_insert_default();
        if addrs.local.is_none() {
            addrs.local = Some(match &self.kind {
                Kind::Fd(source) => sockaddr::from_any(&rustix::net::getsockname(source.as_fd())?)?,
                #[cfg(feature = "sim")]
                Kind::Sim(sim) => sim.local_addr(),
            });
        }
        addrs.local.as_ref().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Our address, for who may only look: asked of the kernel unless [`Stream::local_addr`] has been.
    pub fn own_addr(&self) -> io::Result<Addr> {
        if let Some(known) = self.addrs.as_ref().and_then(|addrs| addrs.local.clone()) {
            return Ok(known);
        }
        match &self.kind {
            Kind::Fd(source) => sockaddr::from_any(&rustix::net::getsockname(source.as_fd())?),
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => Ok(sim.local_addr()),
        }
    }

    /// The peer's address, for who may only look: asked of the kernel unless it is known.
    pub fn far_addr(&self) -> io::Result<Addr> {
        if let Some(known) = self.addrs.as_ref().and_then(|addrs| addrs.peer.clone()) {
            return Ok(known);
        }
        match &self.kind {
            Kind::Fd(source) => {
                let any = rustix::net::getpeername(source.as_fd())?;
                sockaddr::from_any(&any.ok_or(io::ErrorKind::NotConnected)?)
            }
            #[cfg(feature = "sim")]
            Kind::Sim(sim) => Ok(sim.peer_addr()),
        }
    }

    /// The peer's address. Asked of the kernel once, and not if [`Stream::set_peer_addr`] told it.
    pub fn peer_addr(&mut self) -> io::Result<&Addr> {
        let addrs = self.addrs.get_or_insert_default();
        if addrs.peer.is_none() {
            addrs.peer = Some(match &self.kind {
                Kind::Fd(source) => {
                    let any = rustix::net::getpeername(source.as_fd())?;
                    sockaddr::from_any(&any.ok_or(io::ErrorKind::NotConnected)?)?
                }
                #[cfg(feature = "sim")]
                Kind::Sim(sim) => sim.peer_addr(),
            });
        }
        addrs.peer.as_ref().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Remembers the peer's address that accepting brought.
    pub fn set_peer_addr(&mut self, peer: Addr) {
        self.addrs.get_or_insert_default().peer = Some(peer);
    }

    /// The address that the client meant before the firewall redirected it to `local` (iptables' REDIRECT).
    pub fn original_dst(&self, local: IpAddr) -> io::Result<SocketAddr> {
        let Some(fd) = self.fd() else { return Err(io::ErrorKind::Unsupported.into()) };
        original_dst(fd, local.to_canonical().is_ipv4())
    }

    /// Small writes leave at once (TCP_NODELAY).
    pub fn set_nodelay(&mut self, on: bool) -> io::Result<()> {
        self.with_fd(|fd| sockopt::set_tcp_nodelay(fd, on))
    }

    /// Sends at once what was held back because more was announced ([`Stream::poll_write_more`]).
    pub fn push(&mut self) {
        // Setting the option anew flushes; where there is no such option nothing is held back either.
        let _ = self.set_nodelay(true);
    }

    /// Acknowledges at once, or lets acknowledgements wait for data to go with (not sticky).
    pub fn set_quickack(&mut self, on: bool) -> io::Result<()> {
        self.with_fd(|fd| sockopt::set_tcp_quickack(fd, on))
    }

    /// Probes when idle; see [`KeepAlive`].
    pub fn set_keepalive(&mut self, keepalive: &KeepAlive) -> io::Result<()> {
        self.with_fd(|fd| keepalive.apply(fd))
    }

    /// The type-of-service byte of packets sent.
    pub fn set_tos(&mut self, tos: u8) -> io::Result<()> {
        self.with_fd(|fd| set_tos(fd, tos))
    }

    /// The netfilter mark of packets sent (needs CAP_NET_ADMIN).
    pub fn set_mark(&mut self, mark: u32) -> io::Result<()> {
        match self.fd() {
            Some(fd) => opt::set_int(fd, libc::SOL_SOCKET, libc::SO_MARK, mark.cast_signed()),
            None => Ok(()),
        }
    }

    /// No readiness before `bytes` have arrived (or the end): fewer, larger reads. Lower it to 1 when less than
    /// that may remain.
    pub fn set_rcvlowat(&mut self, bytes: u32) -> io::Result<()> {
        match self.fd() {
            // How much ciphertext that is can't be told.
            Some(_) if self.session.is_some() => Err(io::ErrorKind::Unsupported.into()),
            Some(fd) => opt::set_int(fd, libc::SOL_SOCKET, libc::SO_RCVLOWAT, bytes.min(1 << 30).cast_signed()),
            None => Ok(()),
        }
    }

    /// What the kernel knows about the TCP connection.
    pub fn tcp_info(&self) -> io::Result<TcpInfo> {
        let Some(fd) = self.fd() else { return Err(io::ErrorKind::Unsupported.into()) };
        let info: libc::tcp_info = opt::read_struct(fd, libc::IPPROTO_TCP, libc::TCP_INFO)?;
        Ok(TcpInfo {
            rtt_us: info.tcpi_rtt,
            rttvar_us: info.tcpi_rttvar,
            unacked: info.tcpi_unacked,
            sacked: info.tcpi_sacked,
            lost: info.tcpi_lost,
            retrans: info.tcpi_retrans,
            fackets: info.tcpi_fackets,
            reordering: info.tcpi_reordering,
        })
    }

    /// Options of the transport have no meaning in simulation, and succeed.
    fn with_fd(&self, set: impl FnOnce(BorrowedFd<'_>) -> rustix::io::Result<()>) -> io::Result<()> {
        match self.fd() {
            Some(fd) => Ok(set(fd)?),
            None => Ok(()),
        }
    }
}

/// Reads once from the socket itself; 0 is its end.
pub(crate) fn poll_recv(kind: &mut Kind, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
    match kind {
        Kind::Fd(source) => {
            ready!(source.poll_readable(cx));
            ready!(rt::poll_budget(cx));
            loop {
                match recv(source.as_fd(), &mut *into, RecvFlags::empty()) {
                    Ok((n, _)) => {
                        if n < into.len() {
                            source.drained();
                        }
                        rt::charge(n);
                        return Poll::Ready(Ok(n));
                    }
                    Err(Errno::AGAIN) => {
                        source.clear_readable();
                        ready!(source.poll_readable(cx));
                    }
                    Err(Errno::INTR) => {}
                    Err(error) => return Poll::Ready(Err(error.into())),
                }
            }
        }
        #[cfg(feature = "sim")]
        Kind::Sim(sim) => {
            let mut buf = Buf::unpooled(into.len());
            let got = ready!(sim.poll_read(cx, &mut buf, into.len()))?;
            into[..got].copy_from_slice(buf.data());
            Poll::Ready(Ok(got))
        }
    }
}

/// Writes one piece to the socket itself.
pub(crate) fn poll_send(
    kind: &mut Kind,
    cx: &mut Context<'_>,
    bytes: &[u8],
    flags: SendFlags,
) -> Poll<io::Result<usize>> {
    poll_send_with(kind, cx, bytes.len(), |fd| send(fd, bytes, flags), || bytes.to_vec())
}

/// `joined` makes one piece of the bytes, for simulated sockets only.
#[cfg_attr(not(feature = "sim"), allow(unused_variables))]
fn poll_send_with(
    kind: &mut Kind,
    cx: &mut Context<'_>,
    total: usize,
    mut write: impl FnMut(BorrowedFd<'_>) -> rustix::io::Result<usize>,
    joined: impl FnOnce() -> Vec<u8>,
) -> Poll<io::Result<usize>> {
    if total == 0 {
        return Poll::Ready(Ok(0));
    }
    match kind {
        Kind::Fd(source) => {
            ready!(source.poll_writable(cx));
            ready!(rt::poll_budget(cx));
            loop {
                match write(source.as_fd()) {
                    Ok(n) => {
                        if n < total {
                            source.clear_writable();
                        }
                        rt::charge(n);
                        return Poll::Ready(Ok(n));
                    }
                    Err(Errno::AGAIN) => {
                        source.clear_writable();
                        ready!(source.poll_writable(cx));
                    }
                    Err(Errno::INTR) => {}
                    Err(error) => return Poll::Ready(Err(error.into())),
                }
            }
        }
        #[cfg(feature = "sim")]
        Kind::Sim(sim) => sim.poll_write(cx, &joined()),
    }
}

/// Probes on an idle connection (`option tcpka`, `clitcpka-idle` …). Absent values are the system's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct KeepAlive {
    /// Idle time before the first probe; whole seconds count.
    pub idle: Option<Ms>,
    /// Time between probes; whole seconds count.
    pub interval: Option<Ms>,
    /// Unanswered probes before the connection is dead.
    pub count: Option<u32>,
}

impl KeepAlive {
    pub(crate) fn apply(&self, fd: BorrowedFd<'_>) -> rustix::io::Result<()> {
        sockopt::set_socket_keepalive(fd, true)?;
        let seconds = |span: Ms| Duration::from_secs(u64::from(span.0 / 1000).max(1));
        if let Some(idle) = self.idle {
            sockopt::set_tcp_keepidle(fd, seconds(idle))?;
        }
        if let Some(interval) = self.interval {
            sockopt::set_tcp_keepintvl(fd, seconds(interval))?;
        }
        if let Some(count) = self.count {
            sockopt::set_tcp_keepcnt(fd, count)?;
        }
        Ok(())
    }
}

pub(crate) fn set_tos(fd: BorrowedFd<'_>, tos: u8) -> rustix::io::Result<()> {
    // An IPv6 socket may carry IPv4 too, and the other way round the second call fails without harm.
    let v4 = sockopt::set_ip_tos(fd, tos);
    let v6 = sockopt::set_ipv6_tclass(fd, u32::from(tos));
    v4.or(v6)
}

/// An IPv6 socket may carry IPv4, which has a connection table of its own.
fn original_dst(fd: BorrowedFd<'_>, is_v4: bool) -> io::Result<SocketAddr> {
    if is_v4 {
        let found = opt::read_struct::<libc::sockaddr_in>(fd, libc::SOL_IP, libc::SO_ORIGINAL_DST)?;
        let ip = Ipv4Addr::from(u32::from_be(found.sin_addr.s_addr));
        return Ok(SocketAddr::new(IpAddr::V4(ip), u16::from_be(found.sin_port)));
    }
    let found = opt::read_struct::<libc::sockaddr_in6>(fd, libc::SOL_IPV6, libc::IP6T_SO_ORIGINAL_DST)?;
    let ip = Ipv6Addr::from(found.sin6_addr.s6_addr);
    Ok(SocketAddr::new(IpAddr::V6(ip), u16::from_be(found.sin6_port)))
}
