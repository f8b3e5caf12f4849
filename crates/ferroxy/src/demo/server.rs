//! A server to try the proxy with: it answers each request with its name, and one for `/stop` by leaving for a while.
//! One connection at a time, one request each, a limit on everything: it is no example of how to write a server.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server that was asked to leave stays away.
pub const AWAY: Duration = Duration::from_secs(6);
/// How long one connection may occupy the server.
const PATIENCE: Duration = Duration::from_secs(1);
/// The longest request head that is read.
const MAX_HEAD: usize = 8192;
/// How often a server that is back tries to get its port.
const RETRY: Duration = Duration::from_millis(100);

/// A demo server whose port is bound already.
pub struct Server {
    pub name: &'static str,
    pub addr: SocketAddr,
    listener: TcpListener,
}

/// What a connection asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    /// Nothing that is a request: health checks, for example.
    Nothing,
    /// A page; `body` is false for HEAD.
    Page { body: bool },
    /// To leave.
    Stop { body: bool },
}

impl Server {
    /// A server on a free port of `ip`. Connections queue until it runs.
    pub fn bind(name: &'static str, ip: Ipv4Addr) -> io::Result<Server> {
        let listener = TcpListener::bind((ip, 0))?;
        Ok(Server { name, addr: listener.local_addr()?, listener })
    }

    /// Serves until the process ends.
    pub fn run(self) {
        let Server { name, addr, mut listener } = self;
        loop {
            serve_until_stop(name, &listener);
            drop(listener);
            tell(name, &format!("leaves for {} s", AWAY.as_secs()));
            thread::sleep(AWAY);
            listener = bind_again(addr);
            tell(name, "is back");
        }
    }
}

/// Asks the server at `addr` to leave. If it is away already, nothing happens.
pub fn ask_to_leave(addr: SocketAddr) {
    if let Ok(mut stream) = TcpStream::connect_timeout(&addr, PATIENCE) {
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let asked = stream.write_all(b"GET /stop HTTP/1.1\r\nHost: demo\r\n\r\n");
        // Closing before the answer is read would be a reset.
        let _ = asked.and_then(|()| stream.read(&mut [0; 512]));
    }
}

fn serve_until_stop(name: &str, listener: &TcpListener) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // No descriptors, most likely: others give theirs back soon.
            thread::sleep(RETRY);
            continue;
        };
        // A client that went away is no concern of the server.
        if serve(name, stream).is_ok_and(|asked| matches!(asked, Asked::Stop { .. })) {
            return;
        }
    }
}

/// Serves one connection and answers what was asked for.
fn serve(name: &str, mut stream: TcpStream) -> io::Result<Asked> {
    let end = Instant::now() + PATIENCE;
    stream.set_write_timeout(Some(PATIENCE))?;
    let asked = asked(&read_head(&mut stream, end)?);
    let (text, body) = match asked {
        Asked::Nothing => return Ok(asked),
        Asked::Page { body } => (format!("Hello from {name}.\n"), body),
        Asked::Stop { body } => (format!("{name} leaves for {} s.\n", AWAY.as_secs()), body),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes())?;
    if body {
        stream.write_all(text.as_bytes())?;
    }
    stream.shutdown(Shutdown::Write)?;
    // What the client still sends is read: a close before would reset the connection and could destroy the answer.
    let mut rest = [0; 4096];
    while read(&mut stream, &mut rest, end)? > 0 {}
    Ok(asked)
}

/// Reads up to the end of the head, of the stream or of patience.
fn read_head(stream: &mut TcpStream, end: Instant) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut chunk = [0; 1024];
    while head.len() < MAX_HEAD {
        let n = read(stream, &mut chunk, end)?;
        head.extend_from_slice(&chunk[..n]);
        if n == 0 || head.windows(4).any(|four| four == b"\r\n\r\n") {
            break;
        }
    }
    Ok(head)
}

fn read(stream: &mut TcpStream, into: &mut [u8], end: Instant) -> io::Result<usize> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    stream.set_read_timeout(Some(left))?;
    stream.read(into)
}

fn asked(head: &[u8]) -> Asked {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|byte| *byte == b' ');
    match (words.next(), words.next(), words.next()) {
        (Some(method), Some(target), Some(_)) if target == b"/stop" => Asked::Stop { body: method != b"HEAD" },
        (Some(method), Some(_), Some(_)) => Asked::Page { body: method != b"HEAD" },
        _ => Asked::Nothing,
    }
}

/// The port was ours a moment ago; should somebody have it now, it is waited for.
fn bind_again(addr: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(addr) {
            Ok(listener) => return listener,
            Err(_) => thread::sleep(RETRY),
        }
    }
}

/// Tells in the midst of the log what happens.
fn tell(name: &str, what: &str) {
    let _ = io::stdout().write_all(format!("[demo] {name} {what}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines() {
        for (head, want) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Asked::Page { body: true }),
            ("HEAD /x HTTP/1.1\r\n\r\n", Asked::Page { body: false }),
            ("GET /stop HTTP/1.1\r\n\r\n", Asked::Stop { body: true }),
            ("GET /stopped HTTP/1.1\r\n\r\n", Asked::Page { body: true }),
            ("", Asked::Nothing),
            ("nonsense\r\n", Asked::Nothing),
        ] {
            assert_eq!(asked(head.as_bytes()), want, "{head:?}");
        }
    }

    #[test]
    fn one_request() {
        let server = Server::bind("server1", Ipv4Addr::LOCALHOST).expect("free port");
        let mut client = TcpStream::connect(server.addr).expect("it listens");
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");
        client.shutdown(Shutdown::Write).expect("shut");
        let (stream, _) = server.listener.accept().expect("queued");
        assert_eq!(serve("server1", stream).expect("served"), Asked::Page { body: true });
        let mut answer = String::new();
        client.read_to_string(&mut answer).expect("answered");
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nHello from server1.\n"),
            "{answer}"
        );
    }
}
