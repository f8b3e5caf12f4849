//! One scripted end of a TCP connection: says exactly these bytes, expects exactly those.

use crate::{content, wait};
use socket2::{Domain, SockRef, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How a stream ended, seen from here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The other side said that it sends no more (FIN).
    Fin,
    /// The connection was reset.
    Reset,
}

/// A connection with what was read ahead, and perhaps a writer at work in the background.
pub struct Conn {
    stream: TcpStream,
    ahead: Vec<u8>,
    ended: Option<Ended>,
    writer: Option<JoinHandle<io::Result<()>>>,
    /// Bytes go out one by one, each in a segment of its own.
    dribble: bool,
}

impl Conn {
    pub fn over(stream: TcpStream) -> io::Result<Conn> {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(wait::LIMIT))?;
        Ok(Conn { stream, ahead: Vec::new(), ended: None, writer: None, dribble: false })
    }

    /// Connects, from the given source address if there is one.
    pub fn connect(to: SocketAddr, from: Option<IpAddr>) -> io::Result<Conn> {
        let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
        if let Some(from) = from {
            socket.bind(&SocketAddr::new(from, 0).into())?;
        }
        socket.connect_timeout(&to.into(), wait::LIMIT)?;
        Conn::over(socket.into())
    }

    /// From now on every byte goes out alone.
    pub fn set_dribble(&mut self, on: bool) {
        self.dribble = on;
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }

    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.flush()?;
        if self.dribble {
            return bytes.iter().try_for_each(|b| self.stream.write_all(&[*b]));
        }
        self.stream.write_all(bytes)
    }

    /// Sends `len` bytes of the [`pattern`] in the background, so that a script can read on meanwhile.
    pub fn send_pattern(&mut self, len: usize) -> io::Result<()> {
        self.flush()?;
        let mut stream = self.stream.try_clone()?;
        self.writer = Some(std::thread::spawn(move || {
            let block = pattern(0, PERIOD * 256);
            let mut left = len;
            while left > 0 {
                let n = left.min(block.len());
                stream.write_all(&block[..n])?;
                left -= n;
            }
            Ok(())
        }));
        Ok(())
    }

    /// Waits for the background writer.
    pub fn flush(&mut self) -> io::Result<()> {
        match self.writer.take() {
            Some(writer) => writer.join().unwrap_or_else(|_| Err(ErrorKind::Other.into())),
            None => Ok(()),
        }
    }

    /// Reads `len` bytes of the [`pattern`]; an error tells where they differ.
    pub fn expect_pattern(&mut self, len: usize) -> Result<(), String> {
        let mut at = 0;
        while at < len {
            if self.ahead.is_empty() && !self.fill(wait::LIMIT) {
                return Err(format!("only {at} of {len} bytes came ({})", self.state()));
            }
            let n = self.ahead.len().min(len - at);
            let want = pattern(at, n);
            if let Some(bad) = (0..n).find(|i| self.ahead[*i] != want[*i]) {
                return Err(format!("byte {} of the body is {:#x}, not {:#x}", at + bad, self.ahead[bad], want[bad]));
            }
            self.ahead.drain(..n);
            at += n;
        }
        Ok(())
    }

    /// Reads `len` bytes of the [`content`](crate::content); an error tells where they differ.
    pub fn expect_content(&mut self, len: u64) -> Result<(), String> {
        let mut at = 0;
        while at < len {
            if self.ahead.len() < content::WORD && !self.fill(wait::LIMIT) {
                return Err(format!("only {at} of {len} bytes came ({})", self.state()));
            }
            let whole = self.ahead.len() - self.ahead.len() % content::WORD;
            let n = whole.min((len - at) as usize);
            if let Some(bad) = content::differs(at, &self.ahead[..n]) {
                return Err(format!("the body differs in the word at {bad}"));
            }
            self.ahead.drain(..n);
            at += n as u64;
        }
        Ok(())
    }

    /// Takes exactly `len` bytes; what came so far when the stream ends or the limit is over before that.
    pub fn take(&mut self, len: usize) -> Result<Vec<u8>, Vec<u8>> {
        while self.ahead.len() < len {
            if !self.fill(wait::LIMIT) {
                return Err(std::mem::take(&mut self.ahead));
            }
        }
        Ok(self.ahead.drain(..len).collect())
    }

    /// Takes a line and its CRLF (or bare LF); what came so far when there is none.
    pub fn take_line(&mut self) -> Result<Vec<u8>, Vec<u8>> {
        let mut from = 0;
        loop {
            if let Some(at) = self.ahead[from..].iter().position(|b| *b == b'\n') {
                return Ok(self.ahead.drain(..=from + at).collect());
            }
            from = self.ahead.len();
            if !self.fill(wait::LIMIT) {
                return Err(std::mem::take(&mut self.ahead));
            }
        }
    }

    /// Takes a head: everything up to and with the first empty line.
    pub fn take_head(&mut self) -> Result<Vec<u8>, Vec<u8>> {
        loop {
            if let Some(at) = self.ahead.windows(4).position(|w| w == b"\r\n\r\n") {
                return Ok(self.ahead.drain(..at + 4).collect());
            }
            if !self.fill(wait::LIMIT) {
                return Err(std::mem::take(&mut self.ahead));
            }
        }
    }

    /// Takes everything up to the end of the stream, and tells how it ended.
    pub fn take_all(&mut self) -> (Vec<u8>, Option<Ended>) {
        while self.fill(wait::LIMIT) {}
        (std::mem::take(&mut self.ahead), self.ended)
    }

    /// Takes what comes until nothing came for `quiet`.
    pub fn take_until_quiet(&mut self, quiet: Duration) -> (Vec<u8>, Option<Ended>) {
        while self.fill(quiet) {}
        (std::mem::take(&mut self.ahead), self.ended)
    }

    /// Waits for the end of the stream; an error tells what came instead.
    pub fn expect_end(&mut self) -> Result<Ended, String> {
        let (rest, ended) = self.take_all();
        match ended {
            Some(ended) if rest.is_empty() => Ok(ended),
            Some(ended) => Err(format!("{:?} came before {ended:?}", String::from_utf8_lossy(&rest))),
            None => Err(format!("no end came, but {:?}", String::from_utf8_lossy(&rest))),
        }
    }

    /// What was read and not yet taken.
    pub fn leftover(&mut self) -> &[u8] {
        if self.ended.is_none() {
            self.fill(Duration::from_millis(1));
        }
        &self.ahead
    }

    /// Sends FIN and goes on reading.
    pub fn shut(&mut self) -> io::Result<()> {
        self.flush()?;
        self.stream.shutdown(Shutdown::Write)
    }

    /// Closes with a reset instead of a FIN.
    pub fn reset(self) -> io::Result<()> {
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO))
    }

    /// Shrinks what the kernel holds for us, so that a sender soon feels that we don't read.
    pub fn set_small_buffers(&self) -> io::Result<()> {
        let socket = SockRef::from(&self.stream);
        socket.set_recv_buffer_size(4096)?;
        socket.set_send_buffer_size(4096)
    }

    fn state(&self) -> &'static str {
        match self.ended {
            Some(Ended::Fin) => "closed",
            Some(Ended::Reset) => "reset",
            None => "open",
        }
    }

    /// Reads once; false when the stream ended or the limit is over.
    fn fill(&mut self, limit: Duration) -> bool {
        if self.ended.is_some() {
            return false;
        }
        let end = Instant::now() + limit;
        let mut bytes = [0; 65_536];
        loop {
            let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            if self.stream.set_read_timeout(Some(left)).is_err() {
                return false;
            }
            match self.stream.read(&mut bytes) {
                Ok(0) => self.ended = Some(Ended::Fin),
                Ok(n) => {
                    self.ahead.extend_from_slice(&bytes[..n]);
                    return true;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(_) => self.ended = Some(Ended::Reset),
            }
            return false;
        }
    }
}

/// After this many bytes the pattern repeats: a prime, so that no buffer size hides a shift.
const PERIOD: usize = 251;

/// `len` bytes of the test pattern from offset `at`.
pub fn pattern(at: usize, len: usize) -> Vec<u8> {
    (at..at + len).map(|i| (i % PERIOD) as u8).collect()
}
