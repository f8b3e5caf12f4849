//! `show activity`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;
use rt::{Stats, WorkerId};
use std::fmt::Write;

pub static COMMAND: Command = Command {
    words: &["show", "activity"],
    usage: "show activity [-1 | 0 | thread]",
    level: CliLevel::User,
    doc: "what the threads do",
    run,
};

/// How the figures of all threads become one.
#[derive(Clone, Copy)]
enum All {
    Sum,
    Mean,
}

type Figure = (&'static str, All, fn(&Stats) -> u64);

const FIGURES: &[Figure] = &[
    ("loops", All::Sum, |stats| stats.loops),
    ("polls", All::Sum, |stats| stats.polls),
    ("wakeups", All::Sum, |stats| stats.wakeups),
    ("panics", All::Sum, |stats| stats.panics),
    ("tasks", All::Sum, |stats| stats.tasks),
    ("queued", All::Sum, |stats| stats.queued),
    ("timers", All::Sum, |stats| stats.timers),
    ("fds", All::Sum, |stats| stats.fds),
    ("idle_pct", All::Mean, |stats| stats.idle_pct),
];

fn run(call: &mut Call<'_>) -> Reply {
    let threads = call.serving.control.shared().threads;
    let which = match call.arg(0) {
        "" => Ok(-1),
        text => text.parse::<i64>(),
    };
    let Ok(which @ -1..) = which else {
        return Reply::error("'show activity' expects -1, 0 or the number of a thread.");
    };
    if which > threads as i64 {
        return Reply::error(format!("There is no thread {which}."));
    }
    let all: Vec<Stats> = (0..threads).filter_map(|n| rt::stats_of(WorkerId(n as u16))).collect();
    let mut out = format!("date_now: {}.{:06}\n", rt::wall().secs(), rt::wall().subsec_us());
    for (name, how, get) in FIGURES {
        let each: Vec<u64> = all.iter().map(get).collect();
        // Writing to a String can't fail.
        let _ = writeln!(out, "{name}: {}", row(&each, *how, which));
    }
    Reply::Text(out)
}

/// One line: all together, one thread, or with -1 both where there are several threads.
fn row(each: &[u64], how: All, which: i64) -> String {
    let sum: u64 = each.iter().sum();
    let together = match how {
        All::Sum => sum,
        All::Mean => sum / (each.len() as u64).max(1),
    };
    match which {
        -1 if each.len() > 1 => {
            let each: Vec<String> = each.iter().map(u64::to_string).collect();
            format!("{together} [ {} ]", each.join(" "))
        }
        -1 | 0 => together.to_string(),
        n => each.get(n as usize - 1).copied().unwrap_or(0).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_figure() {
        for (each, how, which, text) in [
            (&[3, 5][..], All::Sum, -1, "8 [ 3 5 ]"),
            (&[3, 5], All::Mean, 0, "4"),
            (&[3, 5], All::Sum, 2, "5"),
            (&[3], All::Sum, -1, "3"),
        ] {
            assert_eq!(row(each, how, which), text);
        }
    }
}
