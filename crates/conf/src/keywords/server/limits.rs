//! How much a server gets.

use super::later;
use crate::build::ServerB;
use crate::keyword::{Arity, Keyword};

pub static WEIGHT: Keyword<ServerB> = Keyword {
    name: "weight",
    args: Arity::exactly(1, "<weight>"),
    doc: "Share of the load, beside the other servers' weights.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(weight) = cx.uint(0, 0, 256) {
            server.spec.weight = weight;
        }
    })
};

pub static MAXCONN: Keyword<ServerB> = Keyword {
    name: "maxconn",
    args: Arity::exactly(1, "<maxconn>"),
    doc: "Most connections to the server at a time; 0 for no limit.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            server.spec.maxconn = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static MINCONN: Keyword<ServerB> = Keyword {
    name: "minconn",
    args: Arity::exactly(1, "<minconn>"),
    doc: "Limit of connections under low load; it rises to 'maxconn'.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            server.spec.minconn = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static MAXQUEUE: Keyword<ServerB> = Keyword {
    name: "maxqueue",
    args: Arity::exactly(1, "<maxqueue>"),
    doc: "Most requests that wait for this server; 0 for no limit.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            server.spec.maxqueue = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static SLOWSTART: Keyword<ServerB> = Keyword {
    name: "slowstart",
    args: Arity::exactly(1, "<time>"),
    doc: "How long a server that came back takes to get its full share.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(ms) = cx.time(0, 0) {
            server.spec.slowstart = Some(ms).filter(|ms| ms.0 > 0);
        }
    })
};

pub static STRICT_MAXCONN: Keyword<ServerB> =
    later("strict-maxconn", Arity::NONE, "3.2", "'maxconn' counts idle connections as well.", |_, server| {
        server.spec.strict_maxconn = true;
    });
