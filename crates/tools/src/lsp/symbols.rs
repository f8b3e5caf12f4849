//! The outline of a text: sections, and what has a name in them.

use super::outline::{Entry, Stanza};
use super::text::Range;
use super::workspace::Scope;
use serde_json::{Value, json};

/// Kinds of symbols, by the protocol's numbers.
mod kind {
    pub const NAMESPACE: u8 = 3;
    pub const CLASS: u8 = 5;
    pub const PROPERTY: u8 = 7;
    pub const FIELD: u8 = 8;
    pub const INTERFACE: u8 = 11;
    pub const BOOLEAN: u8 = 17;
    pub const STRUCT: u8 = 23;
}

/// Lines that are shown below their section: the keyword, and the kind of symbol.
const LINES: &[(&str, u8)] = &[
    ("acl", kind::BOOLEAN),
    ("bind", kind::PROPERTY),
    ("server", kind::FIELD),
    ("server-template", kind::FIELD),
    ("peer", kind::FIELD),
    ("nameserver", kind::FIELD),
    ("mailer", kind::FIELD),
    ("user", kind::FIELD),
    ("group", kind::FIELD),
];

/// `textDocument/documentSymbol`.
pub fn symbols(scope: &Scope<'_>) -> Value {
    scope.parsed(scope.here).stanzas.iter().map(|stanza| section(scope, stanza)).collect()
}

fn section(scope: &Scope<'_>, stanza: &Stanza) -> Value {
    let text = &scope.here.text;
    let word = String::from_utf8_lossy(stanza.keyword());
    let (name, place) = match stanza.name() {
        Some(name) => (name.show().into_owned(), Range::from(name.span)),
        None => (word.clone().into_owned(), stanza.head),
    };
    let kind = match &*word {
        "global" => kind::NAMESPACE,
        "frontend" | "listen" => kind::INTERFACE,
        "backend" => kind::CLASS,
        _ => kind::STRUCT,
    };
    let children: Vec<Value> = stanza.lines.iter().filter_map(|entry| line(scope, stanza, entry)).collect();
    json!({
        "name": shown(&name), "detail": word, "kind": kind, "range": text.range_json(stanza.whole()),
        "selectionRange": text.range_json(place), "children": children,
    })
}

fn line(scope: &Scope<'_>, stanza: &Stanza, entry: &Entry) -> Option<Value> {
    let text = &scope.here.text;
    let (keyword, name) = (entry.words.first()?, entry.words.get(1)?);
    // Users of 'global' are no members of it.
    let (word, kind) = LINES.iter().find(|(word, _)| keyword.is(word) && stanza.keyword() != b"global")?;
    Some(json!({
        "name": shown(&name.show()), "detail": word, "kind": kind, "range": text.range_json(entry.range),
        "selectionRange": text.range_json(name.span.into()),
    }))
}

/// A symbol must have a name.
fn shown(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}
