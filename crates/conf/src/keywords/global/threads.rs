//! Threads and their groups.

use super::shape::{number, parsed};
use crate::build::GlobalB;
use crate::compile::Run;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword, Reload, Status};
use diag::Diagnostic;

/// The most threads that one group of the reference has, and as many as one process runs here.
pub const MAX_PER_GROUP: u32 = 64;

/// The most groups that the reference has unless built otherwise.
const MAX_GROUPS: u32 = 16;

/// The most threads of all groups together.
pub const MAX_THREADS: u32 = MAX_PER_GROUP * MAX_GROUPS;

pub static NBTHREAD: Keyword<GlobalB> = Keyword {
    name: "nbthread",
    args: Arity::exactly(1, "<number>"),
    since: "1.8",
    doc: "Number of worker threads.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.nbthread == b.nbthread),
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 1, MAX_THREADS) {
            global.spec.nbthread = Some(n);
            global.nbthread_at = Some(cx.span(0));
            if n > MAX_PER_GROUP {
                cx.not_yet(0, "more than 64 threads");
            }
        }
    })
};

pub static HARD_LIMIT: Keyword<GlobalB> = Keyword {
    name: "thread-hard-limit",
    status: Status::Working,
    since: "2.8",
    doc: "Most threads, however many there would be otherwise.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.threads.hard_limit == b.threads.hard_limit),
    ..number(|cx, global| {
        if let Some(n) = cx.uint(0, 1, MAX_THREADS) {
            global.spec.threads.hard_limit = Some(n);
        }
    })
};

pub static GROUPS: Keyword<GlobalB> = Keyword {
    name: "thread-groups",
    status: Status::Working,
    since: "2.5",
    doc: "Number of groups that the threads are split into.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.threads.groups == b.threads.groups),
    ..number(|cx, global| {
        if let Some(n) = cx.uint(0, 1, MAX_GROUPS) {
            global.spec.threads.groups = Some(n);
            if n > 1 {
                cx.not_yet(0, "more than one thread group");
            }
        }
    })
};

pub static GROUP: Keyword<GlobalB> = Keyword {
    name: "thread-group",
    since: "2.5",
    doc: "Which threads belong to a group.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.threads.members == b.threads.members),
    ..parsed(Arity::at_least(1, "a group's number, and numbers or ranges of threads"), |cx, global| {
        let Some(group) = cx.uint(0, 1, MAX_GROUPS) else { return };
        let mut ranges = Vec::with_capacity(cx.len());
        for i in 1..cx.len() {
            match range(cx.text(i)) {
                Some(range) => ranges.push(range),
                None => {
                    let got = cx.show(i);
                    return cx.alert(i, format!("expects threads from 1 to {MAX_THREADS}, not '{got}'."));
                }
            }
        }
        if global.spec.threads.members.insert(group, ranges).is_some() {
            cx.warn(0, format!("has group {group} already, which this line replaces."));
        }
        global.thread_group_at = Some(cx.span(KEYWORD));
    })
};

/// `N` or `N-M`, in either order.
fn range(text: &[u8]) -> Option<(u32, u32)> {
    let text = core::str::from_utf8(text).ok()?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let thread = |text: &str| text.parse().ok().filter(|n| (1..=MAX_THREADS).contains(n) && !text.starts_with('+'));
    let (first, last): (u32, u32) = (thread(first)?, thread(last)?);
    Some((first.min(last), first.max(last)))
}

pub static MAX_THREADS_PER_GROUP: Keyword<GlobalB> = Keyword {
    name: "max-threads-per-group",
    since: "3.3",
    doc: "Most threads of a group where the number of groups isn't said.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.threads.max_per_group == b.threads.max_per_group),
    ..number(|cx, global| {
        if let Some(n) = cx.uint(0, 1, MAX_PER_GROUP) {
            global.spec.threads.max_per_group = n;
        }
    })
};

/// What the lines say together: too many threads for the limit, or too few groups for them.
pub fn check(run: &mut Run<'_>) {
    let spec = &run.global.spec;
    let Some(wanted) = spec.nbthread else { return };
    let threads = spec.threads.hard_limit.map_or(wanted, |limit| limit.min(wanted));
    let groups = spec.threads.groups.unwrap_or(1);
    let members = &spec.threads.members;
    let all_given = (1..=groups).all(|group| members.get(&group).is_some_and(|ranges| !ranges.is_empty()));
    let placed = |thread: u32| members.values().flatten().any(|(first, last)| (*first..=*last).contains(&thread));
    let left = (1..=threads).filter(|thread| !placed(*thread)).count();
    if let Some(groups) = spec.threads.groups.filter(|groups| wanted > groups * MAX_PER_GROUP) {
        let text = format!(
            "'nbthread' : 'thread-groups {groups}' has no room for {wanted} threads, with {MAX_PER_GROUP} each."
        );
        let at = run.global.nbthread_at.unwrap_or_default();
        run.diags.push(Diagnostic::alert(at, text).help("see 'thread-groups'").manual("3.1"));
    }
    if threads < wanted {
        let text = format!("'nbthread' : 'thread-hard-limit' makes {threads} of these {wanted} threads.");
        let at = run.global.nbthread_at.unwrap_or_default();
        run.diags.push(Diagnostic::warning(at, text).manual("3.1"));
    }
    if all_given && left > 0 {
        let text = format!("'thread-group' : {left} threads are in no group, and all groups are given.");
        let help = "raise 'thread-groups', lower 'nbthread', or add them to a 'thread-group' line";
        let at = run.global.thread_group_at.unwrap_or_default();
        run.diags.push(Diagnostic::alert(at, text).help(help).manual("3.1"));
    }
}
