//! How the process starts, runs and stops.

use super::shape::put_once;
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Prefix, Reload, Said};

pub static DAEMON: Keyword<GlobalB> = Keyword {
    name: "daemon",
    doc: "Goes into the background once started.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.daemon == b.daemon),
    ..Keyword::plain(|_, global| global.spec.daemon = true)
};

pub static PIDFILE: Keyword<GlobalB> = Keyword {
    name: "pidfile",
    args: Arity::exactly(1, "a file name"),
    doc: "Where the process number is written.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.pidfile == b.pidfile),
    ..Keyword::plain(|cx, global| {
        let path = cx.bytes(0);
        put_once(cx, &mut global.spec.pidfile, path);
    })
};

pub static HARD_STOP_AFTER: Keyword<GlobalB> = Keyword {
    name: "hard-stop-after",
    args: Arity::exactly(1, "<time>"),
    since: "1.7",
    doc: "Longest time that a soft stop may take.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        if let Some(ms) = cx.time(0, 0) {
            global.spec.hard_stop_after = Some(ms).filter(|ms| ms.0 > 0);
        }
    })
};

pub static CLOSE_SPREAD_TIME: Keyword<GlobalB> = Keyword {
    name: "close-spread-time",
    args: Arity::exactly(1, "<time> or 'infinite'"),
    since: "2.6",
    doc: "Window over which a soft stop closes connections.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        if cx.text(0) == b"infinite" {
            global.spec.close_spread_time = Some(None);
        } else if let Some(ms) = cx.time(0, 0) {
            global.spec.close_spread_time = Some(ms).filter(|ms| ms.0 > 0).map(Some);
        }
    })
};

pub static GRACE: Keyword<GlobalB> = Keyword {
    name: "grace",
    args: Arity::exactly(1, "<time>"),
    doc: "Time between the signal and the soft stop itself.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        if let Some(ms) = cx.time(0, 0) {
            global.spec.grace = Some(ms).filter(|ms| ms.0 > 0);
        }
    })
};

pub static QUIET: Keyword<GlobalB> = Keyword {
    name: "quiet",
    doc: "Says nothing while starting.",
    manual: "3.3",
    ..Keyword::plain(|_, global| global.spec.quiet = true)
};

pub static ZERO_WARNING: Keyword<GlobalB> = Keyword {
    name: "zero-warning",
    since: "2.4",
    doc: "Any warning is fatal.",
    manual: "3.3",
    ..Keyword::plain(|_, global| global.spec.zero_warning = true)
};

pub static SET_DUMPABLE: Keyword<GlobalB> = Keyword {
    name: "set-dumpable",
    args: Arity::between(0, 1, "'on' or 'off'"),
    prefix: Prefix::No,
    since: "1.9",
    doc: "Lets a crash leave a core file even after privileges were dropped.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.set_dumpable == b.set_dumpable),
    ..Keyword::plain(|cx, global| {
        let on = match cx.text(0) {
            b"" => Some(true),
            b"libs" => return cx.not_yet(0, "set-dumpable libs"),
            _ => cx.on_off(0),
        };
        if let Some(on) = on {
            global.spec.set_dumpable = on && cx.said != Said::No;
        }
    })
};

pub static INSECURE_FORK_WANTED: Keyword<GlobalB> = Keyword {
    name: "insecure-fork-wanted",
    prefix: Prefix::No,
    since: "2.2",
    doc: "Allows new processes after the start.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.insecure_fork_wanted == b.insecure_fork_wanted),
    ..Keyword::plain(|cx, global| global.spec.insecure_fork_wanted = cx.said != Said::No)
};

pub static INSECURE_SETUID_WANTED: Keyword<GlobalB> = Keyword {
    name: "insecure-setuid-wanted",
    prefix: Prefix::No,
    since: "2.2",
    doc: "Allows setuid programs to be run.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.insecure_setuid_wanted == b.insecure_setuid_wanted),
    ..Keyword::plain(|cx, global| global.spec.insecure_setuid_wanted = cx.said != Said::No)
};
