//! The Plan: a configuration linked to what lives. Immutable, shared by all workers, swapped whole.

use crate::counters::{Ctr, Rated};
use crate::idle::IdleList;
use crate::listener::{ListenerLive, LocalListener};
use crate::live::{BackLive, FrontLive, ServerLive};
use crate::log::Logger;
use crate::rules::Rules;
use crate::secure::Secure;
use crate::stream::{Blank, Tuning};
use crate::worker::Shared;
use base::ix::{PxIx, SrvIx};
use base::{Addr, Ms, Tick};
use conf::spec::{self, Balance, Bind, Mode, SendProxy, Spec, UseSrc};
use core::net::SocketAddr;
use expr::logfmt::LogFormat;
use net::{ConnectOpts, Connecting, KeepAlive, Namespace, PortRange};
use policy::idle::PoolParams;
use policy::lb::{Algo, FULL_SPEED};
use policy::queue::{Limits, dynamic_maxconn};
use rules::Target;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard};

/// A linked configuration.
pub struct Plan {
    /// Counts the Plans of this process, from 1.
    pub generation: u64,
    pub spec: Arc<Spec>,
    /// By `PxIx`.
    pub proxies: Box<[PlanProxy]>,
    pub listeners: Box<[PlanListener]>,
}

impl Plan {
    /// The next Plan, in which a frontend doesn't listen any more.
    pub fn without_listeners_of(&self, front: &Front) -> Plan {
        let listeners = self.listeners.iter().filter(|listener| !Arc::ptr_eq(&listener.live.front, &front.live));
        Plan {
            generation: self.generation + 1,
            spec: self.spec.clone(),
            proxies: self.proxies.clone(),
            listeners: listeners.cloned().collect(),
        }
    }
}

/// A bind line with its sockets.
#[derive(Clone)]
pub struct PlanListener {
    pub live: Arc<ListenerLive>,
    pub bind: Bind,
    pub front: PxIx,
    /// Its place among the frontend's bind lines.
    pub place: usize,
    /// TLS, if it is spoken there.
    pub tls: Option<Arc<tls::server::Line>>,
}

/// The sides that one proxy has.
#[derive(Clone, Default)]
pub struct PlanProxy {
    /// The proxy's number in statistics, given or assigned.
    pub id: u32,
    pub front: Option<Arc<Front>>,
    pub back: Option<Arc<Back>>,
}

/// A frontend (or the client side of a listen).
pub struct Front {
    pub spec: Arc<spec::Proxy>,
    /// Its number, given or assigned.
    pub id: u32,
    pub live: Arc<FrontLive>,
    /// The same as those of the server side, where there is one.
    pub rules: Arc<Rules>,
    /// The `use_backend` rules and `default_backend`.
    pub route: rules::Route,
    /// `None` when nothing is to be logged.
    pub logger: Option<Logger>,
    pub formats: Formats,
    /// How requests are parsed.
    pub h1: h1::Opts,
    /// Its slots for captures, with nothing in them.
    pub blank: Blank,
}

/// Compiled log formats of a frontend.
pub struct Formats {
    pub main: LogFormat,
    /// For connections that fail before they become streams.
    pub error: LogFormat,
    /// No format was asked for: the line only says who connects, and is written when a stream begins.
    pub on_connect: bool,
}

/// A backend (or the server side of a listen).
pub struct Back {
    pub spec: Arc<spec::Proxy>,
    /// Its number, given or assigned.
    pub id: u32,
    pub rules: Arc<Rules>,
    pub live: Arc<BackLive>,
    pub servers: Box<[Server]>,
    /// Which server is next. Shared by all threads, since round robin must be in order across them.
    pub lb: Mutex<policy::lb::State>,
    pub logger: Option<Logger>,
    /// How responses are parsed.
    pub h1: h1::Opts,
    /// Requests go to one of its servers over TLS.
    pub speaks_tls: bool,
    /// By the address of what lives, in order.
    by_live: Box<[(usize, SrvIx)]>,
}

/// A server of a backend.
pub struct Server {
    pub spec: Arc<spec::Server>,
    pub live: Arc<ServerLive>,
    /// How to connect, but for what depends on the client.
    connect: ConnectOpts,
    /// Its TLS, if it has any.
    pub secure: Option<Arc<Secure>>,
    usesrc: Option<UseSrc>,
}

impl Front {
    /// The client side's settings.
    pub fn front(&self) -> &spec::Front {
        self.spec.front.as_ref().expect("linking makes a Front only of proxies with a client side")
    }

    /// Whether it speaks HTTP.
    pub fn is_http(&self) -> bool {
        self.spec.mode == Mode::Http
    }
}

impl Back {
    /// Links a backend. `servers` is in the order of the Spec.
    pub fn new(
        spec: Arc<spec::Proxy>,
        id: u32,
        rules: Arc<Rules>,
        live: Arc<BackLive>,
        servers: Box<[Server]>,
        logger: Option<Logger>,
        h1: h1::Opts,
    ) -> Back {
        let mut by_live: Box<[_]> =
            servers.iter().enumerate().map(|(at, s)| (address(&s.live), SrvIx::from(at))).collect();
        by_live.sort_unstable_by_key(|(address, _)| *address);
        let back = spec.back.as_ref().expect("linking makes a Back only of proxies with a server side");
        let params: Vec<_> = servers.iter().enumerate().map(|(at, server)| server.lb_params(at)).collect();
        let lb = policy::lb::State::new(algorithm(&back.balance), back.opts.allbackups, &params);
        let speaks_tls = servers.iter().any(|server| server.secure.as_ref().is_some_and(|secure| secure.traffic));
        Back { spec, id, rules, live, servers, lb: Mutex::new(lb), logger, h1, speaks_tls, by_live }
    }

    /// The server side's settings.
    pub fn back(&self) -> &spec::Back {
        self.spec.back.as_ref().expect("linking makes a Back only of proxies with a server side")
    }

    /// One server.
    pub fn server(&self, ix: SrvIx) -> &Server {
        &self.servers[ix.at()]
    }

    /// The server's number in statistics: its `id`, or its place from 1.
    pub fn server_id(&self, ix: SrvIx) -> u32 {
        self.server(ix).spec.id.unwrap_or(ix.0 + 1)
    }

    /// Where a living server stands in this Plan.
    pub fn find(&self, live: &Arc<ServerLive>) -> Option<SrvIx> {
        let found = self.by_live.binary_search_by_key(&address(live), |(address, _)| *address);
        found.ok().map(|at| self.by_live[at].1)
    }

    /// How many slots a server has now: `maxconn`, or between `minconn` and it by the backend's load.
    pub fn slot_limit(&self, ix: SrvIx) -> u32 {
        self.slot_limit_of(self.server(ix))
    }

    /// See [`Back::slot_limit`].
    pub fn slot_limit_of(&self, server: &Server) -> u32 {
        let maxconn = server.live.maxconn.load(Relaxed);
        if maxconn == 0 {
            return u32::MAX;
        }
        let speed = server.live.speed.load(Relaxed);
        if server.spec.minconn.is_none() && speed == FULL_SPEED {
            return maxconn;
        }
        let minconn = server.spec.minconn.unwrap_or(maxconn);
        let limits = Limits { maxconn, minconn, fullconn: self.back().fullconn.unwrap_or(0) };
        dynamic_maxconn(&limits, self.live.conns.get(), speed)
    }

    /// The balancing state. What a panic left there is used on: it is only an order of servers, and every pick is
    /// checked against the server's own state.
    pub fn lb(&self) -> MutexGuard<'_, policy::lb::State> {
        self.lb.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Tells balancing what a server is worth now, and answers how many servers could be picked before and after:
    /// those that aren't backups, and backups.
    pub fn rebalance(&self, ix: SrvIx, usable: bool, weight: u32, speed: u32) -> [(usize, usize); 2] {
        let mut lb = self.lb();
        let before = lb.counts();
        lb.set_weight(ix, weight);
        lb.set_speed(ix, speed);
        lb.set_usable(ix, usable);
        [before, lb.counts()]
    }

    /// A slot of this server was taken.
    pub fn on_take(&self, ix: SrvIx) {
        if self.back().balance == Balance::LeastConn {
            self.lb().on_take(ix);
        }
    }

    /// A slot of this server was given back.
    pub fn on_drop(&self, ix: SrvIx) {
        if self.back().balance == Balance::LeastConn {
            self.lb().on_drop(ix);
        }
    }

    /// Counts an event in the backend and, once one is assigned, in the server too.
    pub fn count(&self, thread: usize, server: impl Into<Option<SrvIx>>, ctr: Ctr) {
        self.live.counters.inc(thread, ctr);
        if let Some(ix) = server.into() {
            self.server(ix).live.counters.inc(thread, ctr);
        }
    }

    /// A stream was given to a server.
    pub fn count_assigned(&self, thread: usize, ix: SrvIx, now: Tick) {
        let live = &self.server(ix).live;
        live.counters.inc(thread, Ctr::Sessions);
        live.counters.inc(thread, Ctr::LbChosen);
        live.counters.rate(thread, Rated::Sessions, now, 1);
        live.last_session.store(now.0, Relaxed);
        self.live.counters.inc(thread, Ctr::LbChosen);
        self.live.last_session.store(now.0, Relaxed);
    }
}

impl Back {
    /// Whether its servers speak HTTP.
    pub fn is_http(&self) -> bool {
        self.spec.mode == Mode::Http
    }
}

impl Server {
    /// Links a server. A namespace that can't be opened is reported by the caller's dry run.
    pub fn new(
        spec: Arc<spec::Server>,
        live: Arc<ServerLive>,
        proxy: &spec::Proxy,
        shared: &Shared,
        secure: Option<Arc<Secure>>,
    ) -> Result<Server, String> {
        let back = proxy.back.as_ref();
        let source = spec.source.as_ref().or(back.and_then(|b| b.source.as_ref()));
        let namespace = match &spec.namespace {
            None => None,
            Some(name) => {
                Some(Arc::new(Namespace::open(name).map_err(|e| format!("cannot open namespace '{name}' ({e})"))?))
            }
        };
        let connect = ConnectOpts {
            source: source.map(|s| s.addr),
            source_ports: source.and_then(|s| PortRange::new(s.addr.port(), s.last_port?)).map(Arc::new),
            interface: source.and_then(|s| s.interface.clone()),
            namespace,
            tfo: spec.tfo,
            user_timeout: spec.tcp_user_timeout_ms.map(Ms),
            cc: spec.cc.clone(),
            ack_with_data: back.is_some_and(|b| b.opts.tcp_smart_connect == Some(true)),
            keepalive: back.is_some_and(|b| b.opts.srvtcpka).then(KeepAlive::default),
            mptcp: spec.mptcp,
            send_buf: shared.tune.sndbuf_server,
            recv_buf: shared.tune.rcvbuf_server,
            ..ConnectOpts::default()
        };
        let usesrc = source.and_then(|s| s.usesrc.clone());
        Ok(Server { spec, live, connect, secure, usesrc })
    }

    /// Starts a connection to `target` on behalf of a client at `src`.
    pub fn connect(
        &self,
        target: &Addr,
        src: Option<SocketAddr>,
        tuned: Option<&Tuning>,
    ) -> std::io::Result<Connecting> {
        let foreign = match (&self.usesrc, src) {
            (None, _) => return self.connect_tuned(target, tuned),
            (Some(UseSrc::Addr(sa)), _) => Some(*sa),
            (Some(UseSrc::Client), src) => src,
            // Not built, so that a start is refused before.
            (Some(UseSrc::Header { .. }), _) => None,
            (Some(UseSrc::ClientIp), src) => src.map(|sa| SocketAddr::new(sa.ip(), 0)),
        };
        let (mark, tos) = tuned.map_or((None, None), |t| (t.mark, t.tos));
        let opts = ConnectOpts { transparent: true, mark, tos, ..self.connect.clone() };
        net::connect_from(target, &opts, foreign.or(self.connect.source))
    }

    fn connect_tuned(&self, target: &Addr, tuned: Option<&Tuning>) -> std::io::Result<Connecting> {
        let Some(Tuning { mark, tos, .. }) = tuned.filter(|t| t.mark.is_some() || t.tos.is_some()) else {
            return net::connect(target, &self.connect);
        };
        let opts = ConnectOpts { tos: *tos, ..self.connect.clone() };
        match net::connect(target, &ConnectOpts { mark: *mark, ..opts.clone() }) {
            // Marks need rights. Without them there is no mark, as for those towards clients.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => net::connect(target, &opts),
            other => other,
        }
    }

    /// Starts a connection to check the server by.
    pub fn connect_for_check(&self, target: &Addr) -> std::io::Result<Connecting> {
        // With Fast Open a connection counts as made before the server has answered anything.
        let opts = ConnectOpts { tfo: false, ack_with_data: false, keepalive: None, ..self.connect.clone() };
        net::connect(target, &opts)
    }

    /// How idle connections are kept.
    pub fn pool_params(&self) -> PoolParams {
        PoolParams {
            max_conn: self.spec.pool_max_conn,
            low_conn: self.spec.pool_low_conn,
            purge_delay: self.spec.pool_purge_delay,
            max_reuse: self.spec.max_reuse,
        }
    }

    /// Whether its connections belong to one client: the server sees whose they are.
    pub fn is_private(&self, back: &Back) -> bool {
        let source = self.spec.source.as_ref().or(back.back().source.as_ref());
        self.spec.send_proxy != SendProxy::No || source.is_some_and(|s| s.usesrc.is_some())
    }

    fn lb_params(&self, at: usize) -> policy::lb::ServerParams {
        policy::lb::ServerParams {
            weight: self.spec.weight,
            backup: self.spec.backup,
            usable: self.live.usable.load(Relaxed),
            id: self.spec.id.unwrap_or(at as u32 + 1),
        }
    }
}

/// Whether an algorithm chooses the same server again for the same request while the servers stay (manual 4.2, `option
/// prefer-last-server`).
pub fn is_deterministic(balance: &Balance) -> bool {
    match balance {
        Balance::StaticRr | Balance::Hash(_) | Balance::Sticky => true,
        Balance::RoundRobin | Balance::LeastConn | Balance::First | Balance::Random { .. } => false,
    }
}

fn algorithm(balance: &Balance) -> Algo {
    match *balance {
        Balance::RoundRobin => Algo::RoundRobin,
        Balance::StaticRr => Algo::StaticRr,
        Balance::LeastConn => Algo::LeastConn,
        Balance::First => Algo::First,
        Balance::Random { draws } => Algo::Random { draws },
        // Compiling has noted them as not built, so that no start gets here.
        Balance::Hash(_) | Balance::Sticky => Algo::RoundRobin,
    }
}

fn address(live: &Arc<ServerLive>) -> usize {
    Arc::as_ptr(live).addr()
}

/// One worker's view of the Plan. Streams clone these `Rc`s, never an `Arc`: a reference count that two threads
/// write costs 20 ns.
pub struct LocalPlan {
    pub plan: Arc<Plan>,
    /// By `PxIx`.
    pub fronts: Box<[Option<Rc<LocalFront>>]>,
    pub backs: Rc<[Option<Rc<LocalBack>>]>,
    listeners: HashMap<usize, Rc<LocalListener>>,
    by_name: HashMap<Box<str>, PxIx>,
}

/// A frontend with its routes resolved.
pub struct LocalFront {
    pub front: Arc<Front>,
    pub generation: u64,
    own: usize,
    /// All backends of the Plan, by `PxIx`.
    backs: Rc<[Option<Rc<LocalBack>>]>,
}

/// A backend as one worker holds it.
pub struct LocalBack {
    back: Arc<Back>,
    /// This worker's idle connections, by `SrvIx`, looked up when first needed.
    idle: Box<[OnceCell<Rc<IdleList>>]>,
}

impl LocalPlan {
    /// Builds this worker's view, keeping from `old` the backends that have stayed the same.
    pub fn new(plan: Arc<Plan>, old: Option<&LocalPlan>) -> LocalPlan {
        let backs: Rc<[_]> = plan
            .proxies
            .iter()
            .map(|p| p.back.as_ref().map(|back| kept(old, back).unwrap_or_else(|| Rc::new(LocalBack::new(back)))))
            .collect();
        let fronts: Box<[_]> = plan
            .proxies
            .iter()
            .enumerate()
            .map(|(at, p)| p.front.as_ref().map(|front| Rc::new(LocalFront::new(front, plan.generation, at, &backs))))
            .collect();
        let by_name = (plan.spec.proxies.iter().enumerate()).map(|(at, p)| (p.name.clone(), PxIx::from(at))).collect();
        let mut listeners = HashMap::with_capacity(plan.listeners.len());
        for l in &plan.listeners {
            if let Some(front) = fronts[l.front.at()].clone() {
                let local = LocalListener::new(l, front);
                listeners.insert(Arc::as_ptr(&l.live).addr(), Rc::new(local));
            }
        }
        LocalPlan { plan, fronts, backs, listeners, by_name }
    }

    /// What a bind line means in this Plan; `None` when it has left.
    pub fn listener(&self, live: &Arc<ListenerLive>) -> Option<Rc<LocalListener>> {
        self.listeners.get(&Arc::as_ptr(live).addr()).cloned()
    }

    /// The backend of this name.
    pub fn back(&self, name: &str) -> Option<&Rc<LocalBack>> {
        self.backs[self.by_name.get(name)?.at()].as_ref()
    }

    /// The frontend of this name.
    pub fn front(&self, name: &str) -> Option<&Rc<LocalFront>> {
        self.fronts[self.by_name.get(name)?.at()].as_ref()
    }
}

fn kept(old: Option<&LocalPlan>, back: &Arc<Back>) -> Option<Rc<LocalBack>> {
    let old = old?;
    let ix = old.by_name.get(&back.spec.name)?;
    old.backs[ix.at()].as_ref().filter(|b| Arc::ptr_eq(&b.back, back)).cloned()
}

impl LocalBack {
    fn new(back: &Arc<Back>) -> LocalBack {
        LocalBack { back: back.clone(), idle: back.servers.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The backend, to be kept beyond this turn.
    pub fn arc(&self) -> &Arc<Back> {
        &self.back
    }

    /// This worker's idle connections of a server.
    pub fn idle_list(&self, ix: SrvIx, all: &crate::idle::IdleConns) -> &Rc<IdleList> {
        self.idle[ix.at()].get_or_init(|| all.list(&self.server(ix).live))
    }
}

impl LocalFront {
    fn new(front: &Arc<Front>, generation: u64, own: usize, backs: &Rc<[Option<Rc<LocalBack>>]>) -> LocalFront {
        LocalFront { front: front.clone(), generation, own, backs: backs.clone() }
    }

    /// The name of `default_backend`.
    pub fn default_backend(&self) -> Option<&str> {
        let ix = self.front().default_backend?;
        self.backs[ix.at()].as_ref().map(|back| &*back.spec.name)
    }

    /// The backend of this name, if rules may choose it.
    pub fn back_named(&self, name: &[u8]) -> Option<&Rc<LocalBack>> {
        let mut all = self.backs.iter().flatten();
        all.find(|back| back.spec.name.as_bytes() == name && !back.spec.disabled && !back.back().unpublished)
    }

    /// The backend that a target means. `None`: the frontend has no backend for the stream.
    pub fn back(&self, target: Target<'_>) -> Option<&Rc<LocalBack>> {
        let ix = match target {
            Target::Backend(ix) => ix.at(),
            // Its name has to be found first.
            Target::Named(_) => return None,
            // A listen serves itself; a frontend has no server side of its own.
            Target::Own => self.own,
        };
        self.backs.get(ix)?.as_ref()
    }
}

impl Deref for LocalFront {
    type Target = Front;
    fn deref(&self) -> &Front {
        &self.front
    }
}

impl Deref for LocalBack {
    type Target = Back;
    fn deref(&self) -> &Back {
        &self.back
    }
}
