//! The addresses that a PROXY protocol header stands for, in both of its versions.

use base::SockKind;
use core::net::SocketAddr;

/// Whose connection this is, according to the header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proxied {
    /// The sender's own connection (v2 `LOCAL`, v1 `UNKNOWN`, v2 `UNSPEC`): use the socket's addresses.
    Own,
    /// Relayed IPv4 or IPv6; both addresses are of one family.
    Ip {
        /// TCP or UDP.
        kind: SockKind,
        /// The client.
        source: SocketAddr,
        /// The address that the client connected to.
        destination: SocketAddr,
    },
    /// Relayed unix socket; paths without their padding, at most 108 bytes.
    Unix {
        /// Stream or datagram.
        kind: SockKind,
        /// The client's path, often empty.
        source: Box<[u8]>,
        /// The path that the client connected to.
        destination: Box<[u8]>,
    },
}
