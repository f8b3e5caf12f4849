//! HTTP/2 peers for tests: a client and an origin over the project's own machine, blocking.

use base::Buf;
use h2::{Code, Config, Conn, Event, RequestForm, Role};
use http::{Head, HeadStore, Version};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// How long a peer waits for the next byte.
const PATIENCE: Duration = Duration::from_secs(10);

/// A message as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Method and target of a request; the status of a response.
    pub start: String,
    /// Interim responses that went before.
    pub interim: Vec<String>,
    /// Fields as `name: value`.
    pub fields: Vec<String>,
    pub body: Vec<u8>,
    /// Lines.
    pub trailers: String,
    /// All of it has come.
    pub ended: bool,
    /// It ended abruptly.
    pub reset: Option<Code>,
}

/// One end of a connection.
pub struct Peer {
    stream: TcpStream,
    pub conn: Conn,
    buf: Buf,
    heads: HeadStore,
    /// What has come, by stream.
    pub messages: BTreeMap<u32, Message>,
    /// The connection is over.
    pub over: bool,
}

impl Peer {
    /// A client on a fresh connection. The server's SETTINGS have come.
    pub fn connect(to: SocketAddr) -> io::Result<Peer> {
        let mut peer = Peer::over(TcpStream::connect(to)?, Role::Client)?;
        peer.until(|peer| peer.conn.is_established())?;
        Ok(peer)
    }

    /// One end of a connection that was made.
    pub fn over(stream: TcpStream, role: Role) -> io::Result<Peer> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let conn = Conn::new(role, Rc::new(Config::default()));
        let (buf, heads) = (Buf::unpooled(1 << 17), HeadStore::new());
        Ok(Peer { stream, conn, buf, heads, messages: BTreeMap::new(), over: false })
    }

    /// Sends a request's head. Fields are `name: value`; `protocol` makes it an extended CONNECT.
    pub fn ask(
        &mut self,
        method: &str,
        target: &str,
        fields: &[&str],
        protocol: Option<&str>,
        end: bool,
    ) -> io::Result<u32> {
        let head = request(method, target, fields);
        let form = RequestForm { scheme: b"http", protocol: protocol.map(str::as_bytes) };
        let id = self.conn.open(&head, form, end).map_err(|e| io::Error::other(format!("{e:?}")))?;
        self.flush()?;
        Ok(id)
    }

    /// Sends content, as the windows open.
    pub fn send(&mut self, id: u32, mut bytes: &[u8], end: bool) -> io::Result<()> {
        loop {
            let room = self.conn.send_room(id).min(bytes.len());
            let (now, later) = bytes.split_at(room);
            let sent = self.conn.send(id, now, end && later.is_empty());
            self.flush()?;
            bytes = later;
            if bytes.is_empty() || sent.is_err() {
                return Ok(());
            }
            if !self.pump()? {
                return Ok(());
            }
        }
    }

    /// Sends what waits.
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.conn.out.is_empty() {
            let mut pieces = [&b""[..]; 1];
            self.conn.out.pieces(&mut pieces);
            let n = pieces[0].len();
            self.stream.write_all(pieces[0])?;
            self.conn.out.advance(n);
        }
        Ok(())
    }

    /// Takes what comes until `done`. False: the connection is over.
    pub fn until(&mut self, done: impl Fn(&mut Peer) -> bool) -> io::Result<bool> {
        while !done(self) {
            if !self.pump()? {
                return Ok(done(self));
            }
        }
        Ok(true)
    }

    /// Waits for the end of a stream's message and takes it.
    pub fn message(&mut self, id: u32) -> io::Result<Message> {
        let ended = |m: &Message| m.ended || m.reset.is_some();
        self.until(|peer| peer.messages.get(&id).is_some_and(ended))?;
        let message = self.messages.remove(&id).unwrap_or_default();
        self.conn.release(id, Code::CANCEL);
        self.flush()?;
        Ok(message)
    }

    /// Reads once. False: the connection is over.
    pub fn pump(&mut self) -> io::Result<bool> {
        if self.over {
            return Ok(false);
        }
        self.flush()?;
        self.buf.compact();
        let got = match self.stream.read(self.buf.spare_mut()) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => 0,
            Err(error) => return Err(error),
        };
        self.buf.commit(got);
        self.over = got == 0;
        loop {
            match self.conn.next(&mut self.buf, &self.heads) {
                Ok(Some(event)) => self.on(event),
                Ok(None) => break,
                Err(_) => {
                    self.over = true;
                    break;
                }
            }
        }
        self.flush()?;
        Ok(!self.over)
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::Request(m) | Event::Response(m) => {
                let message = self.messages.entry(m.id).or_default();
                let start = match m.head.status() {
                    Some(status) => status.to_string(),
                    None => format!("{} {}", text(m.head.method_name()), text(m.head.path_and_query())),
                };
                if m.head.status().is_some_and(|s| s < 200) {
                    return message.interim.push(start);
                }
                message.start = start;
                message.fields = m.head.fields().map(|f| format!("{}: {}", text(f.name), text(f.value))).collect();
                message.ended = m.end;
            }
            Event::Data { id, len, end } => {
                let message = self.messages.entry(id).or_default();
                message.body.extend_from_slice(&self.buf.data()[..len]);
                message.ended |= end;
                self.buf.consume(len);
                self.conn.credit(id, len);
            }
            Event::Trailers { id, lines } => {
                let message = self.messages.entry(id).or_default();
                message.trailers = text(&lines);
                message.ended = true;
            }
            Event::Reset { id, code, .. } => self.messages.entry(id).or_default().reset = Some(code),
            Event::Malformed { id, .. } => self.messages.entry(id).or_default().reset = Some(Code::PROTOCOL_ERROR),
            _ => {}
        }
    }
}

/// What an origin does with a stream.
pub type Handler = dyn Fn(&mut Peer, u32) -> io::Result<()> + Send + Sync;

/// Starts an origin that speaks HTTP/2 alone; `handler` gets each stream once its head has come, one at a time.
pub fn origin(handler: Arc<Handler>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handler = handler.clone();
            std::thread::spawn(move || serve(stream, &*handler));
        }
    });
    Ok(addr)
}

fn serve(stream: TcpStream, handler: &Handler) -> io::Result<()> {
    let mut peer = Peer::over(stream, Role::Server)?;
    let mut served = 0;
    loop {
        let next = peer.messages.keys().copied().find(|id| *id > served);
        match next {
            Some(id) => {
                served = id;
                handler(&mut peer, id)?;
                peer.messages.remove(&id);
                peer.conn.release(id, Code::NO_ERROR);
                peer.flush()?;
            }
            None if !peer.pump()? => return Ok(()),
            None => {}
        }
    }
}

/// A response's head. Fields are `name: value`.
pub fn response(status: u16, fields: &[&str]) -> Head {
    let mut head = Head::response(status, Version::HTTP_2, 100_000).expect("a status");
    add(&mut head, fields);
    head
}

fn request(method: &str, target: &str, fields: &[&str]) -> Head {
    let mut head = Head::request(method.as_bytes(), target.as_bytes(), Version::HTTP_2, 100_000).expect("a request");
    add(&mut head, fields);
    head
}

fn add(head: &mut Head, fields: &[&str]) {
    for field in fields {
        let (name, value) = field.split_once(": ").expect("name: value");
        head.add(name.as_bytes(), value.as_bytes()).expect("it fits");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
