//! Makes configurations of an excerpt: which lines are configuration, and which sections they belong to.

use conf::listing::{Class, Listed};
use std::collections::BTreeSet;

/// The language's names with their contexts, as the registries list them.
pub struct Names {
    names: Vec<(String, Vec<&'static str>)>,
    sections: BTreeSet<&'static str>,
}

/// Lines that belong to one section.
#[derive(Debug)]
pub struct Piece {
    /// The section's own line, if the excerpt has it.
    pub opener: Option<String>,
    pub lines: Vec<String>,
    /// The contexts in which all lines are legal, if there is no opener.
    pub contexts: BTreeSet<String>,
}

impl Names {
    pub fn new(all: &[Listed]) -> Names {
        let cfg = || all.iter().filter(|one| one.class == Class::Cfg);
        let of = |one: &Listed| {
            let context = if one.context == "option" { "proxy" } else { &one.context };
            let first = (one.context == "option").then_some("option");
            (context.to_owned(), first.into_iter().chain(one.name.split(' ')).collect())
        };
        // Options of lines stand on no line of their own.
        let lines = cfg().filter(|one| !["bind", "bind ssl", "server", "crt-list", "load"].contains(&&*one.context));
        Names {
            names: lines.clone().filter(|one| one.context != "section").map(of).collect(),
            sections: lines.filter(|one| one.context == "section").map(|one| one.name).collect(),
        }
    }

    /// The contexts in which a line with these first words is legal.
    fn contexts(&self, words: &[&str]) -> BTreeSet<String> {
        let words = if matches!(words.first(), Some(&("no" | "default"))) { &words[1..] } else { words };
        let fits = |name: &[&str]| {
            name.len() <= words.len()
                && name.iter().zip(words).all(|(name, word)| match name.strip_suffix("*)") {
                    Some(call) => word.starts_with(call),
                    None => name == word,
                })
        };
        self.names.iter().filter(|(_, name)| fits(name)).map(|(context, _)| context.clone()).collect()
    }
}

/// The pieces of an excerpt. Words that no registry knows at the beginning of a line are no configuration: that the
/// registries know every keyword is what COVERAGE.md shows. With `paragraphs`, an empty line ends a piece.
pub fn pieces(text: &[String], names: &Names, paragraphs: bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut fresh = false;
    for line in joined(text) {
        let words: Vec<&str> = line.split_whitespace().collect();
        fresh |= paragraphs && words.is_empty();
        let Some(first) = words.first().filter(|word| !word.starts_with('#')) else { continue };
        if opens(&words, names) {
            fresh = false;
            pieces.push(Piece { opener: Some(line.trim().to_owned()), lines: Vec::new(), contexts: BTreeSet::new() });
            continue;
        }
        if matches!(*first, ".if" | ".elif" | ".else" | ".endif" | ".notice" | ".alert" | ".warning" | ".diag") {
            if let Some(last) = pieces.last_mut() {
                last.lines.push(line.trim().to_owned());
            }
            continue;
        }
        let contexts = names.contexts(&words);
        if contexts.is_empty() || elided(&words) {
            continue;
        }
        match pieces.last_mut().filter(|_| !core::mem::take(&mut fresh)) {
            Some(last) if last.opener.is_some() => last.lines.push(line.trim().to_owned()),
            Some(last) if !last.contexts.is_disjoint(&contexts) => {
                last.contexts = &last.contexts & &contexts;
                last.lines.push(line.trim().to_owned());
            }
            _ => pieces.push(Piece { opener: None, lines: vec![line.trim().to_owned()], contexts }),
        }
    }
    pieces
}

/// Whether the words are the first line of a section: `peers x`, but not the keyword `peers` of a longer line.
fn opens(words: &[&str], names: &Names) -> bool {
    let [first, rest @ ..] = words else { return false };
    let named = rest.iter().take_while(|word| !word.starts_with('#')).count();
    let inherits = matches!(rest, [_, "from", _, ..] | ["from", _, ..]);
    names.sections.contains(first) && (named <= 1 || inherits)
}

/// Whether a line leaves something out.
fn elided(words: &[&str]) -> bool {
    words.iter().any(|word| word.ends_with("...") || ["[...]", "[..]"].contains(word))
}

/// Lines with those that continue them.
fn joined(text: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for line in text {
        match out.last_mut().filter(|_| open) {
            Some(last) => {
                last.push('\n');
                last.push_str(line);
            }
            None => out.push(line.clone()),
        }
        open = line.ends_with('\\') && !line.ends_with("\\\\");
    }
    out
}
