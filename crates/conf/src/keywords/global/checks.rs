//! Health checks as a whole.

use super::shape::{ANY, number, parsed, put_number};
use crate::build::GlobalB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword};

pub static SPREAD_CHECKS: Keyword<GlobalB> = Keyword {
    name: "spread-checks",
    args: Arity::exactly(1, "a percentage from 0 to 50"),
    doc: "How far the intervals of health checks are spread, in percent.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        let before = global.spec.spread_checks_percent;
        match cx.uint(0, 0, 50) {
            Some(_) if before != 0 => cx.once_more(KEYWORD),
            Some(percent) => global.spec.spread_checks_percent = percent,
            None => {}
        }
    })
};

pub static MAX_SPREAD_CHECKS: Keyword<GlobalB> = Keyword {
    name: "max-spread-checks",
    since: "1.5",
    doc: "Most time between the first and the last check of a farm; 0 for no limit.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "<time>"), |cx, global| {
        if let Some(ms) = cx.time(0, 0) {
            global.spec.max_spread_checks = Some(ms).filter(|ms| ms.0 > 0);
        }
    })
};

pub static MAX_CHECKS_PER_THREAD: Keyword<GlobalB> = Keyword {
    name: "tune.max-checks-per-thread",
    since: "2.9",
    doc: "Checks that a thread runs at a time before it passes them on; 0 for no limit.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.max_checks_per_thread))
};
