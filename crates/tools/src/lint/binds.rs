//! Addresses that get in each other's way.

use super::model::{Model, begins};
use super::{Found, Rule};
use diag::Span;
use std::collections::HashMap;

pub static SHADOWED_BIND: Rule = Rule {
    name: "shadowed-bind",
    why: "with one address under a wildcard on the same port, which proxy a client meets depends on the address it used",
    fix: "give the ports apart, or name all addresses",
    check: shadowed_bind,
};

fn shadowed_bind(model: &Model<'_>, found: &mut Found<'_>) {
    let mut wild: HashMap<&str, Span> = HashMap::new();
    let mut exact: Vec<(&str, &str, Span)> = Vec::new();
    for one in model.fronts() {
        for line in one.section.lines.iter().filter(|line| begins(line, &["bind"])) {
            let Some(word) = line.words.get(1) else { continue };
            let Some(text) = word.str() else { continue };
            for addr in text.split(',') {
                let addr = addr.strip_prefix("ipv4@").or(addr.strip_prefix("tcp4@")).unwrap_or(addr);
                match addr.rsplit_once(':') {
                    Some(("" | "*" | "0.0.0.0", port)) => drop(wild.entry(port).or_insert(word.span)),
                    Some((ip, port)) if !ip.contains('@') && !ip.contains(':') => exact.push((ip, port, word.span)),
                    _ => {}
                }
            }
        }
    }
    for (ip, port, span) in exact {
        if let Some(other) = wild.get(port) {
            let what = format_args!("'{ip}:{port}' is also under a wildcard");
            found.push_with(span, what, Some((*other, "the wildcard")));
        }
    }
}
