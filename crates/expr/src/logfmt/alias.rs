//! The aliases of log formats (manual 8.2.6).

use core::hash::{Hash, Hasher};

use super::write::Line;
use crate::record::{Needs, RequestText, ServerName};

/// One alias: a name behind `%`.
pub struct Alias {
    /// Its name, without the percent sign.
    pub name: &'static str,
    /// It only exists in HTTP mode.
    pub http: bool,
    /// What has to be kept for it.
    pub needs: Needs,
    /// What it writes, in one line.
    pub doc: &'static str,
    pub(super) fun: fn(&mut Line<'_>),
}

/// The alias of this name; those of our own formats only if `internal`.
pub(super) fn find(name: &[u8], internal: bool) -> Option<&'static Alias> {
    let own = if internal { INTERNAL } else { &[] };
    ITEMS.iter().chain(own).find(|a| a.name.as_bytes() == name)
}

const fn always(name: &'static str, needs: Needs, doc: &'static str, fun: fn(&mut Line<'_>)) -> Alias {
    Alias { name, http: false, needs, doc, fun }
}

const fn http(name: &'static str, needs: Needs, doc: &'static str, fun: fn(&mut Line<'_>)) -> Alias {
    Alias { name, http: true, needs, doc, fun }
}

const NONE: Needs = Needs::NONE;
const COOKIES: Needs = Needs { cookies: true, ..NONE };
const REQUEST_LINE: Needs = Needs { request_line: true, ..NONE };
const UNIQUE_ID: Needs = Needs { unique_id: true, ..NONE };
const FRONTEND_ADDR: Needs = Needs { frontend_addr: true, ..NONE };
const SERVER_ADDRS: Needs = Needs { server_addrs: true, ..NONE };
const REQ_CAPTURES: Needs = Needs { req_captures: true, ..NONE };
const RES_CAPTURES: Needs = Needs { res_captures: true, ..NONE };
const TLS: Needs = Needs { tls: true, ..NONE };

/// All of them but `%o`, which writes nothing: it gives its flags to the items behind it.
#[rustfmt::skip]
pub static ITEMS: &[Alias] = &[
    always("OG", NONE, "where in the stream's life the line is written", |l| l.text(l.record.origin.name().as_bytes())),
    always("B", NONE, "bytes sent to the client", |l| l.total(l.record.bytes_out)),
    http("CC", COOKIES, "captured request cookie", |l| l.field(l.record.req_cookie.unwrap_or_default())),
    http("CS", COOKIES, "captured response cookie", |l| l.field(l.record.res_cookie.unwrap_or_default())),
    always("H", NONE, "the host's name", |l| l.text(l.record.hostname.as_bytes())),
    http("HM", REQUEST_LINE, "the request's method", |l| request(l, |method, _, _| method)),
    http("HP", REQUEST_LINE, "the request's target without its query", |l| request(l, |_, uri, _| before_query(uri))),
    http("HPO", REQUEST_LINE, "the request's path", |l| request(l, |_, uri, _| path_only(uri))),
    http("HQ", REQUEST_LINE, "the request's query, question mark included", |l| request(l, |_, uri, _| &uri[before_query(uri).len()..])),
    http("HU", REQUEST_LINE, "the request's target", |l| request(l, |_, uri, _| uri)),
    http("HV", REQUEST_LINE, "the request's version", |l| request(l, |_, _, version| version)),
    always("ID", UNIQUE_ID, "the unique id", |l| l.field(l.record.unique_id.unwrap_or_default())),
    always("ST", NONE, "the status code", |l| l.number(if l.record.http { l.record.status } else { l.record.status.max(0) })),
    always("T", NONE, "when the connection was accepted, UTC", |l| l.date_utc(l.record.accept_date)),
    http("Ta", NONE, "active time", |l| l.total(l.record.timers.active())),
    always("Tc", NONE, "connect time", |l| l.number(l.record.timers.connect)),
    always("Td", NONE, "data time", |l| l.number(l.record.timers.data(l.record.http))),
    always("Th", NONE, "handshake time", |l| l.number(l.record.timers.handshake)),
    http("Ti", NONE, "idle time", |l| l.number(l.record.timers.idle)),
    always("Tl", NONE, "when the connection was accepted, local time", |l| l.date_zone(l.record.accept_date)),
    http("Tq", NONE, "handshake, idle and request time", |l| l.number(l.record.timers.until_request())),
    http("Tr", NONE, "response time", |l| l.number(l.record.timers.response)),
    http("TR", NONE, "request time", |l| l.number(l.record.timers.request)),
    always("Ts", NONE, "when the connection was accepted, as a timestamp", |l| l.number_or_hex(l.record.accept_date.secs(), 0)),
    always("Tt", NONE, "total time", |l| l.total(l.record.timers.total)),
    always("Tu", NONE, "total time without idle time", |l| l.total(l.record.timers.user())),
    always("Tw", NONE, "time in queues", |l| l.number(l.record.timers.queue)),
    always("U", NONE, "bytes received from the client", |l| l.number(l.record.bytes_in)),
    always("ac", NONE, "connections of the process", |l| l.number(l.record.actconn)),
    always("b", NONE, "the backend's name", |l| l.text(l.record.backend.as_bytes())),
    always("bc", NONE, "connections of the backend", |l| l.number(l.record.beconn)),
    always("bi", SERVER_ADDRS, "our address towards the server", |l| l.ip(l.record.backend_addr)),
    always("bp", SERVER_ADDRS, "our port towards the server", |l| l.port(l.record.backend_addr)),
    always("bq", NONE, "place in the backend's queue", |l| l.number(l.record.be_queue)),
    always("ci", NONE, "the client's address", |l| l.client_ip()),
    always("cp", NONE, "the client's port", |l| l.client_port()),
    always("f", NONE, "the frontend's name", |l| l.text(l.record.frontend.as_bytes())),
    always("fc", NONE, "connections of the frontend", |l| l.number(l.record.feconn)),
    always("fi", FRONTEND_ADDR, "the address that the client connected to", |l| l.ip(l.record.frontend_addr)),
    always("fp", FRONTEND_ADDR, "the port that the client connected to", |l| l.port(l.record.frontend_addr)),
    always("ft", NONE, "the frontend's name, with a tilde for TLS", frontend_transport),
    always("hr", REQ_CAPTURES, "captured request header fields", |l| l.captures(l.record.req_captures)),
    always("hrl", REQ_CAPTURES, "captured request header fields, one by one", |l| l.captures_clf(l.record.req_captures)),
    always("hs", RES_CAPTURES, "captured response header fields", |l| l.captures(l.record.res_captures)),
    always("hsl", RES_CAPTURES, "captured response header fields, one by one", |l| l.captures_clf(l.record.res_captures)),
    always("lc", NONE, "log lines of the frontend", |l| l.number(l.record.log_counter)),
    always("ms", NONE, "the milliseconds of the accept", |l| l.millis(l.record.accept_date)),
    always("pid", NONE, "the process' number", |l| l.number_or_hex(u64::from(l.record.pid), 4)),
    http("r", REQUEST_LINE, "the request line", request_line),
    always("rc", NONE, "connection retries", retries),
    always("rt", NONE, "the request's number", |l| l.number_or_hex(l.record.request_counter, 4)),
    always("s", NONE, "the server's name", server),
    always("sc", NONE, "connections of the server", |l| l.number(l.record.srvconn)),
    always("si", SERVER_ADDRS, "the server's address", |l| l.ip(l.record.server_addr)),
    always("sp", SERVER_ADDRS, "the server's port", |l| l.port(l.record.server_addr)),
    always("sq", NONE, "place in the server's queue", |l| l.number(l.record.srv_queue)),
    always("sslc", TLS, "the client's cipher suite", |l| l.text(l.record.tls.map_or("", |(_, cipher)| cipher).as_bytes())),
    always("sslv", TLS, "the client's TLS version", |l| l.text(l.record.tls.map_or("", |(version, _)| version).as_bytes())),
    always("t", NONE, "when the connection was accepted, local time with milliseconds", |l| l.date_ms(l.record.accept_date)),
    http("tr", NONE, "when the request came, local time with milliseconds", |l| l.date_ms(l.record.request_date)),
    http("trg", NONE, "when the request came, UTC", |l| l.date_utc(l.record.request_date)),
    http("trl", NONE, "when the request came, local time", |l| l.date_zone(l.record.request_date)),
    always("ts", NONE, "the termination state", |l| l.raw(&l.record.term)),
    always("tsc", NONE, "the termination state and cookie flags", |l| l.raw(&l.record.term_and_cookie())),
];

/// What only our own formats can say (manual 8.2.1 and 8.2.5).
#[rustfmt::skip]
static INTERNAL: &[Alias] = &[
    always("mode", NONE, "HTTP or TCP", |l| l.raw(if l.record.http { b"HTTP" } else { b"TCP" })),
    always("listener", NONE, "the bind line's name or number", |l| l.raw(l.record.listener.as_bytes())),
    always("error", NONE, "what went wrong", |l| l.raw(l.record.error.as_bytes())),
];

/// Picks one of method, target and version, or a part of it.
type Part = for<'r> fn(&'r [u8], &'r [u8], &'r [u8]) -> &'r [u8];

/// A part of the request line.
fn request(l: &mut Line<'_>, part: Part) {
    match l.record.request {
        RequestText::Line { method, uri, version } => l.field(part(method, uri, version)),
        RequestText::Bad | RequestText::None => l.text(BAD_REQUEST),
    }
}

/// What stands for a request line that isn't one.
const BAD_REQUEST: &[u8] = b"<BADREQ>";

fn request_line(l: &mut Line<'_>) {
    match l.record.request {
        RequestText::Line { method, uri, version } => l.fields([method, b" ", uri, b" ", version]),
        RequestText::Bad | RequestText::None => l.text(BAD_REQUEST),
    }
}

fn before_query(uri: &[u8]) -> &[u8] {
    &uri[..memchr::memchr(b'?', uri).unwrap_or(uri.len())]
}

/// The path of a target in origin or absolute form; the others have none.
fn path_only(uri: &[u8]) -> &[u8] {
    let path = before_query(uri);
    if path.first() == Some(&b'/') {
        return path;
    }
    let authority = memchr::memmem::find(path, b"://").map_or(&b""[..], |at| &path[at + 3..]);
    memchr::memchr(b'/', authority).map_or(b"", |at| &authority[at..])
}

fn frontend_transport(l: &mut Line<'_>) {
    let name = l.record.frontend.as_bytes();
    if l.record.frontend_tls { l.fields([name, b"~"]) } else { l.text(name) }
}

fn retries(l: &mut Line<'_>) {
    if l.record.redispatched {
        l.raw(b"+");
    }
    l.number(l.record.retries);
}

fn server(l: &mut Line<'_>) {
    match l.record.server {
        ServerName::NoSrv => l.text(b"<NOSRV>"),
        ServerName::Stats => l.text(b"<STATS>"),
        ServerName::Name(name) => l.text(name.as_bytes()),
    }
}

impl PartialEq for Alias {
    fn eq(&self, other: &Alias) -> bool {
        self.name == other.name
    }
}

impl Eq for Alias {}

impl Hash for Alias {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl core::fmt::Debug for Alias {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "%{}", self.name)
    }
}
