//! `show threads`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;
use rt::WorkerId;
use std::fmt::Write;

pub static COMMAND: Command = Command {
    words: &["show", "threads"],
    usage: "show threads",
    level: CliLevel::Operator,
    doc: "each thread's tasks, timers and descriptors",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let mut out = String::new();
    for n in 0..call.serving.control.shared().threads {
        let id = WorkerId(n as u16);
        let here = id == rt::worker();
        // Others' figures may be a second old, one's own needn't.
        let Some(stats) = (if here { Some(rt::stats()) } else { rt::stats_of(id) }) else { continue };
        // Writing to a String can't fail.
        let _ = writeln!(
            out,
            "{} Thread {}: idle={}% tasks={} queued={} niced={}\n    timers={} fds={} loops={} polls={} wakeups={} panics={}",
            if here { '*' } else { ' ' },
            n + 1,
            stats.idle_pct,
            stats.tasks,
            stats.queued,
            stats.niced,
            stats.timers,
            stats.fds,
            stats.loops,
            stats.polls,
            stats.wakeups,
            stats.panics,
        );
    }
    Reply::Text(out)
}
