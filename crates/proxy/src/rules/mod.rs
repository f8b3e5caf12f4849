//! Running rule sets over the messages of a stream (manual 4.3, 4.4).
//!
//! `linked` makes them of a Spec, `needs` says which facts they look at, `doing` lends those facts and does the actions:
//! one exhaustive match in `act`, and a file for each family. A set is run where the stream comes to it:
//!
//! - `tcp-request connection` and `session`: `early.rs`, for every connection of a frontend that has some;
//! - `tcp-request content`: `tcp/content.rs`, or in HTTP mode `http1/rules.rs`, in front of `http-request`;
//! - `tcp-response content`: `tcp/inspect.rs`, or `http1/rules.rs`;
//! - `http-request` and `redirect`: `http1/transaction.rs`, the frontend's, then (behind `use_backend`) the backend's;
//! - `http-response`: `http1/forward.rs`, the backend's, then the frontend's;
//! - `http-after-response`: there as well, and for answers of our own where they are sent, in the same order.
//!
//! The sets of a `listen` that serves itself run once, as those of a frontend.
//!
//! To add an action to a set: its parser is in `conf/src/actions/` (its `done` names the sets in which it works, all others
//! are refused at start), its data in `rules::Action` (with `uses`, if it evaluates anything), its doer in the file of its
//! family here, and one arm in `act`. An action gets [`Doing`]: it evaluates into memory of its own, then changes the
//! head, the exchange or the client, and answers with a [`Step`]. Rewrites end with [`Doing::rewritten`], which counts
//! failures and knows strict mode. An action that has to wait answers `Step::Wait` (it is done again later) or
//! `Step::Pause` (it is done); whoever drives the set does the waiting ([`waiting`]) and drives it on.
//!
//! To add a set: a field in [`Rules`], filled in `linked`, and a place in the stream that calls [`advance`] until it is
//! through. Whoever waits for bytes does so at that place, since only it knows the protocol.

mod act;
mod capture;
mod connection;
mod doing;
mod headers;
mod hints;
mod linked;
mod lists;
mod needs;
mod parts;
mod pause;
mod redirect;
mod reply;
mod target;
mod tuning;
mod vars;
mod waiting;

pub use doing::{At, Came, Doing, Facts, Side, Verdict};
pub use linked::{Page, Rules, Set};
pub use reply::page_by_rule;
pub use waiting::sleep;

use crate::answer::Stop;
use crate::plan::LocalBack;
use crate::session::Client;
use crate::stream::Exchange;
use expr::{Place, View};
use http::Head;
use rules::{End, Next, Run};
use std::rc::Rc;

/// How far a set has been run, while it waits.
pub struct Progress {
    run: Run,
    /// A rewriting that fails is an error (`strict-mode`).
    strict: bool,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress { run: Run::default(), strict: true }
    }
}

/// Runs a set until it is through, ended by an action, or has to wait: then it is to be called again.
pub fn advance(
    set: &Set,
    progress: &mut Progress,
    client: &mut Client,
    x: &mut Exchange,
    head: &mut Head,
    at: At,
) -> End<Verdict> {
    if set.rules.is_empty() {
        return End::Through;
    }
    if set.needs.dst {
        // The one fact that has to be asked for, once for each connection.
        client.dst();
    }
    let mut doing = Doing::new(client, x, head, at, set.needs, progress.strict);
    let end = set.rules.run(&mut progress.run, &mut doing);
    progress.strict = doing.strict;
    doing.finish();
    end
}

/// The same for a set that sees no HTTP message: one of TCP mode, or one that runs before there are messages.
pub fn advance_raw(
    set: &Set,
    progress: &mut Progress,
    client: &mut Client,
    x: &mut Exchange,
    at: At,
    came: Came<'_>,
) -> End<Verdict> {
    if set.rules.is_empty() {
        return End::Through;
    }
    if set.needs.dst {
        client.dst();
    }
    let mut none = Head::none();
    let mut doing = Doing::new(client, x, &mut none, at, set.needs, progress.strict);
    doing.came = Some(came);
    let end = set.rules.run(&mut progress.run, &mut doing);
    doing.finish();
    end
}

/// The same for a `tcp-request content` or `tcp-response content` set that sees an HTTP message. `last`: what isn't there
/// won't come.
pub fn advance_content(
    set: &Set,
    progress: &mut Progress,
    client: &mut Client,
    x: &mut Exchange,
    head: &mut Head,
    at: At,
    last: bool,
) -> End<Verdict> {
    if set.rules.is_empty() {
        return End::Through;
    }
    if set.needs.dst {
        client.dst();
    }
    let mut doing = Doing::new(client, x, head, at, set.needs, progress.strict);
    doing.last = last;
    let end = set.rules.run(&mut progress.run, &mut doing);
    doing.finish();
    end
}

/// The backend, if it has rules of its own: not a `listen` that serves itself, whose rules were the frontend's.
pub fn other_side(client: &Client, x: &Exchange) -> Option<Rc<LocalBack>> {
    let back = x.back.as_ref()?.back();
    (!std::sync::Arc::ptr_eq(&back.rules, &client.front.rules)).then(|| back.clone())
}

/// Whether a monitor's request is to be answered by an error.
pub fn monitor_fails(client: &mut Client, x: &Exchange, head: &Head) -> bool {
    let rules = client.front.rules.clone();
    if rules.monitor_fail.is_empty() {
        return false;
    }
    let needs = rules.monitor_needs();
    if needs.dst {
        client.dst();
    }
    let facts = Facts { client, x, place: Place::FeHttpReq, needs };
    let fails = facts.look(View::Ready(head), View::Absent, |env| {
        matches!(rules.monitor_fail.next(&mut Run::default(), env), Next::Rule(_))
    });
    client.worker.reset_arena();
    fails
}

/// Runs `http-after-response` over any response: the backend's rules, then the frontend's.
pub fn after_response(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    if let Some(back) = other_side(client, x) {
        run_through(&back.rules.http_after_response, client, x, head, At::after_response(Side::Back))?;
    }
    let front = client.front.clone();
    run_through(&front.rules.http_after_response, client, x, head, At::after_response(Side::Front))
}

/// Runs a set in which nothing waits.
fn run_through(set: &Set, client: &mut Client, x: &mut Exchange, head: &mut Head, at: At) -> Result<(), Stop> {
    match advance(set, &mut Progress::default(), client, x, head, at) {
        End::Through | End::Wait(_) | End::Final(Verdict::Allow) => Ok(()),
        End::Final(Verdict::Stop(stop)) => Err(stop),
        End::Final(Verdict::Tarpit(answer)) => Err(Stop::Answer(answer)),
        // Of other sets.
        End::Final(Verdict::Switch | Verdict::CloseServer) => Ok(()),
    }
}
