//! Datagram sockets to log servers: connected, non-blocking, several lines per system call.

use super::lines::{Lines, MAX_LINES};
use base::Addr;
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, send,
    sendmmsg, socket_with, sockopt,
};
use std::io::IoSlice;

/// A connected socket is cheaper to send on, but it keeps the source address and the peer that it found when it
/// was opened: the machine may have got another address since, or another syslog daemon the same path. So it is
/// opened anew after this many seconds.
const RENEW_SECS: u64 = 10;

/// How often a line is tried again after an error that may be over.
const MAX_RETRIES: u32 = 2;

/// The longest name in the abstract namespace: `sun_path` without its leading NUL.
const ABSTRACT_NAME_LEN: usize = 107;

/// A socket to one log server, opened when the first line is sent: after `chroot`, where paths mean what the
/// manual says that they mean, and again when the peer has gone.
#[derive(Default)]
pub(super) struct DgramSocket {
    fd: Option<OwnedFd>,
    /// Seconds since the epoch at which `fd` was opened.
    opened: u64,
}

/// What to do after a failed attempt.
enum Fate {
    /// The error told about an earlier line; the same one may go through now.
    Again,
    /// Only that line can't be sent.
    SkipOne,
    /// Nothing can be sent now.
    GiveUp,
    /// The socket leads nowhere.
    Reopen,
}

impl DgramSocket {
    /// Sends all lines, at the wall clock's second `now`; answers how many were lost. Never blocks, and makes at
    /// most three attempts per line.
    pub fn send_all(&mut self, to: &Addr, lines: &Lines, now: u64) -> u64 {
        if now.abs_diff(self.opened) >= RENEW_SECS {
            self.fd = None;
        }
        let (mut next, mut lost, mut retries) = (0, 0, MAX_RETRIES);
        while next < lines.len() {
            match self.send_some(to, lines, next, now) {
                Ok(sent) => {
                    next += sent;
                    retries = MAX_RETRIES;
                }
                Err(Fate::SkipOne) => {
                    next += 1;
                    lost += 1;
                }
                Err(Fate::Again) if retries > 0 => retries -= 1,
                Err(Fate::Reopen) if retries > 0 => {
                    self.fd = None;
                    retries -= 1;
                }
                Err(Fate::Again | Fate::Reopen | Fate::GiveUp) => return lost + (lines.len() - next) as u64,
            }
        }
        lost
    }

    fn send_some(&mut self, to: &Addr, lines: &Lines, first: usize, now: u64) -> Result<usize, Fate> {
        if self.fd.is_none() {
            self.fd = Some(open(to).map_err(|_| Fate::GiveUp)?);
            self.opened = now;
        }
        let Some(fd) = &self.fd else { return Err(Fate::GiveUp) };
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        let count = (lines.len() - first).min(MAX_LINES);
        if count == 1 {
            return send(fd, lines.line(first), flags).map(|_| 1).map_err(|error| fate(error, to));
        }
        let slices: [[IoSlice<'_>; 1]; MAX_LINES] =
            std::array::from_fn(|n| [IoSlice::new(if n < count { lines.line(first + n) } else { &[] })]);
        let mut controls: [SendAncillaryBuffer<'_, '_, '_>; MAX_LINES] = std::array::from_fn(|_| Default::default());
        let mut parts = slices.iter().zip(controls.iter_mut());
        let mut headers: [MMsgHdr<'_>; MAX_LINES] = std::array::from_fn(|_| {
            let (slice, control) = parts.next().expect("three arrays of one length");
            MMsgHdr::new(slice, control)
        });
        sendmmsg(fd, &mut headers[..count], flags).map_err(|error| fate(error, to))
    }
}

fn fate(error: Errno, to: &Addr) -> Fate {
    match error {
        Errno::AGAIN | Errno::NOBUFS | Errno::NOMEM => Fate::GiveUp,
        Errno::MSGSIZE => Fate::SkipOne,
        Errno::INTR => Fate::Again,
        // ICMP says that an earlier line found no listener. There may be one by now.
        Errno::CONNREFUSED if matches!(to, Addr::Ip(_)) => Fate::Again,
        _ => Fate::Reopen,
    }
}

fn open(to: &Addr) -> Result<OwnedFd, Errno> {
    match to {
        Addr::Ip(to) => {
            let family = if to.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
            connected(family, |fd| connect(fd, to))
        }
        Addr::Unix(path) => connected(AddressFamily::UNIX, |fd| connect(fd, &SocketAddrUnix::new(&**path)?)),
        Addr::Abns { name, padded } => {
            let mut name = name.to_vec();
            if *padded {
                name.resize(ABSTRACT_NAME_LEN, 0);
            }
            connected(AddressFamily::UNIX, |fd| connect(fd, &SocketAddrUnix::new_abstract_name(&name)?))
        }
        Addr::Fd(_) | Addr::SockPair(_) => Err(Errno::AFNOSUPPORT),
    }
}

fn connected(family: AddressFamily, to: impl FnOnce(&OwnedFd) -> Result<(), Errno>) -> Result<OwnedFd, Errno> {
    let fd = socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    // Nothing is ever read here, so nothing needs to be kept for reading.
    let _ = sockopt::set_socket_recv_buffer_size(&fd, 1);
    to(&fd)?;
    Ok(fd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;
    use std::os::unix::net::UnixDatagram;

    fn lines(n: usize) -> Lines {
        let mut all = Lines::default();
        (0..n).for_each(|at| all.push(|out| out.extend_from_slice(format!("line {at}\n").as_bytes())));
        all
    }

    fn read_all(mut recv: impl FnMut(&mut [u8]) -> std::io::Result<usize>) -> Vec<String> {
        let mut buf = [0; 2048];
        let mut all = Vec::new();
        while let Ok(n) = recv(&mut buf) {
            all.push(String::from_utf8_lossy(&buf[..n]).into_owned());
        }
        all
    }

    fn path(name: &str) -> (std::path::PathBuf, Addr) {
        let path = std::env::temp_dir().join(format!("ferroxy-log-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let addr = Addr::Unix(path.as_os_str().as_encoded_bytes().into());
        (path, addr)
    }

    #[test]
    fn udp_keeps_lines_apart_and_in_order() {
        let sink = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        sink.set_nonblocking(true).expect("non-blocking");
        let to = Addr::Ip(sink.local_addr().expect("bound"));
        let mut socket = DgramSocket::default();
        assert_eq!(socket.send_all(&to, &lines(1), 100), 0);
        assert_eq!(socket.send_all(&to, &lines(MAX_LINES), 100), 0);
        let got = read_all(|buf| sink.recv(buf));
        assert_eq!(got.len(), 1 + MAX_LINES);
        assert_eq!((got[0].as_str(), got[1].as_str(), got[MAX_LINES].as_str()), ("line 0\n", "line 0\n", "line 31\n"));
    }

    #[test]
    fn udp_without_listener_loses_nothing_once_it_is_back() {
        let sink = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        let addr = sink.local_addr().expect("bound");
        drop(sink);
        let to = Addr::Ip(addr);
        let mut socket = DgramSocket::default();
        // Into the void: the kernel takes the first, and tells on the next attempt that nobody listened.
        socket.send_all(&to, &lines(3), 100);
        let Ok(sink) = UdpSocket::bind(addr) else { return };
        sink.set_nonblocking(true).expect("non-blocking");
        assert_eq!(socket.send_all(&to, &lines(2), 100), 0);
        assert_eq!(read_all(|buf| sink.recv(buf)).len(), 2);
    }

    #[test]
    fn unix_peer_that_came_back_is_found_again() {
        let (path, to) = path("again");
        let mut socket = DgramSocket::default();
        assert_eq!(socket.send_all(&to, &lines(2), 100), 2, "no socket yet");
        for _ in 0..2 {
            let sink = UnixDatagram::bind(&path).expect("bind");
            sink.set_nonblocking(true).expect("non-blocking");
            assert_eq!(socket.send_all(&to, &lines(3), 100), 0);
            assert_eq!(read_all(|buf| sink.recv(buf)).len(), 3);
            drop(sink);
            std::fs::remove_file(&path).expect("remove");
        }
    }

    #[test]
    fn full_unix_socket_drops_and_counts() {
        let (path, to) = path("full");
        let sink = UnixDatagram::bind(&path).expect("bind");
        sink.set_nonblocking(true).expect("non-blocking");
        let mut socket = DgramSocket::default();
        let (mut lost, mut given) = (0, 0);
        while lost == 0 && given < 1_000_000 {
            lost += socket.send_all(&to, &lines(MAX_LINES), 100);
            given += MAX_LINES as u64;
        }
        assert!(lost > 0);
        assert_eq!(read_all(|buf| sink.recv(buf)).len() as u64, given - lost);
        std::fs::remove_file(&path).expect("remove");
    }

    #[test]
    fn a_line_too_long_for_a_datagram_is_skipped_alone() {
        let sink = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        sink.set_nonblocking(true).expect("non-blocking");
        let to = Addr::Ip(sink.local_addr().expect("bound"));
        let mut mixed = lines(1);
        mixed.push(|out| out.resize(out.len() + 65_530, b'x'));
        mixed.extend(&lines(1));
        assert_eq!(DgramSocket::default().send_all(&to, &mixed, 100), 1);
        assert_eq!(read_all(|buf| sink.recv(buf)), ["line 0\n", "line 0\n"]);
    }

    #[test]
    fn abstract_names_padded_and_not() {
        use std::os::linux::net::SocketAddrExt;
        for padded in [true, false] {
            let name = format!("ferroxy-log-{}-{padded}", std::process::id()).into_bytes();
            let mut bound = name.clone();
            if padded {
                bound.resize(ABSTRACT_NAME_LEN, 0);
            }
            let addr = std::os::unix::net::SocketAddr::from_abstract_name(&bound).expect("name");
            let sink = UnixDatagram::bind_addr(&addr).expect("bind");
            sink.set_nonblocking(true).expect("non-blocking");
            let to = Addr::Abns { name: name.into(), padded };
            assert_eq!(DgramSocket::default().send_all(&to, &lines(1), 100), 0);
            assert_eq!(read_all(|buf| sink.recv(buf)), ["line 0\n"]);
        }
    }
}
