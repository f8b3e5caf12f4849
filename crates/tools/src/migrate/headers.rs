//! The families of `reqrep` and `rspadd`, which changed or judged header lines by regular expressions until 2.1.

use super::edits::Edits;
use super::{At, Migration};

/// One keyword of the families: the side, what it does, and whether case counts.
struct Old {
    set: &'static str,
    does: &'static str,
    ignore_case: bool,
}

fn old(at: &At<'_>) -> Option<Old> {
    let word = at.line.keyword().str().filter(|_| at.in_proxy() && !at.negated)?;
    let (set, rest) = match (word.strip_prefix("req"), word.strip_prefix("rsp")) {
        (Some(rest), _) => ("http-request", rest),
        (_, Some(rest)) => ("http-response", rest),
        _ => return None,
    };
    const DOES: [&str; 8] = ["add", "allow", "del", "deny", "pass", "rep", "setbe", "tarpit"];
    let known = |text: &str| DOES.into_iter().find(|does| *does == text);
    if let Some(does) = known(rest) {
        return Some(Old { set, does, ignore_case: false });
    }
    known(rest.strip_prefix('i')?).map(|does| Old { set, does, ignore_case: true })
}

/// The condition at the end of a line, from word `from` on, with a blank before it. `None`: something else is there.
fn tail(at: &At<'_>, edits: &Edits<'_>, from: usize) -> Option<String> {
    match at.line.words.get(from) {
        None => Some(String::new()),
        Some(word) if word.is("if") || word.is("unless") => Some(format!(" {}", edits.source(&at.line.words[from..]))),
        Some(_) => None,
    }
}

/// Splits a pattern for a whole header line, `^Name:…`, into the name and what is asked of the value.
fn of_header(pattern: &str) -> Option<(&str, &str)> {
    let (name, rest) = pattern.strip_prefix('^')?.split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let rest =
        ["[ ]*", "[ \\t]*", "\\s*", " *", " "].iter().find_map(|blanks| rest.strip_prefix(blanks)).unwrap_or(rest);
    is_name.then_some((name, rest))
}

/// A word in quotes if it needs them.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'\\#$".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The same as a log format, where a percent sign is special.
fn quoted_format(text: &str) -> String {
    quoted(&text.replace('%', "%%"))
}

pub static ADD: Migration = Migration {
    name: "reqadd",
    doc: "reqadd and rspadd become add-header",
    apply: |at, edits| {
        let Some(old) = old(at).filter(|old| old.does == "add") else { return false };
        let header = at.line.words.get(1).map(|word| word.show().into_owned()).unwrap_or_default();
        match (header.split_once(':'), tail(at, edits, 2)) {
            (Some((name, value)), Some(tail)) => {
                let value = quoted_format(value.trim_start());
                edits.line(at.line, format!("{} add-header {} {value}{tail}", old.set, quoted(name)));
            }
            _ => edits.leave(at.line, "this isn't a header field: use 'add-header' rules"),
        }
        true
    },
};

pub static DELETE: Migration = Migration {
    name: "reqdel",
    doc: "reqdel, rspdel and their kin become del-header",
    apply: |at, edits| {
        let Some(old) = old(at).filter(|old| old.does == "del") else { return false };
        let pattern = at.line.words.get(1).map(|word| word.show().into_owned()).unwrap_or_default();
        let whole = of_header(&pattern).filter(|(_, rest)| matches!(*rest, "" | ".*" | ".*$" | "(.*)"));
        match (whole, tail(at, edits, 2)) {
            (Some((name, _)), Some(tail)) => edits.line(at.line, format!("{} del-header {name}{tail}", old.set)),
            _ => edits.leave(at.line, "no single header field is meant: use 'del-header' rules with conditions"),
        }
        true
    },
};

pub static REPLACE: Migration = Migration {
    name: "reqrep",
    doc: "reqrep, rsprep and their kin become replace-header or replace-pathq",
    apply: |at, edits| {
        let Some(old) = old(at).filter(|old| old.does == "rep") else { return false };
        let text = |i: usize| at.line.words.get(i).map(|word| word.show().into_owned()).unwrap_or_default();
        let (search, with) = (text(1), text(2));
        let rule = header_rule(&old, &search, &with).or_else(|| path_rule(&old, &search, &with));
        match (rule, tail(at, edits, 3)) {
            (Some(rule), Some(tail)) => edits.line(at.line, rule + &tail),
            _ => edits.leave(at.line, "too special to translate: use 'replace-header', 'replace-path' or 'set-header'"),
        }
        true
    },
};

/// `^Name:…` with `Name: …`.
fn header_rule(old: &Old, search: &str, with: &str) -> Option<String> {
    let (name, pattern) = of_header(search)?;
    let (new_name, value) = with.split_once(':')?;
    if !new_name.eq_ignore_ascii_case(name) {
        return None;
    }
    let flag = if old.ignore_case && pattern != "(.*)" && pattern != ".*" { "(?i)" } else { "" };
    let pattern = quoted(&format!("{flag}^{pattern}"));
    Some(format!("{} replace-header {name} {pattern} {}", old.set, quoted_format(value.trim_start())))
}

/// The request line: a method in the first group, the rest of the line in the last.
fn path_rule(old: &Old, search: &str, with: &str) -> Option<String> {
    let methods = ["^([^ :]*) ", "^([^ ]*) ", "^(\\S*) ", "^([^\\ :]*)\\ ", "^([^\\ ]*)\\ "];
    let pattern =
        methods.iter().find_map(|method| search.strip_prefix(method)).filter(|_| old.set == "http-request")?;
    let with = with.strip_prefix("\\1 ")?;
    let groups = pattern.matches('(').count();
    let last = format!("\\{}", groups + 1);
    let is_whole = (pattern.ends_with("(.*)") || pattern.ends_with("(.*)$")) && with.ends_with(&last);
    // A blank in the pattern would be the one before the version, which isn't there any more.
    if !is_whole || pattern.contains([' ', '?']) || with.contains("\\1") && groups + 1 < 10 || groups > 8 {
        return None;
    }
    let with =
        (2..=groups + 1).fold(with.to_owned(), |with, n| with.replace(&format!("\\{n}"), &format!("\\{}", n - 1)));
    let flag = if old.ignore_case { "(?i)" } else { "" };
    Some(format!("http-request replace-pathq {} {}", quoted(&format!("{flag}^{pattern}")), quoted_format(&with)))
}

pub static DENY: Migration = Migration {
    name: "reqdeny",
    doc: "reqdeny, reqtarpit, reqallow, rspdeny and their kin become rules with a condition",
    apply: |at, edits| {
        let Some(old) = old(at).filter(|old| matches!(old.does, "allow" | "deny" | "tarpit")) else { return false };
        let pattern = at.line.words.get(1).map(|word| word.show().into_owned()).unwrap_or_default();
        // Only a condition that all its terms must meet can be joined.
        let more = match at.line.words.get(2) {
            None => Some(String::new()),
            Some(word) if word.is("if") && !at.line.words[3..].iter().any(|word| word.is("or") || word.is("||")) => {
                Some(format!(" {}", edits.source(&at.line.words[3..])))
            }
            Some(_) => None,
        };
        let fetch = if old.set == "http-request" { "req.hdr" } else { "res.hdr" };
        let flag = if old.ignore_case { " -i" } else { "" };
        match (of_header(&pattern), more) {
            (Some((name, rest)), Some(more)) => {
                let pattern = quoted(&format!("^{rest}"));
                let rule = format!("{} {} if {{ {fetch}({name}) -m reg{flag} {pattern} }}{more}", old.set, old.does);
                edits.line(at.line, rule);
            }
            _ => edits.leave(at.line, "no header field is named: use a rule with conditions on method, path or fields"),
        }
        true
    },
};

pub static REST: Migration = Migration {
    name: "reqpass",
    doc: "reqpass, reqsetbe and their kin are left to people",
    apply: |at, edits| {
        let Some(old) = old(at) else { return false };
        edits.leave(
            at.line,
            if old.does == "setbe" { "use 'use_backend' rules" } else { "use conditions on later rules" },
        );
        true
    },
};
