//! What lives: state that outlasts a Plan. A reload adopts it by name or guid, so that servers keep their health,
//! counters their sums and sockets their queues.

use crate::counters::{Counters, Gauge};
use crate::health::Health;
use crate::idle::IdlePool;
use crate::invalid::Kept;
use crate::link::Linked;
use crate::plan::Back;
use crate::queue::WaitQueue;
use crate::rate_limit::RateLimit;
use crate::worker::Shared;
use base::Tick;
use conf::spec;
use policy::lb::FULL_SPEED;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

/// Everything alive, by identity. Only linking and operation look in here; streams hold what they use.
#[derive(Clone, Default)]
pub struct Live {
    pub fronts: HashMap<Box<str>, Arc<FrontLive>>,
    pub backs: HashMap<Box<str>, Arc<BackLive>>,
    /// By backend and server name, or by guid.
    pub servers: HashMap<ServerKey, Arc<ServerLive>>,
    /// Proxies as they were linked last.
    pub proxies: HashMap<Box<str>, Arc<Linked>>,
}

impl Live {
    /// Nothing yet, with room for what a configuration has: growing would hash all names again and again.
    pub fn with_room(spec: &spec::Spec) -> Live {
        let backs = spec.proxies.iter().filter_map(|proxy| proxy.back.as_ref());
        Live {
            fronts: HashMap::new(),
            backs: HashMap::with_capacity(backs.clone().count()),
            servers: HashMap::with_capacity(backs.map(|back| back.servers.len()).sum()),
            proxies: HashMap::with_capacity(spec.proxies.len()),
        }
    }
}

/// What makes a server the same one across a reload.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ServerKey {
    Guid(Box<str>),
    Named { backend: Box<str>, server: Box<str> },
}

/// A frontend's state.
pub struct FrontLive {
    pub name: Box<str>,
    pub counters: Counters,
    /// Client connections now; `scur`, `%fc`.
    pub conns: Gauge,
    /// An accept loop waits for a connection of this frontend to end.
    pub held_back: AtomicBool,
    /// The operator has deleted it: it doesn't listen any more and isn't shown.
    pub shut: AtomicBool,
    /// Its listeners don't accept, by the operator's wish.
    pub paused: AtomicBool,
    /// The most connections at a time: `maxconn`, or what the runtime API set.
    pub maxconn: AtomicU32,
    /// `maxconn` in the configuration in force, to see whether a new one changes it.
    pub configured_maxconn: AtomicU32,
    /// `rate-limit sessions`.
    pub session_limit: RateLimit,
    /// Its last invalid request.
    pub invalid: Kept,
}

/// A backend's state.
pub struct BackLive {
    pub name: Box<str>,
    pub counters: Counters,
    /// Streams now; `scur`, `%bc`.
    pub conns: Gauge,
    pub queue: WaitQueue,
    /// When the backend last went up or down, and how often and how long it was down.
    pub last_change: AtomicU64,
    pub downs: AtomicU32,
    pub down_ns: AtomicU64,
    /// When a stream was last given to a server; `lastsess`.
    pub last_session: AtomicU64,
    /// Its last invalid response.
    pub invalid: Kept,
    /// This backend in all Plans that are still in use: each has its own balancing state to be told of changes.
    backs: Mutex<Vec<Weak<Back>>>,
}

/// A server's state.
pub struct ServerLive {
    pub key: ServerKey,
    pub name: Box<str>,
    pub backend: Box<str>,
    pub counters: Counters,
    /// Streams that hold a slot now; `scur`, `%sc`.
    pub served: Gauge,
    pub idle: IdlePool,
    health: Mutex<Health>,
    /// The figures that the hot path needs, written under `health`'s lock.
    pub usable: AtomicBool,
    /// The weight in force, user's weight by slow start.
    pub eff_weight: AtomicU32,
    /// Percent of its weight and slots that a server runs at; below 100 during a slow start.
    pub speed: AtomicU32,
    /// The limit of `served`, 0 for none: `maxconn`, or what the runtime API set.
    pub maxconn: AtomicU32,
    pub last_session: AtomicU64,
    /// How often the operator has ended all streams of the server. Each stream knows the number that it began with.
    pub kills: AtomicU32,
}

impl FrontLive {
    /// A frontend that has seen nothing yet.
    pub fn new(name: &str, maxconn: u32, threads: usize) -> FrontLive {
        FrontLive {
            name: name.into(),
            counters: Counters::new(threads),
            conns: Gauge::default(),
            held_back: AtomicBool::new(false),
            shut: AtomicBool::new(false),
            paused: AtomicBool::new(false),
            maxconn: AtomicU32::new(maxconn),
            configured_maxconn: AtomicU32::new(maxconn),
            session_limit: RateLimit::default(),
            invalid: Kept::default(),
        }
    }
}

impl BackLive {
    /// A backend that has seen nothing yet.
    pub fn new(name: &str, threads: usize, now: Tick) -> BackLive {
        BackLive {
            name: name.into(),
            counters: Counters::new(threads),
            conns: Gauge::default(),
            queue: WaitQueue::default(),
            last_change: AtomicU64::new(now.0),
            downs: AtomicU32::new(0),
            down_ns: AtomicU64::new(0),
            last_session: AtomicU64::new(0),
            invalid: Kept::default(),
            backs: Mutex::default(),
        }
    }

    /// A Plan that is taken up has this backend as `back`.
    pub fn register(&self, back: &Arc<Back>) {
        let mut backs = self.backs();
        backs.retain(|known| known.strong_count() > 0 && !std::ptr::eq(known.as_ptr(), Arc::as_ptr(back)));
        backs.push(Arc::downgrade(back));
    }

    /// This backend in all Plans that are still in use.
    pub fn in_use(&self) -> Vec<Arc<Back>> {
        self.backs().iter().filter_map(Weak::upgrade).collect()
    }

    fn backs(&self) -> MutexGuard<'_, Vec<Weak<Back>>> {
        self.backs.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl ServerLive {
    /// A server that has served nothing yet.
    pub fn new(key: ServerKey, spec: &Arc<spec::Server>, backend: &str, shared: &Shared, now: Tick) -> ServerLive {
        let health = Health::new(spec, now);
        ServerLive {
            key,
            name: spec.name.clone(),
            backend: backend.into(),
            counters: Counters::new(shared.threads),
            served: Gauge::default(),
            idle: IdlePool::new(shared.server_conns.clone()),
            usable: AtomicBool::new(health.is_usable()),
            health: Mutex::new(health),
            eff_weight: AtomicU32::new(spec.weight),
            speed: AtomicU32::new(FULL_SPEED),
            maxconn: AtomicU32::new(spec.maxconn.unwrap_or(0)),
            last_session: AtomicU64::new(0),
            kills: AtomicU32::new(0),
        }
    }

    /// Whether balancing may pick it.
    pub fn is_usable(&self) -> bool {
        self.usable.load(Relaxed)
    }

    /// Its health, to look at. Changes go through [`crate::health`], so that everybody learns of them.
    pub fn health(&self) -> MutexGuard<'_, Health> {
        // A panic in the middle of a change leaves a state that the next check or command puts right.
        self.health.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
