//! `option …` lines (manual 4.2).

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Keyword, Places, Prefix, Said};

mod connection;
mod forwarded;
mod forwardfor;
mod gone;
mod headers;
mod keepalive;
mod logs;
mod retries;
mod sockets;
mod splice;
mod stats;

pub use forwardfor::network;

pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &connection::HTTPCLOSE,
    &connection::HTTP_KEEP_ALIVE,
    &connection::HTTP_SERVER_CLOSE,
    &connection::ABORTONCLOSE,
    &connection::HTTP_PRETEND_KEEPALIVE,
    &connection::IDLE_CLOSE_ON_RESPONSE,
    &connection::DISABLE_H2_UPGRADE,
    &connection::HTTP_BUFFER_REQUEST,
    &connection::INDEPENDENT_STREAMS,
    &connection::PREFER_LAST_SERVER,
    &forwarded::FORWARDED,
    &forwardfor::FORWARDFOR,
    &forwardfor::ORIGINALTO,
    &gone::FORCECLOSE,
    &gone::HTTP_TUNNEL,
    &gone::HTTP_USE_HTX,
    &gone::TRANSPARENT,
    &headers::ACCEPT_INVALID_REQUEST,
    &headers::ACCEPT_INVALID_RESPONSE,
    &headers::ACCEPT_UNSAFE_REQUEST,
    &headers::ACCEPT_UNSAFE_RESPONSE,
    &headers::CHECKCACHE,
    &headers::DROP_REQUEST_TRAILERS,
    &headers::DROP_RESPONSE_TRAILERS,
    &headers::H1_CASE_ADJUST_CLIENT,
    &headers::H1_CASE_ADJUST_SERVER,
    &headers::HTTP_USE_PROXY_HEADER,
    &headers::RESTRICT_NAMES,
    &keepalive::CLITCPKA,
    &keepalive::SRVTCPKA,
    &keepalive::TCPKA,
    &logs::DONTLOGNULL,
    &logs::DONTLOG_NORMAL,
    &logs::HTTPLOG,
    &logs::HTTPSLOG,
    &logs::HTTP_IGNORE_PROBES,
    &logs::LOGASAP,
    &logs::LOG_HEALTH_CHECKS,
    &logs::LOG_SEPARATE_ERRORS,
    &logs::TCPLOG,
    &retries::ALLBACKUPS,
    &retries::PERSIST,
    &retries::REDISPATCH,
    &retries::USE_SMALL_BUFFERS,
    &sockets::HTTP_NO_DELAY,
    &sockets::NOLINGER,
    &sockets::TCP_SMART_ACCEPT,
    &sockets::TCP_SMART_CONNECT,
    &splice::SPLICE_AUTO,
    &splice::SPLICE_REQUEST,
    &splice::SPLICE_RESPONSE,
    &stats::CONTSTATS,
    &stats::SOCKET_STATS,
];

/// An option without arguments that `no` and `default` may stand before; `doc` says what it does when it is on.
const fn switch(
    name: &'static str,
    places: Places,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword { name, places, prefix: Prefix::NoDefault, doc, manual: "4.2", ..Keyword::plain(parse) }
}

/// An option that is off unless given.
fn on(cx: &Cx<'_>) -> bool {
    cx.said == Said::Plain
}

/// An option whose default depends on other things: on, off, or not said.
fn said(cx: &Cx<'_>) -> Option<bool> {
    match cx.said {
        Said::Plain => Some(true),
        Said::No => Some(false),
        Said::Default => None,
    }
}
