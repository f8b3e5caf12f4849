//! `retry-on`.

use crate::build::ProxyB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::RetryOn;

pub static RETRY_ON: Keyword<ProxyB> = Keyword {
    name: "retry-on",
    places: Places::BACK.or(Places::STRICT),
    args: Arity::at_least(1, "at least one kind of failure"),
    since: "2.0",
    doc: "Failures after which a request is tried again.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let mut on = RetryOn::none();
        // Every word is looked at, so that all mistakes are told.
        let wrong = (0..cx.len()).filter(|i| !event(cx, *i, &mut on)).count();
        if wrong > 0 {
            return;
        }
        if on != RetryOn::default() {
            cx.not_yet(KEYWORD, "retry-on");
        }
        proxy.back.retry_on = on;
    })
};

/// Reads one event; false if it is none.
fn event(cx: &mut Cx<'_>, i: usize, on: &mut RetryOn) -> bool {
    match cx.text(i) {
        b"none" if cx.len() == 1 => {}
        b"none" => {
            cx.alert(i, ": 'none' excludes all others.");
            return false;
        }
        b"conn-failure" => on.conn_failure = true,
        b"empty-response" => on.empty_response = true,
        b"junk-response" => on.junk_response = true,
        b"response-timeout" => on.response_timeout = true,
        b"0rtt-rejected" => on.zero_rtt_rejected = true,
        b"all-retryable-errors" => {
            on.conn_failure = true;
            on.empty_response = true;
            on.junk_response = true;
            on.response_timeout = true;
            on.zero_rtt_rejected = true;
            on.statuses.extend([500, 502, 503, 504]);
        }
        got => match STATUSES.iter().find(|(name, _)| name.as_bytes() == got) {
            Some((_, status)) => {
                on.statuses.insert(*status);
            }
            None => {
                unknown(cx, i);
                return false;
            }
        },
    }
    true
}

fn unknown(cx: &mut Cx<'_>, i: usize) {
    let known = EVENTS.iter().copied().chain(STATUSES.iter().map(|(name, _)| *name));
    let text = format!(": unknown failure '{}'.", cx.show(i));
    match diag::closest(cx.text(i), known) {
        Some(near) => cx.alert_help(i, text, format!("did you mean '{near}'?")),
        None => cx.alert(i, text),
    }
}

static EVENTS: &[&str] = &[
    "none",
    "conn-failure",
    "empty-response",
    "junk-response",
    "response-timeout",
    "0rtt-rejected",
    "all-retryable-errors",
];

/// The statuses that a request can be tried again for.
static STATUSES: &[(&str, u16)] = &[
    ("401", 401),
    ("403", 403),
    ("404", 404),
    ("408", 408),
    ("421", 421),
    ("425", 425),
    ("429", 429),
    ("500", 500),
    ("501", 501),
    ("502", 502),
    ("503", 503),
    ("504", 504),
];
