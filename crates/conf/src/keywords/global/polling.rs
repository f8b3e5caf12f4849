//! How the process waits for events.

use super::shape::{flag, parsed, put_choice, put_switch, switch};
use crate::build::GlobalB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Gate, Keyword, Prefix, Reload, Said};
use crate::spec::EpollMask;

pub static BUSY_POLLING: Keyword<GlobalB> = Keyword {
    name: "busy-polling",
    prefix: Prefix::No,
    since: "1.9",
    doc: "Never sleeps while waiting for events.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.polling.busy == b.polling.busy),
    ..Keyword::plain(|cx, global| {
        global.spec.polling.busy = cx.said != Said::No;
        if global.spec.polling.busy {
            cx.not_yet(KEYWORD, "busy-polling");
        }
    })
};

pub static NOEPOLL: Keyword<GlobalB> = Keyword {
    name: "noepoll",
    doc: "Waits for events without epoll.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.polling.noepoll == b.polling.noepoll),
    ..flag(|_, global| global.spec.polling.noepoll = true)
};

/// What isn't to be used doesn't exist here: the only way to wait is epoll.
pub static NOPOLL: Keyword<GlobalB> = Keyword {
    name: "nopoll",
    doc: "Waits for events without poll.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.polling.nopoll == b.polling.nopoll),
    ..Keyword::plain(|_, global| global.spec.polling.nopoll = true)
};

pub static NOEVPORTS: Keyword<GlobalB> = Keyword {
    name: "noevports",
    since: "2.0",
    doc: "Waits for events without event ports, which only SunOS has.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.polling.noevports == b.polling.noevports),
    ..Keyword::plain(|_, global| global.spec.polling.noevports = true)
};

pub static NOKQUEUE: Keyword<GlobalB> = Keyword {
    name: "nokqueue",
    doc: "Waits for events without kqueue, which only BSD has.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.polling.nokqueue == b.polling.nokqueue),
    ..Keyword::plain(|_, global| global.spec.polling.nokqueue = true)
};

pub static MASK_EVENTS: Keyword<GlobalB> = Keyword {
    name: "tune.epoll.mask-events",
    since: "3.2",
    doc: "Events of epoll that count as input only.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.epoll_mask == b.tune.epoll_mask),
    ..parsed(Arity::exactly(1, "'err', 'hup' and 'rdhup' with commas between them"), |cx, global| {
        let mut mask = EpollMask::default();
        for word in cx.text(0).split(|c| *c == b',') {
            match word {
                b"err" => mask.err = true,
                b"hup" => mask.hup = true,
                b"rdhup" => mask.rdhup = true,
                _ => {
                    let got = String::from_utf8_lossy(word).into_owned();
                    return cx.alert(0, format!("knows 'err', 'hup' and 'rdhup', not '{got}'."));
                }
            }
        }
        global.spec.tune.epoll_mask = mask;
    })
};

pub static EDGE_TRIGGERED: Keyword<GlobalB> = Keyword {
    name: "tune.fd.edge-triggered",
    gate: Gate::Experimental,
    since: "2.6",
    doc: "Whether sockets are watched for changes only.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.fd_edge_triggered == b.tune.fd_edge_triggered),
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.fd_edge_triggered))
};

pub static FD_TABLES: Keyword<GlobalB> = Keyword {
    name: "tune.fd.tables",
    gate: Gate::Experimental,
    since: "3.5",
    doc: "Whether thread groups have tables of descriptors of their own.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.fd_tables_per_group == b.tune.fd_tables_per_group),
    ..parsed(Arity::exactly(1, "'shared' or 'per-thread-group'"), |cx, global| {
        let choices = [("shared", false), ("per-thread-group", true)];
        put_choice(cx, &choices, &mut global.spec.tune.fd_tables_per_group);
    })
};
