//! A connection as a scripted peer uses it: what it has to say goes out beside what it reads.

use base::{Addr, Ms};
use core::net::SocketAddr;
use net::{ConnectOpts, Stream};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};

/// A piece of a script.
pub enum Part {
    Bytes(Vec<u8>),
    Pause(Ms),
    /// Ends our direction.
    Shut,
}

/// How the other direction ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Clean,
    Reset,
}

/// What waiting for input brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum More {
    Data,
    End(End),
    /// Nothing for so long that the proxy must have forgotten us.
    Late,
}

/// A silence after which something has hung: longer than all timeouts of the configuration together.
const HANG_MS: u64 = 300_000;

pub struct Conn {
    stream: Stream,
    script: VecDeque<Part>,
    at: usize,
    pause: rt::Timer,
    paused: bool,
    patience: rt::Timer,
    /// Received, not used.
    pub inbox: Vec<u8>,
    pub end: Option<End>,
    /// Writing has failed.
    pub deaf_peer: bool,
    /// A pause after each read.
    pub slowness: Ms,
    slow: rt::Timer,
}

impl Conn {
    pub fn new(stream: Stream) -> Conn {
        Conn {
            stream,
            script: VecDeque::new(),
            at: 0,
            pause: rt::Timer::new(),
            paused: false,
            patience: rt::Timer::new(),
            inbox: Vec::new(),
            end: None,
            deaf_peer: false,
            slowness: Ms(0),
            slow: rt::Timer::new(),
        }
    }

    pub async fn dial(from: SocketAddr, to: &str) -> io::Result<Conn> {
        let to = Addr::Ip(to.parse().expect("an address"));
        let opts = ConnectOpts { source: Some(from), ..ConnectOpts::default() };
        Ok(Conn::new(net::connect(&to, &opts)?.await?))
    }

    pub fn say(&mut self, part: Part) {
        self.script.push_back(part);
    }

    /// Whether everything was said (or can't be).
    pub fn has_said_all(&self) -> bool {
        self.script.is_empty() || self.deaf_peer
    }

    /// Closing will be a reset.
    pub fn reset(mut self) {
        self.stream.set_linger_reset().expect("simulated sockets can");
    }

    /// Waits until more was received.
    pub async fn more(&mut self) -> More {
        let before = self.inbox.len();
        self.patience.set(Some(rt::now().plus_ms(HANG_MS)));
        let got = poll_fn(|cx| {
            self.poll_write(cx);
            self.poll_read(cx);
            if self.inbox.len() > before {
                return Poll::Ready(More::Data);
            }
            if let Some(end) = self.end {
                return Poll::Ready(More::End(end));
            }
            self.patience.poll(cx).map(|()| More::Late)
        })
        .await;
        self.patience.set(None);
        got
    }

    /// Reads and writes for a while, or until all is over.
    pub async fn linger(&mut self, time: Ms) {
        self.patience.set(Some(rt::now() + time));
        poll_fn(|cx| {
            self.poll_write(cx);
            self.poll_read(cx);
            if self.end.is_some() && self.has_said_all() {
                return Poll::Ready(());
            }
            self.patience.poll(cx)
        })
        .await;
        self.patience.set(None);
    }

    /// Waits until the script has been said, reading meanwhile. False: it can't be.
    pub async fn flush(&mut self) -> bool {
        self.patience.set(Some(rt::now().plus_ms(HANG_MS)));
        poll_fn(|cx| {
            self.poll_write(cx);
            self.poll_read(cx);
            if self.has_said_all() {
                return Poll::Ready(());
            }
            self.patience.poll(cx)
        })
        .await;
        self.patience.set(None);
        self.script.is_empty()
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) {
        while !self.deaf_peer {
            match self.script.front() {
                None => return,
                Some(Part::Pause(span)) => {
                    if !self.paused {
                        self.paused = true;
                        self.pause.set(Some(rt::now() + *span));
                    }
                    if self.pause.poll(cx).is_pending() {
                        return;
                    }
                    self.paused = false;
                    self.script.pop_front();
                }
                Some(Part::Shut) => {
                    self.deaf_peer |= self.stream.shutdown_write().is_err();
                    self.script.pop_front();
                }
                Some(Part::Bytes(bytes)) => match self.stream.poll_write(cx, &bytes[self.at..]) {
                    Poll::Ready(Ok(n)) => {
                        self.at += n;
                        if self.at >= bytes.len() {
                            self.at = 0;
                            self.script.pop_front();
                        }
                    }
                    Poll::Ready(Err(_)) => self.deaf_peer = true,
                    Poll::Pending => return,
                },
            }
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) {
        while self.end.is_none() {
            if self.slow.deadline().is_some() && self.slow.poll(cx).is_pending() {
                return;
            }
            self.slow.set(None);
            if self.stream.poll_read_ready(cx).is_pending() {
                return;
            }
            let mut buf = rt::buf().expect("the world's worker has buffers enough");
            match self.stream.poll_read(cx, &mut buf) {
                Poll::Pending => return,
                Poll::Ready(Ok(0)) => self.end = Some(End::Clean),
                Poll::Ready(Ok(_)) => self.inbox.extend(buf.data()),
                Poll::Ready(Err(_)) => self.end = Some(End::Reset),
            }
            if self.slowness.0 > 0 {
                self.slow.set(Some(rt::now() + self.slowness));
            }
        }
    }
}
