//! Names that nobody uses.

use super::model::{Model, begins, condition};
use super::{Found, Rule};
use std::collections::HashSet;

pub static UNUSED_ACL: Rule = Rule {
    name: "unused-acl",
    why: "an ACL that no condition names is either left over or misspelt where it was meant",
    fix: "use it, or remove the line",
    check: unused_acl,
};

fn unused_acl(model: &Model<'_>, found: &mut Found<'_>) {
    for one in &model.sections {
        let lines = &one.section.lines;
        let mut used: HashSet<&[u8]> = HashSet::new();
        for line in lines.iter().filter(|line| !begins(line, &["acl"])) {
            let words = condition(line).unwrap_or_default();
            used.extend(words.iter().map(|word| word.text.strip_prefix(b"!").unwrap_or(&word.text)));
            // Conditions stand in the middle of a few lines as well; a word that only looks like the name is enough.
            used.extend(line.words.iter().map(|word| &*word.text));
        }
        let mut told = HashSet::new();
        for name in lines.iter().filter(|line| begins(line, &["acl"])).filter_map(|line| line.words.get(1)) {
            if !used.contains(&*name.text) && told.insert(&*name.text) {
                found.push(name.span, format_args!("no condition uses the ACL '{}'", name.show()));
            }
        }
    }
}

pub static UNUSED_BACKEND: Rule = Rule {
    name: "unused-backend",
    why: "no rule sends traffic to it, so its servers are checked for nothing",
    fix: "name it in 'use_backend' or 'default_backend', or remove it",
    check: unused_backend,
};

fn unused_backend(model: &Model<'_>, found: &mut Found<'_>) {
    let all = || model.sections.iter().flat_map(|one| &one.section.lines);
    // A computed name can be any.
    if all().any(|line| begins(line, &["use_backend"]) && line.words.iter().any(|word| word.text.contains(&b'%'))) {
        return;
    }
    let mut used: HashSet<&[u8]> = HashSet::new();
    for line in all().filter(|line| !begins(line, &["server"])) {
        // Whoever names it in any way uses it: stick tables, maps, logs, Lua.
        for word in line.words.iter().skip(1) {
            used.extend(word.text.split(|byte| b"(),@/ ".contains(byte)));
        }
    }
    for one in model.proxies().filter(|one| one.section.keyword.is("backend")) {
        let Some(name) = one.section.name() else { continue };
        let is_table = one.section.lines.iter().any(|line| begins(line, &["stick-table"]));
        if !is_table && !used.contains(&*name.text) {
            found.push(name.span, format_args!("nothing uses backend '{}'", name.show()));
        }
    }
}

pub static UNUSED_DEFAULTS: Rule = Rule {
    name: "unused-defaults",
    why: "its settings apply to nothing",
    fix: "name it after 'from', or remove it",
    check: unused_defaults,
};

fn unused_defaults(model: &Model<'_>, found: &mut Found<'_>) {
    let used: HashSet<usize> = model.sections.iter().filter_map(|one| one.from).collect();
    for (at, one) in model.sections.iter().enumerate() {
        if one.section.keyword.is("defaults") && !used.contains(&at) {
            found.push(one.section.span, "no proxy starts from this 'defaults' section");
        }
    }
}
