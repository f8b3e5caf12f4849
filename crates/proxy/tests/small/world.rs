//! A proxy with a configuration of its own, and the peers around it.

use base::{Addr, Ms};
use conf::MemOutside;
use diag::Files;
use net::sim::Faults;
use net::{ConnectOpts, ListenSpec, Listener, Stream};
use proxy::{Control, Shared};
use rt::sim::{Outcome, SimConfig};
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;

/// Runs a test's world on a worker beside the `threads` of the proxy. The network has no surprises.
pub fn run<F: Future<Output = ()> + 'static>(threads: usize, config: &str, test: fn(Control) -> F) {
    let config = config.to_owned();
    let mut cfg = SimConfig::default();
    cfg.rt.threads = threads + 1;
    let report = net::sim::run(1, cfg, Faults::none(), move || async move {
        let (tell, told) = rt::oneshot();
        let world = move || {
            rt::spawn(async move {
                let proxy = start(&config, threads);
                // The workers wait for each other before they listen.
                rt::sleep(Ms(50)).await;
                test(proxy.clone()).await;
                proxy.soft_stop();
                let _ = tell.send(());
            });
        };
        rt::spawn_on(rt::WorkerId(threads as u16), world).expect("the worker lives");
        let _ = told.await;
    });
    assert!(report.rt.panics.is_empty() && report.rt.outcome == Outcome::Done, "{report:?}");
}

fn start(config: &str, threads: usize) -> Control {
    let spec = compile(config);
    let who = expr::Process { pid: 1, hostname: "sim".into(), ..Default::default() };
    let shared = Arc::new(Shared::new(&spec, threads, who, b"ferroxy", 500));
    let staged = proxy::link(spec, &shared, &mut expr::NoOutside).expect("links");
    proxy::start_here(shared, staged)
}

/// Makes the proxy take up another configuration.
pub fn reload(proxy: &Control, config: &str) {
    let staged = proxy::link(compile(config), proxy.shared(), &mut expr::NoOutside).expect("links");
    proxy.adopt(staged);
}

fn compile(config: &str) -> Arc<conf::spec::Spec> {
    let mut files = Files::new();
    let id = files.add("small.cfg", config.as_bytes());
    let (tree, mut found) =
        syntax::parse(&files, &[id], syntax::Env::new(), &syntax::Facts::default(), &conf::is_section);
    let (spec, more) = conf::compile(&tree, &files, &conf::LANG, &mut MemOutside::default());
    found.append(more);
    let said: Vec<_> = found.iter().map(|d| d.message.to_string()).collect();
    assert!(!found.has_alerts(), "{said:?}\n{config}");
    Arc::new(spec.expect("no alerts"))
}

/// A server that answers every request with 200 and its own name, and keeps its connections.
pub struct Origin {
    /// Connections accepted so far.
    pub accepted: Rc<Cell<u32>>,
    /// Those that are open.
    pub open: Rc<Cell<u32>>,
}

impl Origin {
    pub fn start(at: &str) -> Origin {
        Origin::answering(at, "200 OK")
    }

    /// The same with another status.
    pub fn answering(at: &str, status: &str) -> Origin {
        let spec = ListenSpec::new(addr(at));
        let mut listener = Listener::attach(Arc::new(net::listen(&spec).expect("free"))).expect("it attaches");
        let origin = Origin { accepted: Rc::default(), open: Rc::default() };
        let (accepted, open, name) = (origin.accepted.clone(), origin.open.clone(), at.to_owned());
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{name}", name.len());
        rt::spawn(async move {
            while let Ok(conn) = listener.accept().await {
                accepted.set(accepted.get() + 1);
                let mut conn = Peer(Stream::attach(conn.conn).expect("it attaches"));
                let (open, answer) = (open.clone(), answer.clone());
                open.set(open.get() + 1);
                rt::spawn(async move {
                    while conn.hear("\r\n\r\n").await.is_some() {
                        conn.say(&answer).await;
                    }
                    open.set(open.get() - 1);
                });
            }
        });
        origin
    }
}

/// A connection of a scripted peer.
pub struct Peer(pub Stream);

impl Peer {
    pub async fn dial(from: &str, to: &str) -> Peer {
        let opts = ConnectOpts { source: Some(from.parse().expect("an address")), ..ConnectOpts::default() };
        Peer(net::connect(&addr(to), &opts).expect("it starts").await.expect("it connects"))
    }

    pub async fn say(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let sent = poll_fn(|cx| self.0.poll_write(cx, rest)).await;
            let Ok(n) = sent else { return };
            rest = &rest[n..];
        }
    }

    /// Reads until `end` was read; `None` at the end of the stream.
    pub async fn hear(&mut self, end: &str) -> Option<String> {
        let mut heard = Vec::new();
        while !heard.ends_with(end.as_bytes()) {
            let mut buf = rt::buf().expect("there are buffers");
            let n = poll_fn(|cx| self.0.poll_read_max(cx, &mut buf, 1)).await.ok()?;
            if n == 0 {
                return None;
            }
            heard.extend_from_slice(buf.data());
        }
        Some(String::from_utf8(heard).expect("text"))
    }

    /// One request, and the body of its answer.
    pub async fn get(&mut self) -> String {
        self.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let head = self.hear("\r\n\r\n").await.expect("an answer");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        let mut body = String::new();
        while body.len() < length.parse().expect("a number") {
            let mut buf = rt::buf().expect("there are buffers");
            poll_fn(|cx| self.0.poll_read(cx, &mut buf)).await.expect("a body");
            body.push_str(std::str::from_utf8(buf.data()).expect("text"));
        }
        body
    }
}

/// Accepts one connection at an address.
pub async fn accept_one(at: &str) -> Peer {
    let socket = Arc::new(net::listen(&ListenSpec::new(addr(at))).expect("free"));
    let mut listener = Listener::attach(socket).expect("it attaches");
    Peer(Stream::attach(listener.accept().await.expect("a connection").conn).expect("it attaches"))
}

fn addr(text: &str) -> Addr {
    Addr::Ip(text.parse().expect("an address"))
}
