//! What fetches ask of the proxy: figures and texts of an exchange and its connections, and of what lives beside it.
//!
//! Everything is answered when it is asked, so that an expression costs what it looks at and nothing else. `proxy`
//! implements both traits and matches on every enumeration without a wildcard: a fact that is added here can't be
//! forgotten there. `None` makes the fetch absent.

use core::net::{IpAddr, SocketAddr};

use crate::env::Scratch;
use crate::record::Timers;

/// One exchange and the connections at its sides.
pub trait Facts {
    /// A number, or a truth value as 0 or 1.
    fn number(&self, of: Number) -> Option<i64>;
    /// A text. May be made when first asked for, as the unique id is.
    fn text(&self, of: Text) -> Option<&[u8]>;
    /// An address.
    fn endpoint(&self, of: Endpoint) -> Option<SocketAddr>;
    /// The milliseconds spent in each stage until now (manual 8.4).
    fn timers(&self) -> Option<Timers>;
    /// What the kernel measured on a TCP connection; a system call.
    fn tcp_info(&self, of: Side) -> Option<TcpInfo>;
    /// Whether the address is one of this host's: a few system calls.
    fn is_local(&self, ip: IpAddr) -> Option<bool>;
    /// Occurrence `n` (from 0) of a field of the PROXY header that the client's connection began with, by its type.
    fn tlv(&self, kind: u8, n: usize) -> Option<&[u8]>;
    /// TLS of that side's connection, as far as the handshake has come; `None` without TLS.
    fn tls(&self, of: Side) -> Option<tls::session::Facts<'_>>;
    /// The certificate that we showed the client, as DER.
    fn own_cert(&self) -> Option<Vec<u8>>;
    /// All that is wrong with the client's certificate, ignored or not. Costs a verification.
    fn client_faults(&self) -> Vec<tls::verify::Fault>;
    /// The failure of that side's TLS, as OpenSSL numbers and words it.
    fn tls_error(&self, of: Side) -> Option<(u32, &'static str)>;
    /// A captured header field: what slot `slot` of that side holds; `None` if there is no such slot or it is empty.
    fn capture(&self, of: Side, slot: usize) -> Option<&[u8]>;
    /// Keeps a value in such a slot; one that doesn't exist changes nothing.
    fn keep(&self, of: Side, slot: usize, value: &[u8]);
}

/// A side of the proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Towards the client: its connection, its request.
    Client,
    /// Towards the server: its connection, its response.
    Server,
}

/// A number that is known of an exchange. Times are in milliseconds, rates per second, unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// The connection's error, by the table of manual 7.3.3 (`fc_err_str`); 0 without one.
    Error(Side),
    /// Protocol oddities on the connection.
    Glitches(Side),
    /// The major version of HTTP on the connection.
    HttpMajor(Side),
    /// Streams on the connection.
    Streams(Side),
    /// How many streams the connection may have.
    StreamsLimit(Side),
    /// The stream was aborted at that side.
    Aborted(Side),
    /// The stream's number on the connection.
    StreamId(Side),
    /// The code of the reset at that side.
    ResetCode(Side),
    /// The server's connection was used before.
    Reused,
    /// The client's connection began with a PROXY header.
    ProxyHeader,
    /// Requests that went before in the backend's queue.
    BackendQueue,
    /// Requests that went before in the server's queue.
    ServerQueue,
    /// Bytes received from that side.
    BytesIn(Side),
    /// Bytes of what that side sent, as they went to the other one.
    BytesOut(Side),
    /// This is the connection's first request.
    FirstRequest,
    /// How often connecting was tried again.
    Retries,
    /// The request went to another server than first chosen.
    Redispatched,
    /// The status that the client gets.
    Status,
    /// The status that the server sent.
    ServerStatus,
    /// The stream's number in this process, its low 32 bits.
    Id32,
    /// The class that a priority rule set.
    PriorityClass,
    /// The offset that a priority rule set.
    PriorityOffset,
    /// The line of the last rule that ended a rule set.
    LastRuleLine,
    /// How often the stream's task was called.
    CpuCalls,
    /// CPU time of the stream's task, in nanoseconds.
    CpuNs,
    /// How long the stream's task waited to be called, in nanoseconds.
    LatencyNs,
    /// When the request's first byte came, in microseconds since 1970.
    RequestDateUs,
    /// When the connection was accepted, or became ready for this request, in microseconds since 1970.
    AcceptDateUs,
    /// Connections of the bind line.
    ListenerConns,
    /// A timeout as the frontend or backend is configured; absent where none is set.
    Configured(Limit),
    /// A timeout as this stream has it.
    Current(Limit),
    /// The stream is HTTP.
    IsHttp,
    /// The response was compressed here.
    Compressed,
    /// An error struck, by the rules of `option dontlog-normal`: also a retry or a redispatch is one.
    Failed,
    /// The request went to a server.
    Forwarded,
    /// The request was answered by a service of this program.
    Served,
}

/// What can be limited for a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// `timeout client` of the frontend.
    Client,
    /// `timeout tarpit` of the frontend, and of the backend once there is one.
    Tarpit(Side),
    /// `timeout connect` of the backend.
    Connect,
    /// `timeout queue` of the backend.
    Queue,
    /// `timeout server` of the backend.
    Server,
    /// `timeout tunnel` of the backend.
    Tunnel,
    /// `retries` of the backend: a number.
    Retries,
}

/// A text that is known of an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Text {
    /// The unique id; absent without `unique-id-format`.
    UniqueId,
    /// The two letters of the termination state so far.
    TermState,
    /// What happened at each layer until now.
    TermEvents,
    /// The file of the last rule that ended a rule set.
    LastRuleFile,
    /// That rule, as `file:line`, or the filter.
    LastEntity,
    /// What the stream waited for when an error struck.
    WaitingEntity,
    /// The name of the frontend's `default_backend`.
    DefaultBackend,
    /// The state of the stream at that side, for debugging.
    Debug(Side),
    /// The client's SYN packet, if the bind line keeps it.
    SavedSyn,
    /// The algorithm that compressed the response.
    CompressedBy,
    /// The request's method as it came.
    Method,
    /// The request's target as it came, perhaps cut.
    Target,
    /// The request's version, as `HTTP/1.1`.
    RequestVersion,
    /// The response's version, as `HTTP/1.1`.
    ResponseVersion,
}

/// An end of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    /// The client, as rules and PROXY headers say.
    Source,
    /// Where the client connected to, as rules and PROXY headers say.
    Destination,
    /// The other end of that side's connection, whatever stream rules say.
    Peer(Side),
    /// Our end of that side's connection, whatever stream rules say.
    Own(Side),
}

/// What the kernel knows of a TCP connection (Linux, `tcp(7)`, `TCP_INFO`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TcpInfo {
    /// Smoothed round-trip time, in microseconds.
    pub rtt_us: u32,
    /// Its variance, in microseconds.
    pub rttvar_us: u32,
    /// Segments that aren't acknowledged.
    pub unacked: u32,
    /// Selectively acknowledged segments.
    pub sacked: u32,
    /// Lost segments.
    pub lost: u32,
    /// Segments being sent again.
    pub retrans: u32,
    /// Forward acknowledgements.
    pub fackets: u32,
    /// How far segments were reordered.
    pub reordering: u32,
}

/// What lives beside the exchange: the process, its proxies and servers, user lists.
///
/// Proxies and servers are asked for by name, each time: the configuration's names are checked before, and a Plan
/// that is taken up must be asked anew. So these fetches cost a look-up in a hash, which is less than what they sum up.
pub trait Live {
    /// A figure of the process.
    fn process(&self, of: ProcessFigure) -> Option<i64>;
    /// A figure of the frontend of this name.
    fn frontend(&self, name: &str, of: FrontFigure) -> Option<i64>;
    /// A figure of the backend of this name.
    fn backend(&self, name: &str, of: BackFigure) -> Option<i64>;
    /// A figure of a backend's server.
    fn server(&self, backend: &str, name: &str, of: ServerFigure) -> Option<i64>;
    /// Whether the user list has this user with this password. Costs what the password's hash costs: milliseconds.
    fn knows_user(&self, list: &str, user: &[u8], password: &[u8]) -> Option<bool>;
    /// Group `n` (from 0) of a user of the user list.
    fn group<'s>(&self, list: &str, user: &[u8], n: usize, scratch: Scratch<'s>) -> Option<&'s [u8]>;
    /// Whether there is a frontend of this name.
    fn has_frontend(&self, name: &str) -> bool;
    /// Writes a line where the operator looks.
    fn show(&self, sink: DebugSink, line: &[u8]);
}

/// Where converter `debug` shows values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DebugSink {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A figure of the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProcessFigure {
    /// Connections.
    Connections,
    /// It stops softly.
    Stopping,
    /// This thread's number, from 0.
    Thread,
    /// This thread's group, from 0.
    ThreadGroup,
    /// Seconds since it began.
    Uptime,
    /// CPU use of this thread over its last turns, in percent.
    CpuThread,
    /// The same over its thread group.
    CpuGroup,
    /// The same over all threads.
    CpuProcess,
    /// QUIC can be used.
    Quic,
}

/// A figure of a frontend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrontFigure {
    /// Connections now.
    Connections,
    /// HTTP requests a second.
    RequestRate,
    /// New sessions a second.
    SessionRate,
}

/// A figure of a backend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackFigure {
    /// Streams now.
    Connections,
    /// Connections that its servers can still take; -1 where one has no limit.
    FreeConnections,
    /// Free places of its servers and their queues; -1 where one has no limit.
    FreeSlots,
    /// New sessions a second.
    SessionRate,
    /// Usable servers.
    UsableServers,
    /// Requests that wait, also in its servers' queues.
    Queued,
    /// The same per usable server; twice as many where there is none.
    MeanQueued,
}

/// A figure of a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServerFigure {
    /// Streams now.
    Connections,
    /// Connections that it can still take; -1 without a limit.
    FreeConnections,
    /// It is up and not in maintenance.
    IsUp,
    /// Its weight in the configuration.
    InitialWeight,
    /// Its weight as the operator set it.
    UserWeight,
    /// Its weight now.
    Weight,
    /// Requests that wait for it.
    Queued,
    /// New sessions a second.
    SessionRate,
}

/// Received bytes that are still in memory: an HTTP message's body without its coding, or what a TCP stream has sent.
/// Whoever evaluates fills one from its buffers; nothing is copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received<'a> {
    /// The bytes, in order. Chunks of a chunked body come one after the other, without their sizes.
    pub parts: &'a [&'a [u8]],
    /// All has come: the body's last byte is among `parts`, or the sender has closed.
    pub complete: bool,
    /// More can't be kept: the buffer is full. Fetches don't wait for it.
    pub full: bool,
    /// The length that was announced (`content-length`), in bytes.
    pub announced: Option<u64>,
}

impl<'a> Received<'a> {
    /// Nothing, and nothing will come.
    pub const NONE: Received<'static> = Received { parts: &[], complete: true, full: false, announced: None };

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.is_empty())
    }

    /// Whether more may still come.
    pub fn grows(&self) -> bool {
        !self.complete && !self.full
    }
}
