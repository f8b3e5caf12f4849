//! For those who look for a fault.

use super::shape::{number, parsed, put_number, put_switch, switch, time};
use crate::build::GlobalB;
use crate::keyword::{Arity, Gate, Keyword, Status};
use crate::spec::Profiling;
use base::Ms;

pub static ANONKEY: Keyword<GlobalB> = Keyword {
    name: "anonkey",
    since: "2.7",
    doc: "Key by which names and addresses are hidden in dumps.",
    manual: "3.3",
    ..number(|cx, global| put_number(cx, 0..=u32::MAX, &mut global.spec.debug.anonkey))
};

pub static COUNTERS: Keyword<GlobalB> = Keyword {
    name: "debug.counters",
    since: "3.1",
    doc: "Whether rare events are counted.",
    manual: "3.3",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.debug.counters))
};

pub static PARSER_PAUSE: Keyword<GlobalB> = Keyword {
    name: "force-cfg-parser-pause",
    gate: Gate::Experimental,
    since: "3.2",
    doc: "Makes reading the configuration take longer.",
    manual: "3.3",
    ..time(|cx, global| {
        if let Some(ms) = cx.time(0, 0) {
            let pause = &mut global.spec.debug.parser_pause;
            *pause = Ms(pause.0.saturating_add(ms.0));
        }
    })
};

/// Nothing is torn down piece by piece at the end: what a process leaves, the system takes back at once.
pub static QUICK_EXIT: Keyword<GlobalB> = Keyword {
    name: "quick-exit",
    since: "3.1",
    doc: "Ends without tidying up what the system takes back anyway.",
    manual: "3.3",
    ..Keyword::plain(|_, global| global.spec.quick_exit = true)
};

pub static WARN_BLOCKED: Keyword<GlobalB> = Keyword {
    name: "warn-blocked-traffic-after",
    since: "3.1",
    doc: "How long a task may hold up all others before it's told.",
    manual: "3.3",
    ..time(|cx, global| match cx.time(0, 1) {
        Some(ms) if ms.0 > 1000 => cx.alert(0, format!("expects a time from 1 to 1000 ms, not {}.", ms.0)),
        Some(ms) => global.spec.debug.warn_blocked_after = Some(ms),
        None => {}
    })
};

pub static STRESS_LEVEL: Keyword<GlobalB> = Keyword {
    name: "stress-level",
    since: "3.2",
    doc: "How much is done the hard way, to bring faults to light.",
    manual: "3.1",
    ..number(|cx, global| put_number(cx, 0..=9, &mut global.spec.debug.stress_level))
};

pub static PROFILING_MEMORY: Keyword<GlobalB> = Keyword {
    name: "profiling.memory",
    since: "2.4",
    doc: "Whether it's noted who takes and frees memory.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.debug.profiling_memory))
};

pub static PROFILING_TASKS: Keyword<GlobalB> = Keyword {
    name: "profiling.tasks",
    since: "1.9",
    doc: "Whether it's noted what takes time.",
    manual: "3.2",
    ..parsed(Arity::at_least(1, "'auto', 'on', 'off', 'lock', 'no-lock', 'memory' or 'no-memory'"), |cx, global| {
        let debug = &mut global.spec.debug;
        for i in 0..cx.len() {
            match cx.text(i) {
                b"auto" => debug.profiling_tasks = Profiling::Auto,
                b"on" => debug.profiling_tasks = Profiling::On,
                b"off" => debug.profiling_tasks = Profiling::Off,
                b"lock" => debug.profiling_locks = true,
                b"no-lock" => debug.profiling_locks = false,
                b"memory" => debug.profiling_waits = true,
                b"no-memory" => debug.profiling_waits = false,
                _ => {
                    let got = cx.show(i);
                    let known = "'auto', 'on', 'off', 'lock', 'no-lock', 'memory' and 'no-memory'";
                    return cx.alert(i, format!("knows {known}, not '{got}'."));
                }
            }
        }
    })
};

pub static FAIL_ALLOC: Keyword<GlobalB> = Keyword {
    name: "tune.fail-alloc",
    since: "1.9",
    doc: "Percentage of allocations that fail on purpose.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 0..=100, &mut global.spec.debug.fail_alloc_percent))
};

pub static NO_MAX_COUNTERS: Keyword<GlobalB> = Keyword {
    name: "stats calculate-max-counters",
    since: "3.2",
    doc: "Whether the statistics have highest values.",
    manual: "3.1",
    status: Status::Working,
    ..switch(|cx, global| {
        if let Some(on) = cx.on_off(0) {
            global.spec.no_max_counters = !on;
            if !on {
                cx.not_yet(0, "stats calculate-max-counters off");
            }
        }
    })
};
