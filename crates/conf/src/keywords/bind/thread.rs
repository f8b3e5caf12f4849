//! `thread`: which threads may take a socket's connections.

use crate::build::BindB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Status};
use crate::spec::{ThreadRange, ThreadSet, Threads};

pub static THREAD: Keyword<BindB> = Keyword {
    name: "thread",
    args: Arity::exactly(1, "a set of threads, as '1-2', 'odd' or '1/all'"),
    since: "2.3",
    doc: "Threads that may take these connections.",
    manual: "5.1",
    status: Status::Parsed,
    ..Keyword::plain(|cx, bind| {
        if let Some(set) = set(cx) {
            bind.opts.threads = Some(set);
        }
    })
};

/// As many threads as a process or a group can have, and as many groups.
const MOST_THREADS: u32 = 64 * MOST_GROUPS;
const MOST_IN_GROUP: u32 = 64;
const MOST_GROUPS: u32 = 16;

fn set(cx: &mut Cx<'_>) -> Option<ThreadSet> {
    let mut set: Option<ThreadSet> = None;
    for part in cx.text(0).split(|c| *c == b',') {
        let shown = String::from_utf8_lossy(part);
        let Some(range) = range(part) else {
            cx.alert(0, format!(": '{shown}' is no set of threads."));
            return None;
        };
        let by_group = range.group > 0;
        let set = set.get_or_insert(ThreadSet { by_group, ranges: Vec::new() });
        if set.by_group != by_group {
            cx.alert(0, ": either all numbers are relative to a group, or none.");
            return None;
        }
        set.ranges.push(range);
    }
    set
}

/// `[GROUP/]all|odd|even|[N][-[N]]`.
fn range(text: &[u8]) -> Option<ThreadRange> {
    let text = core::str::from_utf8(text).ok()?;
    let (group, rest) = match text.split_once('/') {
        Some((group, rest)) => (number(group, MOST_GROUPS)?, rest),
        None => (0, text),
    };
    let most = if group > 0 { MOST_IN_GROUP } else { MOST_THREADS };
    let which = match rest {
        "all" => Threads::All,
        "odd" => Threads::Odd,
        "even" => Threads::Even,
        _ => match rest.split_once('-') {
            None => {
                let n = number(rest, most)?;
                Threads::Range(n, n)
            }
            Some(("", "")) => return None,
            Some((low, "")) => Threads::From(number(low, most)?),
            Some((low, high)) => {
                let low = if low.is_empty() { 1 } else { number(low, most)? };
                let high = number(high, most)?;
                // As in the reference the ends may be swapped.
                Threads::Range(low.min(high), low.max(high))
            }
        },
    };
    Some(ThreadRange { group, which })
}

fn number(text: &str, most: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|n| digits && (1..=most).contains(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let all = |group, which| Some(ThreadRange { group, which });
        let cases: &[(&str, Option<ThreadRange>)] = &[
            ("1", all(0, Threads::Range(1, 1))),
            ("1-4", all(0, Threads::Range(1, 4))),
            ("4-1", all(0, Threads::Range(1, 4))),
            ("2-", all(0, Threads::From(2))),
            ("-3", all(0, Threads::Range(1, 3))),
            ("all", all(0, Threads::All)),
            ("odd", all(0, Threads::Odd)),
            ("1/even", all(1, Threads::Even)),
            ("16/64", all(16, Threads::Range(64, 64))),
            ("17/1", None),
            ("1/65", None),
            ("0", None),
            ("-", None),
            ("", None),
            ("/1", None),
            ("1/", None),
            ("x", None),
            ("+1", None),
            ("1025", None),
        ];
        for (text, want) in cases {
            assert_eq!(range(text.as_bytes()), *want, "{text}");
        }
    }
}
