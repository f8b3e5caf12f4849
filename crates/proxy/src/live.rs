//! What lives: state that outlasts a Plan. A reload adopts it by name or guid, so that servers keep their health,
//! counters their sums and sockets their queues.

use crate::counters::{Counters, Gauge};
use crate::idle::IdlePool;
use crate::link::Linked;
use crate::queue::WaitQueue;
use base::Tick;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

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
    pub health: Mutex<Health>,
    /// The figures that the hot path needs, written under `health`'s lock.
    pub usable: AtomicBool,
    /// The weight in force, user's weight by slow start.
    pub eff_weight: AtomicU32,
    pub last_session: AtomicU64,
}

/// A server's health as checks and operators see it.
#[derive(Debug)]
pub struct Health {
    /// What checks found; servers without checks count as up.
    pub up: bool,
    /// `disabled` in the configuration or by the runtime API.
    pub maint: bool,
    pub drain: bool,
    /// The weight asked for.
    pub weight: u32,
    pub last_change: Tick,
    pub downs: u32,
    pub down_ns: u64,
}

impl FrontLive {
    /// A frontend that has seen nothing yet.
    pub fn new(name: &str, threads: usize) -> FrontLive {
        FrontLive {
            name: name.into(),
            counters: Counters::new(threads),
            conns: Gauge::default(),
            held_back: AtomicBool::new(false),
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
        }
    }
}

impl ServerLive {
    /// A server that has served nothing yet.
    pub fn with_health(
        key: ServerKey,
        name: &str,
        backend: &str,
        threads: usize,
        health: Health,
        weight: u32,
    ) -> ServerLive {
        ServerLive {
            key,
            name: name.into(),
            backend: backend.into(),
            counters: Counters::new(threads),
            served: Gauge::default(),
            idle: IdlePool::default(),
            usable: AtomicBool::new(health.is_usable()),
            health: Mutex::new(health),
            eff_weight: AtomicU32::new(weight),
            last_session: AtomicU64::new(0),
        }
    }

    /// Whether balancing may pick it.
    pub fn is_usable(&self) -> bool {
        self.usable.load(Relaxed)
    }
}

impl Health {
    /// Whether balancing may pick a server in this state.
    pub fn is_usable(&self) -> bool {
        self.up && !self.maint && !self.drain
    }
}
