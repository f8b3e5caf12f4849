//! Where the proxy's log lines go: UDP, unix datagrams, a TCP stream.

use crate::wait;
use std::io::{self, BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

/// Something that collects log lines.
pub trait Sink {
    /// The next line, its line end removed, or `None` when none comes within `limit`.
    fn line_within(&mut self, limit: Duration) -> Option<Vec<u8>>;

    /// The next line; `None` when none comes within the usual limit.
    fn line(&mut self) -> Option<Vec<u8>> {
        self.line_within(wait::LIMIT)
    }
}

/// The longest line accepted, in bytes.
const LONGEST: usize = 65_536;

/// A UDP socket on the loopback.
pub struct UdpSink(UdpSocket);

impl UdpSink {
    pub fn new() -> io::Result<UdpSink> {
        UdpSocket::bind("127.0.0.1:0").map(UdpSink)
    }

    pub fn addr(&self) -> SocketAddr {
        self.0.local_addr().expect("a bound socket has an address")
    }
}

impl Sink for UdpSink {
    fn line_within(&mut self, limit: Duration) -> Option<Vec<u8>> {
        let mut bytes = vec![0; LONGEST];
        self.0.set_read_timeout(Some(limit.max(Duration::from_millis(1)))).ok()?;
        let len = self.0.recv(&mut bytes).ok()?;
        Some(chomp(&bytes[..len]))
    }
}

/// A unix datagram socket, like syslog's `/dev/log`.
pub struct UnixSink(UnixDatagram);

impl UnixSink {
    pub fn bind(path: &Path) -> io::Result<UnixSink> {
        UnixDatagram::bind(path).map(UnixSink)
    }
}

impl Sink for UnixSink {
    fn line_within(&mut self, limit: Duration) -> Option<Vec<u8>> {
        let mut bytes = vec![0; LONGEST];
        self.0.set_read_timeout(Some(limit.max(Duration::from_millis(1)))).ok()?;
        let len = self.0.recv(&mut bytes).ok()?;
        Some(chomp(&bytes[..len]))
    }
}

/// A TCP listener that takes one connection at a time and reads lines from it.
pub struct TcpSink {
    listener: TcpListener,
    stream: Option<BufReader<TcpStream>>,
}

impl TcpSink {
    pub fn new() -> io::Result<TcpSink> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        Ok(TcpSink { listener, stream: None })
    }

    pub fn addr(&self) -> SocketAddr {
        self.listener.local_addr().expect("a bound socket has an address")
    }
}

impl Sink for TcpSink {
    fn line_within(&mut self, limit: Duration) -> Option<Vec<u8>> {
        if self.stream.is_none() {
            let (stream, _) = wait::until(limit, || self.listener.accept().ok())?;
            stream.set_nonblocking(false).ok()?;
            self.stream = Some(BufReader::new(stream));
        }
        let stream = self.stream.as_mut()?;
        stream.get_ref().set_read_timeout(Some(limit.max(Duration::from_millis(1)))).ok()?;
        let mut line = Vec::new();
        match stream.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(chomp(&line)),
        }
    }
}

fn chomp(line: &[u8]) -> Vec<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\0").unwrap_or(line).to_vec()
}
