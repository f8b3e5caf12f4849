//! Addresses as the kernel has them.

use base::Addr;
use core::net::SocketAddr;
use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix};
use std::io;

/// Bytes of `sun_path`.
const SUN_PATH: usize = 108;

/// An address that can be bound or connected to.
pub(crate) enum Target {
    Ip(SocketAddr),
    Unix(SocketAddrUnix),
}

impl Target {
    /// Fails for descriptors (`fd@`, `sockpair@`), which aren't addresses, and for names that are too long.
    pub fn of(addr: &Addr) -> io::Result<Target> {
        match addr {
            Addr::Ip(ip) => Ok(Target::Ip(*ip)),
            Addr::Unix(path) => Ok(Target::Unix(unix(path)?)),
            Addr::Abns { name, padded } => Ok(Target::Unix(abstract_name(name, *padded)?)),
            Addr::Fd(_) | Addr::SockPair(_) => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    pub fn family(&self) -> AddressFamily {
        match self {
            Target::Ip(SocketAddr::V4(_)) => AddressFamily::INET,
            Target::Ip(SocketAddr::V6(_)) => AddressFamily::INET6,
            Target::Unix(_) => AddressFamily::UNIX,
        }
    }
}

/// A path in the file system.
pub(crate) fn unix(path: &[u8]) -> io::Result<SocketAddrUnix> {
    Ok(SocketAddrUnix::new(path)?)
}

fn abstract_name(name: &[u8], padded: bool) -> io::Result<SocketAddrUnix> {
    // The first byte of the path is the NUL that makes the name abstract.
    if name.len() > SUN_PATH - 1 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "abstract socket name too long"));
    }
    let mut full = [0; SUN_PATH - 1];
    full[..name.len()].copy_from_slice(name);
    let used = if padded { full.len() } else { name.len() };
    Ok(SocketAddrUnix::new_abstract_name(&full[..used])?)
}

/// The address in our terms. A unix socket without a name has the empty path.
pub(crate) fn from_any(any: &SocketAddrAny) -> io::Result<Addr> {
    if let Ok(ip) = SocketAddr::try_from(any.clone()) {
        return Ok(Addr::Ip(ip));
    }
    let unix = SocketAddrUnix::try_from(any.clone())?;
    Ok(match unix.abstract_name() {
        Some(name) => abstract_addr(name),
        None => Addr::Unix(unix.path_bytes().unwrap_or_default().into()),
    })
}

fn abstract_addr(name: &[u8]) -> Addr {
    let padded = name.len() == SUN_PATH - 1;
    let used = if padded { name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1) } else { name.len() };
    Addr::Abns { name: name[..used].into(), padded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addr: Addr) {
        let Target::Unix(unix) = Target::of(&addr).unwrap() else { panic!("a unix address") };
        assert_eq!(from_any(&SocketAddrAny::from(unix)).unwrap(), addr);
    }

    #[test]
    fn unix_addresses_survive_the_kernels_form() {
        check(Addr::Unix((*b"/tmp/x").into()));
        check(Addr::Abns { name: (*b"short").into(), padded: false });
        check(Addr::Abns { name: (*b"short").into(), padded: true });
        assert!(Target::of(&Addr::Abns { name: vec![b'x'; 108].into(), padded: false }).is_err());
        assert!(Target::of(&Addr::Unix(vec![b'x'; 109].into())).is_err());
        assert!(Target::of(&Addr::Fd(3)).is_err());
    }
}
