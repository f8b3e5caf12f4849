//! One file as sections of lines, whichever branch of a conditional block they are in.

use super::text::Range;
use diag::{Diagnostics, Files};
use syntax::{Env, Facts, Tree, TriviaKind, Word};

/// A section.
pub struct Stanza {
    /// The words of its first line.
    pub words: Vec<Word>,
    /// Its first line.
    pub head: Range,
    pub lines: Vec<Entry>,
}

/// A line of a section.
pub struct Entry {
    pub words: Vec<Word>,
    pub range: Range,
}

/// What reading a configuration depends on beside its text.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    pub env: Env,
    pub facts: Facts,
}

impl Setting {
    /// Reads texts, each with its name, as one configuration.
    pub fn parse<'a>(&self, texts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> (Files, Tree, Diagnostics) {
        let mut files = Files::new();
        let ids: Vec<_> = texts.into_iter().map(|(name, bytes)| files.add(name, bytes)).collect();
        let (tree, found) = syntax::parse(&files, &ids, self.env.clone(), &self.facts, &conf::is_section);
        (files, tree, found)
    }
}

impl Stanza {
    /// The word that opens it.
    pub fn keyword(&self) -> &[u8] {
        self.words.first().map_or(&[], |word| &word.text)
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<&Word> {
        self.words.get(1).filter(|word| !word.is("from") || !self.words[0].is("defaults"))
    }

    /// From its first line to the end of its last one.
    pub fn whole(&self) -> Range {
        Range::new(self.head.start, self.lines.last().map_or(self.head.end, |line| line.range.end))
    }
}

/// The sections of a tree of one file, in order.
pub fn stanzas(tree: Tree) -> Vec<Stanza> {
    let mut statements: Vec<(Range, bool, Vec<Word>)> = Vec::new();
    for section in tree.sections {
        let words = core::iter::once(section.keyword).chain(section.args).collect();
        statements.push((section.span.into(), true, words));
        statements.extend(section.lines.into_iter().map(|line| (line.span.into(), false, line.words)));
    }
    for trivia in tree.trivia {
        if let TriviaKind::Inactive(words) = trivia.kind {
            let opens = words.first().is_some_and(|word| conf::is_section(&word.text));
            statements.push((trivia.span.into(), opens, words));
        }
    }
    statements.sort_by_key(|(range, ..)| range.start);
    let mut stanzas: Vec<Stanza> = Vec::new();
    for (range, opens, words) in statements {
        if opens {
            stanzas.push(Stanza { words, head: range, lines: Vec::new() });
        } else if let Some(stanza) = stanzas.last_mut() {
            stanza.lines.push(Entry { words, range });
        }
    }
    stanzas
}
