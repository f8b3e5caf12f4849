//! The data path as the process runs it: crate `proxy` behind the seam of [`crate::engine`].

use crate::engine::{Engine, LogLevel, ProxyState, Running, ServerState, Setting, Unlinked};
use crate::loader::Loader;
use crate::outside::World;
use crate::reload::Reloader;
use crate::version;
use admin::{About, Admin, Sockets};
use conf::spec::{ProxyKind, Spec};
use proxy::counters::Ctr;
use proxy::live::ServerLive;
use proxy::log::{Level, Logger};
use proxy::plan::{Back, PlanProxy};
use proxy::{Control, Shared, Staged};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// The data path of this program.
pub fn data_path(loader: Arc<Loader>) -> Box<dyn Engine> {
    Box::new(Builder { loader, staged: None, startup: Arc::default() })
}

/// Holds what was staged until it starts.
struct Builder {
    loader: Arc<Loader>,
    staged: Option<(Arc<Shared>, Staged, Sockets)>,
    /// What the start says.
    startup: Arc<admin::StartupLog>,
}

struct DataPath {
    control: Control,
    reloader: Arc<Reloader>,
    admin: Admin,
    /// Taken by whoever waits for the end.
    running: Option<proxy::control::Running>,
}

/// What is wrong with the TLS of a configuration that is only checked.
pub fn judge_tls(spec: &Spec, world: &mut World) -> Vec<Unlinked> {
    proxy::check_tls(spec, world).into_iter().map(Unlinked::from).collect()
}

impl From<proxy::LinkError> for Unlinked {
    fn from(error: proxy::LinkError) -> Unlinked {
        Unlinked { at: error.at, proxy: error.proxy, message: error.message }
    }
}

/// How long the last log lines may take to be written.
const LAST_LINES: Duration = Duration::from_millis(500);

impl Engine for Builder {
    fn stage(&mut self, spec: &Arc<Spec>, setting: &Setting, world: &mut World) -> Result<(), Vec<Unlinked>> {
        let who = expr::Process {
            pid: setting.pid,
            hostname: sys::hostname().into(),
            utc_offset: |secs| sys::local_offset_s(u64::try_from(secs).unwrap_or(0)),
            random: rt::random,
            environment: environment(&self.loader),
        };
        let threads = setting.threads as usize;
        let mut shared = Shared::new(spec, threads, who, setting.program.as_bytes(), setting.maxconn);
        shared.lists = world.lists.clone();
        let shared = Arc::new(shared);
        // Staging may be tried again, with shared state of its own each time.
        let _ = shared.announce.set(setting.announce.clone());
        proxy::preset::all(spec, &shared).map_err(|(at, message)| vec![Unlinked { at, proxy: "".into(), message }])?;
        let staged = proxy::link(spec.clone(), &shared, world)
            .map_err(|errors| errors.into_iter().map(Unlinked::from).collect::<Vec<_>>())?;
        let unbound = |errors: Vec<admin::Unbound>| errors.into_iter().map(Unlinked::from).collect::<Vec<_>>();
        let sockets = admin::bind(spec, &Sockets::default()).map_err(unbound)?;
        self.staged = Some((shared, staged, sockets));
        self.startup = setting.startup.clone();
        Ok(())
    }

    fn start(&mut self) -> io::Result<Box<dyn Running>> {
        let (shared, staged, sockets) = self.staged.take().ok_or(io::ErrorKind::InvalidInput)?;
        let running = proxy::start(shared, staged)?;
        let control = running.control.clone();
        let reloader = Arc::new(Reloader::new(self.loader.clone(), control.clone()));
        let about = About { version: version::VERSION, release_date: version::DATE, startup: self.startup.clone() };
        let admin = admin::start(&control, sockets, reloader.clone(), about);
        reloader.lead(admin.clone());
        Ok(Box::new(DataPath { control, reloader, admin, running: Some(running) }))
    }
}

impl Running for DataPath {
    fn spec(&self) -> Arc<Spec> {
        self.control.plan().spec.clone()
    }

    fn announce_stop(&self) {
        self.control.shared().stopping.store(true, Relaxed);
    }

    fn soft_stop(&self) {
        self.admin.close();
        self.control.soft_stop();
    }

    fn hard_stop(&self) {
        self.control.hard_stop();
    }

    fn pause(&self) {
        self.control.pause();
    }

    fn resume(&self) {
        self.control.resume();
    }

    fn reload(&self) -> Result<Vec<String>, Vec<String>> {
        self.reloader.reload()
    }

    fn live_connections(&self) -> u32 {
        self.control.live_connections()
    }

    fn log(&self, proxy: Option<&str>, level: LogLevel, text: &str) {
        let (plan, shared) = (self.control.plan(), self.control.shared());
        let level = match level {
            LogLevel::Warning => Level::Warning,
            LogLevel::Notice => Level::Notice,
        };
        let wall = rt::wall();
        let Some(name) = proxy else {
            let global = &plan.spec.global;
            if let Some(logger) = Logger::new(&global.logs, &shared.identity(global), &shared.outputs) {
                logger.send_now(level, wall, text.as_bytes());
            }
            return;
        };
        let place = plan.spec.proxies.iter().position(|proxy| &*proxy.name == name);
        if let Some(logger) = place.and_then(|at| logger(&plan.proxies[at])) {
            logger.send_now(level, wall, text.as_bytes());
        }
    }

    fn proxies(&self) -> Vec<ProxyState> {
        let plan = self.control.plan();
        let pairs = plan.spec.proxies.iter().zip(&plan.proxies);
        pairs.filter(|(spec, _)| !spec.disabled).map(|(spec, proxy)| state(spec, proxy)).collect()
    }

    fn usage(&self) -> Vec<String> {
        let shared = self.control.shared();
        let (conns, most, limit) = (shared.conns.get(), shared.conns.max(), shared.maxconn.load(Relaxed));
        vec![
            format!("Connections : {conns} now, {most} at most, {limit} allowed"),
            format!("Log lines : {} lost", shared.outputs.lost()),
        ]
    }

    fn join(&mut self) {
        if let Some(running) = self.running.take() {
            running.join();
        }
        self.control.shared().outputs.finish(LAST_LINES);
    }
}

fn logger(proxy: &PlanProxy) -> Option<&Logger> {
    let front = proxy.front.as_ref().and_then(|front| front.logger.as_ref());
    front.or_else(|| proxy.back.as_ref().and_then(|back| back.logger.as_ref()))
}

fn state(spec: &conf::spec::Proxy, proxy: &PlanProxy) -> ProxyState {
    let (front, back) = (proxy.front.as_deref(), proxy.back.as_deref());
    let servers: Vec<ServerState> = back.map(servers).unwrap_or_default();
    let unassigned = back.map_or(0, |back| back.live.queue.len());
    ProxyState {
        name: spec.name.clone(),
        kind: match spec.kind {
            ProxyKind::Frontend => "frontend",
            ProxyKind::Backend => "backend",
            ProxyKind::Listen => "proxy",
        },
        listens: spec.front.as_ref().is_some_and(|front| !front.binds.is_empty()),
        active_front: front.map_or(0, |front| front.live.conns.get()),
        active_back: back.map_or(0, |back| back.live.conns.get()),
        pending: unassigned,
        unassigned,
        total_front: front.map_or(0, |front| front.live.counters.sum(Ctr::Connections)),
        total_back: back.map_or(0, |back| back.live.counters.sum(Ctr::Sessions)),
        servers,
    }
}

fn servers(back: &Back) -> Vec<ServerState> {
    let state = |server: &proxy::plan::Server| {
        let live: &ServerLive = &server.live;
        ServerState {
            name: live.name.clone(),
            up: live.is_usable(),
            backup: server.spec.backup,
            eligible: live.eff_weight.load(Relaxed) > 0,
            active: live.served.get(),
            pending: 0,
            total: live.counters.sum(Ctr::Sessions),
        }
    };
    back.servers.iter().map(state).collect()
}

/// The environment after the last line of the configuration, sorted by name.
fn environment(loader: &Loader) -> Box<[expr::EnvVar]> {
    let mut all: Vec<_> = loader.environment().listed().map(|(name, value)| (name.into(), value.into())).collect();
    all.sort_unstable();
    all.into()
}
