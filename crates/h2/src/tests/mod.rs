//! Tests of the connection machine. `Peer` writes a peer's bytes; `Run` shows them to a connection, as a driver would,
//! and writes down what happens: events, then the frames that came out.

mod conformance;
mod flow;
mod limits;
mod messages;
mod property;

use std::rc::Rc;

use base::Buf;
use http::{Head, HeadStore, Version};

use crate::frame::{FrameHeader, HEADER_LEN, Kind, PREFACE, flag, put_header};
use crate::hpack::{Decoded, Decoder, Sink};
use crate::{Code, Config, Conn, ConnError, Event, RequestForm, Role};

/// The bytes of a peer.
#[derive(Clone, Default, Debug)]
struct Peer(Vec<u8>);

impl Peer {
    /// A client that has said hello; the connection under test is a server.
    fn client() -> Peer {
        Peer(PREFACE.to_vec()).settings(&[])
    }

    /// A server that has said hello.
    fn server() -> Peer {
        Peer::default().settings(&[])
    }

    fn frame(mut self, kind: Kind, flags: u8, id: u32, payload: &[u8]) -> Peer {
        put_header(&mut self.0, payload.len(), kind, flags, id);
        self.0.extend_from_slice(payload);
        self
    }

    fn settings(self, all: &[(u16, u32)]) -> Peer {
        let payload: Vec<u8> =
            all.iter().flat_map(|(id, v)| [&id.to_be_bytes()[..], &v.to_be_bytes()].concat()).collect();
        self.frame(Kind::Settings, 0, 0, &payload)
    }

    /// Fields as `name: value`, separated by `|`.
    fn headers(self, id: u32, flags: u8, fields: &str) -> Peer {
        self.frame(Kind::Headers, flags | flag::END_HEADERS, id, &block(fields))
    }

    /// A complete GET.
    fn get(self, id: u32) -> Peer {
        self.headers(id, flag::END_STREAM, GET)
    }

    /// The beginning of a POST.
    fn post(self, id: u32) -> Peer {
        self.headers(id, 0, POST)
    }

    fn data(self, id: u32, flags: u8, payload: &[u8]) -> Peer {
        self.frame(Kind::Data, flags, id, payload)
    }

    fn u32(self, kind: Kind, id: u32, value: u32) -> Peer {
        self.frame(kind, 0, id, &value.to_be_bytes())
    }
}

const GET: &str = ":method: GET|:scheme: http|:authority: a|:path: /";
const POST: &str = ":method: POST|:scheme: http|:authority: a|:path: /";
const END: u8 = flag::END_STREAM;

/// A field section without compression.
fn block(fields: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields.split('|').filter(|f| !f.is_empty()) {
        let at = field[1..].find(':').map_or(field.len(), |at| at + 1);
        let (name, value) = (&field[..at], field[at + 1..].strip_prefix(' ').unwrap_or(&field[at + 1..]));
        out.push(0);
        for part in [name, value] {
            assert!(part.len() < 127);
            out.push(part.len() as u8);
            out.extend_from_slice(part.as_bytes());
        }
    }
    out
}

/// A connection under test.
struct Run {
    conn: Conn,
    buf: Buf,
    store: HeadStore,
    log: Vec<String>,
    error: Option<ConnError>,
    /// Content is credited as it comes.
    credits: bool,
    /// What the connection's compressed heads mean.
    decoder: Decoder,
    sent: Vec<u8>,
}

impl Run {
    fn with(role: Role, cfg: Config) -> Run {
        Run {
            conn: Conn::new(role, Rc::new(cfg)),
            buf: Buf::unpooled(1 << 20),
            store: HeadStore::new(),
            log: Vec::new(),
            error: None,
            credits: true,
            decoder: Decoder::new(),
            sent: Vec::new(),
        }
    }

    fn new(role: Role) -> Run {
        let mut run = Run::with(role, Config::default());
        run.frames();
        run.log.clear();
        run
    }

    /// A client with this many GETs under way on streams 1, 3, …
    fn asking(n: u32) -> Run {
        let mut run = Run::new(Role::Client);
        for _ in 0..n {
            run.ask("GET", true);
        }
        run.frames();
        run.log.clear();
        run
    }

    fn ask(&mut self, method: &str, end: bool) -> u32 {
        let mut head = Head::request(method.as_bytes(), b"/", Version::HTTP_1_1, 10_000).unwrap();
        head.add(b"host", b"a").unwrap();
        self.conn.open(&head, RequestForm { scheme: b"http", protocol: None }, end).unwrap()
    }

    fn answer(&mut self, id: u32, status: u16, end: bool) {
        let head = Head::response(status, Version::HTTP_1_1, 10_000).unwrap();
        self.conn.respond(id, &head, end).unwrap();
    }

    /// Takes a peer's bytes, `step` at a time.
    fn take_by(&mut self, peer: &Peer, step: usize) -> &mut Run {
        for piece in peer.0.chunks(step) {
            self.buf.compact();
            assert!(self.buf.push(piece));
            self.drive();
        }
        self
    }

    fn take(&mut self, peer: Peer) -> &mut Run {
        self.take_by(&peer, usize::MAX)
    }

    fn drive(&mut self) {
        while self.error.is_none() {
            match self.conn.next(&mut self.buf, &self.store) {
                Ok(Some(event)) => self.on(event),
                Ok(None) => break,
                Err(error) => self.error = Some(error),
            }
        }
    }

    fn on(&mut self, event: Event) {
        let text = match event {
            Event::Settings | Event::AllWritable => return,
            Event::Request(m) | Event::Response(m) => {
                let name = match m.head.status() {
                    Some(status) => status.to_string(),
                    None => m.head.method_name().escape_ascii().to_string(),
                };
                format!("{name} {}{}", m.id, if m.end { " end" } else { "" })
            }
            Event::Malformed { id, fault } => format!("malformed {id} {fault:?}"),
            Event::Data { id, len, end } => {
                let text = String::from_utf8_lossy(&self.buf.data()[..len.min(20)]).into_owned();
                self.buf.consume(len);
                if self.credits {
                    self.conn.credit(id, len);
                }
                format!("data {id} {text}{}", if end { " end" } else { "" })
            }
            Event::Trailers { id, lines } => {
                format!("trailers {id} {}", String::from_utf8_lossy(&lines).replace("\r\n", "|"))
            }
            Event::Reset { id, code, by_peer, unprocessed } => {
                let who = if by_peer { "peer" } else { "us" };
                format!("reset {id} {code:?} by {who}{}", if unprocessed { " unprocessed" } else { "" })
            }
            Event::Writable { id } => format!("writable {id}"),
            Event::GoAway { code } => format!("leaving {code:?}"),
            Event::Pong => "pong".into(),
        };
        self.log.push(text);
    }

    /// Takes what the connection sends apart.
    fn frames(&mut self) -> Vec<String> {
        let mut bytes = std::mem::take(&mut self.sent);
        while !self.conn.out.is_empty() {
            let mut pieces = [&b""[..]; 4];
            let n = self.conn.out.pieces(&mut pieces);
            let all = pieces[..n].concat();
            self.conn.out.advance(all.len());
            bytes.extend(all);
        }
        let mut rest = bytes.strip_prefix(PREFACE).unwrap_or(&bytes);
        let mut frames = Vec::new();
        while let Some(header) = rest.first_chunk::<HEADER_LEN>() {
            let h = FrameHeader::parse(header);
            let payload = &rest[HEADER_LEN..][..h.len as usize];
            frames.push(self.show(&h, payload));
            rest = &rest[HEADER_LEN + h.len as usize..];
        }
        assert!(rest.is_empty());
        frames
    }

    fn show(&mut self, h: &FrameHeader, payload: &[u8]) -> String {
        let number = |at: usize| u32::from_be_bytes(*payload[at..].first_chunk::<4>().unwrap());
        let end = if h.has(flag::END_STREAM) { " end" } else { "" };
        match h.kind {
            Kind::Settings if h.has(flag::ACK) => "SETTINGS ack".into(),
            Kind::Settings => {
                let all = payload.chunks(6).map(|s| {
                    let (id, value) = s.split_at(2);
                    let value = u32::from_be_bytes(*value.first_chunk::<4>().unwrap());
                    format!(" {}={value}", id[1])
                });
                format!("SETTINGS{}", all.collect::<String>())
            }
            Kind::RstStream => format!("RST_STREAM {} {:?}", h.stream, Code(number(0))),
            Kind::GoAway => format!("GOAWAY {} {:?}", number(0), Code(number(4))),
            Kind::WindowUpdate => format!("WINDOW_UPDATE {} {}", h.stream, number(0)),
            Kind::Ping => format!("PING{}", if h.has(flag::ACK) { " ack" } else { "" }),
            Kind::Data => format!("DATA {} {}{end}", h.stream, h.len),
            Kind::Headers => {
                let mut all = Lines::default();
                self.decoder.decode(payload, &mut all).unwrap();
                format!("HEADERS {} {}{end}", h.stream, all.lines.join("|"))
            }
            kind => format!("{kind:?} {} {}", h.stream, h.len),
        }
    }

    /// Everything that happened: events, an error, frames. What every connection says at first is left out.
    fn story(&mut self) -> String {
        let mut all = std::mem::take(&mut self.log);
        all.extend(self.error.take().map(|e| format!("error {:?}", e.code)));
        all.extend(self.frames().into_iter().filter(|f| !f.starts_with("SETTINGS") && !f.starts_with("WINDOW")));
        all.join("; ")
    }
}

#[derive(Default)]
struct Lines {
    arena: Vec<u8>,
    lines: Vec<String>,
}

impl Sink for Lines {
    fn arena(&mut self) -> &mut Vec<u8> {
        &mut self.arena
    }

    fn is_full(&self) -> bool {
        false
    }

    fn field(&mut self, f: Decoded) {
        let text = |r: core::ops::Range<usize>| String::from_utf8_lossy(&self.arena[r]).into_owned();
        self.lines.push(format!("{}: {}", text(f.name), text(f.value)));
    }
}
