//! A run over one set: the facts that it lends to conditions, and what actions have in hand.

use super::needs::Needs;
use super::parts::Parts;
use crate::answer::{Answer, Stop};
use crate::counters::Ctr;
use crate::facts::Seen;
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage as When};
use crate::watch::Watched;
use base::Tick;
use expr::acl::Tri;
use expr::logfmt::LogFormat;
use expr::{Env, Expr, Got, Place, ProxyName, Received, Record, Session, Stream, Val, View};
use http::{EditError, Head};
use rules::{Action, Doer, Rule, Stage, Step};

/// A run in progress.
pub struct Doing<'a> {
    pub client: &'a mut Client,
    pub x: &'a mut Exchange,
    /// The message that the set is about.
    pub head: &'a mut Head,
    pub at: At,
    /// A rewriting that fails is an error.
    pub strict: bool,
    /// What there is instead of a head; `None` where `head` is the message.
    pub came: Option<Came<'a>>,
    /// What isn't there won't come.
    pub last: bool,
    needs: Needs,
    /// What formats were written to, kept for the next one.
    text: Vec<u8>,
}

/// What has come of a stream that isn't HTTP, isn't yet, or of whose message nothing has come.
#[derive(Clone, Copy)]
pub struct Came<'a> {
    /// The bytes; `None` where rules don't see any.
    pub bytes: Option<&'a Received<'a>>,
    /// The HTTP message that they are, if they are one.
    pub http: View<'a>,
    /// What isn't there won't come.
    pub last: bool,
}

/// Which set it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct At {
    pub stage: Stage,
    pub side: Side,
}

/// Whose rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Front,
    Back,
}

/// How a final action ends a run.
pub enum Verdict {
    /// The message goes on.
    Allow,
    Stop(Stop),
    /// This is the answer, but not yet.
    Tarpit(Box<Answer>),
    /// The stream goes on in HTTP mode.
    Switch,
    /// The server's connection is closed behind what it has sent.
    CloseServer,
}

impl At {
    /// `tcp-request connection`.
    pub const CONNECTION: At = At { stage: Stage::TcpReqConn, side: Side::Front };
    /// `tcp-request session`.
    pub const SESSION: At = At { stage: Stage::TcpReqSess, side: Side::Front };

    /// `tcp-request content`.
    pub const fn content(side: Side) -> At {
        At { stage: Stage::TcpReqCont, side }
    }

    /// `tcp-response content`.
    pub const fn tcp_response(side: Side) -> At {
        At { stage: Stage::TcpResCont, side }
    }

    /// `http-request`.
    pub const fn request(side: Side) -> At {
        At { stage: Stage::HttpReq, side }
    }

    /// `http-response`.
    pub const fn response(side: Side) -> At {
        At { stage: Stage::HttpRes, side }
    }

    /// `http-after-response`.
    pub const fn after_response(side: Side) -> At {
        At { stage: Stage::HttpAfterRes, side }
    }

    /// Where its expressions are evaluated.
    pub fn place(self) -> Place {
        match (self.stage, self.side) {
            (Stage::HttpReq, Side::Front) => Place::FeHttpReq,
            (Stage::HttpReq, Side::Back) => Place::BeHttpReq,
            (Stage::HttpRes | Stage::HttpAfterRes, Side::Front) => Place::FeHttpRes,
            (Stage::HttpRes | Stage::HttpAfterRes, Side::Back) => Place::BeHttpRes,
            (Stage::QuicInitial | Stage::TcpReqConn, _) => Place::FeTcpConn,
            (Stage::TcpReqSess, _) => Place::FeTcpSess,
            (Stage::TcpReqCont, Side::Front) => Place::FeTcpReq,
            (Stage::TcpReqCont, Side::Back) => Place::BeTcpReq,
            (Stage::TcpResCont, Side::Front) => Place::FeTcpRes,
            (Stage::TcpResCont, Side::Back) => Place::BeTcpRes,
        }
    }

    /// What logs call the moment.
    pub fn when(self) -> When {
        match self.stage {
            Stage::TcpResCont => When::Data,
            stage if stage.is_response() => When::Headers,
            _ => When::Request,
        }
    }
}

impl<'a> Doing<'a> {
    /// A run over a set with these needs.
    pub fn new(
        client: &'a mut Client,
        x: &'a mut Exchange,
        head: &'a mut Head,
        at: At,
        needs: Needs,
        strict: bool,
    ) -> Doing<'a> {
        Doing { client, x, head, at, strict, came: None, last: true, needs, text: Vec::new() }
    }

    /// Gives memory back.
    pub fn finish(self) {
        self.x.settle_captures(&self.client.front);
        let worker = &self.client.worker;
        worker.reuse_line(self.text);
        worker.reset_arena();
    }

    /// Whether more may come of what the rules look at.
    pub fn may_wait(&self) -> bool {
        !self.came.map_or(self.last, |came| came.last)
    }

    /// What `f` makes of an expression's value.
    pub fn eval<R>(&self, expr: &Expr, f: impl FnOnce(Option<Val<'_>>, &Env<'_>) -> R) -> R {
        self.look(|env| match expr.eval(env) {
            Got::Val { v, .. } => f(Some(v), env),
            Got::Absent | Got::Wait => f(None, env),
        })
    }

    /// A format's text, in memory that has to be given back ([`Doing::put_back`]).
    pub fn text(&mut self, format: &LogFormat) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.text);
        if text.capacity() == 0 {
            text = self.client.worker.line_memory();
        }
        text.clear();
        self.write(format, &mut text);
        text
    }

    /// See [`Doing::text`].
    pub fn put_back(&mut self, text: Vec<u8>) {
        self.text = text;
    }

    /// Appends a format's text, cut where it doesn't fit into a buffer.
    pub fn write(&self, format: &LogFormat, out: &mut Vec<u8>) {
        let worker = &self.client.worker;
        let max = worker.shared.tune.bufsize as usize;
        self.look(|env| {
            let mut logs = worker.logs.borrow_mut();
            let dates = logs.dates(env.wall).0;
            match env.record {
                Some(record) => format.format(env, record, dates, max, out),
                None => format.format(env, &Record::default(), dates, max, out),
            }
        });
    }

    /// The end of a rewriting. One that failed is counted, and in strict mode it is the end of the exchange.
    pub fn rewritten(&mut self, result: Result<(), EditError>) -> Step<Verdict> {
        if result.is_ok() {
            return Step::Next;
        }
        self.count_here(Ctr::FailedRewrites);
        if !self.strict {
            return Step::Next;
        }
        if !self.at.stage.is_response() {
            // The request's analysis isn't complete: its time doesn't count, as observed.
            self.x.times.request = Tick::NONE;
        }
        let fail = Fail::new(Cause::Proxy, self.at.when(), 500).keeping();
        Step::Final(Verdict::Stop(Stop::Fail(fail)))
    }

    /// Counts what became of a message in the proxies that it has come to.
    pub fn count_here(&self, ctr: Ctr) {
        let thread = self.client.worker.id;
        let listener = self.client.listener.counters();
        for counters in [Some(&self.client.front.live.counters), listener].into_iter().flatten() {
            counters.inc(thread, ctr);
        }
        if let Some(back) = self.x.back.as_ref() {
            let server = self.x.server.filter(|_| self.at.stage.is_response());
            back.back().count(thread, server, ctr);
        }
    }
}

impl Doer<Action> for Doing<'_> {
    type Verdict = Verdict;

    fn look<R>(&self, f: impl FnOnce(&Env<'_>) -> R) -> R {
        let came = self.came.unwrap_or(Came { bytes: None, http: View::Ready(&*self.head), last: self.last });
        let facts = Facts { client: self.client, x: self.x, place: self.at.place(), needs: self.needs };
        facts.look_at(came, self.at.stage.is_response(), f)
    }

    #[inline]
    fn saw(&self, rule: &Rule<Action>, applies: Tri, env: &Env<'_>) {
        if let Some(watch) = self.client.worker.shared.watch.get() {
            let back = self.x.back.as_ref().filter(|_| self.at.side == Side::Back).map(|back| back.back());
            let proxy = back.map_or(&self.client.front.spec.name, |back| &back.spec.name);
            watch.rule(&Watched::new(proxy, self.at.stage.keyword(), rule, applies), env);
        }
    }

    fn act(&mut self, rule: &Rule<Action>) -> Step<Verdict> {
        self.x.settle_captures(&self.client.front);
        let step = super::act::act(self, rule);
        if let Step::Final(_) = step {
            self.x.last_rule = Some((rule.file, rule.line));
        }
        step
    }
}

/// What there is to know of a stream while rules are run.
pub struct Facts<'a> {
    pub client: &'a Client,
    pub x: &'a Exchange,
    pub place: Place,
    pub needs: Needs,
}

impl Facts<'_> {
    /// Lends the facts about a request's or a response's head.
    pub fn look<R>(&self, request: View<'_>, response: View<'_>, f: impl FnOnce(&Env<'_>) -> R) -> R {
        let is_response = matches!(request, View::Absent);
        let http = if is_response { response } else { request };
        self.look_at(Came { bytes: None, http, last: true }, is_response, f)
    }

    /// Lends the facts. Nothing is gathered that isn't needed, and nothing is allocated.
    #[inline]
    pub fn look_at<R>(&self, came: Came<'_>, is_response: bool, f: impl FnOnce(&Env<'_>) -> R) -> R {
        let Facts { client, x, .. } = *self;
        let front = &client.front;
        let session = Session {
            src: client.src,
            dst: client.known_dst(),
            accepted: client.accepted_at,
            frontend: ProxyName { name: &front.spec.name, id: front.id },
            listener_id: client.listener.id,
            listener_name: client.listener.name.as_deref(),
        };
        let back = x.back.as_ref().map(|back| back.back());
        let named = |ix| back.map(|back| ProxyName { name: &back.server(ix).spec.name, id: back.server_id(ix) });
        let stream = Stream {
            backend: back.map(|back| ProxyName { name: &back.spec.name, id: back.id }),
            server: x.server.and_then(named),
        };
        let wall = rt::wall();
        let record = self.needs.record.then(|| x.facts(client, client.worker.logs.borrow_mut().offset_s(wall)));
        let seen = Seen::new(client, x, None);
        let arena = client.worker.arena.borrow();
        let parts;
        let body = match came.http {
            View::Ready(head) if self.needs.body && !is_response => {
                parts = Parts::of(head, x, &client.front.h1, arena.scratch());
                Some(parts.received())
            }
            _ => None,
        };
        let env = Env {
            session: Some(&session),
            stream: Some(&stream),
            last: came.last,
            request: if is_response { View::Absent } else { came.http },
            response: if is_response { came.http } else { View::Absent },
            request_bytes: came.bytes.filter(|_| !is_response),
            response_bytes: came.bytes.filter(|_| is_response),
            request_body: body.as_ref(),
            facts: Some(&seen),
            live: Some(&*client.worker),
            record: record.as_ref(),
            vars: x.vars.for_logs(client),
            ..Env::bare(self.place, rt::now(), wall, &client.worker.shared.process, arena.scratch())
        };
        f(&env)
    }
}
