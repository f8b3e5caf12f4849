//! `clitcpka-*`, `srvtcpka-*`: details of TCP keep-alive.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};

/// A keyword with a number or a time in seconds; `doc` says which.
const fn keepalive(
    name: &'static str,
    places: Places,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword { name, status: Status::Parsed, places, args, since: "2.4", doc, manual: "4.2", ..Keyword::plain(parse) }
}

const COUNT: Arity = Arity::exactly(1, "an integer value");
const TIME: Arity = Arity::exactly(1, "a time (in seconds unless a unit follows)");

fn count(cx: &mut Cx<'_>, slot: &mut Option<u32>) {
    if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
        *slot = Some(n).filter(|n| *n > 0);
    }
}

fn time(cx: &mut Cx<'_>, slot: &mut Option<u32>) {
    if let Some(s) = cx.seconds(0) {
        *slot = Some(s).filter(|s| *s > 0);
    }
}

pub static CLIENT_COUNT: Keyword<ProxyB> = keepalive(
    "clitcpka-cnt",
    Places::FRONT,
    COUNT,
    "Probes without an answer after which a client's connection is dead.",
    |cx, proxy| count(cx, &mut proxy.front.keepalive.count),
);

pub static CLIENT_IDLE: Keyword<ProxyB> = keepalive(
    "clitcpka-idle",
    Places::FRONT,
    TIME,
    "How long a client's connection is silent before it is probed.",
    |cx, proxy| time(cx, &mut proxy.front.keepalive.idle_s),
);

pub static CLIENT_INTERVAL: Keyword<ProxyB> =
    keepalive("clitcpka-intvl", Places::FRONT, TIME, "Time between probes of a client's connection.", |cx, proxy| {
        time(cx, &mut proxy.front.keepalive.interval_s)
    });

pub static SERVER_COUNT: Keyword<ProxyB> = keepalive(
    "srvtcpka-cnt",
    Places::BACK,
    COUNT,
    "Probes without an answer after which a server's connection is dead.",
    |cx, proxy| count(cx, &mut proxy.back.keepalive.count),
);

pub static SERVER_IDLE: Keyword<ProxyB> = keepalive(
    "srvtcpka-idle",
    Places::BACK,
    TIME,
    "How long a server's connection is silent before it is probed.",
    |cx, proxy| time(cx, &mut proxy.back.keepalive.idle_s),
);

pub static SERVER_INTERVAL: Keyword<ProxyB> =
    keepalive("srvtcpka-intvl", Places::BACK, TIME, "Time between probes of a server's connection.", |cx, proxy| {
        time(cx, &mut proxy.back.keepalive.interval_s)
    });
