//! One exchange: a TCP session, or an HTTP request and its response. A file for each stage, in the order of life:
//! `route` (which backend), `assign` (which server, queue), `connect` (reuse or open), `flow` (move bytes),
//! `record` (log and count).

mod assign;
mod captures;
mod connect;
mod fail;
pub mod flow;
mod preferred;
mod record;
mod route;
pub mod server_names;
mod tuning;

pub use captures::{Blank, Kept as KeptTexts};
pub use connect::{Kept, Link};
pub use fail::{Cause, Fail, Sender, Stage};
pub use preferred::Preferred;
pub use record::{Texts, log_session_error};
pub use tuning::Tuning;

use crate::cards;
use crate::counters::Ctr;
use crate::plan::LocalBack;
use crate::queue::Slot;
use crate::session::Client;
use base::ix::SrvIx;
use base::{Tick, WallClock};
use core::cell::RefCell;
use core::net::SocketAddr;
use expr::vars::{Scopes, Vars};
use std::rc::Rc;

/// The state of one exchange. Dropping it gives everything back: slot, counts, memory.
pub struct Exchange {
    /// Rules have changed header fields: what they say of the body is to be checked.
    pub edited: bool,
    /// Only connection failures are retried (`disable-l7-retry`).
    pub no_l7_retry: bool,
    /// File and line of the rule that ended a set last.
    pub last_rule: Option<(u32, u32)>,
    /// A 103 answer to be sent.
    pub hints: Option<Box<http::Head>>,
    pub back: Option<BackGuard>,
    pub server: Option<SrvIx>,
    pub slot: Option<Slot>,
    pub times: Times,
    pub texts: Texts,
    /// The status that the client saw, 0 for none.
    pub status: u16,
    pub bytes_in: u64,
    pub bytes_out: u64,
    pub retries: u32,
    pub redispatched: bool,
    /// Who was ahead in the backend's queue.
    pub queued_behind: u32,
    /// Counts the streams of this process, with gaps (`%rt`).
    pub id: u64,
    /// The status that the server sent, 0 for none.
    pub server_status: u16,
    /// The version of the response.
    pub response_version: Option<http::Version>,
    /// Why the last attempt to reach a server failed, by the numbers of manual 7.3.3 (`fc_err_str`).
    pub server_error: u8,
    /// The server's connection had carried a request before.
    pub reused: bool,
    /// Our address towards the server and the server's, where the log needs them.
    pub server_addrs: Option<Box<(SocketAddr, SocketAddr)>>,
    pub flags: [u8; 2],
    /// The request was received to its end.
    pub request_complete: bool,
    pub method: Option<http::Method>,
    /// What the client expects of the answer; `None` until its request is understood.
    pub asked: Option<h1::RequestFraming>,
    /// The server's connection may be used again, as far as the configuration and the request say.
    pub keep_server: bool,
    /// No byte of a request came.
    pub false_alarm: bool,
    /// The client began with the preface of HTTP/2.
    pub upgrades: bool,
    /// It ended before its request counted as one.
    pub unrequested: bool,
    /// Nothing has happened that would be worth a count or a line.
    pub uncounted: bool,
    /// A request to a proxy, whose `proxy-connection` counts (`option http-use-proxy-header`).
    pub proxied: bool,
    /// What `option contstats` has counted already.
    counted: record::Counted,
    /// The log line was written already (`option logasap`, `monitor-uri`).
    pub logged: bool,
    pub vars: StreamVars,
    /// Why TLS with the server failed, by OpenSSL's numbers.
    pub tls_error: Option<(u32, &'static str)>,
    /// Names that servers are asked for; none where no server speaks TLS.
    pub names: Option<Box<server_names::ServerNames>>,
    /// The frontend's `tcp-request content` rules were run already, while it was a TCP stream.
    pub contents_passed: bool,
    /// What rules changed of it; most streams have nothing changed.
    tuning: Option<Box<Tuning>>,
    /// What was kept for logs.
    kept: Option<Box<KeptTexts>>,
    put_by: RefCell<Vec<captures::PutBy>>,
    /// What operation sees of it.
    pub card: cards::Held,
}

/// Variables of a stream, by scope (manual 2.8).
#[derive(Default)]
pub struct StreamVars {
    pub txn: RefCell<Vars>,
    pub req: RefCell<Vars>,
    pub res: RefCell<Vars>,
}

impl StreamVars {
    /// What rules for `client` can reach.
    pub fn for_rules<'a>(&'a self, client: &'a Client) -> Scopes<'a> {
        self.scopes(client, Some(client.vars.get_or_init(Default::default)))
    }

    /// What log lines can reach: they change no variable of the session, so nothing is made for them.
    pub fn for_logs<'a>(&'a self, client: &'a Client) -> Scopes<'a> {
        self.scopes(client, client.vars.get().map(|vars| &**vars))
    }

    fn scopes<'a>(&'a self, client: &'a Client, sess: Option<&'a RefCell<Vars>>) -> Scopes<'a> {
        Scopes {
            proc: Some(&client.worker.shared.vars),
            sess,
            txn: Some(&self.txn),
            req: Some(&self.req),
            res: Some(&self.res),
            budget: client.worker.shared.vars_budget.as_ref(),
            ..Scopes::default()
        }
    }
}

/// When each stage was reached; `Tick::NONE` where it wasn't.
#[derive(Clone, Copy, Default)]
pub struct Times {
    /// The first byte of the request, or the accept in TCP mode.
    pub first_byte: Tick,
    pub first_byte_at: WallClock,
    pub request: Tick,
    /// A server was assigned.
    pub assigned: Tick,
    pub connected: Tick,
    pub response: Tick,
    /// A tarpit took it in.
    pub tarpitted: Tick,
}

/// A backend that counts this stream as one of its own.
pub struct BackGuard(Rc<LocalBack>);

impl BackGuard {
    /// Counts a stream in.
    pub fn new(back: Rc<LocalBack>) -> BackGuard {
        back.live.conns.up();
        BackGuard(back)
    }

    /// The backend.
    pub fn back(&self) -> &Rc<LocalBack> {
        &self.0
    }
}

impl Drop for BackGuard {
    fn drop(&mut self) {
        self.0.live.conns.down();
    }
}

impl Exchange {
    /// An exchange that begins now.
    pub fn new(client: &Client) -> Exchange {
        Exchange {
            edited: false,
            no_l7_retry: false,
            last_rule: None,
            hints: None,
            back: None,
            server: None,
            slot: None,
            times: Times { first_byte: rt::now(), first_byte_at: rt::wall(), ..Times::default() },
            texts: Texts::new(client.worker.line_memory()),
            status: 0,
            bytes_in: 0,
            bytes_out: 0,
            retries: 0,
            redispatched: false,
            queued_behind: 0,
            id: client.worker.next_stream(),
            server_status: 0,
            response_version: None,
            server_error: 0,
            reused: false,
            server_addrs: None,
            flags: *b"--",
            request_complete: false,
            method: None,
            asked: None,
            keep_server: false,
            false_alarm: false,
            upgrades: false,
            unrequested: false,
            uncounted: false,
            proxied: false,
            counted: record::Counted::default(),
            logged: false,
            vars: StreamVars::default(),
            tls_error: None,
            names: None,
            contents_passed: false,
            tuning: None,
            kept: None,
            put_by: RefCell::default(),
            card: cards::Held::new(client),
        }
    }

    /// What rules change of the stream.
    pub fn tuning(&mut self) -> &mut Tuning {
        self.tuning.get_or_insert_default()
    }

    /// What rules have changed of the stream, if anything.
    pub fn tuned(&self) -> Option<&Tuning> {
        self.tuning.as_deref()
    }

    /// Whether the operator wants it to end (`shutdown session`, `shutdown sessions server`).
    pub fn is_killed(&self) -> bool {
        self.card.is_killed() || self.slot.as_ref().is_some_and(Slot::is_killed)
    }

    /// Whether the request may be sent once more.
    pub fn may_retry(&self) -> bool {
        self.retries < self.backend().back().retries.unwrap_or(3)
    }

    /// The backend. It must have been chosen.
    pub fn backend(&self) -> Rc<LocalBack> {
        self.back.as_ref().expect("stages after `route` run only with a backend").back().clone()
    }

    /// Counts a transfer that didn't come to its end.
    pub fn count_abort(&self, client: &Client, fail: Fail) {
        let ctr = match fail.cause {
            Cause::Killed => return,
            Cause::ClientAbort | Cause::ClientTimeout => Ctr::ClientAborts,
            _ => Ctr::ServerAborts,
        };
        client.front.live.counters.inc(client.worker.id, ctr);
        self.backend().count(client.worker.id, self.server, ctr);
    }
}
