//! From a Spec to a Plan: what lives is adopted, what is new is made, sockets are bound. Nothing of the running Plan
//! changes until the result is committed, and a failure leaves no trace.

use crate::health;
use crate::listener::{ListenerKey, ListenerLive};
use crate::live::{BackLive, FrontLive, Live, ServerKey, ServerLive};
use crate::log::Logger;
use crate::plan::{Back, Formats, Front, Plan, PlanListener, PlanProxy, Server};
use crate::rules::Rules;
use crate::secure::{self, Files, Secure};
use crate::stream::Blank;
use crate::worker::Shared;
use base::ix::PxIx;
use conf::spec::{self, At, Bind, DefaultShards, Global, Shards, Sourced, Spec};
use expr::Place;
use expr::acl::{Acls, Cond};
use expr::list::{Lists, Source};
use expr::logfmt::{LogFormat, Standard, Use};
use rules::{Goal, Route, Rule, RuleSet};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Why a Spec can't become a Plan.
#[derive(Clone, Debug)]
pub struct LinkError {
    pub at: At,
    /// The proxy that the line belongs to.
    pub proxy: Box<str>,
    pub message: String,
}

/// A Plan that is ready to be taken up.
pub struct Staged {
    pub plan: Arc<Plan>,
    live: Live,
}

impl Staged {
    /// Makes the Plan the current one and lets go of what no longer belongs to any.
    pub fn commit(mut self, shared: &Shared) -> Arc<Plan> {
        *shared.live.lock().unwrap_or_else(|p| p.into_inner()) = self.live;
        {
            let mut current = shared.plan.lock().unwrap_or_else(|p| p.into_inner());
            // Another one may have come meanwhile (`shutdown frontend`).
            if let (Some(before), Some(plan)) = (current.as_ref(), Arc::get_mut(&mut self.plan)) {
                plan.generation = plan.generation.max(before.generation + 1);
            }
            *current = Some(self.plan.clone());
        }
        shared.lists.take_up();
        settle_limits(&self.plan, shared);
        settle_listeners(&self.plan);
        health::settle(&self.plan);
        self.plan
    }
}

/// Sockets that were kept learn what has changed about them.
fn settle_listeners(plan: &Plan) {
    for listener in &plan.listeners {
        listener.live.settle(&plan.spec.proxies[listener.front.at()]);
    }
}

/// Takes up the configuration's limits: of new connections in a second, of descriptors for idle ones.
fn settle_limits(plan: &Plan, shared: &Shared) {
    let global = &plan.spec.global;
    shared.connection_limit.configure(global.maxconnrate.unwrap_or(0));
    shared.session_limit.configure(global.maxsessrate.unwrap_or(0));
    shared.tls_limit.configure(global.tls.maxrate.unwrap_or(0));
    let (nofile, _) = sys::nofile();
    let percent = |p: u32| u32::try_from(nofile.saturating_mul(u64::from(p)) / 100).unwrap_or(u32::MAX);
    shared.fds_low.store(percent(global.tune.pool_low_fd_ratio), Relaxed);
    shared.fds_high.store(percent(global.tune.pool_high_fd_ratio), Relaxed);
    for front in plan.proxies.iter().filter_map(|proxy| proxy.front.as_ref()) {
        front.live.session_limit.configure(front.front().rate_limit_sessions.unwrap_or(0));
    }
}

/// Links a Spec, adopting what the current Plan has.
pub fn link(spec: Arc<Spec>, shared: &Shared, outside: &mut dyn expr::Outside) -> Result<Staged, Vec<LinkError>> {
    let old = shared.plan();
    let mut linker = Linker {
        errors_of: Arc::new(spec.sections.http_errors.clone()),
        shared,
        old_live: shared.live.lock().unwrap_or_else(|p| p.into_inner()).clone(),
        old: old.clone(),
        live: Live::with_room(&spec),
        errors: Vec::new(),
        lists_changed: shared.lists.has_changed(),
        files: Files::new(&spec),
        outside,
    };
    let mut proxies = Vec::with_capacity(spec.proxies.len());
    for (proxy, id) in spec.proxies.iter().zip(spec.ids()) {
        proxies.push(linker.proxy(&spec.global, proxy.clone(), id));
    }
    let listeners = linker.listeners(&spec);
    let Linker { live, errors, .. } = linker;
    if !errors.is_empty() {
        return Err(errors);
    }
    let generation = old.map_or(1, |plan| plan.generation + 1);
    let plan = Plan { generation, spec, proxies: proxies.into(), listeners: listeners.into() };
    Ok(Staged { plan: Arc::new(plan), live })
}

struct Linker<'a> {
    shared: &'a Shared,
    /// Sections `http-errors`.
    errors_of: Arc<Vec<spec::HttpErrors>>,
    old: Option<Arc<Plan>>,
    old_live: Live,
    live: Live,
    errors: Vec<LinkError>,
    /// A file of patterns has another content. Which proxies search it isn't told by their Specs.
    lists_changed: bool,
    files: Files<'a>,
    outside: &'a mut dyn expr::Outside,
}

impl Linker<'_> {
    fn proxy(&mut self, global: &Global, proxy: Arc<spec::Proxy>, id: u32) -> PlanProxy {
        let old = self.old_live.proxies.get(&proxy.name).cloned();
        let same = old.as_ref().filter(|old| {
            let changed = old.plan.id != id || self.lists_changed;
            let shut = old.plan.front.as_ref().is_some_and(|front| front.live.shut.load(Relaxed));
            // Certificates may have changed where the configuration hasn't.
            let secure = proxy.back.as_ref().is_some_and(|back| back.servers.iter().any(|s| s.tls.is_some()));
            !shut
                && !secure
                && old.errors == self.errors_of
                && old.spec == proxy
                && old.global == GlobalInputs::of(global)
                && !changed
        });
        if let Some(old) = same {
            let plan = old.plan.clone();
            self.keep(&proxy, &plan);
            self.live.proxies.insert(proxy.name.clone(), old.clone());
            return plan;
        }
        let rules = match Rules::new(&proxy, &self.errors_of) {
            Ok(rules) => Arc::new(rules),
            Err(message) => {
                self.error(proxy.at, &proxy, message);
                return PlanProxy::default();
            }
        };
        let plan = PlanProxy {
            id,
            front: proxy.front.is_some().then(|| self.front(global, &proxy, id, rules.clone())).flatten(),
            back: proxy.back.is_some().then(|| Arc::new(self.back(global, &proxy, id, rules))),
        };
        let errors = self.errors_of.clone();
        let linked = Linked { spec: proxy.clone(), global: GlobalInputs::of(global), errors, plan: plan.clone() };
        self.live.proxies.insert(proxy.name.clone(), Arc::new(linked));
        plan
    }

    /// Carries over what an unchanged proxy uses.
    fn keep(&mut self, proxy: &spec::Proxy, plan: &PlanProxy) {
        if let Some(front) = &plan.front {
            self.live.fronts.insert(proxy.name.clone(), front.live.clone());
        }
        if let Some(back) = &plan.back {
            self.live.backs.insert(proxy.name.clone(), back.live.clone());
            for server in &back.servers {
                self.live.servers.insert(server.live.key.clone(), server.live.clone());
            }
        }
    }

    fn front(&mut self, global: &Global, proxy: &Arc<spec::Proxy>, id: u32, rules: Arc<Rules>) -> Option<Arc<Front>> {
        let spec = proxy.front.as_ref()?;
        let maxconn = front_maxconn(proxy);
        let fresh = || Arc::new(FrontLive::new(&proxy.name, maxconn, self.shared.threads));
        // One that the operator has deleted begins anew.
        let known = self.old_live.fronts.get(&proxy.name).filter(|live| !live.shut.load(Relaxed));
        let live = known.cloned().unwrap_or_else(fresh);
        self.live.fronts.insert(proxy.name.clone(), live.clone());
        let route = self.route(proxy, spec)?;
        let http = proxy.mode == spec::Mode::Http;
        let main = self.format(proxy, spec.log_format.as_ref(), http, Standard::Connect)?;
        let error = self.format(proxy, spec.error_log_format.as_ref(), http, Standard::Error)?;
        Some(Arc::new(Front {
            route,
            logger: self.logger(global, proxy),
            formats: Formats { main, error, on_connect: spec.log_format.is_none() },
            h1: parse_opts(global, spec.opts.accept_unsafe_violations),
            blank: Blank::new(&proxy.lang.captures),
            id,
            spec: proxy.clone(),
            live,
            rules,
        }))
    }

    fn route(&mut self, proxy: &spec::Proxy, front: &spec::Front) -> Option<Route> {
        let mut acls = Acls::new();
        for line in &proxy.acls {
            let words: Vec<&[u8]> = line.words.iter().map(|w| &**w).collect();
            if let Err(error) = acls.declare(&words, &mut AtLine { outside: self.outside, line: line.at.line }) {
                self.error(line.at, proxy, error.text.to_string());
                return None;
            }
        }
        let mut rules = Vec::with_capacity(front.use_backend.len());
        for rule in &front.use_backend {
            let cond = match &rule.cond {
                None => None,
                Some(text) => Some(self.cond(proxy, text, &acls)?),
            };
            let goal = match &rule.target {
                spec::BackendName::Known(backend) => Goal::Backend(*backend),
                spec::BackendName::Format(name) => Goal::Named(name.clone()),
            };
            rules.push(Rule { cond, action: goal, line: rule.at.line, file: rule.at.file });
        }
        Some(Route { rules: RuleSet::new(rules), default: front.default_backend })
    }

    fn cond(&mut self, proxy: &spec::Proxy, text: &Sourced, acls: &Acls) -> Option<Cond> {
        let words: Vec<&[u8]> = text.words.iter().map(|w| &**w).collect();
        match Cond::compile(&words, acls, &mut AtLine { outside: self.outside, line: text.at.line }) {
            Ok(cond) => Some(cond),
            Err(error) => {
                self.error(text.at, proxy, error.text.to_string());
                None
            }
        }
    }

    fn format(
        &mut self,
        proxy: &spec::Proxy,
        text: Option<&Sourced>,
        http: bool,
        otherwise: Standard,
    ) -> Option<LogFormat> {
        let Some(text) = text else { return Some(LogFormat::standard(otherwise)) };
        match LogFormat::compile(&text.words.join(&b' '), Use::Log, Place::Log, http, self.outside) {
            Ok(format) => Some(format),
            Err(error) => {
                self.error(text.at, proxy, error.text.to_string());
                None
            }
        }
    }

    fn logger(&self, global: &Global, proxy: &spec::Proxy) -> Option<Logger> {
        Logger::new(&proxy.logs, &self.shared.identity(global), &self.shared.outputs)
    }

    fn back(&mut self, global: &Global, proxy: &Arc<spec::Proxy>, id: u32, rules: Arc<Rules>) -> Back {
        let (threads, now) = (self.shared.threads, rt::now());
        let fresh = || Arc::new(BackLive::new(&proxy.name, threads, now));
        let live = self.old_live.backs.get(&proxy.name).cloned().unwrap_or_else(fresh);
        self.live.backs.insert(proxy.name.clone(), live.clone());
        let spec = proxy.back.as_ref().expect("only called with a server side");
        let servers = spec.servers.iter().filter_map(|server| self.server(global, proxy, server)).collect();
        let h1 = parse_opts(global, spec.opts.accept_unsafe_violations);
        Back::new(proxy.clone(), id, rules, live, servers, self.logger(global, proxy), h1)
    }

    fn server(&mut self, global: &Global, proxy: &spec::Proxy, server: &Arc<spec::Server>) -> Option<Server> {
        let secure = server.tls.as_ref().map(|tls| Secure::new(&mut self.files, global, proxy, tls, self.outside));
        let secure = match secure.transpose() {
            Ok(secure) => secure.flatten(),
            Err(errors) => {
                errors.into_iter().for_each(|error| self.error(server.at, proxy, error));
                return None;
            }
        };
        let key = match &server.guid {
            Some(guid) => ServerKey::Guid(guid.clone()),
            None => ServerKey::Named { backend: proxy.name.clone(), server: server.name.clone() },
        };
        let live = match self.old_live.servers.get(&key) {
            Some(live) => live.clone(),
            None => Arc::new(ServerLive::new(key.clone(), server, &proxy.name, self.shared, rt::now())),
        };
        self.live.servers.insert(key, live.clone());
        match Server::new(server.clone(), live, proxy, self.shared, secure) {
            Ok(server) => Some(server),
            Err(message) => {
                self.error(server.at, proxy, message);
                None
            }
        }
    }

    fn listeners(&mut self, spec: &Spec) -> Vec<PlanListener> {
        let kept: HashMap<ListenerKey, Arc<ListenerLive>> = match &self.old {
            Some(plan) => plan.listeners.iter().map(|l| (l.live.key.clone(), l.live.clone())).collect(),
            None => HashMap::new(),
        };
        let mut listeners = Vec::new();
        for (at, proxy) in spec.proxies.iter().enumerate() {
            let Some(front) = proxy.front.as_ref().filter(|_| !proxy.disabled) else { continue };
            for (place, bind) in front.binds.iter().enumerate() {
                let key = key_of(proxy, bind, &spec.global, self.shared.threads);
                let live = match kept.get(&key) {
                    Some(live) => Some(live.clone()),
                    None => self.bind(proxy, bind, key),
                };
                let Some(live) = live else { continue };
                let Ok(tls) = self.line(&spec.global, proxy, bind, &live) else { continue };
                listeners.push(PlanListener { live, bind: bind.clone(), front: PxIx::from(at), place, tls });
            }
        }
        listeners
    }

    /// A bind line's TLS, if it has any.
    fn line(
        &mut self,
        global: &Global,
        proxy: &spec::Proxy,
        bind: &Bind,
        live: &Arc<ListenerLive>,
    ) -> Result<Option<Arc<tls::server::Line>>, ()> {
        let Some(own) = bind.opts.tls.as_deref().filter(|tls| tls.ssl) else { return Ok(None) };
        let before = self.old.iter().flat_map(|plan| &plan.listeners);
        let before = before.filter(|old| Arc::ptr_eq(&old.live, live) && old.bind.opts.tls == bind.opts.tls);
        let tickets = before.filter_map(|old| old.tls.as_ref()?.tickets().cloned()).next();
        let made = secure::line(&mut self.files, global, proxy, own, &self.shared.tls_sessions, tickets);
        made.map(Some).map_err(|errors| {
            errors.into_iter().for_each(|error| self.error(bind.at, proxy, error));
        })
    }

    fn bind(&mut self, proxy: &spec::Proxy, bind: &Bind, key: ListenerKey) -> Option<Arc<ListenerLive>> {
        let front = self.live.fronts.get(&proxy.name)?.clone();
        match ListenerLive::bind(key, bind, proxy, front, self.shared) {
            Ok(live) => Some(Arc::new(live)),
            Err(message) => {
                self.error(bind.at, proxy, message);
                None
            }
        }
    }

    fn error(&mut self, at: At, proxy: &spec::Proxy, message: String) {
        self.errors.push(LinkError { at, proxy: proxy.name.clone(), message });
    }
}

/// The world outside, for something that stands on a line: what is compiled again finds its lists of patterns by that.
struct AtLine<'a> {
    outside: &'a mut dyn expr::Outside,
    line: u32,
}

impl expr::Outside for AtLine<'_> {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        self.outside.read(path)
    }

    fn resolve4(&mut self, host: &str) -> Option<Vec<std::net::Ipv4Addr>> {
        self.outside.resolve4(host)
    }

    fn find(&mut self, kind: expr::NameKind, name: &[u8]) -> expr::Lookup {
        self.outside.find(kind, name)
    }

    fn lists(&self) -> Lists {
        self.outside.lists()
    }

    fn source(&self) -> Source {
        Source { line: self.line, ..Source::default() }
    }
}

/// A proxy as it was linked, to be taken over when nothing that it was made from has changed.
pub struct Linked {
    spec: Arc<spec::Proxy>,
    global: GlobalInputs,
    errors: Arc<Vec<spec::HttpErrors>>,
    plan: PlanProxy,
}

/// What of section `global` goes into a linked proxy.
#[derive(Clone, PartialEq, Eq)]
struct GlobalInputs {
    bufsize: u32,
    maxrewrite: u32,
    maxhdr: u32,
    keep_insecure: bool,
    payload_with_any_method: bool,
    log_send_hostname: Option<Box<[u8]>>,
}

impl GlobalInputs {
    fn of(global: &Global) -> GlobalInputs {
        GlobalInputs {
            bufsize: global.tune.bufsize,
            maxrewrite: global.tune.maxrewrite,
            maxhdr: global.tune.http_maxhdr,
            keep_insecure: global.h1_keep_open_on_insecure_te,
            payload_with_any_method: global.h1_accept_payload_with_any_method,
            log_send_hostname: global.log_send_hostname.clone(),
        }
    }
}

/// The most connections of a frontend at a time, as the configuration has it.
pub fn front_maxconn(proxy: &spec::Proxy) -> u32 {
    proxy.maxconn.filter(|n| *n > 0).unwrap_or(u32::MAX)
}

fn parse_opts(global: &Global, relaxed: bool) -> h1::Opts {
    let bufsize = global.tune.bufsize as usize;
    h1::Opts {
        max_head: bufsize.saturating_sub(global.tune.maxrewrite as usize),
        max_edited: bufsize,
        max_lines: global.tune.http_maxhdr as usize,
        relaxed,
        payload_with_any_method: global.h1_accept_payload_with_any_method,
        keep_insecure: global.h1_keep_open_on_insecure_te,
    }
}

fn key_of(proxy: &spec::Proxy, bind: &Bind, global: &Global, threads: usize) -> ListenerKey {
    let shards = match bind.opts.shards {
        Some(Shards::Number(n)) => (n as usize).clamp(1, threads),
        Some(Shards::ByThread) => threads,
        Some(Shards::ByGroup) => 1,
        None => match global.tune.listener_default_shards {
            DefaultShards::ByThread => threads,
            DefaultShards::ByProcess | DefaultShards::ByGroup => 1,
        },
    };
    ListenerKey {
        frontend: proxy.name.clone(),
        addr: bind.addr.clone(),
        interface: bind.opts.interface.clone(),
        namespace: bind.opts.namespace.clone(),
        transparent: bind.opts.transparent,
        shards,
    }
}
