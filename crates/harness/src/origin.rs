//! A server that answers by itself on its own threads, for tests where a script of both sides would be in the way
//! (load, reload, balancing). It keeps each request exactly as received.

use crate::conn::Conn;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Goes on with a connection by itself.
pub type HandOver = dyn Fn(Conn) + Send + Sync;

/// What to do with one request.
#[derive(Clone)]
pub enum Answer {
    /// Send these bytes and read the next request.
    Keep(Vec<u8>),
    /// Send these bytes and close.
    Close(Vec<u8>),
    /// Send these bytes and reset the connection.
    Reset(Vec<u8>),
    /// Answer nothing and hold the connection until the other side closes.
    Stall,
    /// Send these bytes and leave the rest of the connection to this function: long bodies, tunnels.
    HandOver(Vec<u8>, Arc<HandOver>),
}

impl Answer {
    /// A complete response with this status line ending (`200 OK`) and body.
    pub fn ok(body: &str) -> Answer {
        Answer::Keep(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes())
    }
}

type Handler = dyn Fn(&[u8]) -> Answer + Send + Sync;

/// A running server; stops accepting when dropped.
pub struct Origin {
    addr: SocketAddr,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
    stop: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Origin {
    /// Answers each request head (and its body, when it has a content-length) by `handler`.
    pub fn start(handler: impl Fn(&[u8]) -> Answer + Send + Sync + 'static) -> io::Result<Origin> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let addr = listener.local_addr()?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let handler: Arc<Handler> = Arc::new(handler);
        let (seen, stopped) = (Arc::clone(&requests), Arc::clone(&stop));
        let acceptor = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Acquire) {
                    return;
                }
                let (seen, handler) = (Arc::clone(&seen), Arc::clone(&handler));
                std::thread::spawn(move || Conn::over(stream).map(|conn| serve(conn, &seen, &*handler)));
            }
        });
        Ok(Origin { addr, requests, stop, acceptor: Some(acceptor) })
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Every request so far, head and body, byte for byte.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.requests.lock().unwrap_or_else(|p| p.into_inner()).clone()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // One connection more wakes the acceptor, which then sees that it's over.
        let _ = std::net::TcpStream::connect_timeout(&self.addr, Duration::from_secs(1));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn serve(mut conn: Conn, seen: &Mutex<Vec<Vec<u8>>>, handler: &Handler) {
    while let Ok(mut request) = conn.take_head() {
        let Ok(body) = conn.take(content_length(&request)) else { return };
        request.extend_from_slice(&body);
        let answer = handler(&request);
        seen.lock().unwrap_or_else(|p| p.into_inner()).push(request);
        match answer {
            Answer::Keep(bytes) if conn.send(&bytes).is_ok() => {}
            Answer::Keep(_) => return,
            Answer::Close(bytes) => return drop(conn.send(&bytes)),
            Answer::Reset(bytes) => {
                let _ = conn.send(&bytes);
                let _ = conn.reset();
                return;
            }
            Answer::Stall => return drop(conn.take_all()),
            Answer::HandOver(bytes, go_on) => {
                if conn.send(&bytes).is_ok() {
                    go_on(conn);
                }
                return;
            }
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = text.lines().find_map(|l| l.strip_prefix("content-length:"));
    value.and_then(|v| v.trim().parse().ok()).unwrap_or(0)
}
