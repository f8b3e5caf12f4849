//! `timeout …` (manual 4.2). 0 is no timeout at all.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places};
use base::Ms;

pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &CHECK,
    &CLIENT,
    &CLIENT_FIN,
    &CLIENT_HS,
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

/// A keyword that sets one time; `doc` says which.
const fn timeout(
    name: &'static str,
    places: Places,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    let args = Arity::exactly(1, "a time (in milliseconds unless a unit follows)");
    Keyword { name, places, args, doc, manual: "4.2", ..Keyword::plain(parse) }
}

static CHECK: Keyword<ProxyB> =
    timeout("timeout check", Places::BACK, "How long a health check may take once connected.", |cx, proxy| {
        read(cx, &mut proxy.back.timeout_check)
    });

static CLIENT: Keyword<ProxyB> =
    timeout("timeout client", Places::FRONT, "How long the client may stay silent or take nothing.", |cx, proxy| {
        read(cx, &mut proxy.front.timeout_client)
    });

static CLIENT_FIN: Keyword<ProxyB> = Keyword {
    since: "1.5",
    ..timeout("timeout client-fin", Places::FRONT, "The client's timeout once one side has closed.", |cx, proxy| {
        read(cx, &mut proxy.front.timeout_client_fin)
    })
};

static CLIENT_HS: Keyword<ProxyB> = Keyword {
    since: "3.0",
    ..timeout("timeout client-hs", Places::FRONT, "How long a client's TLS handshake may take.", |cx, proxy| {
        read(cx, &mut proxy.front.timeout_client_hs)
    })
};

static CONNECT: Keyword<ProxyB> =
    timeout("timeout connect", Places::BACK, "How long connecting to a server may take.", |cx, proxy| {
        read(cx, &mut proxy.back.timeout_connect)
    });

static HTTP_KEEP_ALIVE: Keyword<ProxyB> = timeout(
    "timeout http-keep-alive",
    Places::ALL,
    "How long a client may wait before its next request.",
    |cx, proxy| read(cx, &mut proxy.timeout_http_keep_alive),
);

static HTTP_REQUEST: Keyword<ProxyB> =
    timeout("timeout http-request", Places::ALL, "How long a request's head may take to arrive.", |cx, proxy| {
        read(cx, &mut proxy.timeout_http_request)
    });

static QUEUE: Keyword<ProxyB> = timeout(
    "timeout queue",
    Places::BACK,
    "How long a request may wait for a free server; the connect timeout if not given.",
    |cx, proxy| read(cx, &mut proxy.back.timeout_queue),
);

static SERVER: Keyword<ProxyB> =
    timeout("timeout server", Places::BACK, "How long the server may stay silent or take nothing.", |cx, proxy| {
        read(cx, &mut proxy.back.timeout_server)
    });

static SERVER_FIN: Keyword<ProxyB> = Keyword {
    since: "1.5",
    ..timeout("timeout server-fin", Places::BACK, "The server's timeout once one side has closed.", |cx, proxy| {
        read(cx, &mut proxy.back.timeout_server_fin)
    })
};

static TARPIT: Keyword<ProxyB> =
    timeout("timeout tarpit", Places::ALL, "How long a tarpitted request is held.", |cx, proxy| {
        read(cx, &mut proxy.timeout_tarpit)
    });

static TUNNEL: Keyword<ProxyB> = Keyword {
    since: "1.5",
    ..timeout(
        "timeout tunnel",
        Places::BACK,
        "The timeout of both sides of a tunnel or an idle TCP connection.",
        |cx, proxy| read(cx, &mut proxy.back.timeout_tunnel),
    )
};

static CLITIMEOUT: Keyword<ProxyB> =
    Keyword::gone("clitimeout", "Old name of 'timeout client'.", "use 'timeout client'");

static CONTIMEOUT: Keyword<ProxyB> =
    Keyword::gone("contimeout", "Old name of 'timeout connect'.", "use 'timeout connect'");

static SRVTIMEOUT: Keyword<ProxyB> =
    Keyword::gone("srvtimeout", "Old name of 'timeout server'.", "use 'timeout server'");
