//! Which addresses are this host's own (manual 7.3.3, `src_is_local`).

use core::net::IpAddr;
use std::net::UdpSocket;

/// Whether the address is one of this host's: whether a socket can be bound to it. Three system calls, and always true
/// where the system lets sockets bind to foreign addresses (`net.ipv4.ip_nonlocal_bind`).
pub fn is_local(ip: IpAddr) -> bool {
    let wildcard = ip.is_unspecified() || ip.is_multicast();
    !wildcard && UdpSocket::bind((ip.to_canonical(), 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn loopback_is_ours_and_documentation_is_nobodys() {
        for (ip, want) in [("127.0.0.1", true), ("127.9.9.9", true), ("192.0.2.1", false), ("0.0.0.0", false)] {
            assert_eq!(is_local(ip.parse().unwrap()), want, "{ip}");
        }
        assert!(is_local("::ffff:127.0.0.1".parse().unwrap()));
    }
}
