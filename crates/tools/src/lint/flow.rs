//! Rules that can't work as they stand, and tables without a bound.

use super::model::{Model, begins, condition, find};
use super::{Found, Rule};
use diag::Span;
use std::collections::HashMap;
use syntax::Line;

pub static UNREACHABLE_RULE: Rule = Rule {
    name: "unreachable-rule",
    why: "a rule without a condition before it ends the set, so this one is never looked at",
    fix: "move it up, give the other one a condition, or remove it",
    check: unreachable_rule,
};

/// Rule sets, and the actions that end each.
const FINAL: &[(&[&str], &[&str])] = &[
    (&["http-request"], &["allow", "deny", "redirect", "reject", "return", "silent-drop", "tarpit", "use-service"]),
    (&["http-response"], &["allow", "deny", "redirect", "return", "silent-drop"]),
    (&["http-after-response"], &["allow"]),
    (&["tcp-request", "connection"], &["accept", "reject", "silent-drop"]),
    (&["tcp-request", "session"], &["accept", "reject", "silent-drop"]),
    (&["tcp-request", "content"], &["accept", "reject", "silent-drop"]),
    (&["tcp-response", "content"], &["accept", "close", "reject", "silent-drop"]),
    (&["use_backend"], &[]),
];

fn unreachable_rule(model: &Model<'_>, found: &mut Found<'_>) {
    for one in &model.sections {
        let mut ended: HashMap<usize, Span> = HashMap::new();
        for line in &one.section.lines {
            let Some(set) = FINAL.iter().position(|(words, _)| begins(line, words)) else { continue };
            if let Some(by) = ended.get(&set) {
                found.push_with(line.span, "this rule is never reached", Some((*by, "this one always applies")));
            } else if ends(line, set) {
                ended.insert(set, line.span);
            }
        }
    }
}

/// Whether the rule ends its set whatever comes.
fn ends(line: &Line, set: usize) -> bool {
    let (words, actions) = FINAL[set];
    let action = line.words.get(words.len());
    let is_final = actions.is_empty() || action.is_some_and(|action| actions.iter().any(|name| action.is(name)));
    is_final && condition(line).is_none()
}

pub static REDIRECT_LOOP: Rule = Rule {
    name: "redirect-loop",
    why: "a client that came by TLS is sent to the address where it already is",
    fix: "add a condition such as 'unless { ssl_fc }'",
    check: redirect_loop,
};

fn redirect_loop(model: &Model<'_>, found: &mut Found<'_>) {
    for one in model.fronts() {
        let tls = |line: &&Line| begins(line, &["bind"]) && find(line, "ssl").is_some();
        let Some(bind) = one.section.lines.iter().find(tls) else { continue };
        for line in &one.section.lines {
            let redirects = begins(line, &["redirect", "scheme", "https"])
                || begins(line, &["http-request", "redirect", "scheme", "https"]);
            if redirects && condition(line).is_none() {
                let what = "every request is redirected to https, those that came by it as well";
                found.push_with(line.span, what, Some((bind.span, "TLS comes in here")));
            }
        }
    }
}

pub static NOTHING_LIMITS_A_TABLE: Rule = Rule {
    name: "unbounded-stick-table",
    why: "without 'expire' its entries stay until the table is full, and then push out others that matter",
    fix: "add 'expire' with the longest time that an entry is of use",
    check: unbounded_stick_table,
};

fn unbounded_stick_table(model: &Model<'_>, found: &mut Found<'_>) {
    for one in &model.sections {
        let tables = one.section.lines.iter().filter(|line| begins(line, &["stick-table"]));
        for line in tables.filter(|line| find(line, "expire").is_none()) {
            found.push(line.span, "entries of this stick-table never expire");
        }
    }
}
