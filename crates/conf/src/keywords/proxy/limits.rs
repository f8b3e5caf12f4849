//! How much a proxy takes.

use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places};

pub static MAXCONN: Keyword<ProxyB> = Keyword {
    name: "maxconn",
    places: Places::FRONT,
    args: Arity::exactly(1, "<conns>"),
    doc: "Most connections of the frontend at a time; 0 for the process' limit.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            proxy.maxconn = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static BACKLOG: Keyword<ProxyB> = Keyword {
    name: "backlog",
    places: Places::FRONT,
    args: Arity::exactly(1, "<conns>"),
    doc: "Length of the listening sockets' backlog; 0 for the default.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            proxy.front.backlog = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static FULLCONN: Keyword<ProxyB> = Keyword {
    name: "fullconn",
    places: Places::BACK,
    args: Arity::exactly(1, "<conns>"),
    doc: "Load of the backend at which servers get their full 'maxconn'.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            proxy.back.fullconn = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static RATE_LIMIT_SESSIONS: Keyword<ProxyB> = Keyword {
    name: "rate-limit sessions",
    places: Places::FRONT,
    args: Arity::exactly(1, "an integer (in sessions/second)"),
    doc: "Most new sessions in a second; 0 for no limit.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            proxy.front.rate_limit_sessions = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static RETRIES: Keyword<ProxyB> = Keyword {
    name: "retries",
    places: Places::BACK,
    args: Arity::exactly(1, "<value>"),
    doc: "How often a failed connection is tried again.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(n) = cx.uint(0, 0, MOST_RETRIES) {
            proxy.back.retries = Some(n);
        }
    })
};

/// More would hold a request for hours.
const MOST_RETRIES: u32 = 10_000;
