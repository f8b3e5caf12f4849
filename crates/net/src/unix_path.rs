//! Unix sockets' places in the file system.

use crate::listen::{ListenError, UnixAccess};
use crate::sockaddr;
use rustix::fs::{Gid, Mode, Uid};
use std::ffi::OsStr;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Binds beside the path, sets owner and mode, starts, and then renames over the path. So connecting never fails,
/// and nobody can connect before the rights are set.
pub(crate) fn bind_and_replace(
    fd: BorrowedFd<'_>,
    path: &[u8],
    access: UnixAccess,
    start: impl FnOnce() -> Result<(), ListenError>,
) -> Result<(), ListenError> {
    let mut temporary = path.to_vec();
    temporary.extend_from_slice(format!(".{}.tmp", std::process::id()).as_bytes());
    let failed = |what: &'static str| move |error: io::Error| ListenError { what, error };
    let address = sockaddr::unix(&temporary).map_err(failed("socket path too long"))?;
    let beside = Path::new(OsStr::from_bytes(&temporary));
    // A leftover of an earlier process with our number.
    let _ = std::fs::remove_file(beside);
    // Nobody can connect before it listens, and that is after the rights are set.
    rustix::net::bind(fd, &address).map_err(|error| failed("cannot bind UNIX socket")(error.into()))?;
    let result = set_access(beside, access).map_err(failed("cannot change UNIX socket ownership")).and_then(|()| {
        start()?;
        let to = Path::new(OsStr::from_bytes(path));
        std::fs::rename(beside, to).map_err(failed("cannot switch final and temporary UNIX sockets"))
    });
    if result.is_err() {
        let _ = std::fs::remove_file(beside);
    }
    result
}

fn set_access(path: &Path, access: UnixAccess) -> io::Result<()> {
    if access.uid.is_some() || access.gid.is_some() {
        rustix::fs::chown(path, access.uid.map(Uid::from_raw), access.gid.map(Gid::from_raw))?;
    }
    if let Some(mode) = access.mode {
        rustix::fs::chmod(path, Mode::from_raw_mode(mode & 0o7777))?;
    }
    Ok(())
}

/// Removes `path` if what is bound there answers to the name that `fd` was bound under.
pub(crate) fn unlink_if_ours(fd: BorrowedFd<'_>, path: &[u8]) {
    // Sockets and their paths have no common identity that both sides show. What can be told: whether anybody
    // listens there once this socket doesn't.
    let _ = rustix::net::shutdown(fd, rustix::net::Shutdown::Both);
    let path = Path::new(OsStr::from_bytes(path));
    let answer = std::os::unix::net::UnixStream::connect(path);
    if answer.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
        let _ = std::fs::remove_file(path);
    }
}
