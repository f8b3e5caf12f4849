//! What a client asks for and how the server is to answer: drawn by the client, looked up by the server.

use crate::world::Level;
use base::Ms;
use fastrand::Rng;

/// How the bytes of a body are framed by whoever sends it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framed {
    None,
    Length,
    Chunked,
    /// Until the connection ends (responses only).
    Close,
}

/// What the server does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    Answer,
    /// Interim responses first.
    Interim(u8),
    /// Answers before it has read the body.
    Early,
    /// Says `connection: close`, and closes.
    Close,
    /// Closes without having said so.
    Vanish,
    /// Ends the connection in the middle of the body.
    CutShort,
    /// The same with a reset.
    CutReset,
    Garbage,
    BadChunk,
    /// Closes without an answer.
    Silent,
    SilentReset,
    Stall,
    StallMidway,
    /// Sends more than it announced.
    Surplus,
    /// Says something on an idle connection.
    Unasked,
}

/// A request and the answer that it asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    pub id: u64,
    pub method: &'static str,
    pub old_version: bool,
    pub path: &'static str,
    pub up: Framed,
    pub up_len: u64,
    pub expect: bool,
    /// Asks for the end of the connection.
    pub close: bool,
    pub padding: usize,
    pub status: u16,
    pub down: Framed,
    pub down_len: u64,
    pub deed: Deed,
    /// The server takes its time.
    pub delay: Ms,
    /// No server may ever see it.
    pub forbidden: bool,
    /// An upgrade, with so many bytes each way.
    pub tunnel: bool,
}

const ODD: &[Deed] = &[
    Deed::Vanish,
    Deed::CutShort,
    Deed::CutReset,
    Deed::Garbage,
    Deed::BadChunk,
    Deed::Silent,
    Deed::SilentReset,
    Deed::Stall,
    Deed::StallMidway,
    Deed::Surplus,
    Deed::Unasked,
];

impl Ask {
    /// `last`: the connection may end with it.
    pub fn draw(id: u64, rng: &mut Rng, level: Level, last: bool) -> Ask {
        let method = rng.choice(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE"]).expect("not empty");
        let bodied = matches!(method, "POST" | "PUT");
        let up = match rng.u8(0..8) {
            0 if !bodied => Framed::Length,
            _ if !bodied => Framed::None,
            0..4 => Framed::Length,
            _ => Framed::Chunked,
        };
        let down = match rng.u8(0..8) {
            0 if last => Framed::Close,
            0..4 => Framed::Length,
            4..7 => Framed::Chunked,
            _ => Framed::None,
        };
        let odd = level > Level::Calm && rng.u8(0..3) == 0;
        let deed = match rng.u8(0..20) {
            _ if odd => *rng.choice(ODD).expect("not empty"),
            0 | 1 => Deed::Interim(rng.u8(1..4)),
            2 if last => Deed::Early,
            3 => Deed::Close,
            _ => Deed::Answer,
        };
        let old_version = last && up == if bodied { Framed::Length } else { Framed::None } && rng.u8(0..6) == 0;
        let mut ask = Ask {
            id,
            method,
            old_version,
            path: path(rng, level),
            up,
            up_len: if up == Framed::None { 0 } else { size(rng) },
            expect: up != Framed::None && !old_version && rng.u8(0..4) == 0,
            close: last && rng.u8(0..3) == 0,
            padding: if rng.u8(0..4) == 0 { rng.usize(0..3000) } else { 0 },
            status: 200,
            down,
            down_len: if down == Framed::None { 0 } else { size(rng) },
            deed,
            delay: if rng.u8(0..4) == 0 { Ms(rng.u32(0..700)) } else { Ms(0) },
            forbidden: false,
            tunnel: false,
        };
        if ask.down == Framed::Close && matches!(ask.deed, Deed::Surplus | Deed::Unasked) {
            ask.deed = Deed::Vanish;
        }
        if ask.down == Framed::None {
            ask.status = rng.choice([200, 204, 304]).expect("not empty");
        }
        if last && method == "GET" && up == Framed::None && !old_version && rng.u8(0..4) == 0 {
            ask = Ask { tunnel: true, deed: Deed::Answer, close: false, up_len: size(rng), down_len: size(rng), ..ask };
        }
        ask
    }

    /// Whether the response has bytes in its body.
    pub fn has_down_bytes(&self) -> bool {
        self.method != "HEAD" && self.down_len > 0
    }

    /// Whether it is known that the connection ends after this exchange.
    pub fn ends_connection(&self) -> bool {
        self.close || self.old_version || self.down == Framed::Close || self.deed == Deed::Early || self.tunnel
    }

    /// The request's head.
    pub fn head(&self, rng: &mut Rng) -> Vec<u8> {
        let version = if self.old_version { "1.0" } else { "1.1" };
        let mut head = format!(
            "{} {}/{} HTTP/{version}\r\nHost: sim.test\r\nX-Id: {}\r\n",
            self.method, self.path, self.id, self.id
        );
        if self.tunnel {
            head += "Connection: Upgrade\r\nUpgrade: echo\r\n";
        } else if self.close {
            head += "Connection: close\r\n";
        }
        if self.padding > 0 {
            head += &format!("X-Padding: {}\r\n", "p".repeat(self.padding));
        }
        if self.expect {
            head += "Expect: 100-continue\r\n";
        }
        match self.up {
            Framed::Length => head += &format!("Content-Length: {}\r\n", self.up_len),
            Framed::Chunked => head += "Transfer-Encoding: chunked\r\n",
            Framed::None | Framed::Close => {}
        }
        if rng.u8(0..6) == 0 {
            head = head.replacen("X-Id", "x-iD", 1);
        }
        (head + "\r\n").into_bytes()
    }
}

fn path(rng: &mut Rng, level: Level) -> &'static str {
    match rng.u8(0..12) {
        0..3 => "/narrow",
        3 => "/closing",
        4 => "/once",
        5 if level > Level::Calm => "/down",
        6 if level > Level::Calm => "/half",
        _ => "/app",
    }
}

fn size(rng: &mut Rng) -> u64 {
    match rng.u8(0..20) {
        0..12 => rng.u64(1..300),
        12..17 => rng.u64(300..20_000),
        17..19 => rng.u64(20_000..50_000),
        _ => rng.u64(50_000..150_000),
    }
}

/// A body in its framing.
pub fn framed(content: &[u8], framed: Framed, rng: &mut Rng) -> Vec<u8> {
    if framed != Framed::Chunked {
        return content.to_vec();
    }
    let mut out = Vec::with_capacity(content.len() + 100);
    let mut rest = content;
    let most = rng.choice([16, 1000, 30_000]).expect("not empty");
    while !rest.is_empty() {
        let (chunk, others) = rest.split_at(rng.usize(1..=most).min(rest.len()));
        let extension = if rng.u8(0..10) == 0 { ";name=value" } else { "" };
        out.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
        out.extend(chunk);
        out.extend(b"\r\n");
        rest = others;
    }
    out.extend(b"0\r\n");
    if rng.u8(0..4) == 0 {
        out.extend(b"X-Trailer: t\r\n");
    }
    out.extend(b"\r\n");
    out
}
