//! What is wrong with a text, and what can be done about it at once.
//!
//! A text may be a configuration of its own or one of several files of a folder; nobody says which. What is told is
//! what is wrong either way: a backend that only a neighbour has is no error, nor is a name that only a neighbour has
//! as well.

use super::text::{Range, Text};
use super::workspace::{Scope, Source};
use crate::lint;
use conf::Outside;
use diag::{Diagnostic, Diagnostics, FileId, Files, Severity};
use serde_json::{Value, json};
use std::collections::HashSet;
use syntax::Tree;

/// How many findings of a text are told.
const MOST: usize = 1000;
/// Neighbours are read with the text only up to so many bytes together: it is done while somebody types.
const TOGETHER: usize = 8 << 20;

/// Something to tell about a text.
#[derive(Clone, Debug)]
pub struct Finding {
    pub range: Range,
    pub weight: Weight,
    /// With the advice.
    pub message: String,
    /// The rule of the linter.
    pub rule: Option<&'static str>,
    /// What would be better, and where it would stand.
    pub instead: Option<(Range, String)>,
    /// Other places of the same text.
    pub also: Vec<(Range, String)>,
}

/// How much it matters, by the protocol's numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Weight {
    Error = 1,
    Warning = 2,
    Information = 3,
    Hint = 4,
}

/// All findings of a text.
pub fn findings(scope: &Scope<'_>, world: &mut dyn Outside) -> Vec<Finding> {
    let alone = Reading::new(scope, &[scope.here], world);
    let size: usize = scope.all.iter().map(|source| source.text.bytes().len()).sum();
    let mut said = alone.compiled();
    let is_clean = said.is_empty() && alone.lint().is_empty();
    let together = match scope.all.len() > 1 && size <= TOGETHER && !is_clean {
        true => Some(Reading::new(scope, &scope.all, world)),
        false => None,
    };
    if let Some(together) = &together {
        said = in_both(said, &together.compiled());
    }
    // The linter is for what is free of errors; what can't be run yet is none.
    if !said.iter().any(is_error) {
        let hints = alone.lint();
        said.extend(match &together {
            Some(together) => in_both(hints, &together.lint()),
            None => hints,
        });
    }
    let mut found: Vec<Finding> = said.iter().map(|one| finding(&scope.here.text, one)).collect();
    found.sort_by_key(|one| (one.range, one.weight));
    found.truncate(MOST);
    found
}

/// One way of reading: a text alone or with its neighbours.
struct Reading {
    files: Files,
    tree: Tree,
    found: Diagnostics,
    /// The text that is judged.
    id: Option<FileId>,
}

impl Reading {
    fn new(scope: &Scope<'_>, sources: &[&Source], world: &mut dyn Outside) -> Reading {
        let named: Vec<(String, &[u8])> = sources.iter().map(|one| (one.name(), one.text.bytes())).collect();
        let (files, tree, mut found) = scope.setting.parse(named.iter().map(|(name, bytes)| (name.as_str(), *bytes)));
        found.append(conf::compile(&tree, &files, &conf::LANG, world).1);
        let id = files.ids().zip(sources).find(|(_, one)| one.path == scope.here.path).map(|(id, _)| id);
        Reading { files, tree, found, id }
    }

    /// What compiling says about the text; what is legal and can't be run yet is a notice.
    fn compiled(&self) -> Vec<Diagnostic> {
        let later = self.found.unbuilt().iter().map(|one| Diagnostic { severity: Severity::Notice, ..one.clone() });
        self.about(self.found.iter().cloned().chain(later))
    }

    /// What the linter says about the text.
    fn lint(&self) -> Vec<Diagnostic> {
        self.about(lint::lint(&self.files, &self.tree).iter().cloned())
    }

    /// What is about the text or about no place; places in other files are taken out.
    fn about(&self, found: impl Iterator<Item = Diagnostic>) -> Vec<Diagnostic> {
        let here = found.filter(|one| one.span.is_none_or(|span| Some(span.file) == self.id));
        let cut = here.map(|mut one| {
            one.also.retain(|(span, _)| Some(span.file) == self.id);
            one
        });
        cut.collect()
    }
}

/// Those of `said` that are in the other list as well.
fn in_both(said: Vec<Diagnostic>, other: &[Diagnostic]) -> Vec<Diagnostic> {
    let keys: HashSet<Key<'_>> = other.iter().map(key).collect();
    said.into_iter().filter(|one| keys.contains(&key(one))).collect()
}

/// What makes two findings the same, whichever files were read with the text.
type Key<'a> = (Option<(u32, u32)>, Severity, &'a str);

fn key(one: &Diagnostic) -> Key<'_> {
    (one.span.map(|span| (span.start, span.end)), one.severity, &one.message)
}

/// Whether it is an error rather than something that this version can't do yet.
fn is_error(one: &Diagnostic) -> bool {
    one.severity == Severity::Alert && !is_later(&one.message)
}

fn is_later(message: &str) -> bool {
    message.trim_end_matches('.').ends_with("is not supported yet")
}

fn finding(text: &Text, one: &Diagnostic) -> Finding {
    let rule = if one.severity == Severity::Info { lint::rule_of(one) } else { None };
    let weight = match one.severity {
        Severity::Alert if is_later(&one.message) => Weight::Information,
        Severity::Alert => Weight::Error,
        Severity::Complaint | Severity::Warning => Weight::Warning,
        Severity::Notice | Severity::Diag => Weight::Information,
        Severity::Info => Weight::Hint,
    };
    let range = one.span.map_or(Range::new(0, 0), Range::from);
    let mut message = match rule {
        Some(rule) => one.message.trim_end_matches(&format!(" [{rule}]")).to_owned(),
        None => one.message.clone(),
    };
    for help in &one.help {
        message += &format!("\n{help}");
    }
    if let Some(manual) = one.manual {
        message += &format!("\nmanual {manual}");
    }
    let guess = one.help.iter().find_map(|help| help.strip_prefix("did you mean '")?.strip_suffix("'?"));
    let instead = guess.map(|guess| placed(text, range, guess));
    let also = one.also.iter().map(|(span, label)| (Range::from(*span), label.clone())).collect();
    Finding { range, weight, message, rule, instead, also }
}

/// Where a better word would stand. One of several words may begin before the place of the mistake.
fn placed(text: &Text, range: Range, guess: &str) -> (Range, String) {
    let before = text.slice(Range::new(text.line_start(range.start), range.start)).trim_ascii_end();
    match guess.rsplit_once(' ') {
        Some((first, last)) if before.ends_with(first.as_bytes()) => (range, last.to_owned()),
        _ => (range, guess.to_owned()),
    }
}

/// A finding in the protocol's form.
pub fn json(source: &Source, one: &Finding) -> Value {
    let text = &source.text;
    let mut value = json!({
        "range": text.range_json(one.range), "severity": one.weight as u8, "source": "ferroxy",
        "message": one.message,
    });
    if let Some(rule) = one.rule {
        value["code"] = json!(rule);
    }
    if !one.also.is_empty() {
        let place = |range: &Range| json!({ "uri": source.uri, "range": text.range_json(*range) });
        let also = one.also.iter().map(|(range, label)| json!({ "location": place(range), "message": label }));
        value["relatedInformation"] = also.collect();
    }
    value
}

/// What can be done about the findings that touch a range: `textDocument/codeAction`.
pub fn actions(source: &Source, found: &[Finding], range: Range) -> Value {
    let near = found.iter().filter(|one| one.range.start <= range.end && range.start <= one.range.end);
    near.flat_map(|one| better(source, one).into_iter().chain(silence(source, one))).take(MOST).collect()
}

/// The word that was probably meant.
fn better(source: &Source, one: &Finding) -> Option<Value> {
    let (range, text) = one.instead.as_ref()?;
    Some(action(source, one, &format!("change to '{text}'"), *range, text, true))
}

/// A comment that silences the linter's rule on this line.
fn silence(source: &Source, one: &Finding) -> Option<Value> {
    let rule = one.rule?;
    let text = &source.text;
    let line = text.line_at(one.range.start);
    let bytes = text.slice(line);
    // A line that goes on or has a comment is left to people.
    if bytes.contains(&b'#') || bytes.ends_with(b"\\") {
        return None;
    }
    let end = line.start + bytes.trim_ascii_end().len();
    let comment = format!(" # lint: allow {rule}");
    Some(action(source, one, &format!("allow '{rule}' here"), Range::new(end, end), &comment, false))
}

fn action(source: &Source, one: &Finding, title: &str, range: Range, text: &str, preferred: bool) -> Value {
    let edit = json!({ "range": source.text.range_json(range), "newText": text });
    json!({
        "title": title, "kind": "quickfix", "isPreferred": preferred, "diagnostics": [json(source, one)],
        "edit": { "changes": { source.uri.as_str(): [edit] } },
    })
}
