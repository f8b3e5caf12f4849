//! How connections are taken.

use super::later;
use crate::build::BindB;
use crate::keyword::{Arity, Gate, Keyword, Status};
use crate::keywords::mux;
use crate::spec::{Mux, Shards};

pub static ACCEPT_NETSCALER_CIP: Keyword<BindB> = Keyword {
    name: "accept-netscaler-cip",
    args: Arity::exactly(1, "<magic number>"),
    since: "1.7",
    doc: "Every connection begins with NetScaler's header.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        if let Some(magic) = cx.uint(0, 1, u32::MAX) {
            bind.opts.accept_cip = Some(magic);
        }
    })
};

pub static ACCEPT_PROXY: Keyword<BindB> = Keyword {
    name: "accept-proxy",
    since: "1.5",
    doc: "Every connection begins with a PROXY protocol header.",
    manual: "5.1",
    ..Keyword::plain(|_, bind| bind.opts.accept_proxy = true)
};

pub static BACKLOG: Keyword<BindB> = Keyword {
    name: "backlog",
    args: Arity::exactly(1, "<backlog>"),
    since: "1.5",
    doc: "Length of the socket's backlog; 0 for the frontend's.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            bind.opts.backlog = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static IDLE_PING: Keyword<BindB> = later(
    "idle-ping",
    Arity::exactly(1, "<delay>"),
    "3.3",
    "How often idle clients are asked to answer.",
    |cx, bind| {
        if let Some(ms) = cx.time(0, 0) {
            bind.opts.idle_ping = Some(ms).filter(|ms| ms.0 > 0);
        }
    },
);

pub static MAXCONN: Keyword<BindB> = Keyword {
    name: "maxconn",
    args: Arity::exactly(1, "<maxconn>"),
    since: "1.5",
    doc: "Most connections of each of these sockets; 0 for the frontend's limit.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            bind.opts.maxconn = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static NBCONN: Keyword<BindB> = Keyword {
    gate: Gate::Experimental,
    ..later("nbconn", Arity::exactly(1, "<nbconn>"), "2.9", "How many connections 'rhttp@' holds.", |cx, bind| {
        if let Some(n) = cx.uint(0, 1, i32::MAX as u32) {
            bind.nbconn = Some((n, cx.span(0)));
        }
    })
};

pub static NICE: Keyword<BindB> = Keyword {
    name: "nice",
    args: Arity::exactly(1, "<nice>"),
    since: "1.5",
    doc: "How readily these connections give way to others.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        if let Some(nice) = cx.int(0, -1024, 1024) {
            bind.opts.nice = i32::try_from(nice).unwrap_or(0);
        }
    })
};

pub static PROCESS: Keyword<BindB> = Keyword {
    name: "process",
    args: Arity::exactly(1, "a process set"),
    doc: "Once chose processes; replaced by threads.",
    manual: "5.1",
    status: Status::Gone("use 'thread', or nothing"),
    ..Keyword::plain(|_, _| {})
};

pub static PROTO: Keyword<BindB> = Keyword {
    name: "proto",
    args: mux::NAME,
    since: "1.9",
    doc: "What clients speak.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        bind.opts.proto = mux::mux(cx).or(bind.opts.proto);
        if !matches!(bind.opts.proto, None | Some(Mux::H1 | Mux::H2 | Mux::Pass)) {
            let name = cx.show(0);
            cx.not_yet(0, &name);
        }
    })
};

pub static SHARDS: Keyword<BindB> = Keyword {
    name: "shards",
    args: Arity::exactly(1, "a number, 'by-thread' or 'by-group'"),
    since: "2.5",
    doc: "How many sockets this line opens for one address.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        bind.opts.shards = match cx.text(0) {
            b"by-thread" => Some(Shards::ByThread),
            b"by-group" => Some(Shards::ByGroup),
            _ => cx.uint(0, 1, MAX_SHARDS).map(Shards::Number),
        };
    })
};

/// As many as there can be threads.
const MAX_SHARDS: u32 = 64;
