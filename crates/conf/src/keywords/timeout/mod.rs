//! `timeout …` (manual 4.2). 0 is no timeout at all.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};
use base::Ms;

pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &CHECK,
    &CLIENT,
    &CLIENT_FIN,
    &CLITIMEOUT,
    &CONNECT,
    &CONTIMEOUT,
    &HTTP_KEEP_ALIVE,
    &HTTP_REQUEST,
    &QUEUE,
    &SERVER,
    &SERVER_FIN,
    &SRVTIMEOUT,
    &TARPIT,
    &TUNNEL,
];

/// The timeout of argument 0.
fn read(cx: &mut Cx<'_>, slot: &mut Option<Ms>) {
    if let Some(ms) = cx.time(0, 0) {
        *slot = Some(ms).filter(|ms| ms.0 > 0);
    }
}

const TIME: Arity = Arity::exactly(1, "a time (in milliseconds unless a unit follows)");

static CHECK: Keyword<ProxyB> = Keyword {
    name: "timeout check",
    places: Places::BACK,
    args: TIME,
    doc: "How long a health check may take once connected.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.back.timeout_check))
};

static CLIENT: Keyword<ProxyB> = Keyword {
    name: "timeout client",
    places: Places::FRONT,
    args: TIME,
    doc: "How long the client may stay silent or take nothing.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.front.timeout_client))
};

static CLIENT_FIN: Keyword<ProxyB> = Keyword {
    name: "timeout client-fin",
    places: Places::FRONT,
    args: TIME,
    since: "1.5",
    doc: "The client's timeout once one side has closed.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.front.timeout_client_fin))
};

static CONNECT: Keyword<ProxyB> = Keyword {
    name: "timeout connect",
    places: Places::BACK,
    args: TIME,
    doc: "How long connecting to a server may take.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.back.timeout_connect))
};

static HTTP_KEEP_ALIVE: Keyword<ProxyB> = Keyword {
    name: "timeout http-keep-alive",
    args: TIME,
    doc: "How long a client may wait before its next request.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.timeout_http_keep_alive))
};

static HTTP_REQUEST: Keyword<ProxyB> = Keyword {
    name: "timeout http-request",
    args: TIME,
    doc: "How long a request's head may take to arrive.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.timeout_http_request))
};

static QUEUE: Keyword<ProxyB> = Keyword {
    name: "timeout queue",
    places: Places::BACK,
    args: TIME,
    doc: "How long a request may wait for a free server; the connect timeout if not given.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.back.timeout_queue))
};

static SERVER: Keyword<ProxyB> = Keyword {
    name: "timeout server",
    places: Places::BACK,
    args: TIME,
    doc: "How long the server may stay silent or take nothing.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.back.timeout_server))
};

static SERVER_FIN: Keyword<ProxyB> = Keyword {
    name: "timeout server-fin",
    places: Places::BACK,
    args: TIME,
    since: "1.5",
    doc: "The server's timeout once one side has closed.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.back.timeout_server_fin))
};

static TARPIT: Keyword<ProxyB> = Keyword {
    name: "timeout tarpit",
    args: TIME,
    doc: "How long a tarpitted request is held.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.timeout_tarpit))
};

static TUNNEL: Keyword<ProxyB> = Keyword {
    name: "timeout tunnel",
    places: Places::BACK,
    args: TIME,
    since: "1.5",
    doc: "The timeout of both sides of a tunnel or an idle TCP connection.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.back.timeout_tunnel))
};

static CLITIMEOUT: Keyword<ProxyB> = Keyword {
    name: "clitimeout",
    args: Arity::at_least(0, "a time"),
    doc: "Old name of 'timeout client'.",
    manual: "4.2",
    status: Status::Gone("use 'timeout client'"),
    ..Keyword::plain(|_, _| {})
};

static CONTIMEOUT: Keyword<ProxyB> = Keyword {
    name: "contimeout",
    args: Arity::at_least(0, "a time"),
    doc: "Old name of 'timeout connect'.",
    manual: "4.2",
    status: Status::Gone("use 'timeout connect'"),
    ..Keyword::plain(|_, _| {})
};

static SRVTIMEOUT: Keyword<ProxyB> = Keyword {
    name: "srvtimeout",
    args: Arity::at_least(0, "a time"),
    doc: "Old name of 'timeout server'.",
    manual: "4.2",
    status: Status::Gone("use 'timeout server'"),
    ..Keyword::plain(|_, _| {})
};
