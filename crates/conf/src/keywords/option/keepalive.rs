//! TCP keep-alive.

use super::{on, switch};
use crate::build::ProxyB;
use crate::keyword::{Keyword, Places};

pub static CLITCPKA: Keyword<ProxyB> =
    switch("option clitcpka", Places::FRONT, "Sends TCP keep-alives to clients.", |cx, proxy| {
        proxy.front.opts.clitcpka = on(cx)
    });

pub static SRVTCPKA: Keyword<ProxyB> =
    switch("option srvtcpka", Places::BACK, "Sends TCP keep-alives to servers.", |cx, proxy| {
        proxy.back.opts.srvtcpka = on(cx)
    });

pub static TCPKA: Keyword<ProxyB> = Keyword {
    name: "option tcpka",
    doc: "Sends TCP keep-alives to clients and servers.",
    manual: "4.2",
    ..Keyword::plain(|_, proxy| {
        proxy.front.opts.clitcpka = true;
        proxy.back.opts.srvtcpka = true;
    })
};
