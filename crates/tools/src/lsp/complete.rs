//! What could stand at the cursor.

use super::cursor::{self, Cursor};
use super::mentions::{self, DEFAULTS, Wants};
use super::names::Class;
use super::navigate::accepts;
use super::roles::{self, Role, Said};
use super::text::Range;
use super::vocabulary::{self, Term, VOCABULARY};
use super::workspace::{Scope, Source};
use conf::keyword::Prefix;
use expr::acl::Matcher;
use serde_json::{Value, json};
use std::collections::HashSet;

/// How many proposals are made.
const MOST: usize = 1000;

/// Kinds of proposals, by the protocol's numbers.
#[derive(Clone, Copy)]
enum Kind {
    Function = 3,
    Variable = 6,
    Module = 9,
    Property = 10,
    Value = 12,
    Keyword = 14,
    Struct = 22,
    Operator = 24,
}

/// One proposal.
struct Item {
    label: String,
    kind: Kind,
    detail: String,
    doc: String,
    /// What is likelier comes first.
    rank: u8,
}

impl Item {
    fn word(label: impl Into<String>, kind: Kind) -> Item {
        Item { label: label.into(), kind, detail: String::new(), doc: String::new(), rank: 1 }
    }

    fn term(term: &Term, label: &str, kind: Kind) -> Item {
        Item { label: label.to_owned(), kind, detail: term.args.clone(), doc: term.markdown(), rank: 1 }
    }
}

/// Proposals for what starts at `from`.
struct Proposals {
    items: Vec<Item>,
    from: usize,
}

/// `textDocument/completion`.
pub fn completion(scope: &Scope<'_>, offset: usize) -> Value {
    let cursor = cursor::before(scope, offset);
    let mut out = Proposals { items: Vec::new(), from: cursor.typed.start };
    if !cursor.comment {
        propose(scope, &cursor, &mut out);
    }
    let text = &scope.here.text;
    let range = Range::new(out.from, offset);
    let typed = String::from_utf8_lossy(text.slice(range)).to_ascii_lowercase();
    out.items.retain(|item| item.label.to_ascii_lowercase().contains(&typed));
    out.items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    out.items.dedup_by(|a, b| a.label == b.label);
    let is_cut = out.items.len() > MOST;
    out.items.truncate(MOST);
    let range = text.range_json(range);
    let items: Vec<Value> = out.items.iter().map(|item| shown(item, &range)).collect();
    json!({ "isIncomplete": is_cut, "items": items })
}

fn shown(item: &Item, range: &Value) -> Value {
    let mut value = json!({
        "label": item.label, "kind": item.kind as u8, "sortText": format!("{}{}", item.rank, item.label),
        "textEdit": { "range": range, "newText": item.label },
    });
    if !item.detail.is_empty() {
        value["detail"] = json!(item.detail);
    }
    if !item.doc.is_empty() {
        value["documentation"] = json!({ "kind": "markdown", "value": item.doc });
    }
    value
}

fn propose(scope: &Scope<'_>, cursor: &Cursor<'_>, out: &mut Proposals) {
    let typed = scope.here.text.slice(cursor.typed);
    // An expression within text, whatever the line.
    if let Some(open) = open_expression(typed) {
        return expression(scope, cursor, &typed[open..], cursor.typed.start + open, false, out);
    }
    let Some(first) = cursor.words.first() else { return statement(cursor, typed, out) };
    if conf::is_section(&first.text) {
        return header(scope, cursor, out);
    }
    if first.text.starts_with(b".") {
        return;
    }
    let Some(stanza) = cursor.stanza else { return };
    let roles = roles::roles(&VOCABULARY, stanza.keyword(), &cursor.words);
    let Some(role) = roles.last() else { return };
    let skip = usize::from(matches!(roles.first(), Some(Role::Prefix)));
    let mut texts: Vec<&[u8]> = cursor.words[skip..].iter().map(|word| &*word.text).collect();
    texts.push(typed);
    if let Some((wants, from)) = mentions::whole(&texts, texts.len() - 1, role) {
        out.from += from;
        names(scope, cursor, wants, &typed[from..], out);
        if out.from > cursor.typed.start {
            return;
        }
    } else if let Some(open) = open_call(typed).filter(|_| !matches!(role, Role::Criterion)) {
        return expression(scope, cursor, &typed[open..], cursor.typed.start + open, false, out);
    }
    by_role(scope, cursor, role, &texts, out);
}

/// The start of a statement: sections at the margin, keywords of the section.
fn statement(cursor: &Cursor<'_>, typed: &[u8], out: &mut Proposals) {
    if typed.starts_with(b".") {
        let directives = [".if", ".elif", ".else", ".endif", ".notice", ".warning", ".alert", ".diag"];
        out.items.extend(directives.map(|word| Item::word(word, Kind::Keyword)));
        return;
    }
    if cursor.margin || cursor.stanza.is_none() {
        let sections = VOCABULARY.sections.iter().filter(|term| term.is_alive());
        out.items.extend(sections.map(|term| Item { rank: 0, ..Item::term(term, term.name, Kind::Struct) }));
    }
    keywords(cursor, None, out);
}

fn keywords(cursor: &Cursor<'_>, prefix: Option<Said>, out: &mut Proposals) {
    let Some(stanza) = cursor.stanza else { return };
    let fits = |term: &&Term| {
        let takes = match prefix {
            None => true,
            Some(Said::No) => term.prefix != Prefix::None,
            Some(Said::Default) => term.prefix == Prefix::NoDefault,
        };
        takes && term.is_alive() && term.fits(stanza.keyword(), stanza.name().is_some())
    };
    let terms = VOCABULARY.lines(stanza.keyword()).iter().filter(fits);
    out.items.extend(terms.map(|term| Item::term(term, term.name.trim_end_matches("*)"), Kind::Keyword)));
}

/// Behind the word that opens a section.
fn header(scope: &Scope<'_>, cursor: &Cursor<'_>, out: &mut Proposals) {
    let words = &cursor.words;
    if words.last().is_some_and(|word| word.is("from")) {
        return names(scope, cursor, DEFAULTS, b"", out);
    }
    let is_defaults = words[0].is("defaults");
    let is_proxy = vocabulary::place_of(&words[0].text).is_some();
    if is_proxy && (words.len() == 2 || (words.len() == 1 && is_defaults)) {
        out.items.push(Item::word("from", Kind::Keyword));
    }
}

fn by_role(scope: &Scope<'_>, cursor: &Cursor<'_>, role: &Role<'_>, texts: &[&[u8]], out: &mut Proposals) {
    let Some(stanza) = cursor.stanza else { return };
    match role {
        Role::Keyword { prefix, .. } => keywords(cursor, *prefix, out),
        Role::Second { first, or, .. } => {
            let fits = |term: &&Term| term.is_alive() && term.fits(stanza.keyword(), stanza.name().is_some());
            let terms = vocabulary::beginning(VOCABULARY.lines(stanza.keyword()), first.as_bytes()).iter().filter(fits);
            let second = |term: &Term| Some(Item::term(term, term.second()?.trim_end_matches("*)"), Kind::Keyword));
            out.items.extend(terms.filter_map(second));
            values(*or, out);
        }
        Role::Action { list, .. } => {
            let terms = list.iter().filter(|term| term.is_alive());
            out.items.extend(terms.map(|term| Item::term(term, term.name, Kind::Keyword)));
        }
        Role::Argument { of, index } => {
            values(Some(of), out);
            if *index > 0 && takes_condition(of, texts) && !texts.iter().any(|text| matches!(*text, b"if" | b"unless"))
            {
                out.items.extend(["if", "unless"].map(|word| Item::word(word, Kind::Operator)));
            }
        }
        Role::Option { list, or, .. } => {
            let terms = list.terms(&VOCABULARY).iter().filter(|term| term.is_alive() && term.fits_line(list.line()));
            out.items.extend(terms.map(|term| Item::term(term, term.name, Kind::Property)));
            values(*or, out);
        }
        Role::Value { of } => values(Some(of), out),
        Role::Acl => out.items.push(Item::word("{", Kind::Operator)),
        Role::Criterion => {
            let typed = scope.here.text.slice(cursor.typed);
            let from = usize::from(typed.first() == Some(&b'!'));
            expression(scope, cursor, &typed[from..], cursor.typed.start + from, true, out);
        }
        Role::Matcher => {
            out.items.extend(Matcher::NAMED.iter().map(|matcher| Item::word(matcher.name(), Kind::Value)));
        }
        Role::Prefix | Role::If | Role::AclName | Role::Pattern | Role::Operator | Role::Unknown => {}
    }
}

/// What a term enumerates.
fn values(of: Option<&Term>, out: &mut Proposals) {
    let values = of.into_iter().flat_map(Term::values);
    out.items.extend(values.map(|value| Item { rank: 0, ..Item::word(value, Kind::Value) }));
}

/// Whether `if` may follow a keyword's arguments: its description says so, or its lines are rules.
fn takes_condition(of: &Term, texts: &[&[u8]]) -> bool {
    let rules = ["http-", "tcp-", "stick", "redirect", "use-server", "quic-initial"];
    let is_rule = texts.first().is_some_and(|first| rules.iter().any(|rule| first.starts_with(rule.as_bytes())));
    of.takes.1 == u8::MAX && (is_rule || of.args.contains("condition"))
}

/// Where an expression starts that is still open at the end of a text.
fn open_expression(typed: &[u8]) -> Option<usize> {
    let open = typed.windows(2).rposition(|two| two == b"%[")? + 2;
    (!typed[open..].contains(&b']')).then_some(open)
}

/// Where the innermost call starts that is still open at the end of a text.
fn open_call(typed: &[u8]) -> Option<usize> {
    let open = typed.iter().rposition(|byte| *byte == b'(')?;
    let name = typed[..open].iter().rev().take_while(|byte| mentions::is_name(**byte)).count();
    (name > 0 && !typed[open..].contains(&b')')).then_some(open - name)
}

/// Within an expression that starts at `start`: a fetch, a converter behind a comma, or a name in parentheses.
fn expression(scope: &Scope<'_>, cursor: &Cursor<'_>, typed: &[u8], start: usize, in_acl: bool, out: &mut Proposals) {
    let (mut from, mut is_first, mut depth) = (0, true, 0usize);
    // The call whose parentheses are open: its name, and which argument it is.
    let mut call: Option<(&[u8], usize)> = None;
    for (at, byte) in typed.iter().enumerate() {
        match byte {
            b'(' => {
                depth += 1;
                if depth == 1 {
                    call = Some((&typed[from..at], 0));
                    from = at + 1;
                }
            }
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                (from, is_first, call) = (at + 1, false, None);
            }
            b',' if depth == 1 => {
                from = at + 1;
                call = call.map(|(name, index)| (name, index + 1));
            }
            _ => {}
        }
    }
    out.from = start + from;
    match call {
        Some((name, index)) if depth == 1 => {
            if let Some(wants) = mentions::argument(name, index) {
                names(scope, cursor, wants, &typed[from..], out);
            }
        }
        // Behind a closing parenthesis there is nothing but a comma.
        Some(_) => {}
        None => {
            let all = &*VOCABULARY;
            let lists: &[&[Term]] = match (is_first, in_acl) {
                (true, true) => &[&all.fetches, &all.criteria],
                (true, false) => &[&all.fetches],
                (false, _) => &[&all.converters],
            };
            let terms = lists.iter().flat_map(|list| list.iter()).filter(|term| term.is_alive());
            out.items.extend(terms.map(|term| Item::term(term, term.name, Kind::Function)));
        }
    }
}

/// Names of what is wanted: of this text first, then of its neighbours. `typed` is what there is of the name.
fn names(scope: &Scope<'_>, cursor: &Cursor<'_>, wants: Wants, typed: &[u8], out: &mut Proposals) {
    let slash = typed.iter().position(|byte| *byte == b'/');
    match (wants, slash) {
        (Wants::Section(_), _) => {
            sections(scope, scope.here, wants, 0, out);
            for other in scope.others(scope.here) {
                sections(scope, other, wants, 1, out);
            }
        }
        (Wants::Acl, _) => {
            local(scope, cursor.stanza_at, Class::Acl, Kind::Variable, out);
            out.items.extend(expr::acl::predefined().map(|name| Item::word(name, Kind::Variable)));
        }
        (Wants::Server, None) => {
            local(scope, cursor.stanza_at, Class::Server, Kind::Property, out);
            sections(scope, scope.here, mentions::BACKEND, 1, out);
        }
        (Wants::Server, Some(slash)) => {
            out.from += slash + 1;
            let mut defs = scope.parsed(scope.here).called(&typed[..slash]);
            let section = defs.find(|def| accepts(mentions::BACKEND, def.class));
            local(scope, section.map(|def| def.stanza), Class::Server, Kind::Property, out);
        }
    }
}

fn sections(scope: &Scope<'_>, source: &Source, wants: Wants, rank: u8, out: &mut Proposals) {
    let mut seen = HashSet::new();
    for def in source.parsed(scope.setting).defs.iter().filter(|def| accepts(wants, def.class)) {
        if out.items.len() > 4 * MOST {
            break;
        }
        if let Class::Section(word) = def.class
            && seen.insert(&def.name)
        {
            let label = String::from_utf8_lossy(&def.name).into_owned();
            out.items.push(Item { detail: word.to_owned(), rank, ..Item::word(label, Kind::Module) });
        }
    }
}

/// What has a name in a section of this text.
fn local(scope: &Scope<'_>, stanza: Option<usize>, class: Class, kind: Kind, out: &mut Proposals) {
    let defs = scope.parsed(scope.here).defs.iter();
    let here = defs.filter(|def| def.class == class && Some(def.stanza) == stanza).take(MOST);
    for def in here {
        let detail = String::from_utf8_lossy(scope.here.text.slice(def.line)).trim().to_owned();
        let label = String::from_utf8_lossy(&def.name).into_owned();
        out.items.push(Item { detail, rank: 0, ..Item::word(label, kind) });
    }
}
