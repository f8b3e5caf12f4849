//! Socket options that rustix doesn't have.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// Sets an option whose value is a C `int`.
pub(crate) fn set_int(fd: impl AsFd, level: i32, name: i32, value: i32) -> io::Result<()> {
    let size = size_of::<i32>() as libc::socklen_t;
    // SAFETY: the pointer is to a live i32 and the length is its size; the descriptor is open while borrowed.
    let result =
        unsafe { libc::setsockopt(fd.as_fd().as_raw_fd(), level, name, core::ptr::from_ref(&value).cast(), size) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Sets an option whose value is bytes (a name).
pub(crate) fn set_bytes(fd: impl AsFd, level: i32, name: i32, value: &[u8]) -> io::Result<()> {
    let size = libc::socklen_t::try_from(value.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: pointer and length describe a live slice; the descriptor is open while borrowed.
    let result = unsafe { libc::setsockopt(fd.as_fd().as_raw_fd(), level, name, value.as_ptr().cast(), size) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Reads an option that is a plain structure of the kernel into zeroed memory; the answer is shorter on old kernels.
pub(crate) fn read_struct<T: Plain>(fd: impl AsFd, level: i32, name: i32) -> io::Result<T> {
    // SAFETY: `Plain` promises that all-zero bytes are a value of T.
    let mut value: T = unsafe { core::mem::zeroed() };
    let mut size = size_of::<T>() as libc::socklen_t;
    // SAFETY: the pointer is to `size` bytes of T, of which any contents are valid by `Plain`.
    let result = unsafe {
        libc::getsockopt(fd.as_fd().as_raw_fd(), level, name, core::ptr::from_mut(&mut value).cast(), &mut size)
    };
    if result == 0 { Ok(value) } else { Err(io::Error::last_os_error()) }
}

/// # Safety
/// Any bytes, all zero included, make a valid value of the type.
pub(crate) unsafe trait Plain {}
// SAFETY: a C structure of integers.
unsafe impl Plain for libc::sockaddr_in {}
// SAFETY: a C structure of integers.
unsafe impl Plain for libc::sockaddr_in6 {}
// SAFETY: a C structure of integers.
unsafe impl Plain for libc::tcp_info {}
