//! Listening sockets and the loops that accept from them.
//!
//! One worker owns each socket and accepts from it; a connection goes to the worker that has fewest, so that one
//! socket a bind line serves all of them evenly.

use crate::counters::{Counters, Gauge};
use crate::live::FrontLive;
use crate::plan::{Front, LocalFront, PlanListener};
use crate::rate_limit::Reserved;
use crate::session::{self, Accepted};
use crate::worker::{Shared, Worker};
use base::{Addr, Ms, Tick};
use conf::spec::{Bind, Mode, MultiQueue, Mux, Proxy, V6Mode};
use net::{KeepAlive, ListenSocket, ListenSpec, Listener, Namespace, UnixAccess};
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

/// A bind line's sockets; outlasts the Plan.
pub struct ListenerLive {
    pub key: ListenerKey,
    pub sockets: Box<[Arc<ListenSocket>]>,
    pub conns: Gauge,
    /// The frontend whose connections these are.
    pub front: Arc<FrontLive>,
    /// Paused by SIGTTOU or a soft stop.
    pub paused: AtomicBool,
    /// Connections may be waiting that a limit keeps out.
    pub held_back: AtomicBool,
    /// What `option socket-stats` counts.
    counters: Counters,
}

/// What must stay equal for a reload to keep the socket.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ListenerKey {
    pub frontend: Box<str>,
    pub addr: base::Addr,
    pub interface: Option<Box<str>>,
    pub namespace: Option<Box<str>>,
    pub transparent: bool,
    pub shards: usize,
}

/// A bind line of the current Plan, as one worker holds it.
pub struct LocalListener {
    pub live: Arc<ListenerLive>,
    pub front: Rc<LocalFront>,
    pub name: Option<Box<str>>,
    pub id: u32,
    /// What the error log format calls it.
    pub label: Box<str>,
    pub accept_proxy: bool,
    /// What its clients speak, if the line says so.
    pub proto: Option<Mux>,
    /// TLS, if it is spoken there.
    pub tls: Option<Arc<tls::server::Line>>,
    /// Clients begin with NetScaler's header, which begins with this number.
    pub netscaler_magic: Option<u32>,
    pub maxconn: u32,
    /// How readily its connections give way to others.
    pub nice: i32,
}

/// The accepting worker hands a connection over when another has fewer by more than this.
const IMBALANCE: u32 = 1;

/// How long accepting pauses when descriptors or memory have run out.
const EXHAUSTED_PAUSE_MS: u64 = 100;

impl ListenerLive {
    /// Opens the sockets of a bind line.
    pub fn bind(
        key: ListenerKey,
        bind: &Bind,
        proxy: &Proxy,
        front: Arc<FrontLive>,
        shared: &Shared,
    ) -> Result<ListenerLive, String> {
        let spec = listen_spec(&key, bind, proxy, shared)?;
        let mut sockets = Vec::with_capacity(key.shards);
        for _ in 0..key.shards {
            let socket = net::listen(&spec).map_err(|e| format!("{e}{}", whither(&bind.addr)))?;
            sockets.push(Arc::new(socket));
            if matches!(bind.addr, Addr::Fd(_) | Addr::SockPair(_) | Addr::Unix(_) | Addr::Abns { .. }) {
                break;
            }
        }
        Ok(ListenerLive {
            key,
            sockets: sockets.into(),
            conns: Gauge::default(),
            front,
            paused: AtomicBool::new(false),
            held_back: AtomicBool::new(false),
            counters: Counters::new(shared.threads),
        })
    }

    /// Takes up what a Plan says and the sockets can still change. `option tcp-smart-accept` is on for HTTP if nothing
    /// is said: the client speaks first.
    pub fn settle(&self, proxy: &Proxy) {
        let said = proxy.front.as_ref().and_then(|front| front.opts.tcp_smart_accept);
        let on = said.unwrap_or(proxy.mode == Mode::Http);
        self.sockets.iter().for_each(|socket| socket.set_ack_with_data(on));
    }

    /// The counters of a frontend's bind line, if it has any of its own (`option socket-stats`).
    pub fn counters(&self, front: &Front) -> Option<&Counters> {
        front.front().opts.socket_stats.then_some(&self.counters)
    }

    /// The counters of the bind line, whether they count or not.
    pub fn all_counters(&self) -> &Counters {
        &self.counters
    }

    /// Which worker accepts from a socket: they are spread evenly, each bind line beginning elsewhere.
    pub fn owner(&self, shard: usize, threads: usize) -> usize {
        let port = self.key.addr.port().map_or(0, usize::from);
        (port + shard) % threads.max(1)
    }

    /// Lets the system refuse or take connections while the loops are paused.
    pub fn suspend(&self, suspended: bool) {
        for socket in &self.sockets {
            // Inherited sockets can't be suspended; their loops pause all the same.
            let _ = if suspended { socket.suspend() } else { socket.restore() };
        }
    }
}

/// The address as the end of a message that a socket couldn't be bound; the reference words it so.
fn whither(addr: &Addr) -> String {
    match addr {
        Addr::Ip(ip) => format!(" for [{ip}]"),
        Addr::Unix(path) => format!(" [{}]", String::from_utf8_lossy(path)),
        Addr::Abns { name, .. } => format!(" [@{}]", String::from_utf8_lossy(name)),
        Addr::Fd(_) | Addr::SockPair(_) => String::new(),
    }
}

fn listen_spec(key: &ListenerKey, bind: &Bind, proxy: &Proxy, shared: &Shared) -> Result<ListenSpec, String> {
    let opts = &bind.opts;
    let namespace = match &opts.namespace {
        None => None,
        Some(name) => {
            Some(Arc::new(Namespace::open(name).map_err(|e| format!("cannot open namespace '{name}' ({e})"))?))
        }
    };
    let front = proxy.front.as_ref();
    let backlog = opts.backlog.or(front.and_then(|f| f.backlog)).or(proxy.maxconn);
    Ok(ListenSpec {
        backlog: backlog.filter(|n| *n > 0).unwrap_or_else(|| shared.maxconn.load(Relaxed)),
        interface: opts.interface.clone(),
        namespace,
        mss: opts.mss,
        defer_accept: opts.defer_accept.then_some(1),
        tfo: opts.tfo,
        user_timeout: opts.tcp_user_timeout_ms.map(Ms),
        cc: opts.cc.clone(),
        v6only: match opts.v6 {
            V6Mode::System => None,
            V6Mode::V4V6 => Some(false),
            V6Mode::V6Only => Some(true),
        },
        transparent: opts.transparent,
        reuse_port: key.shards > 1 || !shared.noreuseport,
        mptcp: opts.mptcp,
        keepalive: front.is_some_and(|f| f.opts.clitcpka).then(KeepAlive::default),
        send_buf: shared.tune.sndbuf_client,
        recv_buf: shared.tune.rcvbuf_client,
        unix: UnixAccess { uid: opts.uid, gid: opts.gid, mode: opts.mode },
        ..ListenSpec::new(bind.addr.clone())
    })
}

impl LocalListener {
    /// The counters of this bind line, if it has any of its own.
    pub fn counters(&self) -> Option<&Counters> {
        self.live.counters(&self.front)
    }

    /// Resolves a bind line.
    pub fn new(line: &PlanListener, front: Rc<LocalFront>) -> LocalListener {
        let opts = &line.bind.opts;
        let id = opts.id.unwrap_or(line.place as u32 + 1);
        let label = match &opts.name {
            Some(name) => name.clone(),
            None => id.to_string().into(),
        };
        LocalListener {
            proto: opts.proto,
            live: line.live.clone(),
            front,
            tls: line.tls.clone(),
            name: opts.name.clone(),
            id,
            label,
            accept_proxy: opts.accept_proxy,
            netscaler_magic: opts.accept_cip,
            maxconn: opts.maxconn.filter(|n| *n > 0).unwrap_or(u32::MAX),
            nice: opts.nice,
        }
    }
}

/// `tune.maxaccept` if nothing is said.
const MAXACCEPT: u32 = 4;

/// Accepts from one socket on one worker until the listener leaves the Plan.
pub async fn accept_loop(worker: Rc<Worker>, live: Arc<ListenerLive>, shard: usize) {
    let mut listener = match Listener::attach(live.sockets[shard].clone()) {
        Ok(listener) => listener,
        Err(error) => return worker.shared.report_exhausted(&error),
    };
    let mut pauses = Pauses { exhausted: rt::Timer::new(), rate: rt::Timer::new() };
    let mut local: Option<Rc<LocalListener>> = None;
    // `tune.maxaccept`: so many connections, then the others have their turn.
    let burst = worker.shared.tune.maxaccept.unwrap_or(MAXACCEPT);
    let mut in_a_row = 0;
    loop {
        let fresh = local.as_ref().is_some_and(|l| l.front.generation == worker.generation());
        if !fresh {
            local = worker.plan().listener(&live);
        }
        let Some(at) = &local else { return };
        let got = poll_fn(|cx| poll_next(cx, &worker, at, &mut listener, &mut pauses)).await;
        match got {
            Next::Connection(accepted) => {
                dispatch(&worker, at, accepted);
                in_a_row += 1;
                if in_a_row >= burst {
                    in_a_row = 0;
                    rt::yield_now().await;
                }
            }
            Next::Exhausted(error) => {
                worker.shared.report_exhausted(&error);
                pauses.exhausted.set(Some(rt::now().plus_ms(EXHAUSTED_PAUSE_MS)));
            }
            Next::Look => {}
        }
    }
}

/// Why accepting waits though there may be connections.
struct Pauses {
    /// For want of descriptors or memory.
    exhausted: rt::Timer,
    /// There were too many in the last second.
    rate: rt::Timer,
}

enum Next {
    Connection(net::Accepted),
    /// Out of descriptors or memory.
    Exhausted(io::Error),
    /// Something changed: look at the Plan again.
    Look,
}

fn poll_next(
    cx: &mut Context<'_>,
    worker: &Worker,
    at: &LocalListener,
    listener: &mut Listener,
    pauses: &mut Pauses,
) -> Poll<Next> {
    if pauses.exhausted.deadline().is_some() {
        std::task::ready!(pauses.exhausted.poll(cx));
        pauses.exhausted.set(None);
    }
    if worker.generation() != at.front.generation {
        return Poll::Ready(Next::Look);
    }
    let rates = match reserve_rates(worker, at) {
        Ok(rates) => rates,
        Err(later) => {
            pauses.rate.set(Some(later));
            at.live.held_back.store(true, Relaxed);
            // A limit that is raised ends the pause.
            worker.wait_for_room(cx);
            return pauses.rate.poll(cx).map(|()| Next::Look);
        }
    };
    if at.live.paused.load(Relaxed) || !reserve(worker, at) {
        at.live.held_back.store(true, Relaxed);
        worker.wait_for_room(cx);
        return Poll::Pending;
    }
    if at.live.held_back.load(Relaxed) {
        at.live.held_back.store(false, Relaxed);
    }
    match listener.poll_accept(cx) {
        Poll::Ready(Ok(accepted)) => {
            rates.into_iter().for_each(|rate| rate.settle(rt::now()));
            [&at.live.conns, &at.front.live.conns, &worker.shared.conns].into_iter().for_each(Gauge::settle);
            Poll::Ready(Next::Connection(accepted))
        }
        Poll::Ready(Err(error)) => {
            unreserve(worker, at);
            match net::is_exhausted(&error) {
                true => Poll::Ready(Next::Exhausted(error)),
                // The connection was gone before it was accepted.
                false => Poll::Ready(Next::Look),
            }
        }
        Poll::Pending => {
            unreserve(worker, at);
            Poll::Pending
        }
    }
}

/// The right to one more connection in this second, or when there will be room for it.
fn reserve_rates<'a>(worker: &'a Worker, at: &'a LocalListener) -> Result<[Reserved<'a>; 4], Tick> {
    let (shared, now) = (&worker.shared, rt::now());
    Ok([
        shared.connection_limit.reserve(now)?,
        shared.session_limit.reserve(now)?,
        at.front.live.session_limit.reserve(now)?,
        if at.tls.is_some() { shared.tls_limit.reserve(now)? } else { Reserved::free() },
    ])
}

/// Counts a connection in where all limits leave room for it.
fn reserve(worker: &Worker, at: &LocalListener) -> bool {
    let shared = &worker.shared;
    // The flag goes up first, so that whoever ends a connection after the look at the figures sees it.
    let limits = [
        (&at.live.conns, at.maxconn),
        (&at.front.live.conns, at.front.live.maxconn.load(Relaxed)),
        (&shared.conns, shared.maxconn.load(Relaxed)),
    ];
    for (n, (gauge, limit)) in limits.iter().enumerate() {
        if gauge.reserve(*limit) {
            continue;
        }
        limits[..n].iter().for_each(|(gauge, _)| gauge.down());
        if !shared.held_back.swap(true, Relaxed) {
            return reserve(worker, at);
        }
        if n + 1 == limits.len() {
            shared.maxconn_reached.fetch_add(1, Relaxed);
        }
        return false;
    }
    true
}

fn unreserve(worker: &Worker, at: &LocalListener) {
    at.live.conns.down();
    at.front.live.conns.down();
    worker.shared.conns.down();
}

fn dispatch(worker: &Rc<Worker>, at: &Rc<LocalListener>, stream: net::Accepted) {
    let (now, wall) = (rt::now(), rt::wall());
    session::count(worker, at, now);
    let accepted = Accepted { stream, at: now, at_wall: wall };
    let me = rt::worker();
    let target = match worker.plan().plan.spec.global.tune.listener_multi_queue {
        MultiQueue::On => less_loaded(worker.shared.threads, me),
        MultiQueue::Fair => next_in_turn(worker),
        MultiQueue::Off => me,
    };
    rt::load(target).fetch_add(1, Relaxed);
    if target == me {
        session::start(worker, at.clone(), accepted);
        return;
    }
    let live = at.live.clone();
    let sent = rt::spawn_on(target, move || {
        let worker = rt::local::<Worker>();
        match worker.plan().listener(&live) {
            Some(at) => session::start(&worker, at, accepted),
            // The listener left the Plan on the way: the connection ends as if it had come a moment later.
            None => session::forget(&worker, &live),
        }
    });
    if sent.is_err() {
        // The connection is gone with the errand: it ends here, as one of this worker's.
        rt::load(target).fetch_sub(1, Relaxed);
        rt::load(me).fetch_add(1, Relaxed);
        session::forget(worker, &at.live);
        worker.shared.totals.inc(worker.id, crate::counters::Ctr::InternalErrors);
    }
}

/// One worker after the other, however busy they are.
fn next_in_turn(worker: &Worker) -> rt::WorkerId {
    rt::WorkerId((worker.shared.turns.fetch_add(1, Relaxed) % worker.shared.threads) as u16)
}

/// This worker, unless another has clearly fewer connections.
fn less_loaded(threads: usize, me: rt::WorkerId) -> rt::WorkerId {
    let mine = rt::load(me).load(Relaxed);
    let others = (0..threads).map(|n| rt::WorkerId(n as u16));
    let least = others.map(|id| (rt::load(id).load(Relaxed), id)).min_by_key(|(load, _)| *load);
    match least {
        Some((load, id)) if load + IMBALANCE <= mine => id,
        _ => me,
    }
}
