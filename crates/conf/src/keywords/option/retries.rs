//! Which servers may be used.

use super::{on, switch};
use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places, Prefix, Said, Status};
use crate::spec::SmallBuffers;

pub static ALLBACKUPS: Keyword<ProxyB> = switch(
    "option allbackups",
    Places::BACK,
    "Uses all backup servers, not just the first, when the others are down.",
    |cx, proxy| proxy.back.opts.allbackups = on(cx),
);

pub static PERSIST: Keyword<ProxyB> = Keyword {
    status: Status::Parsed,
    ..switch(
        "option persist",
        Places::BACK,
        "Tries the server that a client belongs to even when it is down.",
        |cx, proxy| proxy.back.opts.persist = on(cx),
    )
};

pub static REDISPATCH: Keyword<ProxyB> = Keyword {
    name: "option redispatch",
    places: Places::BACK,
    args: Arity::between(0, 1, "[<interval>]"),
    prefix: Prefix::NoDefault,
    doc: "Lets a retry go to another server.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        proxy.back.redispatch = match cx.said {
            Said::Plain if cx.is_empty() => -1,
            Said::Plain => match cx.int(0, i64::from(i16::MIN), i64::from(i16::MAX)) {
                Some(n) => i32::try_from(n).unwrap_or(-1),
                None => return,
            },
            Said::No | Said::Default => 0,
        };
    })
};

pub static USE_SMALL_BUFFERS: Keyword<ProxyB> = Keyword {
    name: "option use-small-buffers",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::at_least(0, "'queue', 'l7-retries' and 'check'"),
    prefix: Prefix::NoDefault,
    since: "3.4",
    doc: "Keeps requests that wait in small buffers where they fit.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let all = cx.is_empty() && on(cx);
        let mut buffers = SmallBuffers { queue: all, l7_retries: all, check: all };
        for i in 0..cx.len() {
            match cx.one_of(i, &[("queue", 0), ("l7-retries", 1), ("check", 2)]) {
                Some(0) => buffers.queue = on(cx),
                Some(1) => buffers.l7_retries = on(cx),
                Some(_) => buffers.check = on(cx),
                None => return,
            }
        }
        proxy.back.small_buffers = buffers;
    })
};
