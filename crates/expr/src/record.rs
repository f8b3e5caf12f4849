//! What is known of an exchange when its log line is written.

use core::net::SocketAddr;

use base::WallClock;

/// One finished (or, with `option logasap`, begun) exchange, as the log sees it. A view: the proxy fills it at
/// the end from what the stream kept, and nothing of it is copied. `Record::default()` is an exchange of which
/// nothing is known yet: every timer and the status -1, no server, no request.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Where in the stream's life the line is written (`%OG`).
    pub origin: Origin,
    /// The frontend has `option logasap`: totals aren't final and get a `+` in front.
    pub partial: bool,
    /// HTTP fields exist; otherwise `%ST` and the like have their value of TCP mode.
    pub http: bool,

    /// When the connection was accepted, or became ready for this request (`%t %T %Tl %Ts %ms`).
    pub accept_date: WallClock,
    /// When the first byte of the request came (`%tr %trg %trl`).
    pub request_date: WallClock,
    /// Local time minus UTC at that moment, in seconds.
    pub utc_offset_s: i32,
    /// How long each stage took.
    pub timers: Timers,

    /// The status that the client saw (`%ST`), -1 for none.
    pub status: i32,
    /// Bytes sent to the client (`%B`).
    pub bytes_out: u64,
    /// Bytes received from the client (`%U`).
    pub bytes_in: u64,
    /// Who ended the exchange and when (manual 8.5), `--` for a normal end.
    pub term: [u8; 2],
    /// What happened to the persistence cookie (manual 8.5), `--` without one.
    pub cookie_flags: [u8; 2],

    /// The client (`%ci %cp`).
    pub client: Peer,
    /// The address that the client connected to (`%fi %fp`).
    pub frontend_addr: Option<SocketAddr>,
    /// Our address towards the server (`%bi %bp`).
    pub backend_addr: Option<SocketAddr>,
    /// The server's address (`%si %sp`).
    pub server_addr: Option<SocketAddr>,
    /// The frontend (`%f %ft`).
    pub frontend: &'a str,
    /// The `name` of the bind line, else its number's text: the error format shows it.
    pub listener: &'a str,
    /// The number of the bind line: the port of clients on a unix socket.
    pub listener_id: u32,
    /// The client spoke TLS: `%ft` gets a tilde.
    pub frontend_tls: bool,
    /// The backend (`%b`): the frontend itself if none was chosen.
    pub backend: &'a str,
    /// The server (`%s`).
    pub server: ServerName<'a>,

    /// Connections of the process (`%ac`).
    pub actconn: u64,
    /// Connections of the frontend (`%fc`).
    pub feconn: u64,
    /// Connections of the backend (`%bc`).
    pub beconn: u64,
    /// Connections of the server (`%sc`).
    pub srvconn: u64,
    /// Connection retries (`%rc`).
    pub retries: u32,
    /// The server was changed after the last retry: `%rc` gets a `+`.
    pub redispatched: bool,
    /// Requests that went before this one in the server's queue (`%sq`).
    pub srv_queue: u64,
    /// Requests that went before this one in the backend's queue (`%bq`).
    pub be_queue: u64,

    /// The request line (`%r %HM %HU %HP %HPO %HQ %HV`).
    pub request: RequestText<'a>,
    /// Captured request header fields (`%hr %hrl`); `None` when the frontend captures none.
    pub req_captures: Option<&'a Captures>,
    /// Captured response header fields (`%hs %hsl`); `None` when the frontend captures none.
    pub res_captures: Option<&'a Captures>,
    /// The captured request cookie, `name=value` (`%CC`).
    pub req_cookie: Option<&'a [u8]>,
    /// The captured response cookie, `name=value` (`%CS`).
    pub res_cookie: Option<&'a [u8]>,
    /// The unique id (`%ID`).
    pub unique_id: Option<&'a [u8]>,

    /// TLS version and cipher suite of the client's side (`%sslv %sslc`).
    pub tls: Option<(&'a str, &'a str)>,
    /// The number of the request or TCP session in this process (`%rt`).
    pub request_counter: u64,
    /// Log lines that the frontend has written so far (`%lc`).
    pub log_counter: u64,
    /// The host's name (`%H`).
    pub hostname: &'a str,
    /// The process' number (`%pid`).
    pub pid: u32,
    /// What went wrong, for lines in the error format.
    pub error: &'a str,
}

impl Record<'_> {
    /// `%tsc`.
    pub fn term_and_cookie(&self) -> [u8; 4] {
        let ([a, b], [c, d]) = (self.term, self.cookie_flags);
        [a, b, c, d]
    }
}

impl Default for Record<'_> {
    fn default() -> Self {
        Record {
            origin: Origin::Unspec,
            partial: false,
            http: false,
            accept_date: WallClock::default(),
            request_date: WallClock::default(),
            utc_offset_s: 0,
            timers: Timers::default(),
            status: -1,
            bytes_out: 0,
            bytes_in: 0,
            term: *b"--",
            cookie_flags: *b"--",
            client: Peer::None,
            frontend_addr: None,
            backend_addr: None,
            server_addr: None,
            frontend: "",
            listener: "",
            listener_id: 0,
            frontend_tls: false,
            backend: "",
            server: ServerName::NoSrv,
            actconn: 0,
            feconn: 0,
            beconn: 0,
            srvconn: 0,
            retries: 0,
            redispatched: false,
            srv_queue: 0,
            be_queue: 0,
            request: RequestText::None,
            req_captures: None,
            res_captures: None,
            req_cookie: None,
            res_cookie: None,
            unique_id: None,
            tls: None,
            request_counter: 0,
            log_counter: 0,
            hostname: "",
            pid: 0,
            error: "",
        }
    }
}

/// Milliseconds spent in each stage (manual 8.4); -1 where the stage was never reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// Handshakes (`%Th`).
    pub handshake: i64,
    /// Idle before the request (`%Ti`).
    pub idle: i64,
    /// First byte to the end of the request's head (`%TR`).
    pub request: i64,
    /// In queues (`%Tw`).
    pub queue: i64,
    /// Connecting to the server (`%Tc`).
    pub connect: i64,
    /// Until the response's head was there (`%Tr`).
    pub response: i64,
    /// From the accept to the end, or to now (`%Tt`).
    pub total: i64,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers { handshake: 0, idle: -1, request: -1, queue: -1, connect: -1, response: -1, total: 0 }
    }
}

impl Timers {
    /// `%Tq`: handshake, idle and request time, -1 if any of them is.
    pub fn until_request(&self) -> i64 {
        let parts = [self.handshake, self.idle, self.request];
        if parts.contains(&-1) { -1 } else { parts.iter().sum() }
    }

    /// `%Ta`: from the request's first byte to the end.
    pub fn active(&self) -> i64 {
        (self.total - self.handshake.max(0) - self.idle.max(0)).max(0)
    }

    /// `%Tu`: from the accept to the end without the idle time.
    pub fn user(&self) -> i64 {
        (self.total - self.idle.max(0)).max(0)
    }

    /// `%Td`: the data phase; -1 if it was never reached.
    pub fn data(&self, http: bool) -> i64 {
        let before = if http { self.response } else { self.connect };
        if before < 0 {
            return -1;
        }
        let spent = [self.handshake, self.idle, self.request, self.queue, self.connect, self.response];
        (self.total - spent.iter().map(|t| (*t).max(0)).sum::<i64>()).max(0)
    }
}

/// Where in a stream's life a log line is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Not known.
    Unspec,
    /// An error before there was a stream.
    SessError,
    /// The session was killed before there was a stream.
    SessKilled,
    /// Just after the accept.
    TxnAccept,
    /// After the request.
    TxnRequest,
    /// After connecting to the server.
    TxnConnect,
    /// While the response is handled.
    TxnResponse,
    /// At the end.
    TxnClose,
}

impl Origin {
    /// The word that `%OG` writes.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Unspec => "unspec",
            Origin::SessError => "sess_error",
            Origin::SessKilled => "sess_killed",
            Origin::TxnAccept => "txn_accept",
            Origin::TxnRequest => "txn_request",
            Origin::TxnConnect => "txn_connect",
            Origin::TxnResponse => "txn_response",
            Origin::TxnClose => "txn_close",
        }
    }
}

/// The other end of a client connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    /// An IP address and port.
    Ip(SocketAddr),
    /// A client on a unix socket: it has no address.
    Unix,
    /// Not known.
    None,
}

impl Peer {
    /// The IP address and port, if there are any.
    pub fn ip(self) -> Option<SocketAddr> {
        match self {
            Peer::Ip(sa) => Some(sa),
            Peer::Unix | Peer::None => None,
        }
    }
}

/// Who answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServerName<'a> {
    /// No server was reached: `<NOSRV>`.
    NoSrv,
    /// The statistics page: `<STATS>`.
    Stats,
    /// A server of the backend.
    Name(&'a str),
}

/// The request line that the client sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestText<'a> {
    /// Nothing was received.
    None,
    /// Something that isn't a request: `<BADREQ>`.
    Bad,
    /// A request.
    Line {
        /// The method's name.
        method: &'a [u8],
        /// The target as it was sent, perhaps cut.
        uri: &'a [u8],
        /// `HTTP/1.1` and the like.
        version: &'a [u8],
    },
}

/// Header fields kept for the log (`capture request header`, `capture response header`), in the order of their
/// configuration. Owned by the stream and used again for the next exchange.
#[derive(Clone, Debug, Default)]
pub struct Captures {
    bytes: Vec<u8>,
    spans: Vec<Option<(u32, u32)>>,
}

impl Captures {
    /// Room for `slots` fields, none of them captured yet.
    pub fn new(slots: usize) -> Captures {
        Captures { bytes: Vec::new(), spans: vec![None; slots] }
    }

    /// Forgets everything but the number of slots.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.spans.fill(None);
    }

    /// Keeps the first `max` bytes of `value` in `slot`. A slot that doesn't exist changes nothing.
    pub fn set(&mut self, slot: usize, value: &[u8], max: usize) {
        let Some(span) = self.spans.get_mut(slot) else { return };
        let from = self.bytes.len();
        self.bytes.extend_from_slice(&value[..value.len().min(max)]);
        let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(self.bytes.len())) else { return };
        *span = Some((from, to));
    }

    /// What `slot` holds; `None` if the field wasn't there.
    pub fn slot(&self, slot: usize) -> Option<&[u8]> {
        let (from, to) = (*self.spans.get(slot)?)?;
        self.bytes.get(from as usize..to as usize)
    }

    /// What every slot holds, in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        (0..self.spans.len()).map(|i| self.slot(i))
    }
}

/// What a log format (or a set of them) needs to be kept until the exchange ends. Everything else of a head can
/// go as soon as it is sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Needs {
    /// The request line.
    pub request_line: bool,
    /// Captured request header fields.
    pub req_captures: bool,
    /// Captured response header fields.
    pub res_captures: bool,
    /// Captured cookies.
    pub cookies: bool,
    /// The unique id.
    pub unique_id: bool,
    /// The addresses of the server's connection.
    pub server_addrs: bool,
    /// TLS facts of the client's connection.
    pub tls: bool,
    /// The address that the client connected to: a system call per connection.
    pub frontend_addr: bool,
}

impl Needs {
    /// Nothing.
    pub const NONE: Needs = Needs {
        request_line: false,
        req_captures: false,
        res_captures: false,
        cookies: false,
        unique_id: false,
        server_addrs: false,
        tls: false,
        frontend_addr: false,
    };

    /// What either needs.
    pub fn or(self, other: Needs) -> Needs {
        Needs {
            request_line: self.request_line | other.request_line,
            req_captures: self.req_captures | other.req_captures,
            res_captures: self.res_captures | other.res_captures,
            cookies: self.cookies | other.cookies,
            unique_id: self.unique_id | other.unique_id,
            server_addrs: self.server_addrs | other.server_addrs,
            tls: self.tls | other.tls,
            frontend_addr: self.frontend_addr | other.frontend_addr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_timers() {
        let all = Timers { handshake: 1, idle: 10, request: 2, queue: 3, connect: 4, response: 5, total: 100 };
        assert_eq!((all.until_request(), all.active(), all.user(), all.data(true)), (13, 89, 90, 75));
        let none = Timers { total: 8, ..Timers::default() };
        assert_eq!((none.until_request(), none.active(), none.user(), none.data(true)), (-1, 8, 8, -1));
    }

    #[test]
    fn captures_are_cut_and_forgotten() {
        let mut c = Captures::new(3);
        c.set(0, b"abcdef", 4);
        c.set(2, b"", 4);
        c.set(9, b"x", 4);
        c.set(0, b"xy", 4);
        assert_eq!(c.iter().collect::<Vec<_>>(), [Some(&b"xy"[..]), None, Some(b"")]);
        c.clear();
        assert!(c.iter().all(|s| s.is_none()));
    }
}
