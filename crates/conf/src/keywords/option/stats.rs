//! What is counted.

use super::{on, switch};
use crate::build::ProxyB;
use crate::keyword::{Keyword, Places};

pub static CONTSTATS: Keyword<ProxyB> = Keyword {
    ..switch("option contstats", Places::FRONT, "Counts bytes while they pass, not only at the end.", |cx, proxy| {
        proxy.opts.contstats = on(cx)
    })
};

pub static SOCKET_STATS: Keyword<ProxyB> = Keyword {
    ..switch("option socket-stats", Places::FRONT, "Counts for each listening socket.", |cx, proxy| {
        proxy.front.opts.socket_stats = on(cx)
    })
};
