//! `option …` lines (manual 4.2).

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Keyword, Said};

mod connection;
mod forwardfor;
mod gone;
mod headers;
mod keepalive;
mod logs;
mod retries;
mod sockets;
mod splice;
mod stats;

pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &connection::HTTPCLOSE,
    &connection::HTTP_KEEP_ALIVE,
    &connection::HTTP_SERVER_CLOSE,
    &connection::ABORTONCLOSE,
    &connection::HTTP_PRETEND_KEEPALIVE,
    &connection::IDLE_CLOSE_ON_RESPONSE,
    &connection::PREFER_LAST_SERVER,
    &forwardfor::FORWARDFOR,
    &gone::FORCECLOSE,
    &gone::HTTP_TUNNEL,
    &gone::TRANSPARENT,
    &headers::ACCEPT_INVALID_REQUEST,
    &headers::ACCEPT_INVALID_RESPONSE,
    &headers::ACCEPT_UNSAFE_REQUEST,
    &headers::ACCEPT_UNSAFE_RESPONSE,
    &headers::H1_CASE_ADJUST_CLIENT,
    &headers::H1_CASE_ADJUST_SERVER,
    &headers::HTTP_USE_PROXY_HEADER,
    &keepalive::CLITCPKA,
    &keepalive::SRVTCPKA,
    &keepalive::TCPKA,
    &logs::DONTLOGNULL,
    &logs::DONTLOG_NORMAL,
    &logs::HTTPLOG,
    &logs::HTTP_IGNORE_PROBES,
    &logs::LOGASAP,
    &logs::LOG_HEALTH_CHECKS,
    &logs::LOG_SEPARATE_ERRORS,
    &logs::TCPLOG,
    &retries::ALLBACKUPS,
    &retries::PERSIST,
    &retries::REDISPATCH,
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
