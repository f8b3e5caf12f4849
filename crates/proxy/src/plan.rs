//! The Plan: a configuration linked to what lives. Immutable, shared by all workers, swapped whole.

use crate::counters::{Ctr, Rated};
use crate::live::{BackLive, FrontLive, ServerLive};
use crate::log::Logger;
use base::Tick;
use base::ix::{PxIx, SrvIx};
use conf::spec::{self, Balance, Mode, Spec};
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
}

/// The sides that one proxy has.
#[derive(Clone, Default)]
pub struct PlanProxy {
    pub front: Option<Arc<Front>>,
    pub back: Option<Arc<Back>>,
}

/// A frontend (or the client side of a listen).
pub struct Front {
    pub spec: Arc<spec::Proxy>,
    pub live: Arc<FrontLive>,
    /// Conditions of the `use_backend` rules, in order; the targets are resolved in each [`LocalFront`].
    pub conds: Box<[Option<rules::Cond>]>,
    /// `None` when nothing is to be logged.
    pub logger: Option<Logger>,
    /// The most connections at a time.
    pub maxconn: u32,
}

/// A backend (or the server side of a listen).
pub struct Back {
    pub spec: Arc<spec::Proxy>,
    pub live: Arc<BackLive>,
    pub servers: Box<[Server]>,
    /// Which server is next. Shared by all threads, since round robin must be in order across them.
    pub lb: Mutex<policy::lb::State>,
    pub logger: Option<Logger>,
    by_live: HashMap<usize, SrvIx>,
}

/// A server of a backend.
pub struct Server {
    pub spec: spec::Server,
    pub live: Arc<ServerLive>,
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
    pub fn new(spec: Arc<spec::Proxy>, live: Arc<BackLive>, servers: Box<[Server]>, logger: Option<Logger>) -> Back {
        let by_live = servers.iter().enumerate().map(|(at, s)| (address(&s.live), SrvIx::from(at))).collect();
        let back = spec.back.as_ref().expect("linking makes a Back only of proxies with a server side");
        let lb = policy::lb::State::new(
            algorithm(back.balance),
            back.opts.allbackups,
            &servers.iter().map(Server::lb_params).collect::<Vec<_>>(),
        );
        Back { spec, live, servers, lb: Mutex::new(lb), logger, by_live }
    }

    /// The server side's settings.
    pub fn back(&self) -> &spec::Back {
        self.spec.back.as_ref().expect("linking makes a Back only of proxies with a server side")
    }

    /// One server.
    pub fn server(&self, ix: SrvIx) -> &Server {
        &self.servers[ix.at()]
    }

    /// Where a living server stands in this Plan.
    pub fn find(&self, live: &Arc<ServerLive>) -> Option<SrvIx> {
        self.by_live.get(&address(live)).copied()
    }

    /// How many slots a server has now: `maxconn`, or between `minconn` and it by the backend's load.
    pub fn slot_limit(&self, ix: SrvIx) -> u32 {
        self.slot_limit_of(self.server(ix))
    }

    /// See [`Back::slot_limit`].
    pub fn slot_limit_of(&self, server: &Server) -> u32 {
        let Some(maxconn) = server.spec.maxconn.filter(|n| *n > 0) else { return u32::MAX };
        match server.spec.minconn {
            Some(minconn) => {
                let fullconn = self.back().fullconn.unwrap_or(0);
                policy::queue::dynamic_maxconn(minconn, maxconn, self.live.conns.get(), fullconn)
            }
            None => maxconn,
        }
    }

    /// The balancing state. What a panic left there is used on: it is only an order of servers, and every pick is
    /// checked against the server's own state.
    pub fn lb(&self) -> MutexGuard<'_, policy::lb::State> {
        self.lb.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
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

impl Server {
    fn lb_params(&self) -> policy::lb::ServerParams {
        policy::lb::ServerParams {
            weight: self.live.eff_weight.load(Relaxed),
            backup: self.spec.backup,
            usable: self.live.usable.load(Relaxed),
        }
    }
}

fn algorithm(balance: Balance) -> policy::lb::Algorithm {
    use policy::lb::Algorithm;
    match balance {
        Balance::RoundRobin => Algorithm::RoundRobin,
        Balance::StaticRr => Algorithm::StaticRr,
        Balance::LeastConn => Algorithm::LeastConn,
        Balance::First => Algorithm::First,
        Balance::Random { draws } => Algorithm::Random { draws },
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
    pub backs: Box<[Option<Rc<LocalBack>>]>,
    by_name: HashMap<Box<str>, PxIx>,
}

/// A frontend with its routes resolved.
pub struct LocalFront {
    pub front: Arc<Front>,
    pub generation: u64,
    routes: Box<[Rc<LocalBack>]>,
    default: Option<Rc<LocalBack>>,
}

/// A backend as one worker holds it.
pub struct LocalBack {
    back: Arc<Back>,
}

impl LocalPlan {
    /// Builds this worker's view, keeping from `old` the backends that have stayed the same.
    pub fn new(plan: Arc<Plan>, old: Option<&LocalPlan>) -> LocalPlan {
        let backs: Box<[_]> = plan
            .proxies
            .iter()
            .map(|p| p.back.as_ref().map(|back| kept(old, back).unwrap_or_else(|| Rc::new(LocalBack { back: back.clone() }))))
            .collect();
        let fronts = plan
            .proxies
            .iter()
            .enumerate()
            .map(|(at, p)| p.front.as_ref().map(|front| Rc::new(LocalFront::new(front, plan.generation, at, &backs))))
            .collect();
        let by_name = (plan.spec.proxies.iter().enumerate()).map(|(at, p)| (p.name.clone(), PxIx::from(at))).collect();
        LocalPlan { plan, fronts, backs, by_name }
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

impl LocalFront {
    fn new(front: &Arc<Front>, generation: u64, own: usize, backs: &[Option<Rc<LocalBack>>]) -> LocalFront {
        let back_at = |ix: PxIx| backs[ix.at()].clone();
        let spec = front.front();
        let routes = spec.use_backend.iter().map(|r| back_at(r.target).expect("compiling checked the target")).collect();
        // A listen without `default_backend` serves itself.
        let default = spec.default_backend.and_then(back_at).or_else(|| backs[own].clone());
        LocalFront { front: front.clone(), generation, routes, default }
    }

    /// The backend that the `n`th `use_backend` rule names.
    pub fn route(&self, n: usize) -> &Rc<LocalBack> {
        &self.routes[n]
    }

    /// `default_backend`, or the listen itself.
    pub fn default_route(&self) -> Option<&Rc<LocalBack>> {
        self.default.as_ref()
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
