//! Idle connections.

use super::later;
use crate::build::ServerB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::spec::Sourced;
use expr::Place;

pub static POOL_MAX_CONN: Keyword<ServerB> = Keyword {
    name: "pool-max-conn",
    args: Arity::exactly(1, "<max>"),
    since: "1.9",
    doc: "Most idle connections kept; -1 for no limit.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| limit(cx, &mut server.spec.pool_max_conn))
};

pub static POOL_LOW_CONN: Keyword<ServerB> = Keyword {
    name: "pool-low-conn",
    args: Arity::exactly(1, "<max>"),
    since: "2.3",
    doc: "Idle connections below which other threads don't take any.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            server.spec.pool_low_conn = n;
        }
    })
};

pub static POOL_PURGE_DELAY: Keyword<ServerB> = Keyword {
    name: "pool-purge-delay",
    args: Arity::exactly(1, "<delay>"),
    since: "1.9",
    doc: "How often half of the idle connections are closed; 0 keeps none.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(ms) = cx.time(0, 0) {
            server.spec.pool_purge_delay = ms;
        }
    })
};

pub static MAX_REUSE: Keyword<ServerB> = Keyword {
    name: "max-reuse",
    args: Arity::exactly(1, "<count>"),
    since: "2.2",
    doc: "How often a connection may be used again; -1 for no limit.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| limit(cx, &mut server.spec.max_reuse))
};

pub static POOL_CONN_NAME: Keyword<ServerB> =
    later("pool-conn-name", Arity::exactly(1, "<expr>"), "3.0", "What tells idle connections apart.", |cx, server| {
        if cx.expr(0, Place::ServerSource).is_some() {
            server.spec.pool_conn_name = Some(Sourced { words: vec![cx.text(0).into()], at: cx.at(0) });
        }
    });

pub static IDLE_PING: Keyword<ServerB> =
    later("idle-ping", Arity::exactly(1, "<delay>"), "3.3", "How often idle connections are tried.", |cx, server| {
        if let Some(ms) = cx.time(0, 0) {
            server.spec.idle_ping = Some(ms).filter(|ms| ms.0 > 0);
        }
    });

/// A number, or -1 for no limit.
fn limit(cx: &mut Cx<'_>, slot: &mut Option<u32>) {
    if let Some(n) = cx.int(0, -1, i64::from(i32::MAX)) {
        *slot = u32::try_from(n).ok();
    }
}
