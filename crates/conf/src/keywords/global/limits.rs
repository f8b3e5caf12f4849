//! Process-wide limits.

use super::shape::{MOST, put_once};
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Prefix, Reload, Said};

pub static MAXCONN: Keyword<GlobalB> = Keyword {
    name: "maxconn",
    args: Arity::exactly(1, "<number>"),
    doc: "Most connections of the whole process.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.maxconn == b.maxconn),
    ..Keyword::plain(|cx, global| {
        // 0 means that it's computed, as if the line weren't there.
        let n = cx.uint(0, 0, MOST).filter(|n| *n > 0);
        put_once(cx, &mut global.spec.maxconn, n);
    })
};

pub static MAXCONNRATE: Keyword<GlobalB> = Keyword {
    name: "maxconnrate",
    args: Arity::exactly(1, "<number>"),
    since: "1.4",
    doc: "Most new connections of the process in a second.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        let n = cx.uint(0, 0, MOST).filter(|n| *n > 0);
        put_once(cx, &mut global.spec.maxconnrate, n);
    })
};

pub static MAXSESSRATE: Keyword<GlobalB> = Keyword {
    name: "maxsessrate",
    args: Arity::exactly(1, "<number>"),
    since: "1.5",
    doc: "Most new sessions of the process in a second.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        let n = cx.uint(0, 0, MOST).filter(|n| *n > 0);
        put_once(cx, &mut global.spec.maxsessrate, n);
    })
};

pub static MAXPIPES: Keyword<GlobalB> = Keyword {
    name: "maxpipes",
    args: Arity::exactly(1, "<number>"),
    doc: "Most pipes that splicing may hold.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.maxpipes == b.maxpipes),
    ..Keyword::plain(|cx, global| {
        let n = cx.uint(0, 0, MOST);
        put_once(cx, &mut global.spec.maxpipes, n);
    })
};

pub static ULIMIT_N: Keyword<GlobalB> = Keyword {
    name: "ulimit-n",
    args: Arity::exactly(1, "<number>"),
    doc: "Most file descriptors; computed when not given.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.ulimit_n == b.ulimit_n),
    ..Keyword::plain(|cx, global| {
        let n = cx.uint(0, 0, MOST).filter(|n| *n > 0);
        put_once(cx, &mut global.spec.ulimit_n, n);
    })
};

pub static FD_HARD_LIMIT: Keyword<GlobalB> = Keyword {
    name: "fd-hard-limit",
    args: Arity::exactly(1, "<number>"),
    since: "2.6",
    doc: "Bound for the computed number of file descriptors.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.fd_hard_limit == b.fd_hard_limit),
    ..Keyword::plain(|cx, global| {
        let n = cx.uint(0, 0, MOST).filter(|n| *n > 0);
        put_once(cx, &mut global.spec.fd_hard_limit, n);
    })
};

pub static STRICT_LIMITS: Keyword<GlobalB> = Keyword {
    name: "strict-limits",
    prefix: Prefix::No,
    since: "2.1",
    doc: "Refuses to start when a limit can't be set; on unless negated.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.strict_limits == b.strict_limits),
    ..Keyword::plain(|cx, global| global.spec.strict_limits = Some(cx.said != Said::No))
};
