//! What is counted.

use super::on;
use crate::build::ProxyB;
use crate::keyword::{Keyword, Places, Prefix};

pub static CONTSTATS: Keyword<ProxyB> = Keyword {
    name: "option contstats",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Counts bytes while they pass, not only at the end.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.contstats = on(cx))
};

pub static SOCKET_STATS: Keyword<ProxyB> = Keyword {
    name: "option socket-stats",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Counts for each listening socket.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.socket_stats = on(cx))
};
