//! Addresses that no other test has, and sockets in odd states.

use socket2::{Domain, Socket, Type};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// A loopback address that only this process uses, and uses once.
///
/// The whole of 127/8 is ours: process id and a counter make a port that was chosen free stay free.
pub fn own_ip() -> Ipv4Addr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let id = std::process::id().wrapping_mul(61).wrapping_add(n);
    Ipv4Addr::new(127, 1 + (id >> 16 & 0x7f) as u8, (id >> 8) as u8, 1 + (id & 0x7f) as u8)
}

/// An address with a port that is free, for a program that binds it itself.
pub fn free_addr() -> SocketAddr {
    let ip = IpAddr::V4(own_ip());
    let probe = TcpListener::bind((ip, 0)).expect("the loopback has free ports");
    probe.local_addr().expect("a bound socket has an address")
}

/// An address where nothing listens: connecting is refused at once.
pub fn dead_addr() -> SocketAddr {
    free_addr()
}

/// An address that neither accepts nor refuses: the SYNs of new connections are dropped.
pub struct Hole {
    listener: Socket,
    /// These fill the queue of the listener, which nobody accepts from.
    _fill: Vec<Socket>,
}

impl Hole {
    pub fn new() -> io::Result<Hole> {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        listener.bind(&SocketAddr::from((own_ip(), 0)).into())?;
        listener.listen(0)?;
        let addr = listener.local_addr()?;
        let mut fill = Vec::new();
        for _ in 0..3 {
            let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            client.set_nonblocking(true)?;
            // In progress is all that is wanted; the kernel finishes what fits in the queue.
            let _ = client.connect(&addr);
            fill.push(client);
        }
        Ok(Hole { listener, _fill: fill })
    }

    pub fn addr(&self) -> SocketAddr {
        self.listener.local_addr().ok().and_then(|a| a.as_socket()).expect("a bound socket has an address")
    }
}
