//! How connections end and are used again.

use super::{on, said};
use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Keyword, Places, Prefix};
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

pub static ABORTONCLOSE: Keyword<ProxyB> = Keyword {
    name: "option abortonclose",
    prefix: Prefix::NoDefault,
    doc: "Gives up a request that has not reached a server when its client closes.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.abortonclose = said(cx))
};

pub static HTTP_PRETEND_KEEPALIVE: Keyword<ProxyB> = Keyword {
    name: "option http-pretend-keepalive",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    since: "1.5",
    doc: "Tells servers that their connection stays open even when it will not.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.http_pretend_keepalive = on(cx))
};

pub static IDLE_CLOSE_ON_RESPONSE: Keyword<ProxyB> = Keyword {
    name: "option idle-close-on-response",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    since: "2.4",
    doc: "Lets idle clients send one more request during a soft stop.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.idle_close_on_response = on(cx))
};

pub static PREFER_LAST_SERVER: Keyword<ProxyB> = Keyword {
    name: "option prefer-last-server",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    since: "1.5",
    doc: "Sends a client's next request to the same server.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.back.opts.prefer_last_server = on(cx))
};

/// `no` and `default` undo the mode only if it is the one in force.
fn set(cx: &Cx<'_>, proxy: &mut ProxyB, mode: HttpConnection) {
    if on(cx) {
        proxy.opts.http_connection = mode;
    } else if proxy.opts.http_connection == mode {
        proxy.opts.http_connection = HttpConnection::default();
    }
}
