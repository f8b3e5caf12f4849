//! From names to what they name and back: definition, references, rename.
//!
//! A file that defines a name means its own; other files of the scope come in where it doesn't. So the same name may
//! stand for different things in configurations that only share a folder.

use super::mentions::{BACKEND, Wants};
use super::names::{Class, Def, Ref};
use super::text::Range;
use super::workspace::{Scope, Source};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A definition in its file.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    pub source: &'a Source,
    pub def: &'a Def,
}

/// A name under the cursor.
pub struct Named<'a> {
    pub range: Range,
    pub name: &'a [u8],
    /// What it names; several where an ACL has several lines, or a name isn't unique.
    pub targets: Vec<Found<'a>>,
}

/// A place where a name stands.
struct Occurrence<'a> {
    source: &'a Source,
    range: Range,
    exact: bool,
}

/// The name at an offset of the text, with what it names.
pub fn named<'a>(scope: &Scope<'a>, offset: usize) -> Option<Named<'a>> {
    let parsed = scope.parsed(scope.here);
    if let Some(one) = parsed.refs.iter().filter(|one| one.range.touches(offset)).min_by_key(|one| width(one.range)) {
        return Some(Named { range: one.range, name: &one.name, targets: resolve(scope, scope.here, one) });
    }
    let def = parsed.defs.iter().find(|def| def.range.touches(offset))?;
    let same = |other: &&Def| other.class == def.class;
    let all: Vec<&Def> = match def.class {
        Class::Section(_) => parsed.called(&def.name).filter(same).collect(),
        Class::Server | Class::Acl => parsed.called_in(&def.name, def.stanza).filter(same).collect(),
    };
    let targets = all.into_iter().map(|def| Found { source: scope.here, def }).collect();
    Some(Named { range: def.range, name: &def.name, targets })
}

fn width(range: Range) -> usize {
    range.end - range.start
}

/// What a reference of a text means.
pub fn resolve<'a>(scope: &Scope<'a>, source: &'a Source, one: &Ref) -> Vec<Found<'a>> {
    let parsed = scope.parsed(source);
    let local = |class: Class| {
        let defs = parsed.called_in(&one.name, one.stanza).filter(move |def| def.class == class);
        defs.map(|def| Found { source, def }).collect()
    };
    match (one.wants, &one.of) {
        (Wants::Acl, _) => local(Class::Acl),
        (Wants::Server, None) => local(Class::Server),
        (Wants::Server, Some(backend)) => {
            let sections = sections(scope, source, BACKEND, backend);
            let servers = sections.into_iter().flat_map(|section| {
                let defs = scope.parsed(section.source).called_in(&one.name, section.def.stanza);
                defs.filter(|def| def.class == Class::Server).map(move |def| Found { source: section.source, def })
            });
            servers.collect()
        }
        (wants @ Wants::Section(_), _) => sections(scope, source, wants, &one.name),
    }
}

/// The sections that a name of a text means.
fn sections<'a>(scope: &Scope<'a>, source: &'a Source, wants: Wants, name: &[u8]) -> Vec<Found<'a>> {
    let of = |source: &'a Source| {
        let defs = scope.parsed(source).called(name).filter(move |def| accepts(wants, def.class));
        defs.map(move |def| Found { source, def })
    };
    let own: Vec<Found<'a>> = of(source).collect();
    if !own.is_empty() {
        return own;
    }
    scope.others(source).flat_map(of).collect()
}

/// Whether a reference may mean something of this class.
pub fn accepts(wants: Wants, class: Class) -> bool {
    match (wants, class) {
        (Wants::Section(words), Class::Section(word)) => words.contains(&word),
        (Wants::Server, Class::Server) | (Wants::Acl, Class::Acl) => true,
        _ => false,
    }
}

/// Every place where the targets are named; where they are defined first, if that is wanted.
fn occurrences<'a>(scope: &Scope<'a>, named: &Named<'a>, with_defs: bool) -> Vec<Occurrence<'a>> {
    let targets = &named.targets;
    let is_target = |found: &Found<'a>| targets.iter().any(|target| core::ptr::eq(target.def, found.def));
    let mut all = Vec::new();
    if with_defs {
        let def =
            |found: &Found<'a>| Occurrence { source: found.source, range: found.def.range, exact: found.def.exact };
        all.extend(targets.iter().map(def));
    }
    for source in &scope.all {
        // What a section's name means is the same in all of a file.
        let mut known: Vec<(Wants, bool)> = Vec::new();
        for one in scope.parsed(source).refs.iter().filter(|one| *one.name == *named.name) {
            if !targets.iter().any(|target| accepts(one.wants, target.def.class)) {
                continue;
            }
            let before = known.iter().find(|(wants, _)| *wants == one.wants).map(|(_, meant)| *meant);
            let meant = before.unwrap_or_else(|| resolve(scope, source, one).iter().any(is_target));
            if before.is_none() && matches!(one.wants, Wants::Section(_)) {
                known.push((one.wants, meant));
            }
            if meant {
                all.push(Occurrence { source, range: one.range, exact: one.exact });
            }
        }
    }
    all
}

/// `textDocument/definition`.
pub fn definition(scope: &Scope<'_>, offset: usize) -> Value {
    let Some(named) = named(scope, offset) else { return Value::Null };
    named.targets.iter().map(|found| location(found.source, found.def.range)).collect()
}

/// `textDocument/references`.
pub fn references(scope: &Scope<'_>, offset: usize, with_defs: bool) -> Value {
    let Some(named) = named(scope, offset) else { return Value::Null };
    occurrences(scope, &named, with_defs).iter().map(|one| location(one.source, one.range)).collect()
}

/// `textDocument/documentHighlight`: the places in the text itself.
pub fn highlights(scope: &Scope<'_>, offset: usize) -> Value {
    let Some(named) = named(scope, offset) else { return Value::Null };
    let here = occurrences(scope, &named, true).into_iter().filter(|one| one.source.uri == scope.here.uri);
    here.map(|one| json!({ "range": one.source.text.range_json(one.range) })).collect()
}

/// `textDocument/prepareRename`.
pub fn prepare_rename(scope: &Scope<'_>, offset: usize) -> Result<Value, String> {
    let named = renamable(scope, offset)?;
    let text = &scope.here.text;
    Ok(json!({ "range": text.range_json(named.range), "placeholder": String::from_utf8_lossy(named.name) }))
}

/// `textDocument/rename`.
pub fn rename(scope: &Scope<'_>, offset: usize, to: &str) -> Result<Value, String> {
    let named = renamable(scope, offset)?;
    if to.is_empty() || !to.bytes().all(conf::cx::is_name_byte) {
        return Err(format!("'{to}' is no name: names are made of letters, digits and '-_.:'"));
    }
    if let Some(other) = clash(scope, &named, to.as_bytes()) {
        let line = other.source.text.position(other.def.range.start).line + 1;
        return Err(format!("'{to}' is there already, at line {line} of {}", other.source.name()));
    }
    let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for one in occurrences(scope, &named, true) {
        if !one.exact {
            let line = one.source.text.position(one.range.start).line + 1;
            return Err(format!("the name is hidden by quotes or escapes at line {line} of {}", one.source.name()));
        }
        let edit = json!({ "range": one.source.text.range_json(one.range), "newText": to });
        changes.entry(&one.source.uri).or_default().push(edit);
    }
    Ok(json!({ "changes": changes }))
}

fn renamable<'a>(scope: &Scope<'a>, offset: usize) -> Result<Named<'a>, String> {
    let named = named(scope, offset).ok_or("there is no name here that can be changed")?;
    if named.targets.is_empty() {
        return Err(format!("nothing defines '{}'", String::from_utf8_lossy(named.name)));
    }
    Ok(named)
}

/// What already has the new name where it would be given.
fn clash<'a>(scope: &Scope<'a>, named: &Named<'a>, to: &[u8]) -> Option<Found<'a>> {
    named.targets.iter().find_map(|target| {
        let parsed = scope.parsed(target.source);
        let class = target.def.class;
        let def = match class {
            Class::Section(word) => parsed.called(to).find(|def| share_names(word, def.class)),
            _ => parsed.called_in(to, target.def.stanza).find(|def| def.class == class),
        };
        def.map(|def| Found { source: target.source, def })
    })
}

/// Whether something of this class can't have the same name as a section of this kind.
fn share_names(word: &str, class: Class) -> bool {
    let Class::Section(other) = class else { return false };
    let is_proxy = |word: &str| matches!(word, "frontend" | "backend" | "listen");
    word == other || (is_proxy(word) && is_proxy(other))
}

/// A place in the protocol's form.
pub fn location(source: &Source, range: Range) -> Value {
    json!({ "uri": source.uri, "range": source.text.range_json(range) })
}
