//! One backend's balancing state: who takes part, and the algorithm that picks among them.

use super::first::First;
use super::leastconn::LeastConn;
use super::load::Load;
use super::map::Map;
use super::random::Random;
use super::roundrobin::RoundRobin;
use base::ix::SrvIx;

/// The largest `weight`.
pub const WEIGHT_MAX: u32 = 256;

/// The whole of a server's speed, in percent: no slow start.
pub const FULL_SPEED: u32 = 100;

/// `balance`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Algo {
    /// In turns, weights may change at any time.
    RoundRobin,
    /// In turns by a map that is made anew when servers come and go; other weights than the initial one and
    /// 0 are ignored.
    StaticRr,
    /// Fewest served and queued per weight.
    LeastConn,
    /// The best of some random draws, at least one.
    Random {
        /// How many.
        draws: u32,
    },
    /// The first that isn't full, by id.
    First,
    /// By a hash of the request over the same map as `static-rr` (`hash-type map-based`). Without a hash
    /// (the header is absent, say) servers are used in turns.
    HashMap,
}

/// What the configuration says about one server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServerParams {
    /// 0 to [`WEIGHT_MAX`]; 0 takes no part in balancing.
    pub weight: u32,
    /// Only used when no other server is left.
    pub backup: bool,
    /// Up and not in maintenance or drained.
    pub usable: bool,
    /// `id`, which orders `balance first`.
    pub id: u32,
}

/// What a pick may depend on.
#[derive(Clone, Copy, Default, Debug)]
pub struct PickCtx {
    /// A random number of this request's own.
    pub random: u64,
    /// The hash of what the algorithm looks at, if the request has it.
    pub hash: Option<u32>,
    /// The server that failed a moment ago: taken only if there is no other.
    pub avoid: Option<SrvIx>,
}

/// The answer of a pick.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pick {
    /// This one. If it is full (hashes insist, and `leastconn` and `roundrobin` use queues that have a
    /// `maxqueue`), the request waits in the server's own queue.
    Server(SrvIx),
    /// All are full: wait in the backend's queue. While anyone waits there, newcomers must join without
    /// asking for a pick: they would overtake, and look at every full server again.
    Full,
    /// There is no server to wait for: 503.
    NoServer,
}

/// Balancing state of one backend. Indices stay valid for its whole life; a deleted server leaves a gap.
#[derive(Debug)]
pub struct State {
    engine: Engine,
    allbackups: bool,
    servers: Vec<Server>,
    /// How many servers that aren't backups may be picked.
    normal: usize,
    /// How many backups could be.
    backups: usize,
    /// Whether the engine holds backups.
    on_backup: bool,
}

#[derive(Clone, Copy, Debug)]
struct Server {
    params: ServerParams,
    /// Percent of its weight; below [`FULL_SPEED`] during a slow start.
    speed: u32,
    initial_weight: u32,
    deleted: bool,
    /// Served and queued, as told by `on_take` and `on_drop`.
    load: u32,
    /// Whether the engine has it.
    active: bool,
}

/// The algorithm and the servers that it may pick now.
#[derive(Debug)]
enum Engine {
    RoundRobin(RoundRobin),
    Map(Map),
    LeastConn(LeastConn),
    Random(Random),
    First(First),
}

/// Weights inside the engines have this unit, so that a slow start can begin below weight 1.
const SCALE: u32 = 16;

impl State {
    /// A state for these servers.
    pub fn new(algo: Algo, allbackups: bool, servers: &[ServerParams]) -> State {
        let engine = match algo {
            Algo::RoundRobin => Engine::RoundRobin(RoundRobin::default()),
            Algo::StaticRr => Engine::Map(Map::in_turns()),
            Algo::HashMap => Engine::Map(Map::hashed()),
            Algo::LeastConn => Engine::LeastConn(LeastConn::default()),
            Algo::Random { draws } => Engine::Random(Random::new(draws)),
            Algo::First => Engine::First(First::default()),
        };
        let mut state = State { engine, allbackups, servers: Vec::new(), normal: 0, backups: 0, on_backup: false };
        state.servers = servers.iter().map(|p| Server::new(*p)).collect();
        state.recount();
        state.refill();
        state
    }

    /// Chooses a server. `load` is asked for those that come into question only.
    pub fn pick(&mut self, ctx: &PickCtx, load: impl Fn(SrvIx) -> Load) -> Pick {
        if self.normal == 0 && self.backups == 0 {
            return Pick::NoServer;
        }
        let picked = match &mut self.engine {
            Engine::RoundRobin(e) => e.pick(ctx.avoid, &load),
            Engine::Map(e) => e.pick(ctx, &load),
            Engine::LeastConn(e) => e.pick(ctx.avoid, &load),
            Engine::Random(e) => e.pick(ctx, &load),
            Engine::First(e) => e.pick(ctx.avoid, &load),
        };
        picked.map_or(Pick::Full, Pick::Server)
    }

    /// A server got a connection or a request in its queue.
    pub fn on_take(&mut self, ix: SrvIx) {
        self.change_load(ix, |load| load.saturating_add(1));
    }

    /// A server's connection ended, or a request left its queue.
    pub fn on_drop(&mut self, ix: SrvIx) {
        self.change_load(ix, |load| load.saturating_sub(1));
    }

    /// Sets what a server serves and queues, when it comes from another state (reload).
    pub fn set_load(&mut self, ix: SrvIx, total: u32) {
        self.change_load(ix, |_| total);
    }

    /// Changes a weight (0 to [`WEIGHT_MAX`], more is cut). Static algorithms only know 0 and the weight
    /// that the server started with.
    pub fn set_weight(&mut self, ix: SrvIx, weight: u32) {
        self.change(ix, |s| s.params.weight = weight.min(WEIGHT_MAX));
    }

    /// Sets the share of its weight that a server runs at, in percent (slow start).
    pub fn set_speed(&mut self, ix: SrvIx, percent: u32) {
        self.change(ix, |s| s.speed = percent.min(FULL_SPEED));
    }

    /// A server became up or down, ready, drained or in maintenance.
    pub fn set_usable(&mut self, ix: SrvIx, usable: bool) {
        self.change(ix, |s| s.params.usable = usable);
    }

    /// Adds a server behind the others.
    pub fn add_server(&mut self, params: ServerParams) -> SrvIx {
        let ix = SrvIx::from(self.servers.len());
        self.servers.push(Server::new(ServerParams { usable: false, ..params }));
        self.set_usable(ix, params.usable);
        ix
    }

    /// Deletes a server; its index is never used again.
    pub fn delete_server(&mut self, ix: SrvIx) {
        self.change(ix, |s| s.deleted = true);
    }

    /// The weight a server is picked with now, 0 if it isn't: in sixteenths of the configuration's.
    pub fn effective_weight(&self, ix: SrvIx) -> u32 {
        self.servers.get(ix.at()).filter(|s| s.is_eligible()).map_or(0, Server::weight)
    }

    /// How many servers can be picked: those that aren't backups, and backups.
    pub fn counts(&self) -> (usize, usize) {
        (self.normal, self.backups)
    }

    /// Whether the engine picks this server now.
    pub fn is_active(&self, ix: SrvIx) -> bool {
        self.servers.get(ix.at()).is_some_and(|s| s.active)
    }

    fn change_load(&mut self, ix: SrvIx, new: impl Fn(u32) -> u32) {
        let Some(server) = self.servers.get_mut(ix.at()) else { return };
        server.load = new(server.load);
        if let (true, Engine::LeastConn(e)) = (server.active, &mut self.engine) {
            e.set_load(ix, server.load);
        }
    }

    fn change(&mut self, ix: SrvIx, edit: impl Fn(&mut Server)) {
        let Some(server) = self.servers.get_mut(ix.at()) else { return };
        let before = (server.is_eligible(), server.weight());
        edit(server);
        let after = (server.is_eligible(), server.weight());
        if before == after {
            return;
        }
        let count = if server.params.backup { &mut self.backups } else { &mut self.normal };
        match (before.0, after.0) {
            (false, true) => *count += 1,
            (true, false) => *count -= 1,
            _ => {}
        }
        let backup = server.params.backup;
        self.settle(ix, backup);
    }

    /// Brings the engine in line after a change of one server.
    fn settle(&mut self, ix: SrvIx, backup: bool) {
        // Which tier is used changes only when the last normal server goes or the first one comes, and a
        // sole backup may be replaced whenever another one changes.
        let wanted = self.normal == 0;
        if wanted != self.on_backup || (backup && wanted && !self.allbackups) {
            self.refill();
            return;
        }
        if backup != wanted {
            return;
        }
        self.update(ix);
    }

    /// Puts one server of the tier in use into the engine, out of it, or changes its weight there.
    fn update(&mut self, ix: SrvIx) {
        let server = &mut self.servers[ix.at()];
        let (was, is) = (server.active, server.is_eligible());
        server.active = is;
        let server = *server;
        match (was, is) {
            (true, true) => self.engine.reweigh(ix, server.weight()),
            (true, false) => self.engine.remove(ix),
            (false, true) => self.engine.insert(ix, &server),
            (false, false) => {}
        }
    }

    fn recount(&mut self) {
        let eligible = |backup| self.servers.iter().filter(|s| s.params.backup == backup && s.is_eligible()).count();
        (self.normal, self.backups) = (eligible(false), eligible(true));
    }

    /// Fills the engine anew with the tier that is to be used.
    fn refill(&mut self) {
        self.engine.clear();
        let backup = self.normal == 0;
        self.on_backup = backup;
        let limit = if backup && !self.allbackups { 1 } else { usize::MAX };
        let mut chosen = 0;
        for (at, server) in self.servers.iter_mut().enumerate() {
            server.active = server.params.backup == backup && server.is_eligible() && chosen < limit;
            if server.active {
                chosen += 1;
                self.engine.insert(SrvIx::from(at), server);
            }
        }
    }
}

impl Server {
    fn new(params: ServerParams) -> Server {
        let params = ServerParams { weight: params.weight.min(WEIGHT_MAX), ..params };
        let initial_weight = params.weight;
        Server { params, speed: FULL_SPEED, initial_weight, deleted: false, load: 0, active: false }
    }

    fn is_eligible(&self) -> bool {
        self.params.usable && self.params.weight > 0 && !self.deleted
    }

    /// In units of 1/[`SCALE`]; a server that takes part never weighs nothing.
    fn weight(&self) -> u32 {
        (self.params.weight * SCALE * self.speed).div_ceil(FULL_SPEED).max(1)
    }
}

impl Engine {
    fn insert(&mut self, ix: SrvIx, server: &Server) {
        match self {
            Engine::RoundRobin(e) => e.insert(ix, server.weight()),
            Engine::Map(e) => e.insert(ix, server.initial_weight.max(1)),
            Engine::LeastConn(e) => e.insert(ix, server.weight(), server.load),
            Engine::Random(e) => e.insert(ix, server.weight()),
            Engine::First(e) => e.insert(ix, server.params.id),
        }
    }

    fn remove(&mut self, ix: SrvIx) {
        match self {
            Engine::RoundRobin(e) => e.remove(ix),
            Engine::Map(e) => e.remove(ix),
            Engine::LeastConn(e) => e.remove(ix),
            Engine::Random(e) => e.remove(ix),
            Engine::First(e) => e.remove(ix),
        }
    }

    /// Algorithms that are static by definition have nothing to do.
    fn reweigh(&mut self, ix: SrvIx, weight: u32) {
        match self {
            Engine::RoundRobin(e) => e.reweigh(ix, weight),
            Engine::LeastConn(e) => e.reweigh(ix, weight),
            Engine::Random(e) => e.insert(ix, weight),
            Engine::Map(_) | Engine::First(_) => {}
        }
    }

    fn clear(&mut self) {
        match self {
            Engine::RoundRobin(e) => *e = RoundRobin::default(),
            Engine::Map(e) => e.clear(),
            Engine::LeastConn(e) => *e = LeastConn::default(),
            Engine::Random(e) => e.clear(),
            Engine::First(e) => *e = First::default(),
        }
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
