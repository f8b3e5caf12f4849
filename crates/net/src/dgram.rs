//! Datagrams out: to syslog servers.

use crate::sockaddr::Target;
use base::Addr;
use rustix::io::Errno;
use rustix::net::addr::SocketAddrArg;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with, sockopt};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

/// Datagrams that one call sends at most.
pub const MAX_BATCH: usize = 64;

/// A socket that sends datagrams to one target, without ever waiting: what the system doesn't take at once is lost,
/// as logs are. It isn't connected, so a target that comes and goes needs no care.
#[derive(Debug)]
pub struct Datagram(Kind);

#[derive(Debug)]
enum Kind {
    Fd {
        fd: OwnedFd,
        target: KernelAddr,
    },
    #[cfg(feature = "sim")]
    Sim(Addr),
}

/// An address in the kernel's form.
struct KernelAddr {
    storage: libc::sockaddr_storage,
    len: libc::socklen_t,
}

impl core::fmt::Debug for KernelAddr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KernelAddr({} bytes)", self.len)
    }
}

impl KernelAddr {
    fn of(target: &Target) -> KernelAddr {
        match target {
            Target::Ip(ip) => Self::copy(ip),
            Target::Unix(unix) => Self::copy(unix),
        }
    }

    fn copy(addr: &impl SocketAddrArg) -> KernelAddr {
        // SAFETY: sockaddr_storage is a C structure of integers, for which zero bytes are a value.
        let mut storage: libc::sockaddr_storage = unsafe { core::mem::zeroed() };
        // SAFETY: `with_sockaddr` passes a pointer to `len` initialised bytes that live during the call; at most the
        // storage's size of them is copied into memory of our own, of which any bytes are a value.
        let len = unsafe {
            addr.with_sockaddr(|from, len| {
                let fits = (len as usize).min(size_of::<libc::sockaddr_storage>());
                core::ptr::copy_nonoverlapping(from.cast::<u8>(), core::ptr::from_mut(&mut storage).cast(), fits);
                fits
            })
        };
        KernelAddr { storage, len: len as libc::socklen_t }
    }
}

impl Datagram {
    /// A socket towards `target`, whose send buffer is at least `send_buf` bytes if the system allows.
    pub fn open(target: &Addr, send_buf: Option<usize>) -> io::Result<Datagram> {
        #[cfg(feature = "sim")]
        if rt::sim::is_active() {
            return Ok(Datagram(Kind::Sim(target.clone())));
        }
        let to = Target::of(target)?;
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let fd = socket_with(to.family(), SocketType::DGRAM, flags, None)?;
        if let Some(bytes) = send_buf
            && sockopt::socket_send_buffer_size(&fd)? < bytes
        {
            // The system's own limit may be lower.
            let _ = sockopt::set_socket_send_buffer_size(&fd, bytes);
        }
        if to.family() != AddressFamily::UNIX {
            // Nothing is ever read: the smallest buffer.
            let _ = sockopt::set_socket_recv_buffer_size(&fd, 0);
        }
        Ok(Datagram(Kind::Fd { fd, target: KernelAddr::of(&to) }))
    }

    /// Sends one datagram. `WouldBlock`: it is lost.
    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        self.send_batch(&[bytes]).map(drop)
    }

    /// Sends up to [`MAX_BATCH`] datagrams in one call; how many were taken. An error says that the first was not:
    /// skip it and go on, or give up.
    pub fn send_batch(&self, datagrams: &[&[u8]]) -> io::Result<usize> {
        match &self.0 {
            Kind::Fd { fd, target } => send_batch(fd, target, datagrams),
            #[cfg(feature = "sim")]
            Kind::Sim(target) => {
                crate::sim::send_datagrams(target, datagrams);
                Ok(datagrams.len())
            }
        }
    }
}

fn send_batch(fd: &OwnedFd, target: &KernelAddr, datagrams: &[&[u8]]) -> io::Result<usize> {
    let count = datagrams.len().min(MAX_BATCH);
    if count == 0 {
        return Ok(0);
    }
    // SAFETY: both are C structures of integers and pointers, for which zero bytes are a value.
    let mut slices: [libc::iovec; MAX_BATCH] = unsafe { core::mem::zeroed() };
    // SAFETY: as above.
    let mut messages: [libc::mmsghdr; MAX_BATCH] = unsafe { core::mem::zeroed() };
    let name: *const libc::sockaddr_storage = &target.storage;
    for (at, datagram) in datagrams[..count].iter().enumerate() {
        slices[at] = libc::iovec { iov_base: datagram.as_ptr().cast_mut().cast(), iov_len: datagram.len() };
    }
    let first = slices.as_mut_ptr();
    for (at, message) in messages[..count].iter_mut().enumerate() {
        message.msg_hdr.msg_name = name.cast_mut().cast();
        message.msg_hdr.msg_namelen = target.len;
        message.msg_hdr.msg_iov = first.wrapping_add(at);
        message.msg_hdr.msg_iovlen = 1;
    }
    loop {
        // SAFETY: the first `count` messages point to as many slices, each over a datagram that lives during the
        // call, and to `target`, of which the kernel only reads; sendmmsg writes to `messages` alone.
        let sent =
            unsafe { libc::sendmmsg(fd.as_raw_fd(), messages.as_mut_ptr(), count as libc::c_uint, libc::MSG_NOSIGNAL) };
        if sent >= 0 {
            return Ok(sent as usize);
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(Errno::INTR.raw_os_error()) {
            return Err(error);
        }
    }
}
