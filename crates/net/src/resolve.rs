//! Host names to addresses, as the system resolves them. Blocking: at start, or under [`rt::offload`].

use core::net::IpAddr;
use std::io;
use std::net::ToSocketAddrs;

/// Which addresses are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Family {
    /// Any, in the system's order.
    #[default]
    Any,
    V4,
    V6,
}

/// All addresses of `host` of the wanted family, each once, in the system's order. A name without any is an error.
pub fn resolve(host: &str, family: Family) -> io::Result<Vec<IpAddr>> {
    let mut found: Vec<IpAddr> = Vec::new();
    for addr in (host, 0).to_socket_addrs()? {
        let ip = addr.ip();
        let wanted = match family {
            Family::Any => true,
            Family::V4 => ip.is_ipv4(),
            Family::V6 => ip.is_ipv6(),
        };
        if wanted && !found.contains(&ip) {
            found.push(ip);
        }
    }
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no such address"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_localhost_resolve() {
        assert_eq!(resolve("127.0.0.1", Family::Any).unwrap(), [IpAddr::from([127, 0, 0, 1])]);
        assert!(resolve("127.0.0.1", Family::V6).is_err());
        assert!(resolve("localhost", Family::V4).unwrap().iter().all(IpAddr::is_ipv4));
    }
}
