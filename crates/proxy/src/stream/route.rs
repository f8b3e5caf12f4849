//! Which backend: the `use_backend` rules in order, then `default_backend`.

use super::{BackGuard, Cause, Exchange, Fail, Stage};
use crate::counters::{Ctr, Rated};
use crate::facts::Seen;
use crate::plan::LocalBack;
use crate::session::Client;
use crate::watch::Watched;
use base::Tick;
use expr::logfmt::LogFormat;
use expr::{Env, Place, ProxyName, Received, Session, View};
use http::Head;
use rules::Target;
use std::rc::Rc;
use std::sync::Arc;

impl Exchange {
    /// Chooses the backend of a request.
    pub fn route(&mut self, client: &mut Client, head: &Head) -> Result<(), Fail> {
        self.choose(client, View::Ready(head), None)
    }

    /// Chooses the backend of a TCP session by what has come of it.
    pub fn route_tcp(&mut self, client: &mut Client, bytes: &Received<'_>, http: View<'_>) -> Result<(), Fail> {
        self.choose(client, http, Some(bytes))
    }

    fn choose(&mut self, client: &mut Client, request: View<'_>, bytes: Option<&Received<'_>>) -> Result<(), Fail> {
        let no_backend = Fail::new(Cause::ServerAbort, Stage::Connect, 503).keeping();
        let Some(back) = pick(client, self, request, bytes) else {
            // The analysis of the request isn't complete: its time doesn't count, as observed.
            self.times.request = Tick::NONE;
            return Err(no_backend);
        };
        let thread = client.worker.id;
        back.live.counters.inc(thread, Ctr::Sessions);
        back.live.counters.rate(thread, Rated::Sessions, rt::now(), 1);
        self.card.set_back(&back);
        if let Some(tuning) = self.tuning.as_mut().filter(|_| !Arc::ptr_eq(&back.rules, &client.front.rules)) {
            tuning.forget_back();
        }
        self.back = Some(BackGuard::new(back));
        Ok(())
    }
}

fn pick(client: &mut Client, x: &Exchange, request: View<'_>, bytes: Option<&Received<'_>>) -> Option<Rc<LocalBack>> {
    let front = client.front.clone();
    if front.route.rules.is_empty() {
        let target = front.route.otherwise();
        return front.back(target).cloned();
    }
    let dst = client.dst();
    let session = Session {
        src: client.src,
        dst,
        accepted: client.accepted_at,
        frontend: ProxyName { name: &front.spec.name, id: front.id },
        listener_id: client.listener.id,
        listener_name: client.listener.name.as_deref(),
    };
    let arena = client.worker.arena.borrow();
    let env = Env {
        session: Some(&session),
        request,
        request_bytes: bytes,
        facts: Some(&Seen::new(client, x, None)),
        live: Some(&*client.worker),
        vars: x.vars.for_rules(client),
        ..Env::bare(Place::UseBackend, rt::now(), rt::wall(), &client.worker.shared.process, arena.scratch())
    };
    let watch = client.worker.shared.watch.get();
    let target = front.route.choose_seen(&env, |rule, applies| {
        if let Some(watch) = watch {
            watch.rule(&Watched::new(&front.spec.name, "use_backend", rule, applies), &env);
        }
    });
    let back = match target {
        Target::Named(name) => {
            // A name that nobody has leads to the default, not to the next rule (manual 4.2, `use_backend`).
            let mut text = client.worker.line_memory();
            write_name(client, x, &env, name, &mut text);
            let back = front.back_named(&text).or_else(|| front.back(front.route.otherwise())).cloned();
            client.worker.reuse_line(text);
            back
        }
        target => front.back(target).cloned(),
    };
    drop(arena);
    client.worker.reset_arena();
    back
}

fn write_name(client: &Client, x: &Exchange, env: &Env<'_>, name: &LogFormat, out: &mut Vec<u8>) {
    let worker = &client.worker;
    let mut logs = worker.logs.borrow_mut();
    let record = x.facts(client, logs.offset_s(env.wall));
    name.format(env, &record, logs.dates(env.wall).0, worker.shared.tune.bufsize as usize, out);
}
