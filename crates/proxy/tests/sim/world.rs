//! What the peers of one run share: the book of requests, what went wrong, and the proxy in the middle.

use crate::ask::Ask;
use base::Ms;
use conf::MemOutside;
use diag::Files;
use fastrand::Rng;
use proxy::live::{BackLive, FrontLive, ServerLive};
use proxy::{Control, Shared};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

/// How rough a run is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// All peers behave, and the network does only what TCP allows every day: each exchange must succeed.
    Calm,
    /// Peers misbehave.
    Odd,
    /// And connections break, hosts are cut off and crash.
    Nasty,
}

/// Workers that belong to the proxy; the next one runs the rest of the world.
pub const THREADS: usize = 2;
/// The world's worker.
pub const WORLD: rt::WorkerId = rt::WorkerId(THREADS as u16);

/// What is known of a request.
struct Entry {
    ask: Rc<Ask>,
    client: IpAddr,
    delivered: u32,
    left: bool,
}

pub struct World {
    pub level: Level,
    rng: RefCell<Rng>,
    next_id: Cell<u64>,
    book: RefCell<HashMap<u64, Entry>>,
    left: RefCell<HashSet<u64>>,
    problems: RefCell<Vec<String>>,
    /// Exchanges that came to a perfect end, and all.
    pub perfect: Cell<u32>,
    pub exchanges: Cell<u32>,
}

impl World {
    pub fn new(seed: u64, level: Level) -> Rc<World> {
        Rc::new(World {
            level,
            rng: RefCell::new(Rng::with_seed(seed)),
            next_id: Cell::new(1000),
            book: RefCell::default(),
            left: RefCell::default(),
            problems: RefCell::default(),
            perfect: Cell::new(0),
            exchanges: Cell::new(0),
        })
    }

    pub fn rng(&self) -> Rng {
        self.rng.borrow_mut().fork()
    }

    pub fn fresh_id(&self) -> u64 {
        self.next_id.set(self.next_id.get() + 1);
        self.next_id.get()
    }

    /// Writes a request into the book before it is sent.
    pub fn enter(&self, ask: Ask, client: IpAddr) -> Rc<Ask> {
        let ask = Rc::new(ask);
        let entry = Entry { ask: ask.clone(), client, delivered: 0, left: false };
        self.book.borrow_mut().insert(ask.id, entry);
        ask
    }

    pub fn ask(&self, id: u64) -> Option<Ask> {
        self.book.borrow().get(&id).map(|entry| Ask::clone(&entry.ask))
    }

    pub fn client_of(&self, id: u64) -> IpAddr {
        self.book.borrow()[&id].client
    }

    /// Whether the relay's server leaves this connection without listening.
    pub fn is_rude(&self, id: u64) -> bool {
        self.level > Level::Calm && id.is_multiple_of(4)
    }

    /// Counts a delivery to a server; how many there were.
    pub fn delivered(&self, id: u64) -> u32 {
        let mut book = self.book.borrow_mut();
        let entry = book.get_mut(&id).expect("known");
        entry.delivered += 1;
        entry.delivered
    }

    /// The client will leave before the end.
    pub fn leave(&self, id: u64) {
        self.book.borrow_mut().get_mut(&id).expect("known").left = true;
    }

    /// The same in TCP mode, without a reset.
    pub fn leave_relay(&self, id: u64) {
        self.left.borrow_mut().insert(id);
    }

    /// Whether the relay's client left early, without a reset.
    pub fn has_left(&self, id: u64) -> bool {
        self.left.borrow().contains(&id)
    }

    /// Whether what reaches the server may be cut.
    pub fn is_excused(&self, id: u64) -> bool {
        self.level == Level::Nasty || self.book.borrow().get(&id).is_none_or(|entry| entry.left)
    }

    pub fn fault(&self, what: String) {
        let at = rt::now().0 / 1_000_000 % 1_000_000;
        self.problems.borrow_mut().push(format!("at {at} ms: {what}"));
    }

    pub fn allow(&self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.fault(otherwise());
        }
    }

    pub fn problems(&self) -> Vec<String> {
        self.problems.take()
    }
}

/// The proxy of a run.
pub struct Proxy {
    pub control: Control,
    seed: u64,
    fronts: Vec<Arc<FrontLive>>,
    backs: Vec<Arc<BackLive>>,
    servers: Vec<Arc<ServerLive>>,
}

impl Proxy {
    pub fn start(seed: u64) -> Proxy {
        let spec = compile(&config(seed, 0));
        let who = expr::Process { pid: 1, hostname: "sim".into(), random: rt::random, ..Default::default() };
        let shared = Arc::new(Shared::new(&spec, THREADS, who, b"ferroxy", 500));
        let staged = proxy::link(spec, &shared, &mut expr::NoOutside).expect("links");
        let control = proxy::start_here(shared, staged);
        let mut proxy = Proxy { control, seed, fronts: Vec::new(), backs: Vec::new(), servers: Vec::new() };
        proxy.remember();
        proxy
    }

    /// Takes up another configuration.
    pub fn reload(&mut self, variant: u64) {
        let spec = compile(&config(self.seed, variant));
        let staged = proxy::link(spec, self.control.shared(), &mut expr::NoOutside).expect("links");
        self.control.adopt(staged);
        self.remember();
    }

    fn remember(&mut self) {
        let live = self.control.shared().live.lock().expect("no panic").clone();
        self.fronts.extend(live.fronts.into_values());
        self.backs.extend(live.backs.into_values());
        self.servers.extend(live.servers.into_values());
    }

    /// What should be zero when all is quiet and isn't.
    pub fn leftovers(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut zero = |n: u32, what: &str, of: &str| {
            if n != 0 {
                found.push(format!("{what} of {of} is {n}"));
            }
        };
        zero(self.control.live_connections(), "connections", "the process");
        for listener in &self.control.plan().listeners {
            zero(listener.live.conns.get(), "connections", "a listener");
        }
        for front in &self.fronts {
            zero(front.conns.get(), "connections", &front.name);
        }
        for back in &self.backs {
            zero(back.conns.get(), "streams", &back.name);
            zero(back.queue.len(), "queue", &back.name);
        }
        for server in &self.servers {
            zero(server.served.get(), "served", &server.name);
            zero(server.idle.used(), "used connections", &server.name);
            zero(server.idle.idle.get(), "idle connections", &server.name);
        }
        found
    }
}

/// Buffers that are lent on each worker, and its load figure.
pub async fn buffers_lent() -> Vec<(usize, u32)> {
    let mut all = Vec::new();
    for n in 0..=THREADS {
        let (tell, told) = rt::oneshot();
        let id = rt::WorkerId(n as u16);
        let look = move || {
            let load = rt::load(id).load(std::sync::atomic::Ordering::Relaxed);
            let _ = tell.send((rt::buf_usage().0, load));
        };
        rt::spawn_on(id, look).expect("the worker lives");
        all.push(told.await.expect("told"));
    }
    all
}

fn compile(text: &str) -> Arc<conf::spec::Spec> {
    let mut files = Files::new();
    let id = files.add("sim.cfg", text.as_bytes());
    let (tree, mut found) =
        syntax::parse(&files, &[id], syntax::Env::new(), &syntax::Facts::default(), &conf::is_section);
    let (spec, more) = conf::compile(&tree, &files, &conf::LANG, &mut MemOutside::default());
    found.append(more);
    let said: Vec<_> = found.iter().map(|d| d.message.to_string()).collect();
    assert!(!found.has_alerts(), "{said:?}\n{text}");
    Arc::new(spec.expect("no alerts"))
}

/// The configuration of a seed. Variants differ in what a reload may change.
fn config(seed: u64, variant: u64) -> String {
    let mut rng = Rng::with_seed(seed ^ 77);
    let reuse = rng.choice(["never", "safe", "aggressive", "always"]).expect("some");
    let balance = rng.choice(["roundrobin", "leastconn", "random"]).expect("some");
    let bufsize = rng.choice([16_384, 16_384, 8_192]).expect("some");
    let maxconn = rng.choice([3, 100, 100]).expect("some");
    let narrow = 1 + rng.u64(0..3) + variant % 2;
    let third = if variant.is_multiple_of(3) { "    server s3 10.2.0.3:80 weight 20\n" } else { "" };
    let weight = 10 + variant % 5;
    let extra = match variant % 4 {
        1 => "listen extra\n    bind 10.0.0.1:8100\n    server e1 10.2.0.1:80\n",
        _ => "",
    };
    let abort = rng.choice(["option abortonclose", "no option abortonclose"]).expect("some");
    let greeting = rng.choice(["", "", " send-proxy", " send-proxy-v2"]).expect("some");
    format!(
        "\
global
    nosplice
    tune.bufsize {bufsize}
defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
    timeout queue 60s
    timeout http-request 6s
    timeout http-keep-alive 4s
    timeout tunnel 20s
    retries 3
    option redispatch
    option forwardfor
    http-reuse {reuse}
    {abort}
frontend web
    bind 10.0.0.1:80
    bind 10.0.0.1:81 accept-proxy
    maxconn {maxconn}
    use_backend narrow if {{ path_beg /narrow }}
    use_backend closing if {{ path_beg /closing }}
    use_backend once if {{ path_beg /once }}
    use_backend down if {{ path_beg /down }}
    use_backend half if {{ path_beg /half }}
    default_backend app
backend app
    balance {balance}
    server s1 10.2.0.1:80 check inter 700 weight {weight}
    server s2 10.2.0.2:80
{third}backend narrow
    server n1 10.2.0.1:80 maxconn {narrow}
    server n2 10.2.0.2:80 maxconn 1
backend closing
    option http-server-close
    server c1 10.2.0.1:80
backend once
    option httpclose
    server o1 10.2.0.2:80
backend down
    server d1 10.2.0.9:80
backend half
    balance roundrobin
    server h1 10.2.0.9:80
    server h2 10.2.0.2:80
listen relay
    mode tcp
    no option abortonclose
    bind 10.0.0.1:7
    server t1 10.2.0.1:7{greeting}
{extra}"
    )
}

/// Whether servers of the relay expect a PROXY header.
pub fn greeting(seed: u64) -> bool {
    config(seed, 0).contains("send-proxy")
}

/// Whether a client that ends its direction may find its request aborted.
pub fn aborts_on_close(seed: u64) -> bool {
    config(seed, 0).contains("    option abortonclose")
}

/// A moment for all that is under way.
pub async fn settle(ms: u32) {
    rt::sleep(Ms(ms)).await;
}
