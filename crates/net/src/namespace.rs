//! Network namespaces: sockets belong to the one in which their maker was.

use rustix::fs::{Mode, OFlags, open};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// An open namespace, named as `ip netns` names it. Open it before a chroot.
#[derive(Debug)]
pub struct Namespace {
    name: String,
    fd: OwnedFd,
}

impl Namespace {
    /// Opens `/var/run/netns/NAME`.
    pub fn open(name: &str) -> io::Result<Namespace> {
        if name.contains('/') || name.is_empty() || name.starts_with('.') {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let path = Path::new("/var/run/netns").join(name);
        let fd = open(&path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Namespace { name: name.to_owned(), fd })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs `f` inside, on a thread of its own that ends there: no thread has ever to find its way back. That
    /// costs some 50 µs, for sockets only that a configuration puts elsewhere. It needs CAP_SYS_ADMIN.
    pub(crate) fn run<T: Send>(&self, f: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("netns".to_owned()).spawn_scoped(scope, || {
                move_into_link_name_space(self.fd.as_fd(), Some(LinkNameSpaceType::Network))?;
                f()
            })?;
            thread.join().unwrap_or_else(|_| Err(io::Error::other("a panic in a namespace's thread")))
        })
    }
}

/// Runs `f` in the namespace, if there is one.
pub(crate) fn run_in<T: Send>(
    namespace: Option<&Namespace>,
    f: impl FnOnce() -> io::Result<T> + Send,
) -> io::Result<T> {
    match namespace {
        Some(namespace) => namespace.run(f),
        None => f(),
    }
}
