//! How connections end and are used again.

use super::{on, said, switch};
use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Keyword, Places, Prefix, Status};
use crate::spec::{HttpConnection, Mode};

pub static HTTPCLOSE: Keyword<ProxyB> = Keyword {
    name: "option httpclose",
    prefix: Prefix::NoDefault,
    doc: "Closes both connections after each exchange.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| set(cx, proxy, HttpConnection::Close))
};

pub static HTTP_SERVER_CLOSE: Keyword<ProxyB> = Keyword {
    name: "option http-server-close",
    prefix: Prefix::NoDefault,
    doc: "Closes the server's connection after each exchange.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| set(cx, proxy, HttpConnection::ServerClose))
};

pub static HTTP_KEEP_ALIVE: Keyword<ProxyB> = Keyword {
    name: "option http-keep-alive",
    prefix: Prefix::NoDefault,
    doc: "Keeps both connections open between exchanges, as is the default.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| set(cx, proxy, HttpConnection::KeepAlive))
};

pub static ABORTONCLOSE: Keyword<ProxyB> = switch(
    "option abortonclose",
    Places::ALL,
    "Gives up a request that has not reached a server when its client closes.",
    |cx, proxy| proxy.opts.abortonclose = said(cx),
);

pub static HTTP_PRETEND_KEEPALIVE: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "1.5",
    ..switch(
        "option http-pretend-keepalive",
        Places::BACK,
        "Tells servers that their connection stays open even when it will not.",
        |cx, proxy| proxy.opts.http_pretend_keepalive = on(cx),
    )
};

pub static IDLE_CLOSE_ON_RESPONSE: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "2.4",
    ..switch(
        "option idle-close-on-response",
        Places::FRONT,
        "Lets idle clients send one more request during a soft stop.",
        |cx, proxy| proxy.front.opts.idle_close_on_response = on(cx),
    )
};

pub static PREFER_LAST_SERVER: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "1.5",
    ..switch(
        "option prefer-last-server",
        Places::BACK,
        "Sends a client's next request to the same server.",
        |cx, proxy| proxy.back.opts.prefer_last_server = on(cx),
    )
};

pub static DISABLE_H2_UPGRADE: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "2.4",
    ..switch(
        "option disable-h2-upgrade",
        Places::FRONT,
        "Takes a client's HTTP/2 preface on a plain connection for a bad request.",
        |cx, proxy| proxy.front.opts.disable_h2_upgrade = on(cx),
    )
};

pub static HTTP_BUFFER_REQUEST: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "1.6",
    ..switch(
        "option http-buffer-request",
        Places::ALL,
        "Waits for the body of a request before anything is done with it.",
        |cx, proxy| proxy.opts.http_buffer_request = on(cx),
    )
};

pub static INDEPENDENT_STREAMS: Keyword<ProxyB> = Keyword {
    status: Status::Parsed,
    ..switch(
        "option independent-streams",
        Places::ALL,
        "Data that were sent don't renew the timeout for what is awaited.",
        |cx, proxy| proxy.opts.independent_streams = on(cx),
    )
};

/// `no` and `default` undo the mode only if it is the one in force.
fn set(cx: &Cx<'_>, proxy: &mut ProxyB, mode: HttpConnection) {
    if on(cx) {
        proxy.opts.http_connection = mode;
    } else if proxy.opts.http_connection == mode {
        proxy.opts.http_connection = HttpConnection::default();
    }
}
