//! A TLS connection as something that takes bytes and gives bytes. Whoever has the socket reads into a worker's scratch
//! memory, hands it over, and writes what comes out. Between two calls a connection holds only what the other side left
//! unfinished: part of a record, or nothing.

use crate::names;
use crate::server::{Line, Refusal, Start};
use crate::verify::Fault;
use base::Buf;
use core::fmt;
use rustls::client::{ClientConnectionData, UnbufferedClientConnection};
use rustls::pki_types::CertificateDer;
use rustls::server::{ServerConnectionData, UnbufferedServerConnection};
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncodeTlsData, EncryptError, ReadEarlyData, ReadTraffic, UnbufferedStatus,
    WriteTraffic,
};
use rustls::{CommonState, HandshakeKind, ProtocolVersion};
use std::sync::Arc;

/// The largest record on the wire: content, a TLS 1.2 cipher's expansion, header (RFC 5246, 6.2.3).
pub const MAX_RECORD: usize = 16_384 + 2048 + 5;
/// The most plaintext that is encrypted at a time.
pub const MAX_BATCH: usize = 64 << 10;
/// Scratch memory in each direction.
const SCRATCH: usize = 128 << 10;

/// What the rest of the program needs of a TLS library. Another one than rustls could stand behind it.
pub trait Engine: Send {
    /// Takes records from the front of `input` and answers how many bytes it has used. It stops when the sink is full.
    fn feed(&mut self, input: &mut [u8], sink: &mut Sink<'_>) -> Result<usize, TlsError>;
    /// Appends records with all of `plain` (at most [`MAX_BATCH`] bytes). `input` is what the last [`Engine::feed`] left:
    /// the library may have begun to work on it in place. The answer is how much of that is used now.
    fn encrypt(&mut self, plain: &[u8], input: &mut [u8], sink: &mut Sink<'_>) -> Result<usize, TlsError>;
    /// Appends a `close_notify`. `input` as above; nothing is read after this.
    fn close(&mut self, input: &mut [u8], sink: &mut Sink<'_>);
    fn is_handshaking(&self) -> bool;
    fn facts(&self) -> Facts<'_>;
}

/// The library's engine.
struct Rustls<C>(C);

/// What was agreed on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// As OpenSSL names it.
    pub version: Option<&'static str>,
    pub cipher: Option<(&'static str, u16)>,
    pub cipher_id: Option<u16>,
    pub group: Option<&'static str>,
    pub alpn: Option<&'a [u8]>,
    /// What the client asked for.
    pub server_name: Option<&'a str>,
    pub resumed: bool,
    pub peer_chain: &'a [CertificateDer<'static>],
}

/// Where plaintext goes.
pub struct Sink<'a> {
    /// `None` while only the handshake is driven.
    plain: Option<&'a mut Buf>,
    room: usize,
    /// What didn't fit.
    spill: &'a mut Vec<u8>,
    pub out: &'a mut Out,
    got: usize,
    /// The peer has ended its direction.
    pub closed: bool,
}

impl Sink<'_> {
    /// Takes plaintext.
    pub fn take(&mut self, bytes: &[u8]) {
        let fits = bytes.len().min(self.room);
        if let Some(plain) = &mut self.plain
            && plain.push(&bytes[..fits])
        {
            self.room -= fits;
            self.got += fits;
            self.spill.extend_from_slice(&bytes[fits..]);
        } else {
            self.spill.extend_from_slice(bytes);
        }
    }

    /// Whether more plaintext would have to be kept aside.
    pub fn is_full(&self) -> bool {
        self.room == 0 || !self.spill.is_empty()
    }
}

/// Ciphertext to be sent.
pub struct Out {
    mem: Box<[u8]>,
    len: usize,
}

impl Out {
    fn new() -> Out {
        Out { mem: vec![0; SCRATCH].into(), len: 0 }
    }

    pub fn data(&self) -> &[u8] {
        &self.mem[..self.len]
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    fn push(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.mem[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Room for `n` more bytes: handshakes with long chains may need more than there is.
    fn reserve(&mut self, n: usize) {
        if self.mem.len() - self.len < n {
            let mut mem = vec![0; (self.len + n).next_multiple_of(SCRATCH)];
            mem[..self.len].copy_from_slice(self.data());
            self.mem = mem.into();
        }
    }

    /// Lets `write` fill the free memory; it answers how many bytes it wrote, or how many it needs.
    fn fill(&mut self, mut write: impl FnMut(&mut [u8]) -> Result<usize, usize>) -> bool {
        for _ in 0..2 {
            match write(&mut self.mem[self.len..]) {
                Ok(n) => {
                    self.len += n;
                    return true;
                }
                Err(0) => return false,
                Err(needed) => self.reserve(needed),
            }
        }
        false
    }
}

/// Memory that a worker's connections use in turn.
pub struct Scratch {
    /// Ciphertext from the socket.
    pub input: Box<[u8]>,
    pub out: Out,
    /// Where small pieces are put together before they become one record.
    joined: Vec<u8>,
}

impl Scratch {
    #[allow(clippy::new_without_default)] // It is too large to come into being by accident.
    pub fn new() -> Scratch {
        Scratch { input: vec![0; SCRATCH].into(), out: Out::new(), joined: Vec::new() }
    }
}

/// Why a connection ends.
#[derive(Clone, Debug)]
pub enum TlsError {
    /// The bytes, or the other side's certificate, are refused.
    Library(Box<rustls::Error>),
    Refused(Refusal),
    /// After the end.
    Closed,
}

impl TlsError {
    /// The fault of a certificate for which the handshake was refused.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            TlsError::Library(error) => crate::verify_peers::fault_of(error),
            _ => None,
        }
    }
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> TlsError {
        TlsError::Library(Box::new(error))
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::Library(error) => error.fmt(f),
            TlsError::Refused(Refusal::NotTls) => f.write_str("wrong version number"),
            TlsError::Refused(Refusal::TooLong) => f.write_str("excessive message size"),
            TlsError::Refused(Refusal::UnknownName) => f.write_str("callback failed"),
            TlsError::Refused(Refusal::NoCertificate) => f.write_str("no shared cipher"),
            TlsError::Closed => f.write_str("protocol is shutdown"),
        }
    }
}

impl std::error::Error for TlsError {}

/// A TLS connection.
pub struct Session {
    engine: Option<Box<dyn Engine>>,
    /// A server's, before its hello is there.
    line: Option<Arc<Line>>,
    settings: u16,
    /// What the client asked for.
    server_name: Option<Box<str>>,
    /// Ciphertext that was read and not used yet.
    held: Vec<u8>,
    /// Plaintext that didn't fit, from `spill_at` on.
    spill: Vec<u8>,
    spill_at: usize,
    /// Ciphertext that the socket hasn't taken yet, from `pending_at` on.
    pending: Vec<u8>,
    pending_at: usize,
    /// How much plaintext is told as written once `pending` is gone.
    promised: usize,
    peer_closed: bool,
    closing: bool,
    failed: bool,
}

impl Session {
    /// Waits for a client's hello.
    pub fn server(line: Arc<Line>) -> Session {
        Session::new(None, Some(line))
    }

    /// Begins with a server.
    pub fn client(conn: UnbufferedClientConnection) -> Session {
        Session::new(Some(Box::new(Rustls(conn))), None)
    }

    /// With an engine of whatever kind.
    pub fn with_engine(engine: Box<dyn Engine>) -> Session {
        Session::new(Some(engine), None)
    }

    fn new(engine: Option<Box<dyn Engine>>, line: Option<Arc<Line>>) -> Session {
        Session {
            engine,
            line,
            settings: 0,
            server_name: None,
            held: Vec::new(),
            spill: Vec::new(),
            spill_at: 0,
            pending: Vec::new(),
            pending_at: 0,
            promised: 0,
            peer_closed: false,
            closing: false,
            failed: false,
        }
    }

    /// Ciphertext that was read before the session began.
    pub fn preload(&mut self, begun: &[u8]) {
        self.held.extend_from_slice(begun);
    }

    /// Whether the handshake isn't over.
    pub fn is_handshaking(&self) -> bool {
        self.engine.as_ref().is_none_or(|engine| engine.is_handshaking())
    }

    /// What was agreed on.
    pub fn facts(&self) -> Facts<'_> {
        let facts = self.engine.as_ref().map(|engine| engine.facts()).unwrap_or_default();
        Facts { server_name: self.server_name.as_deref(), ..facts }
    }

    /// The bind line and the number of its settings; `None` with servers.
    pub fn line(&self) -> Option<(&Arc<Line>, u16)> {
        self.line.as_ref().map(|line| (line, self.settings))
    }

    /// Whether the peer has said that it sends no more.
    pub fn is_peer_closed(&self) -> bool {
        self.peer_closed
    }

    /// Whether a read would bring something without asking the socket.
    pub fn has_input(&self) -> bool {
        self.spill_at < self.spill.len() || self.peer_closed || has_record(&self.held)
    }

    /// Whether it holds nothing that was read or is to be written.
    pub fn is_at_rest(&self) -> bool {
        self.spill.is_empty() && self.pending.is_empty()
    }

    /// Hands out plaintext that was kept aside; at most `max` bytes.
    pub fn take_spilled(&mut self, buf: &mut Buf, max: usize) -> usize {
        let rest = &self.spill[self.spill_at..];
        let n = rest.len().min(max).min(buf.room());
        if n == 0 || !buf.push(&rest[..n]) {
            return 0;
        }
        self.spill_at += n;
        if self.spill_at == self.spill.len() {
            (self.spill, self.spill_at) = (Vec::new(), 0);
        }
        n
    }

    /// Puts what was left of the last read at the front of the scratch memory; the answer is its length. What is read
    /// goes behind it.
    pub fn load(&mut self, scratch: &mut Scratch) -> usize {
        let held = core::mem::take(&mut self.held);
        scratch.input[..held.len()].copy_from_slice(&held);
        held.len()
    }

    /// Keeps the first `n` bytes of the scratch memory for the next read.
    pub fn keep(&mut self, scratch: &Scratch, n: usize) {
        debug_assert!(self.held.is_empty());
        if n > 0 {
            self.held = scratch.input[..n].to_vec();
        }
    }

    /// Works on the first `n` bytes of the scratch memory; what it doesn't use is kept. The answer is how many bytes of
    /// plaintext went into `plain`, which takes at most `max`. What is to be sent is in `scratch.out`, also if this
    /// fails.
    pub fn receive(
        &mut self,
        scratch: &mut Scratch,
        n: usize,
        plain: Option<(&mut Buf, usize)>,
    ) -> Result<usize, TlsError> {
        if self.engine.is_none() && !self.begin(scratch, n)? {
            self.keep(scratch, n);
            return Ok(0);
        }
        let Some(engine) = &mut self.engine else { return Err(TlsError::Closed) };
        let (plain, room) = match plain {
            Some((buf, max)) => {
                let room = max.min(buf.room());
                (Some(buf), room)
            }
            None => (None, 0),
        };
        let mut sink = Sink { plain, room, spill: &mut self.spill, out: &mut scratch.out, got: 0, closed: false };
        let result = engine.feed(&mut scratch.input[..n], &mut sink);
        let (got, closed) = (sink.got, sink.closed);
        self.peer_closed |= closed;
        let used = result.inspect_err(|_| self.failed = true)?;
        if used < n {
            self.held = scratch.input[used..n].to_vec();
        }
        Ok(got)
    }

    /// With the client's hello: chooses the settings. False while it isn't whole.
    fn begin(&mut self, scratch: &mut Scratch, n: usize) -> Result<bool, TlsError> {
        let Some(line) = &self.line else { return Err(TlsError::Closed) };
        match line.start(&scratch.input[..n]) {
            Start::More => Ok(false),
            Start::Config { config, settings, name } => {
                self.settings = settings;
                self.server_name = name;
                self.engine = Some(Box::new(Rustls(UnbufferedServerConnection::new(config)?)));
                Ok(true)
            }
            Start::Refused(refusal) => {
                scratch.out.push(&refusal.alert());
                self.failed = true;
                Err(TlsError::Refused(refusal))
            }
        }
    }

    /// Encrypts as much of the slices as one batch takes; the answer is how much. The records are in `scratch.out`.
    pub fn encrypt(&mut self, slices: &[std::io::IoSlice<'_>], scratch: &mut Scratch) -> Result<usize, TlsError> {
        if self.failed || self.closing {
            return Err(TlsError::Closed);
        }
        let Some(engine) = &mut self.engine else { return Err(TlsError::Closed) };
        let total: usize = slices.iter().map(|slice| slice.len()).sum();
        let Scratch { out, joined, .. } = scratch;
        let plain: &[u8] = match slices.iter().find(|slice| !slice.is_empty()) {
            Some(only) if only.len() == total => &only[..total.min(MAX_BATCH)],
            // A head and the body behind it make one record rather than two.
            _ => {
                joined.clear();
                for slice in slices {
                    let n = slice.len().min(MAX_BATCH - joined.len());
                    joined.extend_from_slice(&slice[..n]);
                }
                joined
            }
        };
        let mut sink = Sink { plain: None, room: 0, spill: &mut self.spill, out, got: 0, closed: false };
        let used = engine.encrypt(plain, &mut self.held, &mut sink).inspect_err(|_| self.failed = true)?;
        self.peer_closed |= sink.closed;
        self.held.drain(..used);
        Ok(plain.len())
    }

    /// Appends the farewell to `scratch.out`, once.
    pub fn close(&mut self, scratch: &mut Scratch) {
        if let Some(engine) = &mut self.engine
            && !core::mem::replace(&mut self.closing, true)
            && !self.failed
            && !engine.is_handshaking()
        {
            let (spill, out) = (&mut self.spill, &mut scratch.out);
            engine.close(&mut self.held, &mut Sink { plain: None, room: 0, spill, out, got: 0, closed: false });
        }
    }

    /// Keeps what of `scratch.out` the socket hasn't taken (all behind `sent`), and what is told as written when it has.
    pub fn keep_pending(&mut self, scratch: &mut Scratch, sent: usize, promised: usize) {
        self.pending.extend_from_slice(&scratch.out.data()[sent..]);
        self.promised += promised;
        scratch.out.clear();
    }

    /// What the socket hasn't taken yet.
    pub fn pending(&self) -> &[u8] {
        &self.pending[self.pending_at..]
    }

    /// The socket has taken `n` bytes of that. Once it has all, the answer is how much plaintext that was.
    pub fn sent(&mut self, n: usize) -> Option<usize> {
        self.pending_at += n;
        if self.pending_at < self.pending.len() {
            return None;
        }
        (self.pending, self.pending_at) = (Vec::new(), 0);
        Some(core::mem::take(&mut self.promised))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("handshaking", &self.is_handshaking()).finish_non_exhaustive()
    }
}

/// Whether a whole record is there, so that working on it brings something.
pub fn has_record(bytes: &[u8]) -> bool {
    match bytes {
        [_, _, _, high, low, rest @ ..] => rest.len() >= usize::from(u16::from_be_bytes([*high, *low])),
        _ => false,
    }
}

/// The library's two kinds of connections, which have the same states but differ in their types.
trait Conn: Send {
    type Data;
    fn step<'c, 'i>(&'c mut self, input: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, Self::Data>;
    /// Early data; the answer is how much of the input it took.
    fn early(data: ReadEarlyData<'_, '_, Self::Data>, sink: &mut Sink<'_>) -> Result<usize, TlsError>;
    fn common(&self) -> &CommonState;
}

impl Conn for UnbufferedServerConnection {
    type Data = ServerConnectionData;

    fn step<'c, 'i>(&'c mut self, input: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, Self::Data> {
        self.process_tls_records(input)
    }

    fn early(mut data: ReadEarlyData<'_, '_, Self::Data>, sink: &mut Sink<'_>) -> Result<usize, TlsError> {
        let mut discard = 0;
        while let Some(record) = data.next_record() {
            let record = record?;
            discard += record.discard;
            sink.take(record.payload);
        }
        Ok(discard)
    }

    fn common(&self) -> &CommonState {
        self
    }
}

impl Conn for UnbufferedClientConnection {
    type Data = ClientConnectionData;

    fn step<'c, 'i>(&'c mut self, input: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, Self::Data> {
        self.process_tls_records(input)
    }

    fn early(_: ReadEarlyData<'_, '_, Self::Data>, _: &mut Sink<'_>) -> Result<usize, TlsError> {
        Err(TlsError::Closed)
    }

    fn common(&self) -> &CommonState {
        self
    }
}

/// States that are passed through after a failure.
const MAX_LAST_WORDS: usize = 16;

impl<C: Conn> Engine for Rustls<C> {
    fn feed(&mut self, input: &mut [u8], sink: &mut Sink<'_>) -> Result<usize, TlsError> {
        let mut used = 0;
        loop {
            let UnbufferedStatus { mut discard, state, .. } = self.0.step(&mut input[used..]);
            let mut more = true;
            match state {
                Ok(ConnectionState::ReadTraffic(traffic)) => {
                    discard += read(traffic, sink)?;
                    more = !sink.is_full();
                }
                Ok(ConnectionState::EncodeTlsData(data)) => encode(data, sink.out)?,
                // Whoever drives this sends all that is in `out`, in order.
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                Ok(ConnectionState::BlockedHandshake | ConnectionState::WriteTraffic(_)) => more = false,
                Ok(ConnectionState::PeerClosed | ConnectionState::Closed) => {
                    sink.closed = true;
                    more = false;
                }
                Ok(ConnectionState::ReadEarlyData(data)) => discard += C::early(data, sink)?,
                Ok(_) => return Err(TlsError::Closed),
                Err(error) => {
                    self.last_words(&mut input[used + discard..], sink.out);
                    return Err(error.into());
                }
            }
            used += discard;
            if !more {
                return Ok(used);
            }
        }
    }

    fn encrypt(&mut self, plain: &[u8], input: &mut [u8], sink: &mut Sink<'_>) -> Result<usize, TlsError> {
        self.write(input, sink, |traffic, mem| traffic.encrypt(plain, mem))
    }

    fn close(&mut self, input: &mut [u8], sink: &mut Sink<'_>) {
        // A connection that can't be ended properly ends all the same.
        let _ = self.write(input, sink, |traffic, mem| traffic.queue_close_notify(mem));
    }

    fn is_handshaking(&self) -> bool {
        self.0.common().is_handshaking()
    }

    fn facts(&self) -> Facts<'_> {
        let common = self.0.common();
        let suite = common.negotiated_cipher_suite().map(|suite| suite.suite());
        Facts {
            version: common.protocol_version().map(version_name),
            cipher: suite.map(names::cipher_name),
            cipher_id: suite.map(u16::from),
            group: common.negotiated_key_exchange_group().map(|group| names::group_name(group.name())),
            alpn: common.alpn_protocol(),
            server_name: None,
            resumed: common.handshake_kind() == Some(HandshakeKind::Resumed),
            peer_chain: common.peer_certificates().unwrap_or_default(),
        }
    }
}

impl<C: Conn> Rustls<C> {
    /// Passes through states until something can be written. What is read on the way is kept aside.
    fn write(
        &mut self,
        input: &mut [u8],
        sink: &mut Sink<'_>,
        mut write: impl FnMut(&mut WriteTraffic<'_, C::Data>, &mut [u8]) -> Result<usize, EncryptError>,
    ) -> Result<usize, TlsError> {
        let mut used = 0;
        loop {
            let UnbufferedStatus { mut discard, state, .. } = self.0.step(&mut input[used..]);
            match state {
                Ok(ConnectionState::WriteTraffic(mut traffic)) => {
                    let done = sink.out.fill(|mem| {
                        write(&mut traffic, mem).map_err(|error| match error {
                            EncryptError::InsufficientSize(size) => size.required_size,
                            _ => 0,
                        })
                    });
                    return if done { Ok(used + discard) } else { Err(TlsError::Closed) };
                }
                Ok(ConnectionState::ReadTraffic(traffic)) => discard += read(traffic, sink)?,
                Ok(ConnectionState::EncodeTlsData(data)) => encode(data, sink.out)?,
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                // Told once; writing may go on.
                Ok(ConnectionState::PeerClosed) => sink.closed = true,
                Ok(_) => return Err(TlsError::Closed),
                Err(error) => {
                    self.last_words(&mut input[used + discard..], sink.out);
                    return Err(error.into());
                }
            }
            used += discard;
        }
    }

    /// After a failure: the alert that the library has for the other side. It is asked for what it holds ready and no
    /// further, or it would fail again on what it failed on.
    fn last_words(&mut self, input: &mut [u8], out: &mut Out) {
        for _ in 0..MAX_LAST_WORDS {
            if !self.0.common().wants_write() {
                return;
            }
            match self.0.step(input).state {
                Ok(ConnectionState::EncodeTlsData(data)) => {
                    if encode(data, out).is_err() {
                        return;
                    }
                }
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                _ => return,
            }
        }
    }
}

fn read<D>(mut traffic: ReadTraffic<'_, '_, D>, sink: &mut Sink<'_>) -> Result<usize, TlsError> {
    let mut discard = 0;
    while let Some(record) = traffic.next_record() {
        let record = record?;
        discard += record.discard;
        sink.take(record.payload);
    }
    Ok(discard)
}

fn encode<D>(mut data: EncodeTlsData<'_, D>, out: &mut Out) -> Result<(), TlsError> {
    let done = out.fill(|mem| {
        data.encode(mem).map_err(|error| match error {
            EncodeError::InsufficientSize(size) => size.required_size,
            _ => 0,
        })
    });
    if done { Ok(()) } else { Err(TlsError::Closed) }
}

fn version_name(version: ProtocolVersion) -> &'static str {
    match version {
        ProtocolVersion::TLSv1_2 => "TLSv1.2",
        ProtocolVersion::TLSv1_3 => "TLSv1.3",
        _ => "unknown",
    }
}
