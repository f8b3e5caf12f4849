//! Thousands of clients that made one request and wait: what each costs the proxy in memory.

use super::peers::Peer;
use super::probe;
use super::work::IDLE_CLIENTS;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Opens the clients one after the other, each with one answered request, and compares the memory.
pub fn bytes_per_client(peer: &Peer) -> Result<f64, String> {
    // The first requests touch code and pools that aren't any client's own.
    let _warm: Vec<TcpStream> = (0..20).map(|_| client(peer)).collect::<Result<_, _>>()?;
    let before = probe::pss_kb(&peer.pids());
    let clients: Vec<TcpStream> = (0..IDLE_CLIENTS).map(|_| client(peer)).collect::<Result<_, _>>()?;
    let after = settled(peer);
    let bytes = (after.saturating_sub(before) * 1024) as f64 / clients.len() as f64;
    Ok(bytes)
}

fn client(peer: &Peer) -> Result<TcpStream, String> {
    let text = |e: std::io::Error| format!("an idle client of {}: {e}\n{}", peer.kind.name(), peer.said());
    let mut stream = TcpStream::connect(peer.addr).map_err(text)?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).map_err(text)?;
    stream.write_all(b"GET /tiny HTTP/1.1\r\nHost: bench\r\n\r\n").map_err(text)?;
    let mut answer = Vec::new();
    let mut bytes = [0; 1024];
    while !answer.ends_with(b"\r\n\r\nok\n") {
        match stream.read(&mut bytes).map_err(text)? {
            0 => return Err(format!("{} closed an idle client's connection", peer.kind.name())),
            n => answer.extend_from_slice(&bytes[..n]),
        }
    }
    Ok(stream)
}

/// Memory may still be handed back: the value counts once it stays the same.
fn settled(peer: &Peer) -> u64 {
    let mut last = probe::pss_kb(&peer.pids());
    for _ in 0..10 {
        std::thread::sleep(Duration::from_millis(300));
        let now = probe::pss_kb(&peer.pids());
        if now == last {
            break;
        }
        last = now;
    }
    last
}
