//! Socket options.

use super::{on, said};
use crate::build::ProxyB;
use crate::keyword::{Keyword, Places, Prefix};
use crate::spec::Mode;

pub static HTTP_NO_DELAY: Keyword<ProxyB> = Keyword {
    name: "option http-no-delay",
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    doc: "Forwards every piece of an exchange at once.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.http_no_delay = on(cx))
};

pub static NOLINGER: Keyword<ProxyB> = Keyword {
    name: "option nolinger",
    prefix: Prefix::NoDefault,
    doc: "Drops what could not be sent when closing.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.nolinger = on(cx))
};

pub static TCP_SMART_ACCEPT: Keyword<ProxyB> = Keyword {
    name: "option tcp-smart-accept",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Saves the acknowledgement that the response can carry.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.tcp_smart_accept = said(cx))
};

pub static TCP_SMART_CONNECT: Keyword<ProxyB> = Keyword {
    name: "option tcp-smart-connect",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    doc: "Saves the acknowledgement that the request can carry.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.back.opts.tcp_smart_connect = said(cx))
};
