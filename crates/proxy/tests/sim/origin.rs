//! The servers.

use crate::ask::{Ask, Deed, Framed, framed};
use crate::conn::{Conn, End, More, Part};
use crate::content;
use crate::message::{self, Framing, Head, Stop};
use crate::world::{Level, World};
use base::{Addr, Ms};
use fastrand::Rng;
use net::{ListenSpec, Listener, Stream};
use std::rc::Rc;
use std::sync::Arc;

/// Serves HTTP at an address.
pub fn serve_http(world: &Rc<World>, at: &'static str) {
    let mut listener = listen(at);
    let world = world.clone();
    let mut rng = world.rng();
    rt::spawn(async move {
        while let Ok(accepted) = listener.accept().await {
            let conn = Conn::new(Stream::attach(accepted.conn).expect("simulated sockets attach"));
            let (world, rng) = (world.clone(), rng.fork());
            rt::spawn(async move { Server { world, rng, conn }.run().await });
        }
    });
}

/// Serves the relay's protocol.
pub fn serve_tcp(world: &Rc<World>, at: &'static str) {
    let mut listener = listen(at);
    let world = world.clone();
    let mut rng = world.rng();
    rt::spawn(async move {
        while let Ok(accepted) = listener.accept().await {
            let conn = Conn::new(Stream::attach(accepted.conn).expect("simulated sockets attach"));
            let (world, rng) = (world.clone(), rng.fork());
            rt::spawn(crate::tcp::serve(world, rng, conn));
        }
    });
}

fn listen(at: &str) -> Listener {
    let spec = ListenSpec::new(Addr::Ip(at.parse().expect("an address")));
    Listener::attach(Arc::new(net::listen(&spec).expect("free"))).expect("simulated sockets attach")
}

struct Server {
    world: Rc<World>,
    rng: Rng,
    conn: Conn,
}

/// What follows an exchange.
enum Next {
    Stay,
    /// Closes, having sent all.
    Leave,
    Reset,
}

impl Server {
    async fn run(mut self) {
        if self.rng.u8(0..4) == 0 {
            self.conn.slowness = Ms(self.rng.u32(1..20));
        }
        loop {
            let head = match self.next_head().await {
                Some(head) => head,
                None => return,
            };
            let Some(ask) = self.recognise(&head) else { return };
            match self.exchange(&ask, &head).await {
                Next::Stay => {}
                Next::Leave => {
                    self.conn.say(Part::Shut);
                    self.conn.flush().await;
                    // A close with unread bytes would be a reset.
                    return self.conn.linger(Ms(2000)).await;
                }
                Next::Reset => {
                    self.conn.flush().await;
                    return self.conn.reset();
                }
            }
        }
    }

    async fn next_head(&mut self) -> Option<Head> {
        if self.world.level > Level::Calm && self.conn.inbox.is_empty() && self.rng.u8(0..3) == 0 {
            // Loses its patience with an idle connection.
            let patience = Ms(self.rng.u32(1..3000));
            self.conn.linger(patience).await;
            if self.conn.inbox.is_empty() {
                return None;
            }
        }
        match message::head(&mut self.conn).await {
            Ok(head) => Some(head),
            Err(Stop::Closed { started: false, .. }) => None,
            Err(Stop::Closed { end, .. }) => {
                self.world.allow(self.world.level > Level::Calm, || format!("half a request head ended in {end:?}"));
                None
            }
            Err(Stop::Late) => {
                self.world.fault("a server connection lives for ever".into());
                None
            }
            Err(Stop::Wrong(why)) => {
                self.world.fault(format!("a server got {why}"));
                None
            }
        }
    }

    /// Finds the request in the book and compares it.
    fn recognise(&mut self, head: &Head) -> Option<Ask> {
        let known = head.id().and_then(|id| self.world.ask(id));
        let Some(ask) = known else {
            self.world.fault(format!("a server got an unknown request {head:?}"));
            return None;
        };
        let id = ask.id;
        let version = head.first.rsplit(' ').next().unwrap_or_default();
        let expected = format!("{} {}/{id} {version}", ask.method, ask.path);
        let padding = head.value("x-padding").map_or(0, str::len);
        let client = head.value("x-forwarded-for").unwrap_or_default();
        let wrong = |bad: bool, what: &str| self.world.allow(!bad, || format!("{what} of {ask:?}: {head:?}"));
        wrong(ask.forbidden, "a malformed request reached a server");
        wrong(head.first != expected, "start line");
        wrong(padding != ask.padding, "padding");
        wrong(client != self.world.client_of(id).to_string(), "x-forwarded-for");
        wrong(head.count("host") != 1, "host");
        wrong(!head.plain, "case");
        let again = self.world.delivered(id);
        let idempotent = !matches!(ask.method, "POST");
        self.world.allow(again == 1 || idempotent, || format!("{ask:?} was delivered {again} times"));
        Some(ask)
    }

    async fn exchange(&mut self, ask: &Ask, head: &Head) -> Next {
        let early = ask.deed == Deed::Early;
        if head.value("expect").is_some() && !early {
            self.say(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec());
        }
        if !early && !self.read_body(ask, head).await {
            return Next::Leave;
        }
        if ask.delay.0 > 0 {
            self.conn.say(Part::Pause(ask.delay));
        }
        if ask.tunnel {
            return self.tunnel(ask).await;
        }
        let next = self.answer(ask).await;
        if !self.conn.flush().await {
            return Next::Leave;
        }
        match next {
            Next::Stay if early || head.closes() => Next::Leave,
            next => next,
        }
    }

    /// False: it didn't come whole.
    async fn read_body(&mut self, ask: &Ask, head: &Head) -> bool {
        let framing = match head.framing(Framing::None) {
            Ok(framing) => framing,
            Err(stop) => {
                self.world.fault(format!("a server got {stop:?}"));
                return false;
            }
        };
        match message::body(&mut self.conn, framing, content::up(ask.id)).await {
            Ok(n) => {
                let wanted = if ask.tunnel { 0 } else { ask.up_len };
                self.world.allow(n == wanted, || format!("a request body of {n} bytes for {ask:?}"));
                true
            }
            Err((n, Stop::Closed { .. })) => {
                let excused = self.world.is_excused(ask.id);
                self.world.allow(excused, || format!("a request body cut after {n} bytes of {ask:?}"));
                false
            }
            Err((n, stop)) => {
                self.world.fault(format!("after {n} bytes of a request body: {stop:?} for {ask:?}"));
                false
            }
        }
    }

    async fn answer(&mut self, ask: &Ask) -> Next {
        match ask.deed {
            Deed::Silent => return Next::Leave,
            Deed::SilentReset => return Next::Reset,
            Deed::Garbage => {
                self.say(b"\x16\x03\x01 what is this?\r\n\r\n".to_vec());
                return Next::Leave;
            }
            Deed::Stall => {
                self.conn.linger(Ms(60_000)).await;
                return Next::Leave;
            }
            Deed::Interim(n) => {
                for _ in 0..n {
                    let status = self.rng.choice(["100 Continue", "102 Processing", "103 Early Hints"]).expect("some");
                    self.say(format!("HTTP/1.1 {status}\r\nX-Id: {}\r\n\r\n", ask.id).into_bytes());
                    if self.rng.bool() {
                        self.conn.say(Part::Pause(Ms(self.rng.u32(0..100))));
                    }
                }
            }
            _ => {}
        }
        let head = self.response_head(ask);
        self.say(head);
        if ask.has_down_bytes() {
            if let Some(next) = self.body(ask).await {
                return next;
            }
        } else if ask.method != "HEAD" && ask.down == Framed::Chunked {
            self.say(b"0\r\n\r\n".to_vec());
        }
        match ask.deed {
            Deed::Surplus => {
                self.say(format!("HTTP/1.1 200 OK\r\nX-Id: {}\r\nContent-Length: 4\r\n\r\nevil", ask.id).into_bytes());
                Next::Stay
            }
            Deed::Unasked => {
                self.conn.flush().await;
                self.conn.linger(Ms(self.rng.u32(0..1500))).await;
                if self.conn.inbox.is_empty() {
                    self.say(
                        b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec(),
                    );
                }
                Next::Leave
            }
            Deed::Close | Deed::Vanish => Next::Leave,
            _ if ask.down == Framed::Close => Next::Leave,
            _ => Next::Stay,
        }
    }

    fn response_head(&mut self, ask: &Ask) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Fine\r\nX-Id: {}\r\nServer: origin\r\n", ask.status, ask.id);
        match ask.down {
            Framed::Length => head += &format!("Content-Length: {}\r\n", ask.down_len),
            Framed::Chunked => head += "Transfer-Encoding: chunked\r\n",
            Framed::None if ask.status == 200 => head += "Content-Length: 0\r\n",
            Framed::None | Framed::Close => {}
        }
        if matches!(ask.deed, Deed::Close | Deed::Early) || ask.down == Framed::Close {
            head += "Connection: close\r\n";
        }
        (head + "\r\n").into_bytes()
    }

    /// The body, or as much of it as the deed lets through.
    async fn body(&mut self, ask: &Ask) -> Option<Next> {
        let whole = framed(&content::of(ask.id, ask.down_len), ask.down, &mut self.rng);
        let part = whole[..self.rng.usize(0..whole.len())].to_vec();
        match ask.deed {
            Deed::CutShort => {
                self.say(part);
                Some(Next::Leave)
            }
            Deed::CutReset => {
                self.say(part);
                Some(Next::Reset)
            }
            Deed::StallMidway => {
                self.say(part);
                self.conn.linger(Ms(60_000)).await;
                Some(Next::Reset)
            }
            Deed::BadChunk if ask.down == Framed::Chunked => {
                self.say(b"zz\r\n".to_vec());
                Some(Next::Leave)
            }
            _ => {
                self.say(whole);
                None
            }
        }
    }

    /// After 101: what comes is checked, what was promised is said, each side ends its direction.
    async fn tunnel(&mut self, ask: &Ask) -> Next {
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nX-Id: {}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
            ask.id
        );
        self.say(head.into_bytes());
        self.say(content::of(ask.id, ask.down_len));
        match message::body(&mut self.conn, Framing::Length(ask.up_len), content::up(ask.id)).await {
            Ok(_) => Next::Leave,
            Err((n, Stop::Closed { end, .. })) => {
                let excused = self.world.is_excused(ask.id);
                self.world.allow(excused, || format!("tunnel ended {end:?} after {n} bytes of {ask:?}"));
                Next::Leave
            }
            Err((n, stop)) => {
                self.world.fault(format!("tunnel of {ask:?} after {n} bytes: {stop:?}"));
                Next::Leave
            }
        }
    }

    /// In one piece, or in pieces with pauses between.
    fn say(&mut self, bytes: Vec<u8>) {
        speak(&mut self.conn, &mut self.rng, bytes);
    }
}

/// Says bytes in one piece, or in pieces with pauses between.
pub fn speak(conn: &mut Conn, rng: &mut Rng, bytes: Vec<u8>) {
    if bytes.len() > 1 && rng.u8(0..5) == 0 {
        let at = rng.usize(1..bytes.len());
        conn.say(Part::Bytes(bytes[..at].to_vec()));
        conn.say(Part::Pause(Ms(rng.u32(0..200))));
        conn.say(Part::Bytes(bytes[at..].to_vec()));
    } else if !bytes.is_empty() {
        conn.say(Part::Bytes(bytes));
    }
}

/// Reads until the end of the direction; what came is checked against `id` from byte `from` on.
pub async fn drain(conn: &mut Conn) -> Result<End, Stop> {
    loop {
        if !conn.inbox.is_empty() {
            return Err(Stop::Wrong(format!("{} bytes too many", conn.inbox.len())));
        }
        match conn.more().await {
            More::Data => {}
            More::End(end) => return Ok(end),
            More::Late => return Err(Stop::Late),
        }
    }
}
