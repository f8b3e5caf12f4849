//! Descriptors that the process was started with (`fd@N`, `sockpair@N`).

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType, sockopt};
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

/// What an inherited descriptor turned out to be.
pub(crate) enum Inherited {
    /// A socket that accepts already.
    Listening(OwnedFd),
    /// A bound stream socket that doesn't listen yet.
    Bound(OwnedFd),
}

/// Borrows descriptor `number` if it is open.
///
/// The configuration names it, and nobody closes what the configuration names before the process ends; so it
/// stays open for as long as anybody may hold the borrow.
pub(crate) fn borrow(number: i32) -> io::Result<BorrowedFd<'static>> {
    // SAFETY: F_GETFD changes nothing and is allowed for any number.
    if number < 0 || unsafe { libc::fcntl(number, libc::F_GETFD) } < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: the number is an open descriptor (just checked), kept open as said above.
    Ok(unsafe { BorrowedFd::borrow_raw(number) })
}

/// Takes a copy of descriptor `number` as a listening socket. The number itself stays open for a later re-exec.
///
/// A datagram socket, or anything that isn't a socket, is of the wrong type.
pub(crate) fn stream_listener(number: i32) -> io::Result<Inherited> {
    let fd = duplicate(number)?;
    let wrong = || io::Error::new(io::ErrorKind::InvalidInput, wrong_type(number));
    if sockopt::socket_type(&fd).map_err(|_| wrong())? != SocketType::STREAM {
        return Err(wrong());
    }
    match sockopt::socket_domain(&fd)? {
        AddressFamily::INET | AddressFamily::INET6 | AddressFamily::UNIX => {}
        _ => return Err(wrong()),
    }
    let flags = fcntl_getfl(&fd)?;
    fcntl_setfl(&fd, flags | OFlags::NONBLOCK)?;
    Ok(if sockopt::socket_acceptconn(&fd)? { Inherited::Listening(fd) } else { Inherited::Bound(fd) })
}

/// Takes a copy of descriptor `number` as the receiving end of `sockpair@`.
pub(crate) fn pair_end(number: i32) -> io::Result<OwnedFd> {
    let fd = duplicate(number)?;
    let wrong = || io::Error::new(io::ErrorKind::InvalidInput, wrong_type(number));
    if sockopt::socket_domain(&fd).map_err(|_| wrong())? != AddressFamily::UNIX || sockopt::socket_acceptconn(&fd)? {
        return Err(wrong());
    }
    let flags = fcntl_getfl(&fd)?;
    fcntl_setfl(&fd, flags | OFlags::NONBLOCK)?;
    Ok(fd)
}

fn wrong_type(number: i32) -> String {
    format!("socket on file descriptor '{number}' is of the wrong type")
}

fn duplicate(number: i32) -> io::Result<OwnedFd> {
    let original = borrow(number)?;
    // Children that we start for other reasons shall not have it.
    fcntl_setfd(original, FdFlags::CLOEXEC)?;
    Ok(rustix::io::fcntl_dupfd_cloexec(original, 3)?)
}
