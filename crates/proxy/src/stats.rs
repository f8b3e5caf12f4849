//! A snapshot of the figures of a Plan, row by row: what statistics show, before any formatting.

use crate::counters::{Counters, Ctr, Rated};
use crate::plan::{Back, Front, Plan, PlanListener};
use crate::worker::Shared;
use base::ix::{PxIx, SrvIx};
use base::{Addr, Tick};
use conf::spec::Mode;
use policy::check::Last;
use std::sync::Arc;
use std::sync::atomic::Ordering::{self, Relaxed};

/// One frontend, bind line, backend or server.
pub struct Row {
    pub proxy: Box<str>,
    /// The proxy's number, and whether the configuration gave it.
    pub iid: u32,
    pub iid_given: bool,
    pub mode: Mode,
    /// Sums by [`Ctr`], in the order of [`Ctr::ALL`].
    sums: Box<[u64]>,
    /// By [`Rated`]: now and at most.
    pub rates: [u32; 3],
    pub highest_rates: [u32; 3],
    /// Connections or streams: now, at most, and the limit.
    pub current: u32,
    pub most: u32,
    pub limit: Option<u32>,
    pub of: Of,
}

/// What only some rows have.
pub enum Of {
    Front(FrontFigures),
    Socket(SocketFigures),
    Back(BackFigures),
    Server(Box<ServerFigures>),
}

/// A frontend's figures.
pub struct FrontFigures {
    /// Its listeners accept (`OPEN`); they don't when the operator paused them or it is stopping (`STOP`).
    pub open: bool,
    /// `rate-limit sessions`, 0 for none.
    pub rate_limit: u32,
}

/// A bind line's figures (`option socket-stats`).
pub struct SocketFigures {
    pub name: Box<str>,
    pub id: u32,
    pub id_given: bool,
    pub addr: Addr,
    /// It has as many connections as it may have.
    pub full: bool,
    /// A limit of another thing keeps connections out, or the operator does.
    pub waiting: bool,
}

/// A backend's figures.
pub struct BackFigures {
    /// Streams in its queue: now and at most.
    pub queue: (u32, u32),
    pub up: bool,
    /// Weights in force and asked for, of all servers that can be picked.
    pub weight: u32,
    pub user_weight: u32,
    /// Servers that can be picked: those that aren't backups, and backups.
    pub active: u32,
    pub backups: u32,
    pub downs: u32,
    pub last_change_s: u64,
    pub downtime_s: u64,
    /// Since the last stream was given to a server.
    pub last_session_s: Option<u64>,
    pub times: Times,
    /// The word behind `balance`.
    pub balance: &'static str,
}

/// A server's figures.
pub struct ServerFigures {
    pub name: Box<str>,
    pub sid: u32,
    pub sid_given: bool,
    pub state: State,
    pub backup: bool,
    pub weight: u32,
    pub user_weight: u32,
    pub initial_weight: u32,
    /// Percent of its weight during a slow start.
    pub throttle: Option<u32>,
    pub maxqueue: Option<u32>,
    pub last_change_s: u64,
    pub downtime_s: u64,
    pub last_session_s: Option<u64>,
    pub times: Times,
    pub check: Option<CheckFigures>,
    pub addr: Addr,
    pub host: Option<Box<str>>,
    /// Connections that wait for a request, the limit of these, and those that serve one: now and at most.
    pub idle: u32,
    pub idle_limit: Option<u32>,
    pub used: u32,
    pub most_used: u32,
}

/// A server's state, apart from what its checks say in detail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    pub up: bool,
    pub maint: bool,
    /// The maintenance is the configuration's.
    pub maint_configured: bool,
    pub drain: bool,
    pub resolved: bool,
}

/// What checks of a server found.
pub struct CheckFigures {
    /// `UP`, `UP 1/3` and so on, and the same as a number.
    pub health: String,
    pub counter: u32,
    pub rise: u32,
    pub fall: u32,
    pub running: bool,
    pub paused: bool,
    pub last: Last,
    /// Failed while up, and how often that put the server down.
    pub failed: u64,
    pub downs: u64,
    pub port: Option<u16>,
    pub addr: Option<Addr>,
}

/// Milliseconds of the last streams, in the queue, until connected, until the answer and in all.
#[derive(Clone, Copy)]
pub struct Times {
    pub means_ms: [u32; 4],
    pub longest_ms: [u32; 4],
}

impl Row {
    /// A counter's sum over all threads.
    pub fn sum(&self, ctr: Ctr) -> u64 {
        self.sums[ctr as usize]
    }

    fn new(proxy: &conf::spec::Proxy, iid: u32, counters: &Counters, now: Tick, of: Of) -> Row {
        let rated = [Rated::Connections, Rated::Sessions, Rated::Requests];
        let rates = rated.map(|rated| counters.rate_now(rated, now));
        let highest = rated.map(|rated| counters.highest_rate(rated));
        Row {
            proxy: proxy.name.clone(),
            iid,
            iid_given: proxy.id.is_some(),
            mode: proxy.mode,
            sums: Ctr::ALL.iter().map(|ctr| counters.sum(*ctr)).collect(),
            rates,
            highest_rates: std::array::from_fn(|at| highest[at].max(rates[at])),
            current: 0,
            most: 0,
            limit: None,
            of,
        }
    }
}

impl Times {
    fn of(counters: &Counters) -> Times {
        Times { means_ms: counters.means_ms(), longest_ms: counters.longest_ms() }
    }
}

/// Goes through a Plan's proxies, in the order of the configuration: each one's frontend, servers and backend.
pub struct Rows {
    shared: Arc<Shared>,
    plan: Arc<Plan>,
    only: Only,
    px: usize,
    part: Part,
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Only {
    pub proxy: Option<PxIx>,
    pub fronts: bool,
    pub sockets: bool,
    pub backs: bool,
    pub servers: bool,
    /// The server's number.
    pub sid: Option<u32>,
}

impl Only {
    /// Everything.
    pub const ALL: Only = Only { proxy: None, fronts: true, sockets: true, backs: true, servers: true, sid: None };
}

enum Part {
    Front,
    /// The place among all bind lines.
    Socket(usize),
    Server(usize),
    Back,
}

impl Rows {
    /// The rows of the current Plan.
    pub fn new(shared: &Arc<Shared>, plan: Arc<Plan>, only: Only) -> Rows {
        let px = only.proxy.map_or(0, PxIx::at);
        Rows { shared: shared.clone(), plan, only, px, part: Part::Front }
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            if self.only.proxy.is_some_and(|px| px.at() != self.px) {
                return None;
            }
            let proxy = self.plan.proxies.get(self.px)?;
            let disabled = self.plan.spec.proxies[self.px].disabled;
            let now = rt::now();
            match self.part {
                Part::Front => {
                    // Bind lines stand in the order of their proxies.
                    let first = self.plan.listeners.partition_point(|listener| listener.front.at() < self.px);
                    self.part = Part::Socket(first);
                    if let Some(front) = proxy
                        .front
                        .as_ref()
                        .filter(|front| self.only.fronts && !disabled && !front.live.shut.load(Relaxed))
                    {
                        return Some(front_row(&self.shared, front, now));
                    }
                }
                Part::Socket(at) => {
                    let front = proxy.front.as_ref().filter(|_| self.only.sockets && !disabled);
                    let listener = self.plan.listeners.get(at).filter(|listener| listener.front.at() == self.px);
                    let (Some(front), Some(listener)) = (front, listener) else {
                        self.part = Part::Server(0);
                        continue;
                    };
                    self.part = Part::Socket(at + 1);
                    if let Some(row) = socket_row(front, listener, now)
                        && self.only.sid.is_none_or(|sid| matches!(&row.of, Of::Socket(socket) if socket.id == sid))
                    {
                        return Some(row);
                    }
                }
                Part::Server(at) => {
                    let back = proxy.back.as_ref().filter(|_| self.only.servers && !disabled);
                    let Some(back) = back.filter(|back| at < back.servers.len()) else {
                        self.part = Part::Back;
                        continue;
                    };
                    self.part = Part::Server(at + 1);
                    let ix = SrvIx::from(at);
                    if self.only.sid.is_none_or(|sid| sid == back.server_id(ix)) {
                        return Some(server_row(back, proxy.id, ix, now));
                    }
                }
                Part::Back => {
                    (self.part, self.px) = (Part::Front, self.px + 1);
                    if let Some(back) = proxy.back.as_ref().filter(|_| self.only.backs && !disabled) {
                        return Some(back_row(&self.shared, back, proxy.id, now));
                    }
                }
            }
        }
    }
}

fn front_row(shared: &Shared, front: &Front, now: Tick) -> Row {
    let open = !shared.stopping.load(Relaxed) && !front.live.paused.load(Relaxed);
    let rate_limit = front.front().rate_limit_sessions.unwrap_or(0);
    let of = Of::Front(FrontFigures { open, rate_limit });
    let limit = front.live.maxconn.load(Relaxed).min(shared.maxconn.load(Relaxed));
    Row {
        current: front.live.conns.get(),
        most: front.live.conns.max(),
        limit: Some(limit),
        ..Row::new(&front.spec, front.id, &front.live.counters, now, of)
    }
}

/// `None`: nothing is counted for bind lines of their own.
fn socket_row(front: &Front, listener: &PlanListener, now: Tick) -> Option<Row> {
    let (live, opts) = (&listener.live, &listener.bind.opts);
    let counters = live.counters(front)?;
    let id = opts.id.unwrap_or(listener.place as u32 + 1);
    let (current, limit) = (live.conns.get(), opts.maxconn.unwrap_or(0));
    let of = Of::Socket(SocketFigures {
        name: opts.name.clone().unwrap_or_else(|| format!("sock-{id}").into()),
        id,
        id_given: opts.id.is_some(),
        addr: listener.bind.addr.clone(),
        full: limit > 0 && current >= limit,
        waiting: live.held_back.load(Relaxed),
    });
    let row = Row::new(&front.spec, front.id, counters, now, of);
    Some(Row { current, most: live.conns.max(), limit: Some(limit), ..row })
}

fn back_row(shared: &Shared, back: &Back, iid: u32, now: Tick) -> Row {
    let live = &back.live;
    let (active, backups) = back.lb().counts();
    let up = (active, backups) != (0, 0) || back.servers.is_empty();
    let tier = |server: &&crate::plan::Server| server.live.is_usable() && server.spec.backup == (active == 0);
    let in_use = back.servers.iter().filter(tier);
    let (weight, user_weight) = in_use.fold((0, 0), |(weight, user), server| {
        (weight + server.live.eff_weight.load(Relaxed), user + server.live.health().weight)
    });
    let last_change = Tick(live.last_change.load(Relaxed));
    let since_change = now.ns_since(last_change);
    let down_ns = live.down_ns.load(Relaxed) + if up { 0 } else { since_change };
    let of = Of::Back(BackFigures {
        queue: (live.queue.len(), live.queue.max()),
        up,
        weight,
        user_weight,
        active: active as u32,
        backups: backups as u32,
        downs: live.downs.load(Relaxed),
        last_change_s: seconds(since_change),
        downtime_s: seconds(down_ns),
        last_session_s: since(live.last_session.load(Relaxed), now),
        times: Times::of(&live.counters),
        balance: back.back().balance.word(),
    });
    // Without `fullconn` it is a tenth of what its frontends may take together.
    let limit = back.back().fullconn.unwrap_or_else(|| (shared.maxconn.load(Relaxed) / 10).max(1));
    Row {
        current: live.conns.get(),
        most: live.conns.max(),
        limit: Some(limit),
        ..Row::new(&back.spec, iid, &live.counters, now, of)
    }
}

fn server_row(back: &Back, iid: u32, ix: SrvIx, now: Tick) -> Row {
    let server = back.server(ix);
    let (live, spec) = (&server.live, &server.spec);
    let health = live.health();
    let state = State {
        up: health.up,
        maint: health.maint,
        maint_configured: health.maint && spec.disabled,
        drain: health.drain,
        resolved: health.resolved,
    };
    let check = health.checker.as_ref().zip(spec.check.as_ref()).map(|(checker, spec)| {
        let (failed, downs) = checker.failures();
        CheckFigures {
            health: checker.health().to_string(),
            counter: checker.health().counter(),
            rise: spec.rise,
            fall: spec.fall,
            running: checker.is_running(),
            paused: checker.due().is_none() && !checker.is_running(),
            last: checker.last().clone(),
            failed,
            downs,
            port: spec.port,
            addr: spec.addr.clone(),
        }
    });
    let speed = health.speed(now);
    let of = Of::Server(Box::new(ServerFigures {
        name: live.name.clone(),
        sid: back.server_id(ix),
        sid_given: spec.id.is_some(),
        state,
        backup: spec.backup,
        weight: live.eff_weight.load(Relaxed),
        user_weight: health.weight,
        initial_weight: spec.weight,
        throttle: (speed < policy::lb::FULL_SPEED).then_some(speed),
        maxqueue: spec.maxqueue,
        last_change_s: seconds(now.ns_since(health.last_change)),
        downtime_s: seconds(health.downtime_ns(now)),
        last_session_s: since(live.last_session.load(Relaxed), now),
        times: Times::of(&live.counters),
        check,
        addr: spec.addr.addr.clone(),
        host: spec.addr.host.clone(),
        idle: live.idle.idle.get(),
        idle_limit: spec.pool_max_conn,
        used: live.idle.used(),
        most_used: live.idle.open.max(),
    }));
    drop(health);
    Row {
        current: live.served.get(),
        most: live.served.max(),
        limit: Some(live.maxconn.load(Relaxed)).filter(|limit| *limit > 0),
        ..Row::new(&back.spec, iid, &live.counters, now, of)
    }
}

fn seconds(ns: u64) -> u64 {
    ns / 1_000_000_000
}

/// Seconds since a moment, `None` if it never came.
fn since(tick: u64, now: Tick) -> Option<u64> {
    (tick > 0).then(|| seconds(now.ns_since(Tick(tick))))
}

/// Figures of the process.
pub struct Process {
    pub connections: u32,
    pub most_connections: u32,
    pub maxconn: u32,
    /// Connections and requests since the start.
    pub total_connections: u64,
    pub total_requests: u64,
    pub connection_rate: u32,
    pub session_rate: u32,
    pub highest_connection_rate: u32,
    pub highest_session_rate: u32,
    /// Bytes to clients.
    pub bytes_out: u64,
    pub bytes_out_rate: u64,
    /// How often accepting had to wait because of `maxconn`.
    pub maxconn_reached: u32,
    pub uptime_s: u64,
    pub started_s: u64,
    pub stopping: bool,
    pub listeners: u32,
    pub tasks: u64,
    /// Those of them that are ready to run, and how many of these are niced.
    pub queued_tasks: u64,
    pub niced_tasks: u64,
    /// Mean over the workers, of the last second.
    pub idle_percent: u64,
    pub panics: u64,
    pub lost_logs: u64,
    pub threads: u32,
    pub pid: u32,
}

impl Process {
    /// The figures now. Only on a worker.
    pub fn of(shared: &Shared, plan: &Plan) -> Process {
        let now = rt::now();
        let rate = |rated| {
            let fronts = plan.proxies.iter().filter_map(|proxy| proxy.front.as_ref());
            fronts.map(|front| front.live.counters.rate_now(rated, now)).sum()
        };
        let highest = |rated| {
            let fronts = plan.proxies.iter().filter_map(|proxy| proxy.front.as_ref());
            fronts.map(|front| front.live.counters.highest_rate(rated)).max().unwrap_or(0)
        };
        let workers: Vec<rt::Stats> =
            (0..shared.threads).filter_map(|n| rt::stats_of(rt::WorkerId(n as u16))).collect();
        Process {
            connections: shared.conns.get(),
            most_connections: shared.conns.max(),
            maxconn: shared.maxconn.load(Relaxed),
            total_connections: shared.totals.sum(Ctr::Connections),
            total_requests: shared.totals.sum(Ctr::Requests),
            connection_rate: rate(Rated::Connections),
            session_rate: rate(Rated::Sessions),
            highest_connection_rate: highest(Rated::Connections),
            highest_session_rate: highest(Rated::Sessions),
            bytes_out: shared.totals.sum(Ctr::BytesOut),
            bytes_out_rate: shared.bytes_out.per_second(),
            maxconn_reached: shared.maxconn_reached.load(Relaxed),
            uptime_s: seconds(now.ns_since(shared.started_tick)),
            started_s: shared.started.secs(),
            stopping: shared.stopping.load(Ordering::SeqCst),
            listeners: plan.listeners.len() as u32,
            tasks: workers.iter().map(|stats| stats.tasks).sum(),
            queued_tasks: workers.iter().map(|stats| stats.queued).sum(),
            niced_tasks: workers.iter().map(|stats| stats.niced).sum(),
            idle_percent: workers.iter().map(|stats| stats.idle_pct).sum::<u64>() / workers.len().max(1) as u64,
            panics: workers.iter().map(|stats| stats.panics).sum(),
            lost_logs: shared.outputs.lost(),
            threads: shared.threads as u32,
            pid: shared.process.pid,
        }
    }
}
