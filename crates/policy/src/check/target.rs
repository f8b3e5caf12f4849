//! Where a check goes: `addr` and `port` override the server's own (manual 5.2).

use base::Addr;
use core::net::{IpAddr, SocketAddr};

/// The address to check. A port alone replaces the server's; an address alone keeps the server's port.
/// `None`: there is no port to go to, as with an `addr` for a server that is a unix socket.
pub fn check_addr(server: &Addr, addr: Option<IpAddr>, port: Option<u16>) -> Option<Addr> {
    match (addr.or(server.ip()), port.or(server.port())) {
        _ if addr.is_none() && port.is_none() => Some(server.clone()),
        (Some(ip), Some(port)) => Some(Addr::Ip(SocketAddr::new(ip, port))),
        (Some(_), None) => None,
        // A port means nothing to a unix socket.
        (None, _) => Some(server.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides() {
        let ip = |text: &str| Addr::Ip(text.parse().unwrap());
        let unix = Addr::Unix(b"/s"[..].into());
        let other = Some("2.2.2.2".parse().unwrap());
        for (server, addr, port, expected) in [
            (ip("1.1.1.1:80"), None, None, Some(ip("1.1.1.1:80"))),
            (ip("1.1.1.1:80"), None, Some(81), Some(ip("1.1.1.1:81"))),
            (ip("1.1.1.1:80"), other, None, Some(ip("2.2.2.2:80"))),
            (ip("1.1.1.1:80"), other, Some(81), Some(ip("2.2.2.2:81"))),
            (unix.clone(), None, None, Some(unix.clone())),
            (unix.clone(), None, Some(81), Some(unix.clone())),
            (unix.clone(), other, Some(81), Some(ip("2.2.2.2:81"))),
            (unix.clone(), other, None, None),
        ] {
            assert_eq!(check_addr(&server, addr, port), expected);
        }
    }
}
