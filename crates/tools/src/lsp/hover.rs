//! What is known about the word under the cursor.

use super::cursor;
use super::mentions;
use super::navigate;
use super::roles::{self, Role};
use super::text::Range;
use super::vocabulary::{self, Term, VOCABULARY};
use super::workspace::Scope;
use serde_json::{Value, json};

/// How many definitions are shown.
const MOST: usize = 5;

/// `textDocument/hover`.
pub fn hover(scope: &Scope<'_>, offset: usize) -> Value {
    let Some((range, text)) = about(scope, offset) else { return Value::Null };
    json!({
        "contents": { "kind": "markdown", "value": text }, "range": scope.here.text.range_json(range),
    })
}

fn about(scope: &Scope<'_>, offset: usize) -> Option<(Range, String)> {
    let cursor = cursor::at(scope, offset);
    let word = cursor.words.iter().position(|word| Range::from(word.span) == cursor.typed)?;
    if conf::is_section(&cursor.words[0].text) {
        if word == 0 {
            let term = vocabulary::named(&VOCABULARY.sections, &cursor.words[0].text)?;
            return Some((cursor.typed, term.markdown()));
        }
        return definition(scope, offset);
    }
    let roles = roles::roles(&VOCABULARY, cursor.stanza?.keyword(), &cursor.words);
    // A keyword of two words is found with the second one.
    let second = match roles.get(word + 1) {
        Some(Role::Second { found, .. }) => *found,
        _ => None,
    };
    let term = match &roles[word] {
        Role::Keyword { found, .. } => found.or(second),
        Role::Second { found, .. } | Role::Option { found, .. } | Role::Action { found, .. } => *found,
        _ => None,
    };
    if let Some(term) = term {
        return Some((cursor.typed, term.markdown()));
    }
    let in_acl = matches!(roles[word], Role::Criterion);
    if let Some(found) = definition(scope, offset).or_else(|| called(scope, cursor.typed, offset, in_acl)) {
        return Some(found);
    }
    match &roles[word] {
        Role::Action { of, .. } | Role::Argument { of, .. } | Role::Value { of } => Some((cursor.typed, of.markdown())),
        _ => None,
    }
}

/// The lines that define the name at the cursor.
fn definition(scope: &Scope<'_>, offset: usize) -> Option<(Range, String)> {
    let named = navigate::named(scope, offset)?;
    let lines = named.targets.iter().take(MOST).map(|found| {
        let line = String::from_utf8_lossy(found.source.text.slice(found.def.line)).replace("```", "` ` `");
        let number = found.source.text.position(found.def.line.start).line + 1;
        match found.source.uri == scope.here.uri {
            true => format!("```haproxy\n{line}\n```\nLine {number}."),
            false => format!("```haproxy\n{line}\n```\n{} line {number}.", found.source.name()),
        }
    });
    let text = lines.collect::<Vec<String>>().join("\n\n");
    (!text.is_empty()).then_some((named.range, text))
}

/// The fetch or converter at the cursor: in a test, or anywhere between `%[` and `]`.
fn called(scope: &Scope<'_>, word: Range, offset: usize, in_acl: bool) -> Option<(Range, String)> {
    let bytes = scope.here.text.slice(word);
    let at = offset - word.start;
    let before = bytes[..at].iter().rev().take_while(|byte| mentions::is_name(**byte)).count();
    let behind = bytes[at..].iter().take_while(|byte| mentions::is_name(**byte)).count();
    let (from, to) = (at - before, at + behind);
    let open = bytes[..from].windows(2).rposition(|two| two == b"%[").map(|open| open + 2);
    let start = if in_acl { 0 } else { open.filter(|open| !bytes[*open..from].contains(&b']'))? };
    let is_first = !bytes[start..from].contains(&b',');
    let name = &bytes[from..to];
    let all = &*VOCABULARY;
    let find = |terms: &'static [Term]| vocabulary::named(terms, name);
    let terms = match (is_first, in_acl) {
        (true, true) => [find(&all.fetches), find(&all.criteria)],
        (true, false) => [find(&all.fetches), None],
        (false, _) => [find(&all.converters), None],
    };
    let text = terms.into_iter().flatten().map(Term::markdown).collect::<Vec<String>>().join("\n\n---\n\n");
    (!text.is_empty()).then_some((Range::new(word.start + from, word.start + to), text))
}
