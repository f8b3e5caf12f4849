//! Facts of a made-up exchange, for this crate's tests.

use core::cell::RefCell;
use core::net::{IpAddr, SocketAddr};

use base::{Tick, WallClock};
use http::{Head, Version};

use crate::env::{Arena, Env, Process, ProxyName, Scratch, Session, Stream, View};
use crate::facts::{
    self, BackFigure, DebugSink, Endpoint, FrontFigure, Limit, Live, Number, ProcessFigure, Received, ServerFigure,
    Side, TcpInfo, Text,
};
use crate::place::Place;
use crate::record::{Peer, Timers};
use crate::vars::{Owned, Scopes, VarName, Vars};

/// Owns what an [`Env`] borrows.
pub struct Facts {
    pub request: Option<Head>,
    pub response: Option<Head>,
    pub place: Place,
    /// The pieces of the request's and the response's bodies, and of what went over TCP.
    pub bodies: [Option<Bytes>; 2],
    pub raw: [Option<Bytes>; 2],
    /// More may come.
    pub waits: bool,
    pub told: Told,
    process: Process,
    arena: Arena,
}

/// Received bytes in pieces.
#[derive(Clone, Default)]
pub struct Bytes {
    pub parts: Vec<Vec<u8>>,
    pub announced: Option<u64>,
}

/// An exchange over which everything is known: `10.1.2.3:4567` came from a PROXY header, `127.0.0.1:80` is ours.
#[derive(Default)]
pub struct Told {
    /// Nothing went wrong, and there is no server yet.
    pub is_early: bool,
    pub kept: RefCell<Vec<String>>,
}

impl Facts {
    /// A request written as lines, from 10.1.2.3:4567 to 10.9.9.9:80, where everything is known.
    pub fn of(request: &str) -> Facts {
        let mut lines = request.split('\n');
        let mut start = lines.next().unwrap().split(' ');
        let (method, target, version) = (start.next().unwrap(), start.next().unwrap(), start.next().unwrap());
        let version = if version == "HTTP/1.0" { Version::HTTP_1_0 } else { Version::HTTP_1_1 };
        let mut head = Head::request(method.as_bytes(), target.as_bytes(), version, 16384).unwrap();
        add_fields(&mut head, lines);
        let environment = [("EMPTY", ""), ("HOME", "/root"), ("LANG", "C")];
        let environment = environment.map(|(name, value)| (name.as_bytes().into(), value.as_bytes().into())).into();
        Facts {
            request: Some(head),
            response: None,
            place: Place::FeHttpReq,
            bodies: [None, None],
            raw: [None, None],
            waits: false,
            told: Told::default(),
            process: Process { pid: 77, hostname: "node1".into(), environment, ..Default::default() },
            arena: Arena::new(),
        }
    }

    /// The same with a response of this status.
    pub fn answered(mut self, status: u16, fields: &str) -> Facts {
        let mut head = Head::response(status, Version::HTTP_1_1, 16384).unwrap();
        add_fields(&mut head, fields.split('\n').filter(|l| !l.is_empty()));
        self.response = Some(head);
        self.place = Place::FeHttpRes;
        self
    }

    pub fn with<R>(&self, f: impl FnOnce(&Env<'_>) -> R) -> R {
        let src: SocketAddr = "10.1.2.3:4567".parse().unwrap();
        let dst: SocketAddr = "10.9.9.9:80".parse().unwrap();
        let session = Session {
            src: Peer::Ip(src),
            dst: Some(dst),
            accepted: WallClock { us: 1_000_000 },
            frontend: ProxyName { name: "fe", id: 2 },
            listener_id: 1,
            listener_name: None,
        };
        let (txn, req, sess) = (RefCell::default(), RefCell::default(), RefCell::new(some_vars()));
        let stream = Stream {
            backend: Some(ProxyName { name: "be", id: 3 }),
            server: (!self.told.is_early).then_some(ProxyName { name: "s1", id: 4 }),
        };
        let slices = |bytes: &Option<Bytes>| {
            bytes.as_ref().map(|b| (b.parts.iter().map(|p| p.to_vec()).collect::<Vec<_>>(), b.announced))
        };
        let owned = [&self.bodies[0], &self.bodies[1], &self.raw[0], &self.raw[1]].map(slices);
        let parts: Vec<Vec<&[u8]>> =
            owned.iter().map(|o| o.iter().flat_map(|(parts, _)| parts.iter().map(|p| &p[..])).collect()).collect();
        let received: Vec<Option<Received<'_>>> = owned
            .iter()
            .zip(&parts)
            .map(|(o, parts)| {
                let (_, announced) = o.as_ref()?;
                Some(Received { parts, complete: !self.waits, full: false, announced: *announced })
            })
            .collect();
        let base = Env::bare(
            self.place,
            Tick(1),
            WallClock { us: 1_795_360_490_316_789 },
            &self.process,
            self.arena.scratch(),
        );
        f(&Env {
            last: !self.waits,
            session: Some(&session),
            stream: Some(&stream),
            request: self.request.as_ref().map_or(View::Absent, View::Ready),
            response: self.response.as_ref().map_or(View::Absent, View::Ready),
            request_body: received[0].as_ref(),
            response_body: received[1].as_ref(),
            request_bytes: received[2].as_ref(),
            response_bytes: received[3].as_ref(),
            facts: Some(&self.told),
            live: Some(&self.told),
            vars: Scopes { txn: Some(&txn), req: Some(&req), sess: Some(&sess), ..Scopes::default() },
            ..base
        })
    }
}

/// One variable of each type in scope `sess`.
fn some_vars() -> Vars {
    let mut vars = Vars::default();
    for (name, value) in [
        ("sess.text", Owned::of(crate::Val::Str(b"a\"b\\c\n"))),
        ("sess.bin", Owned::of(crate::Val::Bin(&[0, 255]))),
        ("sess.n", Owned::of(crate::Val::Int(-7))),
        ("sess.yes", Owned::of(crate::Val::Bool(true))),
        ("sess.ip", Owned::of(crate::Val::Ip4([1, 2, 3, 4].into()))),
    ] {
        vars.set(&VarName::parse(name.as_bytes()).unwrap(), value);
    }
    vars
}

impl facts::Facts for Told {
    fn tls(&self, _of: facts::Side) -> Option<tls::session::Facts<'_>> {
        None
    }

    fn own_cert(&self) -> Option<Vec<u8>> {
        None
    }

    fn client_faults(&self) -> Vec<tls::verify::Fault> {
        Vec::new()
    }

    fn tls_error(&self, _of: facts::Side) -> Option<(u32, &'static str)> {
        None
    }

    fn number(&self, of: Number) -> Option<i64> {
        if self.is_early {
            let early = [Number::Error(Side::Client), Number::FirstRequest, Number::Forwarded, Number::Failed];
            return early.contains(&of).then_some(0);
        }
        Some(match of {
            Number::Error(Side::Client) => 16,
            Number::Error(Side::Server) => 46,
            Number::Glitches(Side::Client) => 2,
            Number::Glitches(Side::Server) => 3,
            Number::HttpMajor(_) | Number::Streams(_) => 1,
            Number::StreamsLimit(Side::Client) => 100,
            Number::StreamsLimit(Side::Server) => 1,
            Number::Aborted(_) => 0,
            Number::StreamId(Side::Client) => 5,
            Number::StreamId(Side::Server) => 7,
            Number::ResetCode(_) => 8,
            Number::Reused | Number::ProxyHeader | Number::Redispatched | Number::IsHttp => 1,
            Number::BackendQueue => 11,
            Number::ServerQueue => 12,
            Number::BytesIn(Side::Client) => 1001,
            Number::BytesIn(Side::Server) => 1002,
            Number::BytesOut(Side::Client) => 1003,
            Number::BytesOut(Side::Server) => 1004,
            Number::FirstRequest => 1,
            Number::Retries => 3,
            Number::Status => 503,
            Number::ServerStatus => 500,
            Number::Id32 => 4_000_000_000,
            Number::PriorityClass => -5,
            Number::PriorityOffset => 250,
            Number::LastRuleLine => 17,
            Number::CpuCalls => 4,
            Number::CpuNs => 4000,
            Number::LatencyNs => 8000,
            Number::RequestDateUs => 1_795_360_490_000_123,
            Number::AcceptDateUs => 1_795_360_489_000_000,
            Number::ListenerConns => 21,
            Number::Configured(Limit::Retries) => 3,
            Number::Current(Limit::Retries) => 2,
            Number::Configured(Limit::Tunnel) | Number::Current(Limit::Tunnel) => return None,
            Number::Configured(_) => 5000,
            Number::Current(_) => 2500,
            Number::Compressed => 0,
            Number::Failed | Number::Forwarded => 1,
            Number::Served => 0,
        })
    }

    fn text(&self, of: Text) -> Option<&[u8]> {
        if self.is_early {
            return None;
        }
        Some(match of {
            Text::UniqueId => b"id-1",
            Text::TermState => b"sH",
            Text::LastRuleFile => b"/etc/h.cfg",
            Text::LastEntity => b"/etc/h.cfg:17",
            Text::WaitingEntity => b"/etc/h.cfg:18",
            Text::DefaultBackend => b"be",
            Text::Debug(_) => b"h1s=0",
            Text::SavedSyn => b"E\0\0\x3c",
            Text::CompressedBy => b"gzip",
            Text::Method => b"GET",
            Text::Target => b"/early",
            Text::RequestVersion | Text::ResponseVersion => b"HTTP/1.1",
            Text::TermEvents => return None,
        })
    }

    fn endpoint(&self, of: Endpoint) -> Option<SocketAddr> {
        let text = match of {
            Endpoint::Source => "10.1.2.3:4567",
            Endpoint::Destination => "127.0.0.1:80",
            Endpoint::Peer(Side::Client) => "10.1.2.4:4568",
            Endpoint::Own(Side::Client) => "127.0.0.2:81",
            _ if self.is_early => return None,
            Endpoint::Peer(Side::Server) => "[2001:db8::1]:8080",
            Endpoint::Own(Side::Server) => "[2001:db8::2]:40000",
        };
        text.parse().ok()
    }

    fn timers(&self) -> Option<Timers> {
        let reached = if self.is_early { -1 } else { 4 };
        Some(Timers {
            handshake: 1,
            idle: 10,
            request: 2,
            queue: 3,
            connect: reached,
            response: reached + 1,
            total: 100,
        })
    }

    fn tcp_info(&self, of: Side) -> Option<TcpInfo> {
        let info = TcpInfo {
            rtt_us: 12_345,
            rttvar_us: 678,
            unacked: 1,
            sacked: 2,
            lost: 3,
            retrans: 4,
            fackets: 5,
            reordering: 6,
        };
        (of == Side::Client || !self.is_early).then_some(info)
    }

    fn is_local(&self, ip: IpAddr) -> Option<bool> {
        Some(ip.is_loopback())
    }

    fn tlv(&self, kind: u8, n: usize) -> Option<&[u8]> {
        let all: [(u8, &[u8]); 4] = [(2, b"a.example"), (5, b"id-9"), (0xea, b"x"), (0xea, b"y")];
        all.iter().filter(|(k, _)| *k == kind && !self.is_early).nth(n).map(|(_, value)| *value)
    }

    fn capture(&self, of: Side, slot: usize) -> Option<&[u8]> {
        match (of, slot) {
            (Side::Client, 0) => Some(b"ua"),
            (Side::Server, 1) => Some(b"text/html"),
            _ => None,
        }
    }

    fn keep(&self, of: Side, slot: usize, value: &[u8]) {
        self.kept.borrow_mut().push(format!("{of:?}{slot}={}", String::from_utf8_lossy(value)));
    }
}

impl Live for Told {
    fn process(&self, of: ProcessFigure) -> Option<i64> {
        Some(match of {
            ProcessFigure::Connections => 30,
            ProcessFigure::Stopping => i64::from(self.is_early),
            ProcessFigure::Thread => 3,
            ProcessFigure::ThreadGroup => 0,
            ProcessFigure::Uptime => 3600,
            ProcessFigure::CpuThread => 12,
            ProcessFigure::CpuGroup => 13,
            ProcessFigure::CpuProcess => 14,
            ProcessFigure::Quic => 0,
        })
    }

    fn frontend(&self, name: &str, of: FrontFigure) -> Option<i64> {
        let base = match name {
            "fe" => 100,
            "other" => 200,
            _ => return None,
        };
        Some(base + of as i64)
    }

    fn backend(&self, name: &str, of: BackFigure) -> Option<i64> {
        let base = match name {
            "be" => 300,
            "other" => 400,
            // A listen has both sides.
            "fe" => 500,
            _ => return None,
        };
        Some(base + of as i64)
    }

    fn server(&self, backend: &str, name: &str, of: ServerFigure) -> Option<i64> {
        match (backend, name, of) {
            ("be" | "fe", "s1", ServerFigure::IsUp) => Some(1),
            ("be", "s2", ServerFigure::IsUp) => Some(0),
            ("be", "s1", of) => Some(600 + of as i64),
            ("fe", "s1", of) => Some(700 + of as i64),
            _ => None,
        }
    }

    fn knows_user(&self, list: &str, user: &[u8], password: &[u8]) -> Option<bool> {
        (list == "staff").then_some(user == b"ann" && password == b"secret")
    }

    fn group<'s>(&self, _: &str, _: &[u8], n: usize, scratch: Scratch<'s>) -> Option<&'s [u8]> {
        scratch.copy([&b"ops"[..], b"web"].get(n)?)
    }

    fn has_frontend(&self, name: &str) -> bool {
        name == "fe"
    }

    fn show(&self, sink: DebugSink, line: &[u8]) {
        self.kept.borrow_mut().push(format!("{sink:?}: {}", String::from_utf8_lossy(line)));
    }
}

fn add_fields<'l>(head: &mut Head, lines: impl Iterator<Item = &'l str>) {
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        head.add(name.as_bytes(), value.trim().as_bytes()).unwrap();
    }
}
