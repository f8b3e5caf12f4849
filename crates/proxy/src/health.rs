//! Health of servers: what checks and operators say about one, and who is told when that changes.
//!
//! All changes go through [`Edit`]: it brings every balancing state in line, counts up and down times, serves the
//! queue, closes idle connections and says the line that the reference would.

use crate::link::front_maxconn;
use crate::live::ServerLive;
use crate::plan::{Back, Plan, Server};
use crate::worker::Shared;
use base::ix::SrvIx;
use base::{Ms, Tick};
use conf::spec::{self, ProxyKind};
use diag::Severity;
use policy::check::{
    self, Cause, Change, Checker, Counts, InitState, Outcome, Report, Thresholds, Timing, Verdict, Warmup, Who,
};
use policy::lb::FULL_SPEED;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, MutexGuard};
use std::task::Waker;
use wire::syslog::Level;

/// A server's health as checks and operators see it.
pub struct Health {
    /// The machine of its checks; `None` for a server without.
    pub checker: Option<Checker>,
    /// What checks found; servers without checks count as up.
    pub up: bool,
    /// `disabled` in the configuration or by the runtime API.
    pub maint: bool,
    /// Takes no new traffic, by the runtime API.
    pub drain: bool,
    /// Its name has an address (`init-addr none` may leave it without).
    pub resolved: bool,
    /// The weight asked for.
    pub weight: u32,
    /// When it last went up or down.
    pub last_change: Tick,
    /// The times that it was down and came back from.
    pub down_ns: u64,
    warmup: Option<Warmup>,
    /// What the configuration in force says: only what changes there overrides what was changed at run time.
    configured: Arc<spec::Server>,
    /// The task that checks it.
    pub(crate) waker: Option<Waker>,
}

impl Health {
    /// A server that nobody has checked yet.
    pub fn new(spec: &Arc<spec::Server>, now: Tick) -> Health {
        Health {
            checker: None,
            up: true,
            maint: spec.disabled,
            drain: false,
            resolved: !spec.addr.unresolved,
            weight: spec.weight,
            last_change: now,
            down_ns: 0,
            warmup: None,
            configured: spec.clone(),
            waker: None,
        }
    }

    /// Whether balancing may pick a server in this state.
    pub fn is_usable(&self) -> bool {
        !self.is_down() && !self.drain
    }

    /// Whether it is down, by checks or for maintenance.
    pub fn is_down(&self) -> bool {
        !self.up || self.maint || !self.resolved
    }

    /// How long it was down in all, in nanoseconds; `downtime`.
    pub fn downtime_ns(&self, now: Tick) -> u64 {
        self.down_ns + if self.is_down() { now.ns_since(self.last_change) } else { 0 }
    }

    /// Percent of its weight and slots that it runs at.
    pub fn speed(&self, now: Tick) -> u32 {
        self.warmup.map_or(FULL_SPEED, |warmup| warmup.percent(now))
    }

    /// Brings it in line with a new configuration. Answers whether the server is another machine now.
    fn reconcile(&mut self, spec: &Arc<spec::Server>, timing: Timing, now: Tick, first: Tick) -> bool {
        let old = std::mem::replace(&mut self.configured, spec.clone());
        if spec.weight != old.weight {
            self.weight = spec.weight;
        }
        if spec.disabled != old.disabled {
            self.maint = spec.disabled;
        }
        self.resolved = !spec.addr.unresolved;
        let moved = spec.addr != old.addr;
        self.reconcile_checks(spec, &old, timing, if moved { now } else { first });
        match &mut self.checker {
            Some(checker) if self.maint => checker.pause(),
            Some(checker) => checker.resume(now),
            None => {}
        }
        moved
    }

    fn reconcile_checks(&mut self, spec: &spec::Server, old: &spec::Server, timing: Timing, first: Tick) {
        let Some(check) = &spec.check else {
            self.checker = None;
            self.up = true;
            return;
        };
        let thresholds = Thresholds { rise: check.rise, fall: check.fall };
        let elsewhere =
            |old: &spec::Check| (&old.addr, old.port, old.send_proxy) != (&check.addr, check.port, check.send_proxy);
        let same_target = spec.addr == old.addr && old.check.as_ref().is_some_and(|old| !elsewhere(old));
        match &mut self.checker {
            Some(checker) if same_target => {
                let known = checker.health().thresholds();
                if known != thresholds.at_least_one() {
                    let init = if self.up { InitState::FullyUp } else { InitState::FullyDown };
                    let due = checker.due().unwrap_or(first);
                    *checker = Checker::new(timing, thresholds, init, due);
                }
                checker.set_timing(timing);
            }
            _ => {
                self.checker = Some(Checker::new(timing, thresholds, InitState::Up, first));
                self.up = true;
            }
        }
    }
}

/// Takes up a Plan: servers keep what they are, but for what the configuration changed.
pub fn settle(plan: &Plan) {
    let now = rt::now();
    for proxy in &plan.proxies {
        let Some(front) = &proxy.front else { continue };
        let maxconn = front_maxconn(&front.spec);
        if front.live.configured_maxconn.swap(maxconn, Relaxed) != maxconn {
            front.live.maxconn.store(maxconn, Relaxed);
        }
    }
    let mut spread = Spread::new(plan, now);
    for back in plan.proxies.iter().filter_map(|proxy| proxy.back.as_ref()) {
        back.live.register(back);
        for (at, server) in back.servers.iter().enumerate() {
            let timing = timing(back, server, plan.spec.global.spread_checks_percent);
            settle_server(back, SrvIx::from(at), timing, now, &mut spread);
        }
    }
}

fn settle_server(back: &Back, ix: SrvIx, timing: Timing, now: Tick, spread: &mut Spread) {
    let server = back.server(ix);
    let mut health = server.live.health();
    let first = if is_fresh(back, server, &health) { spread.next() } else { now };
    if server.spec.maxconn != health.configured.maxconn {
        server.live.maxconn.store(server.spec.maxconn.unwrap_or(0), Relaxed);
    }
    let was_down = health.is_down();
    if health.reconcile(&server.spec, timing, now, first) {
        server.live.idle.discard();
    }
    account(&mut health, was_down, now);
    publish(back, ix, &health, now);
    let waker = health.waker.take();
    drop(health);
    if let Some(waker) = waker {
        waker.wake();
    }
}

fn is_fresh(back: &Back, server: &Server, health: &Health) -> bool {
    !back.spec.disabled && server.spec.check.is_some() && health.checker.is_none()
}

/// The first checks of new servers, spread over the shortest interval of them all.
struct Spread {
    now: Tick,
    nth: usize,
    count: usize,
    smallest: Ms,
}

impl Spread {
    fn new(plan: &Plan, now: Tick) -> Spread {
        let mut spread = Spread { now, nth: 0, count: 0, smallest: Ms(u32::MAX) };
        for back in plan.proxies.iter().filter_map(|proxy| proxy.back.as_ref()) {
            for server in &back.servers {
                if let Some(check) = &server.spec.check
                    && is_fresh(back, server, &server.live.health())
                {
                    spread.count += 1;
                    spread.smallest = spread.smallest.min(check.inter);
                }
            }
        }
        spread
    }

    fn next(&mut self) -> Tick {
        let delay = check::first_delay(self.nth, self.count, self.smallest, None);
        self.nth += 1;
        self.now + delay
    }
}

fn timing(back: &Back, server: &Server, spread_percent: u32) -> Timing {
    let Some(check) = &server.spec.check else { return Timing::default() };
    Timing {
        inter: check.inter,
        fastinter: check.fastinter,
        downinter: check.downinter,
        spread_percent,
        check: back.back().timeout_check,
        connect: back.back().timeout_connect,
    }
}

/// Tells balancing, and gives the numbers of usable servers before and after in `back`.
fn publish(back: &Back, ix: SrvIx, health: &Health, now: Tick) -> [(usize, usize); 2] {
    let live = &back.server(ix).live;
    let (usable, speed) = (health.is_usable(), health.speed(now));
    live.usable.store(usable, Relaxed);
    live.speed.store(speed, Relaxed);
    live.eff_weight.store((health.weight * speed).div_ceil(FULL_SPEED), Relaxed);
    let counts = back.rebalance(ix, usable, health.weight, speed);
    for other in back.live.in_use() {
        if let Some(ix) = other.find(live).filter(|_| !std::ptr::eq(&*other, back)) {
            other.rebalance(ix, usable, health.weight, speed);
        }
    }
    counts
}

/// Counts times up and down.
fn account(health: &mut Health, was_down: bool, now: Tick) {
    if was_down == health.is_down() {
        return;
    }
    if was_down {
        health.down_ns += now.ns_since(health.last_change);
    }
    health.last_change = now;
}

/// A change of one server's health in the making. It is made known by [`Edit::finish`].
pub struct Edit<'a> {
    shared: &'a Shared,
    back: &'a Arc<Back>,
    ix: SrvIx,
    health: MutexGuard<'a, Health>,
    before: Before,
    now: Tick,
}

#[derive(Clone, Copy)]
struct Before {
    up: bool,
    maint: bool,
    drain: bool,
    down: bool,
}

impl<'a> Edit<'a> {
    /// Begins a change; other changes of this server wait meanwhile. `back` is of the current Plan.
    pub fn begin(shared: &'a Shared, back: &'a Arc<Back>, ix: SrvIx) -> Edit<'a> {
        let health = back.server(ix).live.health();
        let before = Before { up: health.up, maint: health.maint, drain: health.drain, down: health.is_down() };
        Edit { shared, back, ix, health, before, now: rt::now() }
    }

    /// The weight, 0 to 256.
    pub fn set_weight(mut self, weight: u32) {
        self.health.weight = weight;
        self.finish(Cause::Unsaid);
    }

    /// `set server … state ready`: neither maintenance nor drain.
    pub fn set_ready(mut self) {
        (self.health.maint, self.health.drain) = (false, false);
        self.resume_checks();
        self.finish(Cause::Unsaid);
    }

    /// `set server … state drain`: no new traffic.
    pub fn set_drain(mut self) {
        (self.health.maint, self.health.drain) = (false, true);
        self.resume_checks();
        self.finish(Cause::Unsaid);
    }

    /// `set server … state maint`: no traffic and no checks.
    pub fn set_maint(mut self) {
        self.health.maint = true;
        if let Some(checker) = &mut self.health.checker {
            checker.pause();
        }
        self.finish(Cause::Unsaid);
    }

    /// `enable server`: ends maintenance, a drain stays.
    pub fn end_maint(mut self) {
        self.health.maint = false;
        self.resume_checks();
        self.finish(Cause::Unsaid);
    }

    /// `set server … health up` and `down`. Without checks a server is always up, and nothing happens.
    pub fn force(mut self, up: bool) {
        let Some(checker) = &mut self.health.checker else { return };
        checker.health_mut().force(up);
        self.health.up = up;
        self.finish(Cause::Cli);
    }

    /// A check has ended. Nothing happens if maintenance has begun meanwhile.
    pub fn checked(mut self, outcome: Outcome) {
        let Some(checker) = &mut self.health.checker else { return };
        let Some(verdict) = checker.finish(self.now, outcome, rt::random()) else { return };
        let (up, last) = (checker.health().is_up(), checker.last().clone());
        self.health.up = up;
        let logs_checks = self.back.back().opts.log_health_checks;
        if logs_checks {
            self.say_check(verdict, (&last).into());
        }
        self.finish(if logs_checks { Cause::Unsaid } else { Cause::Check((&last).into()) });
    }

    fn resume_checks(&mut self) {
        let health = &mut *self.health;
        if let Some(checker) = &mut health.checker
            && self.before.maint
        {
            checker.resume(self.now);
            health.up = checker.health().is_up();
            if let Some(waker) = health.waker.take() {
                waker.wake();
            }
        }
    }

    /// Makes the change known.
    fn finish(mut self, cause: Cause<'_>) {
        let server = self.back.server(self.ix);
        account(&mut self.health, self.before.down, self.now);
        let is_down = self.health.is_down();
        if self.before.down && !is_down {
            self.warm_up();
        } else if !self.before.down && is_down {
            self.health.warmup = None;
            server.live.idle.discard();
        }
        let [before, after] = publish(self.back, self.ix, &self.health, self.now);
        self.account_backend(before, after);
        if let Some(change) = self.change() {
            self.say_change(change, cause, after);
        }
        if before != (0, 0) && after == (0, 0) {
            self.say_empty();
        }
        self.back.live.queue.serve(&server.live, self.back.slot_limit(self.ix));
    }

    /// Begins the slow start of a server that has come back.
    fn warm_up(&mut self) {
        let server = self.back.server(self.ix);
        let Some(span) = server.spec.slowstart.filter(|span| span.0 > 0) else { return };
        let warmup = Warmup::begin(self.now, span);
        self.health.warmup = Some(warmup);
        rt::spawn(accelerate(self.back.clone(), self.ix, warmup));
    }

    fn account_backend(&self, before: (usize, usize), after: (usize, usize)) {
        let live = &self.back.live;
        let last_change = Tick(live.last_change.load(Relaxed));
        match (before == (0, 0), after == (0, 0)) {
            (false, true) => {
                live.downs.fetch_add(1, Relaxed);
            }
            (true, false) => {
                live.down_ns.fetch_add(self.now.ns_since(last_change), Relaxed);
            }
            _ => return,
        }
        live.last_change.store(self.now.0, Relaxed);
    }

    fn change(&self) -> Option<Change> {
        let (before, health) = (self.before, &*self.health);
        let (up, drained) = (health.up, health.drain);
        match (before.maint, health.maint) {
            (false, true) if before.up => Some(Change::IntoMaintenance { was_drained: before.drain }),
            (false, true) => Some(Change::DownIntoMaintenance),
            (true, false) => Some(Change::OutOfMaintenance { up, drained }),
            (true, true) => None,
            (false, false) => match (before.up, up) {
                (false, true) => Some(Change::Up),
                (true, false) => Some(Change::Down),
                _ if !before.drain && drained => Some(Change::IntoDrain { up }),
                _ if before.drain && !drained => Some(Change::OutOfDrain { up }),
                _ => None,
            },
        }
    }

    fn who(&self) -> Who<'_> {
        let server = self.back.server(self.ix);
        Who { backend: &self.back.spec.name, server: &server.live.name, is_backup: server.spec.backup }
    }

    fn say_check(&self, verdict: Verdict, report: Report<'_>) {
        let Some(checker) = self.health.checker.as_ref().filter(|_| verdict.is_news) else { return };
        let mut text = String::new();
        if check::health_check(&mut text, self.who(), report, checker.health()).is_ok() {
            self.say(Severity::Warning, Level::Notice, &text, &text);
        }
    }

    fn say_change(&self, change: Change, cause: Cause<'_>, (active, backup): (usize, usize)) {
        let (live, queue) = (&self.back.server(self.ix).live, &self.back.live.queue);
        let (sessions, queued) = (u64::from(live.served.get()), u64::from(queue.len()));
        let counts = Counts { active, backup, sessions, requeued: 0, queued };
        let mut text = String::new();
        if let Ok(level) = check::server_change(&mut text, self.who(), change, cause, &counts) {
            self.say(Severity::Warning, level, &text, &text);
        }
    }

    fn say_empty(&self) {
        let kind = match self.back.spec.kind {
            ProxyKind::Listen => "proxy",
            ProxyKind::Frontend | ProxyKind::Backend => "backend",
        };
        let name = &self.back.spec.name;
        let mut text = String::new();
        if let Ok(level) = check::backend_empty(&mut text, kind, name) {
            self.say(Severity::Alert, level, &text, &format!("{kind} '{name}' has no server available!"));
        }
    }

    /// To the backend's log and to the operator.
    fn say(&self, severity: Severity, level: Level, logged: &str, announced: &str) {
        if let Some(logger) = &self.back.logger {
            logger.send_now(level, rt::wall(), logged.as_bytes());
        }
        self.shared.announce(severity, announced);
    }
}

/// Speeds a server up until it runs at full weight or its slow start is over for another reason.
async fn accelerate(back: Arc<Back>, ix: SrvIx, warmup: Warmup) {
    let live: Arc<ServerLive> = back.server(ix).live.clone();
    loop {
        rt::sleep_until(warmup.next_step(rt::now())).await;
        let now = rt::now();
        let mut health = live.health();
        if health.warmup != Some(warmup) {
            return;
        }
        let is_over = warmup.is_over(now);
        if is_over {
            health.warmup = None;
        }
        publish(&back, ix, &health, now);
        drop(health);
        back.live.queue.serve(&live, back.slot_limit(ix));
        if is_over {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Addr;
    use conf::spec::{ServerAddr, ServerPort};
    use policy::check::CheckStatus;

    const T0: Tick = Tick(1_000_000_000);

    fn server() -> spec::Server {
        spec::Server {
            name: "s1".into(),
            addr: ServerAddr {
                addr: Addr::Ip(([127, 0, 0, 1], 80).into()),
                host: None,
                unresolved: false,
                port: ServerPort::Fixed,
            },
            check: Some(spec::Check::default()),
            ..spec::Server::default()
        }
    }

    fn with_check(edit: impl Fn(&mut spec::Check)) -> spec::Server {
        let mut server = server();
        edit(server.check.as_mut().expect("it has a check"));
        server
    }

    /// A server that checks have found down.
    fn down() -> Health {
        let mut health = Health::new(&Arc::new(server()), T0);
        health.reconcile(&Arc::new(server()), Timing::default(), T0, T0);
        let checker = health.checker.as_mut().expect("checks are configured");
        checker.start(T0);
        checker.finish(T0.plus_ms(1), Outcome::plain(CheckStatus::L4Connection), 0);
        health.up = checker.health().is_up();
        account(&mut health, false, T0.plus_ms(1));
        assert!(!health.is_usable());
        health
    }

    /// What a reload to `new` makes of a server that was down and whose weight was set to 7 meanwhile: whether it
    /// is another machine, is up and in maintenance, its weight, and when its next check is due, in milliseconds.
    fn check(new: &spec::Server, expected: (bool, bool, bool, u32, Option<u64>)) {
        let mut health = down();
        health.weight = 7;
        let moved = health.reconcile(&Arc::new(new.clone()), Timing::default(), T0.plus_ms(100), T0.plus_ms(100));
        let due = health.checker.as_ref().and_then(|c| c.due()).map(|due| due.ms_since(T0));
        assert_eq!((moved, health.up, health.maint, health.weight, due), expected);
    }

    #[test]
    fn a_reload_keeps_what_the_configuration_does_not_change() {
        check(&server(), (false, false, false, 7, Some(2000)));
        check(&spec::Server { maxconn: Some(9), ..server() }, (false, false, false, 7, Some(2000)));
        check(&with_check(|check| check.inter = Ms(10)), (false, false, false, 7, Some(2000)));
        check(&with_check(|check| check.rise = 5), (false, false, false, 7, Some(2000)));
        check(&spec::Server { weight: 3, ..server() }, (false, false, false, 3, Some(2000)));
        check(&spec::Server { disabled: true, ..server() }, (false, false, true, 7, None));
    }

    #[test]
    fn another_machine_or_check_is_checked_afresh() {
        check(&with_check(|check| check.port = Some(81)), (false, true, false, 7, Some(100)));
        check(&spec::Server { check: None, ..server() }, (false, true, false, 7, None));
        let mut moved = server();
        moved.addr.addr = Addr::Ip(([127, 0, 0, 2], 80).into());
        check(&moved, (true, true, false, 7, Some(100)));
    }

    #[test]
    fn downtime_grows_while_down_and_stays_afterwards() {
        let mut health = down();
        assert_eq!(health.downtime_ns(T0.plus_ms(11)), 10_000_000);
        health.up = true;
        account(&mut health, true, T0.plus_ms(21));
        assert_eq!((health.downtime_ns(T0.plus_ms(999)), health.last_change), (20_000_000, T0.plus_ms(21)));
        health.maint = true;
        assert!(health.is_down());
    }

    #[test]
    fn who_may_be_picked() {
        for (edit, usable) in [
            ((|_| {}) as fn(&mut Health), true),
            (|h| h.up = false, false),
            (|h| h.maint = true, false),
            (|h| h.drain = true, false),
            (|h| h.resolved = false, false),
        ] {
            let mut health = Health::new(&Arc::new(server()), T0);
            edit(&mut health);
            assert_eq!(health.is_usable(), usable);
        }
    }
}
