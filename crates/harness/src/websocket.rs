//! Both ends of a WebSocket (RFC 6455), enough of it to send frames through a proxy: an echo server, and a client that
//! checks the handshake and every frame.

use crate::content;
use crate::wait;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// What a key is completed with before it is hashed (RFC 6455 section 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Kinds of frames (section 5.2).
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// The longest frame that is taken, in bytes.
const LONGEST: u64 = 16 << 20;

/// Listens on a port of its own until the process ends, and sends every message back.
pub fn echo_server() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever is at the other end sees how it ended.
            std::thread::spawn(move || serve(stream));
        }
    });
    Ok(addr)
}

/// Upgrades a connection to `addr`, sends messages of all the lengths that frames encode differently, and checks what
/// comes back. Answers how many bytes went each way.
pub fn check_echo(addr: SocketAddr, path: &str) -> Result<u64, String> {
    let mut end = upgrade(addr, path)?;
    let text = |e: io::Error| e.to_string();
    let mut sent = 0;
    for (n, len) in [0, 1, 125, 126, 65_535, 65_536, 1 << 20].into_iter().enumerate() {
        let message = &content::of(0, (len + content::WORD).next_multiple_of(content::WORD))[..len];
        let kind = if n == 1 { TEXT } else { BINARY };
        let message = if kind == TEXT { b"x" } else { message };
        end.send(kind, message).map_err(text)?;
        let back = end.receive().map_err(text)?;
        if back != (kind, message.to_vec()) {
            return Err(format!("a message of {len} bytes came back as {} bytes of kind {}", back.1.len(), back.0));
        }
        sent += message.len() as u64;
    }
    end.send(PING, b"here").map_err(text)?;
    if end.receive().map_err(text)? != (PONG, b"here".to_vec()) {
        return Err("a ping wasn't answered".to_owned());
    }
    end.send(CLOSE, &1000u16.to_be_bytes()).map_err(text)?;
    match end.receive().map_err(text)? {
        (CLOSE, code) if code == 1000u16.to_be_bytes() => Ok(sent),
        other => Err(format!("{other:?} instead of the end")),
    }
}

/// One end of an upgraded connection. What clients send is masked, what servers send isn't (section 5.3).
struct End {
    stream: BufReader<TcpStream>,
    is_client: bool,
}

fn upgrade(addr: SocketAddr, path: &str) -> Result<End, String> {
    const KEY: &str = "ZmVycm94eSB0ZXN0cyB3cw==";
    let text = |e: io::Error| e.to_string();
    let mut stream = TcpStream::connect(addr).map_err(text)?;
    stream.set_read_timeout(Some(wait::LIMIT)).map_err(text)?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {KEY}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).map_err(text)?;
    let mut stream = BufReader::new(stream);
    let head = read_head(&mut stream).map_err(text)?;
    let accepted = field(&head, "sec-websocket-accept").is_some_and(|value| value == accept(KEY));
    if !head.starts_with("HTTP/1.1 101 ") || !accepted {
        return Err(format!("no upgrade: {head}"));
    }
    Ok(End { stream, is_client: true })
}

fn serve(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let head = read_head(&mut stream)?;
    let key = field(&head, "sec-websocket-key").ok_or(ErrorKind::InvalidData)?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {}\r\n\r\n",
        accept(key)
    );
    stream.get_mut().write_all(answer.as_bytes())?;
    let mut end = End { stream, is_client: false };
    loop {
        let (kind, message) = end.receive()?;
        end.send(if kind == PING { PONG } else { kind }, &message)?;
        if kind == CLOSE {
            return Ok(());
        }
    }
}

impl End {
    /// Sends a message as one frame.
    fn send(&mut self, kind: u8, message: &[u8]) -> io::Result<()> {
        const FINAL: u8 = 0x80;
        let masked = if self.is_client { 0x80 } else { 0 };
        let mut frame = vec![FINAL | kind];
        match message.len() {
            len @ 0..=125 => frame.push(masked | len as u8),
            len @ 126..=0xffff => {
                frame.push(masked | 126);
                frame.extend_from_slice(&(len as u16).to_be_bytes());
            }
            len => {
                frame.push(masked | 127);
                frame.extend_from_slice(&(len as u64).to_be_bytes());
            }
        }
        if self.is_client {
            const MASK: [u8; 4] = [0x5a, 0x01, 0xfe, 0x33];
            frame.extend_from_slice(&MASK);
            frame.extend(message.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        } else {
            frame.extend_from_slice(message);
        }
        self.stream.get_mut().write_all(&frame)
    }

    /// The next message's kind and bytes; it has to be a single frame.
    fn receive(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let [first, second] = self.take::<2>()?;
        let is_masked = second & 0x80 != 0;
        if first & 0xf0 != 0x80 || is_masked == self.is_client {
            return Err(ErrorKind::InvalidData.into());
        }
        let len = match second & 0x7f {
            126 => u64::from(u16::from_be_bytes(self.take()?)),
            127 => u64::from_be_bytes(self.take()?),
            len => u64::from(len),
        };
        if len > LONGEST {
            return Err(ErrorKind::InvalidData.into());
        }
        let mask = if is_masked { self.take()? } else { [0; 4] };
        let mut message = vec![0; len as usize];
        self.stream.read_exact(&mut message)?;
        message.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        Ok((first & 0x0f, message))
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

fn read_head(stream: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// The answer to a handshake's key.
fn accept(key: &str) -> String {
    base64(&sha1(format!("{key}{GUID}").as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

/// FIPS 180-4.
fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((message.len() + 9).next_multiple_of(64) - 8, 0);
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded.chunks_exact(64) {
        let mut words = [0u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        for n in 16..80 {
            words[n] = (words[n - 3] ^ words[n - 8] ^ words[n - 14] ^ words[n - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (n, word) in words.iter().enumerate() {
            let (mixed, constant) = match n {
                0..20 => (b & c | !b & d, 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6u32),
            };
            let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(constant).wrapping_add(*word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (old, new) in state.iter_mut().zip([a, b, c, d, e]) {
            *old = old.wrapping_add(new);
        }
    }
    let mut out = [0; 20];
    out.chunks_exact_mut(4).zip(state).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_be_bytes()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        assert_eq!(accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn the_two_ends_understand_each_other() {
        let addr = echo_server().expect("a port");
        assert_eq!(check_echo(addr, "/"), Ok(1 + 125 + 126 + 65_535 + 65_536 + (1 << 20)));
    }
}
