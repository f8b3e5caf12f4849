//! The end of an exchange: one record of it goes to the log and to the counters.

use super::{Exchange, Fail};
use crate::counters::{Ctr, Rated};
use crate::facts::Seen;
use crate::log::{LogBatch, Logger};
use crate::plan::LocalFront;
use crate::session::Client;
use crate::worker::Worker;
use base::Tick;
use expr::logfmt::LogFormat;
use expr::vars::Scopes;
use expr::{Env, Origin, Place, ProxyName, Record, RequestText, ServerName, Session, Timers};
use http::{Head, Version};
use wire::syslog::Level;

/// The request line as the log shows it, copied out of the head so that the head's buffer can go.
pub struct Texts {
    bytes: Vec<u8>,
    method: usize,
    uri: usize,
    state: TextState,
}

/// The longest log line before `len` cuts it: what a target can be told to take (manual 3.1, `log … len`).
const MAX_LINE: usize = 65_535;

/// How often bytes are counted while they pass, in milliseconds (manual 4.2, `option contstats`: about every 5 s).
const CONTSTATS_MS: u64 = 5000;

/// What of an exchange's bytes the counters know already.
#[derive(Clone, Copy, Default)]
pub struct Counted {
    bytes_in: u64,
    bytes_out: u64,
    /// When to count next.
    due: Tick,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TextState {
    None,
    Bad,
    Line,
}

impl Texts {
    /// Nothing yet, with memory from an earlier exchange.
    pub fn new(bytes: Vec<u8>) -> Texts {
        Texts { bytes, method: 0, uri: 0, state: TextState::None }
    }

    /// Keeps the request line. `max`: how many bytes of it (`tune.http.logurilen`).
    pub fn keep(&mut self, head: &Head, max: usize) {
        let Version { major, minor } = head.version();
        let version = [b'H', b'T', b'T', b'P', b'/', b'0' + major % 10, b'.', b'0' + minor % 10];
        let (method, uri) = (head.method_name(), head.target());
        self.bytes.clear();
        for part in [method, uri, &version[..]] {
            let room = max.saturating_sub(self.bytes.len() + 2);
            self.bytes.extend_from_slice(&part[..part.len().min(room)]);
        }
        self.method = method.len().min(self.bytes.len());
        self.uri = (method.len() + uri.len()).min(self.bytes.len());
        self.state = TextState::Line;
    }

    /// Something came that isn't a request.
    pub fn mark_bad(&mut self) {
        self.state = TextState::Bad;
    }

    /// Method, target and version, once a request has come.
    pub fn line(&self) -> Option<(&[u8], &[u8], &[u8])> {
        match self.text() {
            RequestText::Line { method, uri, version } => Some((method, uri, version)),
            RequestText::None | RequestText::Bad => None,
        }
    }

    fn text(&self) -> RequestText<'_> {
        match self.state {
            TextState::None => RequestText::None,
            TextState::Bad => RequestText::Bad,
            TextState::Line => RequestText::Line {
                method: &self.bytes[..self.method],
                uri: &self.bytes[self.method..self.uri],
                version: &self.bytes[self.uri..],
            },
        }
    }
}

/// Version and cipher of the client's TLS, once the handshake has come so far.
fn agreed(client: &Client) -> Option<(&'static str, &'static str)> {
    let facts = client.stream.tls()?.facts();
    Some((facts.version?, facts.cipher?.0))
}

/// Logs, in the error format, a connection that failed before it became a stream.
pub fn log_session_error(client: &mut Client, text: &str) {
    let front = client.front.clone();
    let Some(logger) = &front.logger else { return };
    let level = if front.front().opts.log_separate_errors { Level::Err } else { Level::Info };
    if !logger.wants(level) {
        return;
    }
    let worker = client.worker.clone();
    let dst = if front.formats.error.needs().frontend_addr { client.dst() } else { None };
    let mut logs = worker.logs.borrow_mut();
    let offset = logs.offset_s(rt::wall());
    let x = Exchange::new(client);
    let record = Record { error: text, origin: Origin::SessError, ..x.record(client, true, dst, offset) };
    let line = Said {
        seen: Seen::new(client, &x, None),
        level,
        format: &front.formats.error,
        record: &record,
        vars: Scopes::default(),
    };
    write_line(&worker, &front, logger, &mut logs, line);
}

/// What a line is made of.
struct Said<'a> {
    seen: Seen<'a>,
    level: Level,
    format: &'a LogFormat,
    record: &'a Record<'a>,
    vars: Scopes<'a>,
}

/// Formats one line and hands it to the logger.
fn write_line(worker: &Worker, front: &LocalFront, logger: &Logger, logs: &mut LogBatch, said: Said<'_>) {
    let Said { seen, level, format, record, vars } = said;
    let wall = rt::wall();
    let mut line = worker.line.borrow_mut();
    line.clear();
    let arena = worker.arena.borrow();
    // Names and numbers that a line may show, from what is at hand.
    let session = Session {
        src: record.client,
        dst: record.frontend_addr,
        accepted: record.accept_date,
        frontend: ProxyName { name: record.frontend, id: front.id },
        listener_id: record.listener_id,
        listener_name: seen.listener_name(),
    };
    let stream = seen.stream();
    let env = Env {
        session: Some(&session),
        stream: Some(&stream),
        record: Some(record),
        facts: Some(&seen),
        live: Some(worker),
        vars,
        ..Env::bare(Place::Log, rt::now(), wall, &worker.shared.process, arena.scratch())
    };
    format.format(&env, record, logs.dates(wall).0, MAX_LINE, &mut line);
    drop(arena);
    worker.reset_arena();
    front.live.counters.inc(worker.id, Ctr::LogLines);
    logger.send(logs, level, wall, &line);
    if logs.is_pending() {
        rt::request_flush();
    }
}

impl Exchange {
    /// Ends the exchange: counts it, logs it, and gives back what it holds. `fail`: how it went wrong, if it did.
    pub fn finish(mut self, client: &mut Client, fail: Option<Fail>) {
        if let Some(fail) = fail {
            self.flags = fail.flags();
        }
        if !self.uncounted {
            self.count(client);
            if !self.logged {
                self.log(client, false);
            }
        }
        if let Some((src, dst)) = self.tuned().and_then(|tuned| tuned.addresses) {
            client.src = src;
            client.set_dst(dst);
        }
        if let Some(task) = rt::current_task().filter(|_| self.tuned().is_some_and(|tuned| tuned.niced)) {
            rt::set_nice(task, client.listener.nice);
        }
        client.idle_since = rt::now();
        client.exchanges += 1;
        client.worker.reuse_line(std::mem::take(&mut self.texts.bytes));
    }

    /// The exchange never began.
    pub fn forget(mut self, client: &Client) {
        client.worker.reuse_line(std::mem::take(&mut self.texts.bytes));
    }

    /// A stream begins: without a log format this is the moment of its line.
    pub fn log_connect(&mut self, client: &mut Client) {
        // A stream that has become one of HTTP has had its line.
        if client.front.formats.on_connect && !self.logged {
            self.log(client, true);
        }
    }

    /// Writes the log line now: at the end, or with `option logasap` (`partial`) once the response's head is there.
    pub fn log(&mut self, client: &mut Client, partial: bool) {
        self.logged = true;
        let front = client.front.clone();
        self.settle_captures(&front);
        let Some(logger) = &front.logger else { return };
        let opts = &front.front().opts;
        let bad = self.is_odd();
        if (opts.dontlog_normal && !bad) || (opts.dontlognull && self.bytes_in + self.bytes_to_client() == 0) {
            return;
        }
        let usual = if opts.log_separate_errors && bad { Level::Err } else { Level::Info };
        let Some(level) = self.tuned().and_then(|tuned| tuned.log_level).unwrap_or(Some(usual)) else { return };
        if !logger.wants(level) {
            return;
        }
        let worker = client.worker.clone();
        let mut logs = worker.logs.borrow_mut();
        let dst = if front.formats.main.needs().frontend_addr { client.dst() } else { None };
        let offset = logs.offset_s(rt::wall());
        let record = self.record(client, partial, dst, offset);
        let vars = self.vars.for_logs(client);
        let seen = Seen::new(client, self, None);
        let line = Said { seen, level, format: &front.formats.main, record: &record, vars };
        write_line(&worker, &front, logger, &mut logs, line);
    }

    /// Whether something went wrong, a retry included (manual 4.2, `option dontlog-normal`).
    pub fn is_odd(&self) -> bool {
        self.flags != *b"--" || self.retries > 0 || self.redispatched || self.status >= 500
    }

    /// Bytes sent but for an error page: what `option dontlognull` looks at.
    fn bytes_to_client(&self) -> u64 {
        if self.times.request.is_some() || self.times.connected.is_some() { self.bytes_out } else { 0 }
    }

    /// The exchange as far as it has come, for rules.
    pub fn facts<'a>(&'a self, client: &'a Client, utc_offset_s: i32) -> Record<'a> {
        Record { partial: false, ..self.record(client, true, client.known_dst(), utc_offset_s) }
    }

    fn record<'a>(
        &'a self,
        client: &'a Client,
        partial: bool,
        dst: Option<core::net::SocketAddr>,
        utc_offset_s: i32,
    ) -> Record<'a> {
        let front = &client.front;
        let http = client.is_http();
        let back = self.back.as_ref().map(|b| b.back());
        let server = back.zip(self.server).map(|(back, ix)| back.server(ix));
        let shared = &client.worker.shared;
        let kept = self.has_kept();
        let (has_request, has_response) = (front.blank.request.is_some(), front.blank.response.is_some());
        let own_slot = u32::from(!partial && self.slot.is_some());
        Record {
            origin: Origin::TxnClose,
            partial,
            http,
            accept_date: client.accepted_at,
            request_date: self.times.first_byte_at,
            utc_offset_s,
            timers: self.timers(client),
            status: if self.status == 0 { -1 } else { i32::from(self.status) },
            bytes_out: self.bytes_out,
            bytes_in: self.bytes_in,
            term: self.flags,
            client: client.src,
            frontend_addr: dst,
            backend_addr: self.server_addrs.as_ref().map(|a| a.0),
            server_addr: self.server_addrs.as_ref().map(|a| a.1),
            frontend: &front.spec.name,
            listener: &client.listener.label,
            listener_id: client.listener.id,
            backend: back.map_or(&front.spec.name, |b| &b.spec.name),
            server: server.map_or(ServerName::NoSrv, |s| ServerName::Name(&s.spec.name)),
            actconn: u64::from(shared.conns.get()),
            feconn: u64::from(front.live.conns.get()),
            // A finished stream no longer counts itself.
            beconn: back.map_or(0, |b| u64::from(b.live.conns.get().saturating_sub(u32::from(!partial)))),
            srvconn: server.map_or(0, |s| u64::from(s.live.served.get().saturating_sub(own_slot))),
            retries: self.retries,
            redispatched: self.redispatched,
            be_queue: u64::from(self.queued_behind),
            request_counter: self.id,
            hostname: &shared.process.hostname,
            pid: shared.process.pid,
            request: self.texts.text(),
            frontend_tls: client.listener.tls.is_some(),
            tls: agreed(client),
            req_captures: kept.map(|kept| &kept.request).or(front.blank.request.as_ref()).filter(|_| has_request),
            res_captures: kept.map(|kept| &kept.response).or(front.blank.response.as_ref()).filter(|_| has_response),
            req_cookie: kept.and_then(|kept| kept.request_cookie.as_deref()),
            res_cookie: kept.and_then(|kept| kept.response_cookie.as_deref()),
            ..Record::default()
        }
    }

    /// How long each stage took, until now.
    pub fn timers(&self, client: &Client) -> Timers {
        let t = &self.times;
        let span = |from: Tick, to: Tick| if from.is_some() && to.is_some() { to.ms_since(from) as i64 } else { -1 };
        let first = client.exchanges == 0;
        let handshake = if first { span(client.accepted, client.handshake_end()).max(0) } else { 0 };
        let began = if first { client.accepted } else { client.idle_since };
        let waited_since = if t.tarpitted.is_some() {
            t.tarpitted
        } else if client.is_http() {
            t.request
        } else {
            client.handshake_end()
        };
        Timers {
            handshake,
            idle: if first {
                span(client.handshake_end(), t.first_byte)
            } else {
                span(client.idle_since, t.first_byte)
            },
            request: span(t.first_byte, t.request),
            queue: span(waited_since, t.assigned),
            connect: span(t.assigned, t.connected),
            response: span(t.connected, t.response),
            total: span(began, rt::now()).max(0),
        }
    }

    /// Whether bytes are to be counted while they pass (`option contstats`).
    pub fn counts_while_moving(&self, client: &Client) -> bool {
        client.front.spec.opts.contstats
    }

    /// Counts, every few seconds, what a transfer under way has received from the client and sent to it.
    pub fn count_moved(&mut self, client: &Client, received: u64, sent: u64) {
        let now = rt::now();
        if !self.counted.due.is_some() {
            self.counted.due = now.plus_ms(CONTSTATS_MS);
        } else if now >= self.counted.due {
            self.counted.due = now.plus_ms(CONTSTATS_MS);
            self.count_bytes(client, self.bytes_in + received, self.bytes_out + sent);
        }
    }

    /// Brings the byte counters from what is counted already up to these sums.
    fn count_bytes(&mut self, client: &Client, bytes_in: u64, bytes_out: u64) {
        let fresh = [
            (Ctr::BytesIn, bytes_in.saturating_sub(self.counted.bytes_in)),
            (Ctr::BytesOut, bytes_out.saturating_sub(self.counted.bytes_out)),
        ];
        (self.counted.bytes_in, self.counted.bytes_out) = (bytes_in, bytes_out);
        let back = self.back.as_ref().map(|b| b.back());
        let server = back.zip(self.server).map(|(back, ix)| &back.server(ix).live.counters);
        let front = Some(&client.front.live.counters);
        let all = [front, client.listener.counters(), back.map(|back| &back.live.counters), server];
        client.worker.shared.totals.add(client.worker.id, Ctr::BytesOut, fresh[1].1);
        for counters in all.into_iter().flatten() {
            fresh.into_iter().for_each(|(ctr, n)| counters.add(client.worker.id, ctr, n));
        }
    }

    fn count(&mut self, client: &Client) {
        self.count_bytes(client, self.bytes_in, self.bytes_out);
        let thread = client.worker.id;
        let front = &client.front.live.counters;
        let http = client.is_http();
        if http && !self.unrequested {
            front.inc(thread, Ctr::Requests);
            front.rate(thread, Rated::Requests, rt::now(), 1);
            client.worker.shared.totals.inc(thread, Ctr::Requests);
            front.response(thread, self.status);
        }
        let Some(back) = self.back.as_ref().map(|b| b.back()) else { return };
        let server = self.server.map(|ix| &back.server(ix).live.counters);
        // What a server answered counts for it, whatever rules made of that.
        let theirs = if self.server_status == 0 { self.status } else { self.server_status };
        let both = [(Some(&back.live.counters), self.status), (server, theirs)];
        let times = self.times.connected.is_some().then(|| {
            let timers = self.timers(client);
            [timers.queue, timers.connect, timers.response, timers.total]
        });
        for (counters, status) in both.into_iter().filter_map(|(counters, status)| Some((counters?, status))) {
            if http {
                counters.inc(thread, Ctr::Requests);
                counters.response(thread, status);
            }
            if let Some(times) = times {
                counters.timed(thread, times);
            }
        }
    }
}
