//! The runtime API's socket: `stats socket`, `stats timeout`, `stats maxconn`.

use crate::addr::Want;
use crate::build::{BindB, BindLine, GlobalB};
use crate::cx::Lead;
use crate::keyword::{Arity, Keyword, Places};
use crate::options;

pub static SOCKET: Keyword<GlobalB> = Keyword {
    name: "stats socket",
    args: Arity::at_least(1, "an address or a path"),
    doc: "Where the runtime API listens.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        let addrs = options::addresses(cx, Want::STATS);
        let mut bind = BindB::default();
        let (at, span) = (cx.at(0), cx.span(0));
        cx.lead = Lead::Socket;
        options::read(cx, 1, |index| &index.bind, Places::SOCKET_ONLY, &mut bind);
        cx.lead = Lead::None;
        let text = cx.text(0).into();
        global.sockets.push(BindLine { addrs, text, at, span, bind });
    })
};

pub static TIMEOUT: Keyword<GlobalB> = Keyword {
    name: "stats timeout",
    args: Arity::exactly(1, "<time>"),
    doc: "How long a runtime API connection may be idle.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        if let Some(ms) = cx.time(0, 1) {
            global.spec.stats_timeout = Some(ms);
        }
    })
};

pub static MAXCONN: Keyword<GlobalB> = Keyword {
    name: "stats maxconn",
    args: Arity::exactly(1, "<connections>"),
    doc: "Most connections of the runtime API at a time.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 1, i32::MAX as u32) {
            global.spec.stats_maxconn = Some(n);
        }
    })
};
