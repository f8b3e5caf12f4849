//! Timers and dates of the exchange (manual 7.3.3, 7.3.6 and 8.4). A stage that wasn't reached shows -1.

use crate::args::Args;
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::facts::Number;
use crate::fetch::internal::date_unit;
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::record::Timers;
use crate::val::{Type, Val};

macro_rules! timer {
    ($name:literal, $places:ident, $doc:literal, $timer:expr) => {
        f($name, "", Type::Int, Places::$places, $doc).does(|_, env, _| {
            let timer: fn(&Timers, bool) -> i64 = $timer;
            Got::opt(timers(env).map(|t| Val::Int(timer(&t, is_http(env)))))
        })
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    timer!("bc.timer.connect", RESPONSE_OR_LOG, "how long connecting to the server took, in ms", |t, _| t.connect),
    timer!("fc.timer.handshake", CONNECTION, "how long the handshakes took, in ms", |t, _| t.handshake),
    timer!("fc.timer.total", FRONTEND, "from the accept to the end, in ms", |t, _| t.total),
    timer!("req.timer.hdr", REQUEST, "from the request's first byte to the end of its head, in ms", |t, _| t.request),
    timer!("req.timer.idle", REQUEST, "idle time before the request, in ms", |t, _| t.idle),
    timer!("req.timer.queue", RESPONSE_OR_LOG, "how long the request was queued, in ms", |t, _| t.queue),
    timer!("req.timer.tq", REQUEST, "handshake, idle and request time together, in ms", |t, _| t.until_request()),
    f("request_date", "[string]", Type::Int, Places::REQUEST_OR_LOG, "when the request's first byte came").prepared(date_unit).does(request_date),
    timer!("res.timer.data", ASSIGNED, "how long the response's data took, in ms", |t, http| t.data(http)),
    timer!("res.timer.hdr", RESPONSE, "from the request's end to the response's head, in ms", |t, _| t.response),
    timer!("txn.timer.total", REQUEST_OR_LOG, "from the request's first byte to the end, in ms", |t, _| t.active()),
    timer!("txn.timer.user", REQUEST_OR_LOG, "the whole time without idle time, in ms", |t, _| t.user()),
];

/// The record's where a line is being written: those are final.
fn timers(env: &Env<'_>) -> Option<Timers> {
    env.record.map(|record| record.timers).or_else(|| env.facts?.timers())
}

fn is_http(env: &Env<'_>) -> bool {
    match env.record {
        Some(record) => record.http,
        None => env.facts.and_then(|facts| facts.number(Number::IsHttp)) == Some(1),
    }
}

fn request_date<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let us = match env.record {
        Some(record) => i64::try_from(record.request_date.us).ok(),
        None => env.facts.and_then(|facts| facts.number(Number::RequestDateUs)),
    };
    let unit = args.int(0).unwrap_or(1_000_000).max(1);
    Got::opt(us.map(|us| Val::Int(us / unit)))
}
