//! The clients.

use crate::ask::{Ask, Deed, Framed, framed};
use crate::conn::{Conn, End, Part};
use crate::content;
use crate::message::{self, Framing, Head, Stop};
use crate::origin::{drain, speak};
use crate::tcp;
use crate::world::{Level, World, aborts_on_close};
use base::Ms;
use fastrand::Rng;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

/// Who leaves early leaves within this time.
pub const LEAVE_WITHIN_MS: u32 = 400;

/// How a client behaves on one connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Conduct {
    Good,
    /// Ends its direction after the last request.
    HalfClose,
    /// Goes away at any time.
    Leave {
        reset: bool,
    },
    /// Says half a request and no more.
    Stall,
    /// Says what is no request.
    Malformed,
}

/// What became of a request.
enum Fate {
    Perfect {
        closes: bool,
    },
    /// A page of the proxy's own.
    Own {
        status: u16,
        closes: bool,
    },
    Cut,
    /// Said already.
    Fault,
}

/// A client's whole life: some connections, one after the other.
pub async fn live(world: Rc<World>, nth: u8) {
    let ip = Ipv4Addr::new(10, 1, 0, nth);
    let mut rng = world.rng();
    for _ in 0..rng.u8(2..6) {
        rt::sleep(Ms(rng.u32(0..1500))).await;
        let from = SocketAddr::new(IpAddr::V4(ip), 0);
        if rng.u8(0..5) == 0 {
            tcp::dial(world.clone(), rng.fork(), from).await;
            continue;
        }
        let greets = rng.u8(0..5) == 0;
        let to = if greets { "10.0.0.1:81" } else { "10.0.0.1:80" };
        let Ok(mut conn) = Conn::dial(from, to).await else {
            world.allow(world.level == Level::Nasty, || "the proxy doesn't take connections".into());
            continue;
        };
        let mut seen_as = ip;
        if greets {
            seen_as = Ipv4Addr::new(172, 16, 0, nth);
            let header = format!("PROXY TCP4 {seen_as} 192.0.2.1 1000 80\r\n");
            speak(&mut conn, &mut rng, header.into_bytes());
        }
        let client = Client { world: world.clone(), rng: rng.fork(), conn, ip: IpAddr::V4(seen_as) };
        client.run().await;
    }
}

struct Client {
    world: Rc<World>,
    rng: Rng,
    conn: Conn,
    ip: IpAddr,
}

impl Client {
    async fn run(mut self) {
        let conduct = self.conduct();
        if self.rng.u8(0..5) == 0 {
            self.conn.slowness = Ms(self.rng.u32(1..20));
        }
        let asks = self.asks();
        match conduct {
            Conduct::Good | Conduct::HalfClose => self.converse(asks, conduct).await,
            Conduct::Leave { reset } => self.leave(asks, reset).await,
            Conduct::Stall => self.stall(&asks[0]).await,
            Conduct::Malformed => self.talk_nonsense().await,
        }
    }

    fn conduct(&mut self) -> Conduct {
        let odd = self.world.level > Level::Calm;
        match self.rng.u8(0..12) {
            0 | 1 => Conduct::HalfClose,
            2 | 3 if odd => Conduct::Leave { reset: self.rng.bool() },
            4 if odd => Conduct::Stall,
            5 if odd => Conduct::Malformed,
            _ => Conduct::Good,
        }
    }

    fn asks(&mut self) -> Vec<Rc<Ask>> {
        let count = self.rng.u8(1..6);
        let mut asks = Vec::new();
        for n in 1..=count {
            let ask = Ask::draw(self.world.fresh_id(), &mut self.rng, self.world.level, n == count);
            asks.push(self.world.enter(ask, self.ip));
        }
        asks
    }

    /// Says a request: its head and its body.
    fn say(&mut self, ask: &Ask) {
        let head = ask.head(&mut self.rng);
        let body = framed(&content::of(content::up(ask.id), ask.up_len), ask.up, &mut self.rng);
        if ask.expect {
            speak(&mut self.conn, &mut self.rng, head);
            self.conn.say(Part::Pause(Ms(self.rng.u32(0..800))));
            speak(&mut self.conn, &mut self.rng, body);
        } else {
            let body = if ask.up == Framed::None { Vec::new() } else { body };
            speak(&mut self.conn, &mut self.rng, [head, body].concat());
        }
        if ask.tunnel {
            // A client waits for the answer before it goes on, but it may be a hasty one.
            if self.rng.bool() {
                self.conn.say(Part::Pause(Ms(self.rng.u32(0..800))));
            }
            speak(&mut self.conn, &mut self.rng, content::of(content::up(ask.id), ask.up_len));
        }
    }

    async fn converse(mut self, asks: Vec<Rc<Ask>>, conduct: Conduct) {
        let pipelined = self.rng.u8(0..3) == 0;
        if pipelined {
            asks.iter().for_each(|ask| self.say(ask));
        }
        for (n, ask) in asks.iter().enumerate() {
            let last = n + 1 == asks.len();
            if !pipelined {
                self.say(ask);
            }
            if last && conduct == Conduct::HalfClose && !ask.tunnel {
                self.conn.say(Part::Shut);
            }
            self.world.exchanges.set(self.world.exchanges.get() + 1);
            let fate = self.response(ask).await;
            if matches!(fate, Fate::Cut) && conduct == Conduct::HalfClose && aborts_on_close(rt::sim::seed()) {
                self.world.exchanges.set(self.world.exchanges.get() - 1);
                return;
            }
            if !self.judge(ask, &fate) {
                return;
            }
            if ask.tunnel && matches!(fate, Fate::Own { .. }) {
                // What it said in advance for the tunnel counts as requests now.
                return;
            }
            let closes = matches!(fate, Fate::Perfect { closes: true } | Fate::Own { closes: true, .. });
            if closes {
                let early = self.world.level == Level::Calm && !last && !ask.ends_connection() && ask.path != "/once";
                self.world.allow(!early, || format!("the connection ended without need after {ask:?}"));
                return self.expect_end().await;
            }
            if !pipelined && !last && self.rng.u8(0..4) == 0 {
                self.conn.linger(Ms(self.rng.u32(0..2500))).await;
            }
        }
        let idle = if self.rng.u8(0..6) == 0 { self.rng.u32(0..9000) } else { 0 };
        self.conn.linger(Ms(idle)).await;
        let surplus = self.conn.inbox.len();
        self.world.allow(surplus == 0, || format!("{surplus} bytes that nobody asked for after {:?}", asks.last()));
    }

    /// After an announced end nothing more comes but the end.
    async fn expect_end(mut self) {
        match drain(&mut self.conn).await {
            Ok(_) => {}
            Err(stop) => self.world.fault(format!("after the last response: {stop:?}")),
        }
    }

    /// Whether the fate is one that the request may have; false: the connection is over.
    fn judge(&self, ask: &Ask, fate: &Fate) -> bool {
        let world = &self.world;
        let calm = world.level == Level::Calm;
        match fate {
            Fate::Perfect { .. } => {
                world.perfect.set(world.perfect.get() + 1);
                let impossible = match ask.deed {
                    Deed::Garbage | Deed::Silent | Deed::SilentReset | Deed::Stall => true,
                    Deed::CutShort => ask.has_down_bytes() && ask.down != Framed::Close,
                    Deed::CutReset | Deed::StallMidway => ask.has_down_bytes(),
                    Deed::BadChunk => ask.has_down_bytes() && ask.down == Framed::Chunked,
                    _ => false,
                };
                world.allow(!impossible, || format!("a perfect response to {ask:?}"));
                true
            }
            Fate::Own { status, .. } => {
                world.allow(!calm, || format!("status {status} for {ask:?}"));
                let server_side =
                    matches!(status, 502..=504) || (*status == 400 && world.level == Level::Nasty) || *status == 408;
                world.allow(server_side || calm, || format!("status {status} for {ask:?}"));
                true
            }
            Fate::Cut => {
                world.allow(!calm, || format!("cut: {ask:?}"));
                false
            }
            Fate::Fault => false,
        }
    }

    /// Reads the response to a request, interim ones before it.
    async fn response(&mut self, ask: &Ask) -> Fate {
        loop {
            let head = match message::head(&mut self.conn).await {
                Ok(head) => head,
                Err(stop) => return self.stopped(ask, 0, stop),
            };
            let status = head.status();
            if status == 101 && ask.tunnel {
                return self.tunnel(ask).await;
            }
            if (100..200).contains(&status) {
                let fits = !ask.old_version && (status == 100 || head.id() == Some(ask.id));
                self.world.allow(fits, || format!("interim {head:?} for {ask:?}"));
                continue;
            }
            return match head.id() {
                None => self.own_page(ask, &head).await,
                Some(id) if id == ask.id && head.plain => self.body(ask, &head).await,
                Some(id) if self.world.ask(id).is_some_and(|other| other.deed == Deed::Surplus) => {
                    // A server that says too much, and says it just when its connection is used again, can't be told
                    // from one that answers.
                    Fate::Cut
                }
                Some(_) => {
                    self.world.fault(format!("{head:?} as response to {ask:?}"));
                    Fate::Fault
                }
            };
        }
    }

    async fn own_page(&mut self, ask: &Ask, head: &Head) -> Fate {
        let status = head.status();
        let framing = match head.framing(Framing::Close) {
            _ if ask.method == "HEAD" => Framing::None,
            Ok(framing) => framing,
            Err(stop) => return self.stopped(ask, 0, stop),
        };
        match message::skip(&mut self.conn, framing).await {
            Ok(()) => Fate::Own { status, closes: head.closes() },
            Err(stop) => self.stopped(ask, 0, stop),
        }
    }

    async fn body(&mut self, ask: &Ask, head: &Head) -> Fate {
        self.world.allow(head.status() == ask.status, || format!("{head:?} as response to {ask:?}"));
        let bodiless = ask.method == "HEAD" || matches!(ask.status, 204 | 304);
        let framing = match head.framing(Framing::Close) {
            _ if bodiless => Framing::None,
            Ok(framing) => framing,
            Err(stop) => return self.stopped(ask, 0, stop),
        };
        let wanted = if ask.has_down_bytes() { ask.down_len } else { 0 };
        match message::body(&mut self.conn, framing, ask.id).await {
            Ok(n) if n == wanted => Fate::Perfect { closes: head.closes() || framing == Framing::Close },
            Ok(n) if framing == Framing::Close && n < wanted && ask.deed == Deed::CutShort => Fate::Cut,
            Ok(n) => {
                self.world.fault(format!("{n} bytes ({framing:?}) and a clean end for {ask:?}"));
                Fate::Fault
            }
            Err((n, stop)) => self.stopped(ask, n, stop),
        }
    }

    async fn tunnel(&mut self, ask: &Ask) -> Fate {
        match message::body(&mut self.conn, Framing::Length(ask.down_len), ask.id).await {
            Ok(_) => {}
            Err((n, stop)) => return self.stopped(ask, n, stop),
        }
        self.conn.say(Part::Shut);
        self.conn.flush().await;
        match drain(&mut self.conn).await {
            Ok(End::Clean) => Fate::Perfect { closes: true },
            Ok(End::Reset) => Fate::Cut,
            Err(stop) => self.stopped(ask, ask.down_len, stop),
        }
    }

    fn stopped(&self, ask: &Ask, n: u64, stop: Stop) -> Fate {
        match stop {
            Stop::Closed { .. } => Fate::Cut,
            stop => {
                self.world.fault(format!("{stop:?} after {n} bytes for {ask:?}"));
                Fate::Fault
            }
        }
    }

    async fn leave(mut self, asks: Vec<Rc<Ask>>, reset: bool) {
        for ask in &asks {
            self.world.leave(ask.id);
            self.say(ask);
        }
        if self.rng.u8(0..4) == 0 {
            // Stops reading, too.
            self.conn.slowness = Ms(10_000);
        }
        self.conn.linger(Ms(self.rng.u32(0..LEAVE_WITHIN_MS))).await;
        if reset {
            self.conn.reset();
        }
    }

    /// Half a request, then silence: the proxy says 408 or just ends.
    async fn stall(mut self, ask: &Ask) {
        self.world.leave(ask.id);
        let head = ask.head(&mut self.rng);
        let body = framed(&content::of(content::up(ask.id), ask.up_len), ask.up, &mut self.rng);
        let mut whole = [head, body].concat();
        whole.truncate(self.rng.usize(0..whole.len()));
        speak(&mut self.conn, &mut self.rng, whole);
        self.refused().await;
    }

    async fn talk_nonsense(mut self) {
        let id = self.world.fresh_id();
        let ask = Ask { forbidden: true, ..Ask::draw(id, &mut self.rng, Level::Calm, true) };
        self.world.enter(ask, self.ip);
        let texts: [&str; 8] = [
            "GET /app/ID HTTP/1.1\r\nHost: a\r\nHost: b\r\nX-Id: ID\r\n\r\n",
            "GET /app/ID HTTP/1.1\r\nHost: a\r\nX-Id : ID\r\n\r\n",
            "POST /app/ID HTTP/1.1\r\nHost: a\r\nX-Id: ID\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "GET /app/ID#x HTTP/1.1\r\nHost: a\r\nX-Id: ID\r\n\r\n",
            "GET /app/ID HTTP/1.1\r\nHost: a\r\nX-Id: ID\r\nX: a\0b\r\n\r\n",
            "POST /app/ID HTTP/1.1\r\nHost: a\r\nX-Id: ID\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "POST /app/ID HTTP/1.1\r\nHost: a\r\nX-Id: ID\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
            "\x16\x03\x01\x02\r\n\r\n",
        ];
        let text = self.rng.choice(texts).expect("some").replace("ID", &id.to_string());
        speak(&mut self.conn, &mut self.rng, text.into_bytes());
        self.refused().await;
    }

    /// A page of the proxy's own, or only the end.
    async fn refused(mut self) {
        match message::head(&mut self.conn).await {
            Ok(head) if head.id().is_none() && matches!(head.status(), 400 | 408 | 422 | 502..=504) => {
                match message::skip(&mut self.conn, head.framing(Framing::Close).unwrap_or(Framing::Close)).await {
                    Ok(()) | Err(Stop::Closed { .. }) => {}
                    Err(stop) => self.world.fault(format!("a refusal's page: {stop:?}")),
                }
                self.expect_end().await;
            }
            // A request that needed no body may have been whole, and servers may answer before the end.
            Ok(head) if head.status() == 100 || head.id().is_some() => {}
            Ok(head) => self.world.fault(format!("a refusal of {head:?}")),
            Err(Stop::Closed { .. }) => {}
            Err(stop) => self.world.fault(format!("no refusal: {stop:?}")),
        }
    }
}
