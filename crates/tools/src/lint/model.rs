//! The configuration as rules look at it: proxies with what they inherit.

use std::collections::HashMap;
use syntax::{Line, Section, Tree, Word};

/// The sections of a tree.
pub struct Model<'a> {
    pub sections: Vec<One<'a>>,
}

/// One section.
pub struct One<'a> {
    pub section: &'a Section,
    /// The `defaults` section that it starts from, as an index of the model.
    pub from: Option<usize>,
}

impl<'a> Model<'a> {
    pub fn new(tree: &'a Tree) -> Model<'a> {
        let mut sections: Vec<One<'a>> = Vec::with_capacity(tree.sections.len());
        let (mut last, mut named) = (None, HashMap::new());
        for (at, section) in tree.sections.iter().enumerate() {
            let from = match section.args.iter().position(|word| word.is("from")) {
                Some(from) => section.args.get(from + 1).and_then(|name| named.get(&*name.text).copied()),
                None if is_proxy(section) => last,
                None => None,
            };
            if section.keyword.is("defaults") {
                last = Some(at);
                if let Some(name) = section.name().filter(|name| !name.is("from")) {
                    named.insert(&*name.text, at);
                }
            }
            sections.push(One { section, from });
        }
        Model { sections }
    }

    /// All frontends, listens and backends.
    pub fn proxies(&self) -> impl Iterator<Item = &One<'a>> {
        self.sections.iter().filter(|one| is_proxy(one.section))
    }

    /// Those with a client side.
    pub fn fronts(&self) -> impl Iterator<Item = &One<'a>> {
        self.proxies().filter(|one| !one.section.keyword.is("backend"))
    }

    /// Those with a server side.
    pub fn backs(&self) -> impl Iterator<Item = &One<'a>> {
        self.proxies().filter(|one| !one.section.keyword.is("frontend"))
    }

    /// The lines of all sections of this keyword.
    pub fn lines_of(&self, keyword: &str) -> impl Iterator<Item = &'a Line> {
        let sections = self.sections.iter().filter(move |one| one.section.keyword.is(keyword));
        sections.flat_map(|one| &one.section.lines)
    }

    /// A section's lines and those that it inherits, its own first.
    pub fn lines(&self, one: &One<'a>) -> Vec<&'a Line> {
        let mut lines: Vec<&Line> = one.section.lines.iter().collect();
        let mut from = one.from;
        // A section starts from an earlier one, so this ends.
        while let Some(parent) = from.map(|at| &self.sections[at]) {
            lines.extend(&parent.section.lines);
            from = parent.from;
        }
        lines
    }

    /// Whether the proxy, with what it inherits, has a line that begins with these words and isn't negated.
    pub fn has(&self, one: &One<'a>, words: &[&str]) -> bool {
        self.lines(one).iter().any(|line| begins(line, words))
    }

    /// Whether the proxy's mode is `http`: its own last word on it, else what it inherits.
    pub fn is_http(&self, one: &One<'a>) -> bool {
        let mode = |section: &Section| section.lines.iter().rev().find(|line| begins(line, &["mode"])).cloned();
        let mut at = Some(one);
        while let Some(here) = at {
            if let Some(line) = mode(here.section) {
                return line.words.get(1).is_some_and(|word| word.is("http"));
            }
            at = here.from.map(|from| &self.sections[from]);
        }
        false
    }
}

fn is_proxy(section: &Section) -> bool {
    matches!(&*section.keyword.text, b"frontend" | b"backend" | b"listen")
}

/// Whether a line begins with these words.
pub fn begins(line: &Line, words: &[&str]) -> bool {
    line.words.len() >= words.len() && line.words.iter().zip(words).all(|(have, want)| have.is(want))
}

/// The place of the first word of a line that is this one.
pub fn find<'a>(line: &'a Line, word: &str) -> Option<&'a Word> {
    line.words.iter().find(|have| have.is(word))
}

/// The word behind the first one that is this.
pub fn value<'a>(line: &'a Line, word: &str) -> Option<&'a Word> {
    let at = line.words.iter().position(|have| have.is(word))?;
    line.words.get(at + 1)
}

/// The words of a line's condition, without the `if` or `unless`.
pub fn condition(line: &Line) -> Option<&[Word]> {
    let at = line.words.iter().position(|word| !word.quoted && (word.is("if") || word.is("unless")))?;
    Some(&line.words[at + 1..])
}
