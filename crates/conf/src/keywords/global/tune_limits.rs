//! How much is done at once, and how much is kept.

use super::shape::{ANY, MOST, number, parsed, put_choice, put_number, put_size, put_switch};
use super::shape::{size, switch};
use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Reload};
use crate::spec::{Purge, Takeover};

pub static CLI_MAX_PAYLOAD: Keyword<GlobalB> = Keyword {
    name: "tune.cli.max-payload-size",
    since: "3.2",
    doc: "Largest payload of a command on the runtime API.",
    manual: "3.2",
    ..size(|cx, global| put_size(cx, &mut global.spec.tune.cli_max_payload_size))
};

pub static DEFAULTS_PURGE: Keyword<GlobalB> = Keyword {
    name: "tune.defaults.purge",
    since: "3.4",
    doc: "Which defaults are dropped once the configuration is read.",
    manual: "3.2",
    ..parsed(
        Arity::between(0, 1, "'all', 'none', or 'proxies' and 'servers' with a comma between them"),
        |cx, global| {
            let mut purge = Purge::default();
            match cx.text(0) {
                b"" => purge.proxies = true,
                b"all" => purge = Purge { proxies: true, servers: true },
                b"none" => {}
                list => {
                    for word in list.split(|c| *c == b',') {
                        match word {
                            b"proxies" => purge.proxies = true,
                            b"servers" => purge.servers = true,
                            _ => {
                                let got = String::from_utf8_lossy(word).into_owned();
                                let known = "'proxies' and 'servers', and 'all' or 'none' alone";
                                return cx.alert(0, format!("knows {known}, not '{got}'."));
                            }
                        }
                    }
                }
            }
            global.spec.tune.defaults_purge = purge;
        },
    )
};

pub static MAX_EVENTS: Keyword<GlobalB> = Keyword {
    name: "tune.events.max-events-at-once",
    since: "2.8",
    doc: "Events that a handler takes in a row.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=10_000, &mut global.spec.tune.max_events_at_once))
};

pub static GLITCHES_CPU: Keyword<GlobalB> = Keyword {
    name: "tune.glitches.kill.cpu-usage",
    since: "3.3",
    doc: "Load in percent from which on connections are closed for their oddities.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "a percentage"), |cx, global| {
        put_number(cx, 0..=100, &mut global.spec.tune.glitches_kill_cpu_percent);
    })
};

pub static IDLETIMER: Keyword<GlobalB> = Keyword {
    name: "tune.idletimer",
    since: "1.5",
    doc: "How long nothing must come for a stream to count as idle; 0 for never.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "a time from 0 to 65535 ms"), |cx, global| match cx.time(0, 0) {
        Some(ms) if ms.0 > 65_535 => cx.alert(0, format!("expects a time from 0 to 65535 ms, not {}.", ms.0)),
        Some(ms) => global.spec.tune.idletimer = ms,
        None => {}
    })
};

pub static MAX_RULES: Keyword<GlobalB> = Keyword {
    name: "tune.max-rules-at-once",
    since: "3.0",
    doc: "Rules that are evaluated in a row.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.max_rules_at_once))
};

pub static HOT_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.memory.hot-size",
    since: "2.8",
    doc: "Bytes of memory that a thread keeps for itself.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.memory_hot_size == b.tune.memory_hot_size),
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.memory_hot_size))
};

pub static PATTERN_CACHE: Keyword<GlobalB> = Keyword {
    name: "tune.pattern.cache-size",
    since: "1.6",
    doc: "Entries of the cache of slow pattern matches; 0 for no cache.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.pattern_cache_size))
};

pub static PEERS_UPDATES: Keyword<GlobalB> = Keyword {
    name: "tune.peers.max-updates-at-once",
    since: "2.6",
    doc: "Updates of stick tables that a peer gets in a row.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=MOST, &mut global.spec.tune.peers_max_updates_at_once))
};

pub static RENICE_RUNTIME: Keyword<GlobalB> = Keyword {
    name: "tune.renice.runtime",
    since: "3.2",
    doc: "Priority of the process once it has started, from -20 to 19.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.renice_runtime == b.tune.renice_runtime),
    ..number(|cx, global| put_priority(cx, &mut global.spec.tune.renice_runtime))
};

pub static RENICE_STARTUP: Keyword<GlobalB> = Keyword {
    name: "tune.renice.startup",
    since: "3.2",
    doc: "Priority of the process while it reads its configuration, from -20 to 19.",
    manual: "3.2",
    ..number(|cx, global| put_priority(cx, &mut global.spec.tune.renice_startup))
};

fn put_priority(cx: &mut Cx<'_>, slot: &mut Option<i32>) {
    if let Some(n) = cx.int(0, -20, 19) {
        *slot = i32::try_from(n).ok();
    }
}

pub static RING_QUEUES: Keyword<GlobalB> = Keyword {
    name: "tune.ring.queues",
    since: "3.0",
    doc: "Queues in front of a ring buffer.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.ring_queues == b.tune.ring_queues),
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.ring_queues))
};

pub static RUNQUEUE_DEPTH: Keyword<GlobalB> = Keyword {
    name: "tune.runqueue-depth",
    since: "1.9",
    doc: "Tasks that are run in a row.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.runqueue_depth))
};

pub static LOW_LATENCY: Keyword<GlobalB> = Keyword {
    name: "tune.sched.low-latency",
    since: "2.4",
    doc: "Whether light tasks always go before heavy ones.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.low_latency))
};

pub static STICK_COUNTERS: Keyword<GlobalB> = Keyword {
    name: "tune.stick-counters",
    since: "2.8",
    doc: "How many table entries a stream can track.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.stick_counters == b.tune.stick_counters),
    ..number(|cx, global| put_number(cx, 0..=100, &mut global.spec.tune.stick_counters))
};

pub static STREAMS_ELASTICITY: Keyword<GlobalB> = Keyword {
    name: "tune.streams-elasticity",
    since: "3.4",
    doc: "Streams in percent of connections when all connections are in use; 0 for no limit.",
    manual: "3.2",
    ..number(|cx, global| match cx.uint(0, 0, MOST) {
        Some(percent @ 1..=99) => cx.alert(0, format!("expects 0, or at least 100 percent, not {percent}.")),
        Some(percent) => global.spec.tune.streams_elasticity_percent = percent,
        None => {}
    })
};

pub static TAKEOVER: Keyword<GlobalB> = Keyword {
    name: "tune.takeover-other-tg-connections",
    since: "3.2",
    doc: "Whether idle connections of other thread groups are taken.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "'none', 'restricted' or 'full'"), |cx, global| {
        let choices = [("none", Takeover::None), ("restricted", Takeover::Restricted), ("full", Takeover::Full)];
        put_choice(cx, &choices, &mut global.spec.tune.takeover_other_groups);
    })
};
