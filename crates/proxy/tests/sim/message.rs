//! Reading HTTP/1.1 messages: a second reading of RFC 9112, strict and simple, independent of crate `h1`.

use crate::conn::{Conn, End, More};
use crate::content;

/// Why a message ended before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// The connection ended. `started`: after some bytes of the message.
    Closed { end: End, started: bool },
    /// Nothing came for too long.
    Late,
    /// What came isn't what it has to be.
    Wrong(String),
}

/// The start line and the fields.
#[derive(Clone, Debug)]
pub struct Head {
    pub first: String,
    pub fields: Vec<(String, String)>,
    /// All names were in lower case.
    pub plain: bool,
}

/// How a body ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framing {
    None,
    Length(u64),
    Chunked,
    Close,
}

const MAX_HEAD: usize = 40_000;

impl Head {
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn count(&self, name: &str) -> usize {
        self.fields.iter().filter(|(n, _)| n == name).count()
    }

    pub fn id(&self) -> Option<u64> {
        self.value("x-id")?.parse().ok()
    }

    pub fn status(&self) -> u16 {
        self.first.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0)
    }

    pub fn closes(&self) -> bool {
        self.value("connection").is_some_and(|v| v.contains("close"))
            || (self.first.starts_with("HTTP/1.0")
                && !self.value("connection").is_some_and(|v| v.contains("keep-alive")))
    }

    /// What the fields say about the body; `otherwise` if they say nothing.
    pub fn framing(&self, otherwise: Framing) -> Result<Framing, Stop> {
        let wrong = |what: &str| Err(Stop::Wrong(format!("{what} in {self:?}")));
        if self.count("content-length") + self.count("transfer-encoding") > 1 {
            return wrong("ambiguous framing");
        }
        if let Some(coding) = self.value("transfer-encoding") {
            return if coding == "chunked" { Ok(Framing::Chunked) } else { wrong("coding") };
        }
        match self.value("content-length").map(str::parse) {
            None => Ok(otherwise),
            Some(Ok(0)) => Ok(Framing::None),
            Some(Ok(n)) => Ok(Framing::Length(n)),
            Some(Err(_)) => wrong("length"),
        }
    }
}

/// Reads a head.
pub async fn head(conn: &mut Conn) -> Result<Head, Stop> {
    let mut from = 0;
    loop {
        if let Some(at) = find(&conn.inbox[from..], b"\r\n\r\n") {
            let bytes: Vec<u8> = conn.inbox.drain(..from + at + 4).collect();
            return parse(&bytes);
        }
        from = conn.inbox.len().saturating_sub(3);
        if conn.inbox.len() > MAX_HEAD {
            let shown = String::from_utf8_lossy(&conn.inbox[..200]).into_owned();
            return Err(Stop::Wrong(format!("no head in {shown:?}…")));
        }
        match conn.more().await {
            More::Data => {}
            More::End(end) => return Err(Stop::Closed { end, started: !conn.inbox.is_empty() }),
            More::Late => return Err(Stop::Late),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Head, Stop> {
    let wrong =
        |why: &str| Stop::Wrong(format!("{why}: {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(300)])));
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("not text"))?;
    let mut lines = text[..text.len() - 4].split("\r\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let (mut fields, mut plain) = (Vec::new(), true);
    for line in lines {
        let (name, value) = line.split_once(": ").ok_or_else(|| wrong("not a field"))?;
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if name.is_empty() || !name.bytes().all(legal) || value.bytes().any(|b| b < b' ') {
            return Err(wrong("bad field"));
        }
        plain &= !name.bytes().any(|b| b.is_ascii_uppercase());
        fields.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let words = first.split(' ').count();
    if !(first.starts_with("HTTP/1.") || (words == 3 && first.contains(" HTTP/1."))) {
        return Err(wrong("bad start line"));
    }
    Ok(Head { first, fields, plain })
}

/// Reads a body and compares it with the content of `id`. Answers its length, or how many bytes came before the stop.
pub async fn body(conn: &mut Conn, framing: Framing, id: u64) -> Result<u64, (u64, Stop)> {
    let mut got = 0;
    match framing {
        Framing::None => {}
        Framing::Length(n) => take(conn, n, id, &mut got).await.map_err(|stop| (got, stop))?,
        Framing::Chunked => chunks(conn, id, &mut got).await.map_err(|stop| (got, stop))?,
        Framing::Close => match take(conn, u64::MAX, id, &mut got).await {
            Err(Stop::Closed { end: End::Clean, .. }) | Ok(()) => {}
            Err(stop) => return Err((got, stop)),
        },
    }
    Ok(got)
}

async fn take(conn: &mut Conn, n: u64, id: u64, got: &mut u64) -> Result<(), Stop> {
    let end = got.saturating_add(n);
    while *got < end {
        if conn.inbox.is_empty() {
            wait(conn, true).await?;
        }
        let here = conn.inbox.len().min(usize::try_from(end - *got).unwrap_or(usize::MAX));
        if let Some(at) = content::differs(id, *got, &conn.inbox[..here]) {
            let from = at.saturating_sub(20);
            let shown = String::from_utf8_lossy(&conn.inbox[from..here.min(from + 100)]).into_owned();
            return Err(Stop::Wrong(format!("byte {} of the body of {id} differs: {shown:?}", *got + at as u64)));
        }
        conn.inbox.drain(..here);
        *got += here as u64;
    }
    Ok(())
}

async fn chunks(conn: &mut Conn, id: u64, got: &mut u64) -> Result<(), Stop> {
    loop {
        let line = line(conn).await?;
        let size = line.split(';').next().unwrap_or_default();
        let size = u64::from_str_radix(size, 16).map_err(|_| Stop::Wrong(format!("chunk size {line:?} of {id}")))?;
        if size == 0 {
            break;
        }
        take(conn, size, id, got).await?;
        if !self::line(conn).await?.is_empty() {
            return Err(Stop::Wrong(format!("no end of chunk in the body of {id}")));
        }
    }
    while !line(conn).await?.is_empty() {}
    Ok(())
}

async fn line(conn: &mut Conn) -> Result<String, Stop> {
    loop {
        if let Some(at) = find(&conn.inbox, b"\r\n") {
            let line: Vec<u8> = conn.inbox.drain(..at + 2).collect();
            return String::from_utf8(line[..at].to_vec()).map_err(|_| Stop::Wrong("a line of no text".into()));
        }
        if conn.inbox.len() > 1000 {
            return Err(Stop::Wrong("a line without end".into()));
        }
        wait(conn, true).await?;
    }
}

async fn wait(conn: &mut Conn, started: bool) -> Result<(), Stop> {
    match conn.more().await {
        More::Data => Ok(()),
        More::End(end) => Err(Stop::Closed { end, started }),
        More::Late => Err(Stop::Late),
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

/// Reads a body that is of no interest.
pub async fn skip(conn: &mut Conn, framing: Framing) -> Result<(), Stop> {
    let mut left = match framing {
        Framing::None => return Ok(()),
        Framing::Length(n) => usize::try_from(n).unwrap_or(usize::MAX),
        Framing::Chunked => return Err(Stop::Wrong("a page of the proxy's own in chunks".into())),
        Framing::Close => usize::MAX,
    };
    loop {
        let here = conn.inbox.len().min(left);
        conn.inbox.drain(..here);
        left -= here;
        if left == 0 {
            return Ok(());
        }
        match wait(conn, true).await {
            Err(Stop::Closed { end: End::Clean, .. }) if framing == Framing::Close => return Ok(()),
            result => result?,
        }
    }
}
