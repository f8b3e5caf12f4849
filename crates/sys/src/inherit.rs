//! Descriptors that the process was started with and knows only by number.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

/// A second descriptor for the same open file as number `fd`, closed on exec. The first one stays as it is.
///
/// # Errors
/// `EBADF` when nothing is open under that number.
pub fn dup_inherited(fd: RawFd) -> io::Result<OwnedFd> {
    // Numbers 0 to 2 are left to the standard streams.
    const LOWEST: libc::c_int = 3;
    // SAFETY: the call takes no pointer, and a wrong number is answered with an error.
    let copy = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, LOWEST) };
    if copy < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just opened it for us, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::fd::AsRawFd;

    #[test]
    fn a_copy_leads_to_the_same_place() {
        let (mut end, into) = io::pipe().expect("pipe");
        let copy = dup_inherited(into.as_raw_fd()).expect("open");
        drop(into);
        std::fs::File::from(copy).write_all(b"x").expect("write");
        assert_eq!(end.read(&mut [0; 4]).expect("read"), 1);
        assert_eq!(dup_inherited(987_654).expect_err("closed").raw_os_error(), Some(libc::EBADF));
    }
}
