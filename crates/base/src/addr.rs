//! Addresses as the configuration means them (manual 2.9), before any name is resolved or socket opened.

use core::net::{IpAddr, SocketAddr};

/// What a socket carries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SockKind {
    /// A byte stream (TCP, unix stream).
    #[default]
    Stream,
    /// Datagrams (UDP, unix datagram): log targets, later QUIC and resolvers.
    Dgram,
}

/// One address, its port included.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Addr {
    /// An IP address and port; `0.0.0.0` or `::` listens everywhere.
    Ip(SocketAddr),
    /// A unix socket's path (bytes, since paths need not be UTF-8).
    Unix(Box<[u8]>),
    /// A name in Linux' abstract namespace. `padded`: the reference's `abns@`, whose name fills the whole of
    /// `sun_path` with NUL bytes; otherwise `abnsz@`, whose length counts.
    Abns { name: Box<[u8]>, padded: bool },
    /// An inherited file descriptor (`fd@N`).
    Fd(i32),
    /// One end of an inherited socket pair over which connections arrive as descriptors (`sockpair@N`).
    SockPair(i32),
}

impl Addr {
    /// The IP address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Addr::Ip(sa) => Some(sa.ip()),
            _ => None,
        }
    }

    /// The port, if the family has one.
    pub fn port(&self) -> Option<u16> {
        match self {
            Addr::Ip(sa) => Some(sa.port()),
            _ => None,
        }
    }
}
