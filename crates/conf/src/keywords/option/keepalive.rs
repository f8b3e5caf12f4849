//! TCP keep-alive.

use super::on;
use crate::build::ProxyB;
use crate::keyword::{Keyword, Places, Prefix};

pub static CLITCPKA: Keyword<ProxyB> = Keyword {
    name: "option clitcpka",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Sends TCP keep-alives to clients.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.clitcpka = on(cx))
};

pub static SRVTCPKA: Keyword<ProxyB> = Keyword {
    name: "option srvtcpka",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    doc: "Sends TCP keep-alives to servers.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.back.opts.srvtcpka = on(cx))
};

pub static TCPKA: Keyword<ProxyB> = Keyword {
    name: "option tcpka",
    doc: "Sends TCP keep-alives to clients and servers.",
    manual: "4.2",
    ..Keyword::plain(|_, proxy| {
        proxy.front.opts.clitcpka = true;
        proxy.back.opts.srvtcpka = true;
    })
};
