//! Lines that were renamed or removed.

use super::edits::Edits;
use super::{At, Migration};

pub static OLD_TIMEOUTS: Migration = Migration {
    name: "old-timeouts",
    doc: "contimeout, clitimeout, srvtimeout become timeout connect, client, server",
    apply: |at, edits| {
        let new = match &*at.line.keyword().text {
            b"contimeout" => "timeout connect",
            b"clitimeout" => "timeout client",
            b"srvtimeout" => "timeout server",
            _ => return false,
        };
        edits.words(&at.line.words[..1], new);
        true
    },
};

pub static REDISPATCH: Migration = Migration {
    name: "redispatch",
    doc: "redispatch becomes option redispatch",
    apply: |at, edits| rename(at, edits, &["redispatch"], "option redispatch"),
};

pub static FORCECLOSE: Migration = Migration {
    name: "forceclose",
    doc: "option forceclose becomes option httpclose",
    apply: |at, edits| rename(at, edits, &["option", "forceclose"], "option httpclose"),
};

pub static UNSAFE_VIOLATIONS: Migration = Migration {
    name: "unsafe-violations",
    doc: "option accept-invalid-http-* becomes option accept-unsafe-violations-in-http-*",
    apply: |at, edits| {
        rename(at, edits, &["option", "accept-invalid-http-request"], "option accept-unsafe-violations-in-http-request")
            || rename(
                at,
                edits,
                &["option", "accept-invalid-http-response"],
                "option accept-unsafe-violations-in-http-response",
            )
    },
};

pub static BLOCK: Migration = Migration {
    name: "block",
    doc: "block becomes http-request deny",
    apply: |at, edits| at.in_proxy() && rename(at, edits, &["block"], "http-request deny"),
};

/// Puts other words in the place of a line's first ones; `no` stays.
fn rename(at: &At<'_>, edits: &mut Edits<'_>, from: &[&str], to: &str) -> bool {
    let fits = at.is(from);
    if fits {
        edits.words(&at.line.words[at.skip..at.skip + from.len()], to);
    }
    fits
}

pub static MONITOR_NET: Migration = Migration {
    name: "monitor-net",
    doc: "monitor-net becomes a rule that answers requests from there",
    apply: |at, edits| {
        if !at.is(&["monitor-net"]) {
            return false;
        }
        match &at.line.words[..] {
            [_, net] => {
                let net = edits.source(core::slice::from_ref(net));
                edits.line(at.line, format!("http-request return status 200 if {{ src {net} }}"));
                edits.warn(
                    at.line.span,
                    "'monitor-net' has become an HTTP rule, it has no effect in mode tcp: check it",
                );
            }
            _ => edits.leave(at.line, "'monitor-net' is gone"),
        }
        true
    },
};

pub static DISPATCH: Migration = Migration {
    name: "dispatch",
    doc: "dispatch becomes a server",
    apply: |at, edits| {
        if !at.in_proxy() || !at.is(&["dispatch"]) {
            return false;
        }
        let addr = edits.source(&at.line.words[1..]);
        edits.line(at.line, format!("server dispatch {addr}"));
        true
    },
};

pub static GONE_OPTIONS: Migration = Migration {
    name: "gone-options",
    doc: "options without a successor are commented out: http-tunnel, http-use-htx, transparent",
    apply: |at, edits| {
        if at.is(&["option", "http-use-htx"]) {
            edits.retire(at.line, "there is only one HTTP engine since 2.1");
        } else if at.is(&["option", "http-tunnel"]) {
            edits.retire(at.line, "it did nothing since 2.1; keep-alive is the default");
        } else if at.is(&["option", "transparent"]) && !at.negated {
            edits.leave(
                at.line,
                "'option transparent' is gone: name a server with the address 0.0.0.0, or 'set-dst' rules",
            );
        } else if at.is(&["option", "transparent"]) {
            edits.retire(at.line, "the option that it negates is gone");
        } else {
            return false;
        }
        true
    },
};

pub static GONE_LINES: Migration = Migration {
    name: "gone-lines",
    doc: "appsession, grace in proxies, and master-worker in global are commented out",
    apply: |at, edits| {
        if at.in_proxy() && at.is(&["appsession"]) {
            edits.leave(at.line, "'appsession' is gone: use 'stick-table' with 'stick on' or 'cookie'");
        } else if at.in_proxy() && at.is(&["grace"]) {
            edits.retire(at.line, "listeners stop at once; 'grace' in 'global' and 'hard-stop-after' remain");
        } else if at.section.keyword.is("global") && at.is(&["master-worker"]) && at.line.words.len() == 1 {
            edits.retire(at.line, "the command line asks for a master: '-W', or '-Ws' under systemd");
        } else {
            return false;
        }
        true
    },
};

pub static NBPROC: Migration = Migration {
    name: "nbproc",
    doc: "nbproc becomes nbthread, unless that is there",
    apply: |at, edits| {
        if !at.section.keyword.is("global") || !at.is(&["nbproc"]) {
            return false;
        }
        match at.has_nbthread {
            true => edits.retire(at.line, "there is one process, and 'nbthread' says how many threads"),
            false => edits.words(&at.line.words[..1], "nbthread"),
        }
        true
    },
};

pub static BIND_PROCESS: Migration = Migration {
    name: "bind-process",
    doc: "bind-process, and process on bind and stats socket lines, are dropped",
    apply: |at, edits| {
        if (at.in_proxy() && at.is(&["bind-process"])) || at.is(&["stats", "bind-process"]) {
            edits.retire(at.line, "there is one process");
            return true;
        }
        if !at.is(&["bind"]) && !at.is(&["stats", "socket"]) {
            return false;
        }
        let Some(found) = at.line.words.iter().position(|word| word.is("process")) else { return false };
        let end = at.line.words.len().min(found + 2);
        edits.drop(&at.line.words[found..end]);
        if names_threads(&at.line.words[found..end]) {
            edits.warn(at.line.words[found].span, "threads were named here: say 'thread <set>' if that still matters");
        }
        // The line may have TLS options to look at as well.
        false
    },
};

/// Whether a `process` argument had a part for threads.
fn names_threads(words: &[syntax::Word]) -> bool {
    words.get(1).is_some_and(|set| set.text.contains(&b'/'))
}

pub static MARK_AND_TOS: Migration = Migration {
    name: "mark-and-tos",
    doc: "the actions set-mark and set-tos become set-fc-mark and set-fc-tos",
    apply: |at, edits| {
        const SETS: [&str; 5] = ["http-request", "http-response", "http-after-response", "tcp-request", "tcp-response"];
        if !SETS.iter().any(|set| at.is(&[set])) {
            return false;
        }
        let action = if at.line.keyword().text.starts_with(b"tcp-") { 2 } else { 1 };
        let Some(word) = at.line.words.get(action) else { return false };
        let new = match &*word.text {
            b"set-mark" => "set-fc-mark",
            b"set-tos" => "set-fc-tos",
            _ => return false,
        };
        edits.words(core::slice::from_ref(word), new);
        true
    },
};
