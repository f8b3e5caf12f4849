//! What the process starts from: states of servers, counters.

use super::shape::{MOST, number, parsed, put_number, put_once};
use crate::build::GlobalB;
use crate::compile::Run;
use crate::finish::states;
use crate::keyword::{Arity, Keyword, Reload};
use crate::paths;

pub static SERVER_BASE: Keyword<GlobalB> = Keyword {
    name: "server-state-base",
    since: "1.6",
    doc: "Directory of files with the states of servers.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "a directory"), |cx, global| {
        let path = cx.bytes(0);
        put_once(cx, &mut global.spec.state.server_base, path);
    })
};

pub static SERVER_FILE: Keyword<GlobalB> = Keyword {
    name: "server-state-file",
    since: "1.6",
    doc: "File with the states of all servers.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "a file name"), |cx, global| {
        let path = cx.bytes(0);
        global.state_file_at = global.state_file_at.or(Some(cx.span(0)));
        put_once(cx, &mut global.spec.state.server_file, path);
    })
};

/// Reads the file of states: what can't be used is told, and the start goes on without it.
pub fn check(run: &mut Run<'_>) {
    let state = &run.global.spec.state;
    let Some(file) = &state.server_file else { return };
    let path = match &state.server_base {
        Some(base) if file.first() != Some(&b'/') => paths::under(base, file),
        _ => file.to_vec(),
    };
    let at = run.global.state_file_at.unwrap_or_default();
    for row in states::file(run, &path, "global server state file", at) {
        run.parts.states.entry(row.backend.clone()).or_default().push(row);
    }
}

pub static STATS_FILE: Keyword<GlobalB> = Keyword {
    name: "stats-file",
    since: "3.0",
    doc: "File with counters to start from.",
    manual: "3.1",
    ..parsed(Arity::exactly(1, "a file name"), |cx, global| global.spec.state.stats_file = cx.bytes(0))
};

pub static SHM_STATS_FILE: Keyword<GlobalB> = Keyword {
    name: "shm-stats-file",
    since: "3.3",
    doc: "Shared memory in which counters outlive the process.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.state.shm_stats_file == b.state.shm_stats_file),
    ..parsed(Arity::exactly(1, "a name"), |cx, global| global.spec.state.shm_stats_file = cx.bytes(0))
};

pub static SHM_MAX_OBJECTS: Keyword<GlobalB> = Keyword {
    name: "shm-stats-file-max-objects",
    since: "3.3",
    doc: "How many things of a thread group have counters in shared memory.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.state.shm_max_objects == b.state.shm_max_objects),
    ..number(|cx, global| put_number(cx, 1..=MOST, &mut global.spec.state.shm_max_objects))
};
