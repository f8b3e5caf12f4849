//! Keywords of section `resolvers` (manual 5.3.2).

use crate::build::ResolversB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Status};
use base::Ms;

mod nameserver;

pub static ITEMS: &[&Keyword<ResolversB>] = &[
    &ACCEPTED_PAYLOAD_SIZE,
    &HOLD_NX,
    &HOLD_OBSOLETE,
    &HOLD_OTHER,
    &HOLD_REFUSED,
    &HOLD_TIMEOUT,
    &HOLD_VALID,
    &nameserver::NAMESERVER,
    &nameserver::PARSE_RESOLV_CONF,
    &RESOLUTION_POOL_SIZE,
    &RESOLVE_RETRIES,
    &TIMEOUT_RESOLVE,
    &TIMEOUT_RETRY,
];

static ACCEPTED_PAYLOAD_SIZE: Keyword<ResolversB> = Keyword {
    name: "accepted_payload_size",
    args: Arity::exactly(1, "a number of bytes"),
    since: "1.7",
    doc: "The largest answer that name servers may send.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| {
        if let Some(size) = cx.uint(0, DNS_HEADER, 65535) {
            section.made.payload_size = size;
        }
    })
};

/// Less than the header of an answer (RFC 1035 4.1.1) is no answer.
const DNS_HEADER: u32 = 12;

static RESOLUTION_POOL_SIZE: Keyword<ResolversB> = Keyword {
    name: "resolution_pool_size",
    args: Arity::at_least(0, "a number"),
    doc: "Was never in a release.",
    manual: "5.3.2",
    status: Status::Gone("remove it"),
    ..Keyword::plain(|_, _| {})
};

static RESOLVE_RETRIES: Keyword<ResolversB> = Keyword {
    name: "resolve_retries",
    args: Arity::exactly(1, "a number"),
    since: "1.6",
    doc: "How many queries are sent before a resolution has failed.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            section.made.retries = n;
        }
    })
};

const TIME: Arity = Arity::exactly(1, "a time (in milliseconds unless a unit follows)");

fn time(cx: &mut Cx<'_>, slot: &mut Ms) {
    if let Some(ms) = cx.time(0, 0) {
        *slot = ms;
    }
}

static TIMEOUT_RESOLVE: Keyword<ResolversB> = Keyword {
    name: "timeout resolve",
    args: TIME,
    since: "1.6",
    doc: "Time between two resolutions of a name.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.timeout_resolve))
};

static TIMEOUT_RETRY: Keyword<ResolversB> = Keyword {
    name: "timeout retry",
    args: TIME,
    since: "1.6",
    doc: "Time between two queries of one resolution.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.timeout_retry))
};

static HOLD_NX: Keyword<ResolversB> = Keyword {
    name: "hold nx",
    args: TIME,
    since: "1.6",
    doc: "How long a valid answer outlives one that the name doesn't exist.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.hold.nx))
};

static HOLD_OBSOLETE: Keyword<ResolversB> = Keyword {
    name: "hold obsolete",
    args: TIME,
    since: "1.8",
    doc: "How long a record stays that later answers don't have.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.hold.obsolete))
};

static HOLD_OTHER: Keyword<ResolversB> = Keyword {
    name: "hold other",
    args: TIME,
    since: "1.6",
    doc: "How long a valid answer outlives any other invalid one.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.hold.other))
};

static HOLD_REFUSED: Keyword<ResolversB> = Keyword {
    name: "hold refused",
    args: TIME,
    since: "1.6",
    doc: "How long a valid answer outlives a refusal.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.hold.refused))
};

static HOLD_TIMEOUT: Keyword<ResolversB> = Keyword {
    name: "hold timeout",
    args: TIME,
    since: "1.6",
    doc: "How long a valid answer outlives queries without any.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.hold.timeout))
};

static HOLD_VALID: Keyword<ResolversB> = Keyword {
    name: "hold valid",
    args: TIME,
    since: "1.6",
    doc: "How long 'do-resolve' takes a valid answer again.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| time(cx, &mut section.made.hold.valid))
};
