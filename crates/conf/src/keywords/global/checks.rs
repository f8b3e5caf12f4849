use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword};

pub static SPREAD_CHECKS: Keyword<GlobalB> = Keyword {
    name: "spread-checks",
    args: Arity::exactly(1, "a percentage from 0 to 50"),
    doc: "How far the intervals of health checks are spread, in percent.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        if let Some(percent) = cx.uint(0, 0, 50) {
            global.spec.spread_checks_percent = percent;
        }
    })
};
