//! Idle connections to servers.

use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword};

pub static LOW_FD_RATIO: Keyword<GlobalB> = Keyword {
    name: "tune.pool-low-fd-ratio",
    args: Arity::exactly(1, "a percentage"),
    since: "2.0",
    doc: "Share of file descriptors in use above which no idle connection is kept.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        if let Some(percent) = cx.uint(0, 0, 100) {
            global.spec.tune.pool_low_fd_ratio = percent;
        }
    })
};

pub static HIGH_FD_RATIO: Keyword<GlobalB> = Keyword {
    name: "tune.pool-high-fd-ratio",
    args: Arity::exactly(1, "a percentage"),
    since: "2.0",
    doc: "Share of file descriptors in use above which idle connections are closed for new ones.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        if let Some(percent) = cx.uint(0, 0, 100) {
            global.spec.tune.pool_high_fd_ratio = percent;
        }
    })
};

pub static IDLE_POOL_SHARED: Keyword<GlobalB> = Keyword {
    name: "tune.idle-pool.shared",
    args: Arity::exactly(1, "'full', 'on' or 'off'"),
    since: "2.3",
    doc: "Whether threads take idle connections from each other.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        // There is one thread group, so that «full» and «on» are the same.
        if let Some(on) = cx.one_of(0, &[("full", true), ("on", true), ("off", false)]) {
            global.spec.tune.idle_pool_shared = on;
        }
    })
};
