//! Socket options.

use super::{on, said, switch};
use crate::build::ProxyB;
use crate::keyword::{Keyword, Places};
use crate::spec::Mode;

pub static HTTP_NO_DELAY: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    ..switch("option http-no-delay", Places::ALL, "Forwards every piece of an exchange at once.", |cx, proxy| {
        proxy.opts.http_no_delay = on(cx)
    })
};

pub static NOLINGER: Keyword<ProxyB> =
    switch("option nolinger", Places::ALL, "Drops what could not be sent when closing.", |cx, proxy| {
        proxy.opts.nolinger = on(cx)
    });

pub static TCP_SMART_ACCEPT: Keyword<ProxyB> = Keyword {
    ..switch(
        "option tcp-smart-accept",
        Places::FRONT,
        "Saves the acknowledgement that the response can carry.",
        |cx, proxy| proxy.front.opts.tcp_smart_accept = said(cx),
    )
};

pub static TCP_SMART_CONNECT: Keyword<ProxyB> = Keyword {
    ..switch(
        "option tcp-smart-connect",
        Places::BACK,
        "Saves the acknowledgement that the request can carry.",
        |cx, proxy| proxy.back.opts.tcp_smart_connect = said(cx),
    )
};
