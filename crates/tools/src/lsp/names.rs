//! What a file defines and what it refers to.

use super::mentions::{self, DEFAULTS, Wants};
use super::outline::{Entry, Setting, Stanza, stanzas};
use super::roles::{self, Role};
use super::text::{Range, Text};
use super::vocabulary::VOCABULARY;
use std::collections::HashMap;
use syntax::Word;

/// What a name is the name of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// A section opened by this word.
    Section(&'static str),
    Server,
    Acl,
}

/// A place where a name is given to something.
#[derive(Debug)]
pub struct Def {
    pub class: Class,
    pub name: Box<[u8]>,
    /// The name; the whole word where quotes or variables hide it.
    pub range: Range,
    /// Whether exactly the name's bytes stand there.
    pub exact: bool,
    /// The section that it is or is in.
    pub stanza: usize,
    /// The line.
    pub line: Range,
}

/// A place where something is named.
#[derive(Debug)]
pub struct Ref {
    pub wants: Wants,
    pub name: Box<[u8]>,
    pub range: Range,
    pub exact: bool,
    pub stanza: usize,
    /// The backend of a server, if it is named.
    pub of: Option<Box<[u8]>>,
}

/// One file, read.
pub struct Parsed {
    pub stanzas: Vec<Stanza>,
    pub defs: Vec<Def>,
    pub refs: Vec<Ref>,
    by_name: HashMap<Box<[u8]>, Vec<usize>>,
}

impl Parsed {
    pub fn new(setting: &Setting, path: &str, text: &Text) -> Parsed {
        let (_, tree, _) = setting.parse([(path, text.bytes())]);
        let mut index = Parsed { stanzas: stanzas(tree), defs: Vec::new(), refs: Vec::new(), by_name: HashMap::new() };
        for (at, stanza) in core::mem::take(&mut index.stanzas).into_iter().enumerate() {
            index.section(&stanza, at, text);
            for line in &stanza.lines {
                index.line(&stanza, line, at, text);
            }
            index.stanzas.push(stanza);
        }
        for (at, def) in index.defs.iter().enumerate() {
            index.by_name.entry(def.name.clone()).or_default().push(at);
        }
        index
    }

    /// The definitions of a name, in the order of the file.
    pub fn called<'a>(&'a self, name: &[u8]) -> impl Iterator<Item = &'a Def> {
        self.by_name.get(name).into_iter().flatten().map(|at| &self.defs[*at])
    }

    /// Those in one section.
    pub fn called_in<'a>(&'a self, name: &[u8], stanza: usize) -> impl Iterator<Item = &'a Def> {
        let all = self.by_name.get(name).map_or(&[][..], |all| all);
        let from = all.partition_point(|at| self.defs[*at].stanza < stanza);
        all[from..].iter().map(|at| &self.defs[*at]).take_while(move |def| def.stanza == stanza)
    }

    /// The section that an offset is in, by its number.
    pub fn stanza_at(&self, offset: usize) -> Option<usize> {
        self.stanzas.partition_point(|stanza| stanza.head.start <= offset).checked_sub(1)
    }

    fn section(&mut self, stanza: &Stanza, at: usize, text: &Text) {
        let keyword = stanza.keyword();
        let known = VOCABULARY.sections.iter().find(|term| term.name.as_bytes() == keyword);
        if let (Some(word), Some(term)) = (stanza.name().filter(|word| !word.expanded), known) {
            let (range, exact) = place(word, 0, word.text.len(), text);
            let (class, name) = (Class::Section(term.name), word.text.clone());
            self.defs.push(Def { class, name, range, exact, stanza: at, line: stanza.head });
        }
        let from = stanza.words.iter().position(|word| word.is("from"));
        if let Some(word) = from.and_then(|from| stanza.words.get(from + 1)) {
            self.mention(DEFAULTS, word, (0, word.text.len()), at, text);
        }
    }

    fn line(&mut self, stanza: &Stanza, line: &Entry, at: usize, text: &Text) {
        let roles = roles::roles(&VOCABULARY, stanza.keyword(), &line.words);
        let skip = usize::from(matches!(roles[0], Role::Prefix));
        let texts: Vec<&[u8]> = line.words[skip..].iter().map(|word| &*word.text).collect();
        for (index, word) in line.words.iter().enumerate().skip(skip) {
            if word.expanded {
                continue;
            }
            let class = match &roles[index] {
                Role::AclName => Some(Class::Acl),
                Role::Argument { of, index: 0 } if matches!(of.name, "server" | "peer") => Some(Class::Server),
                _ => None,
            };
            if let Some(class) = class {
                let (range, exact) = place(word, 0, word.text.len(), text);
                self.defs.push(Def { class, name: word.text.clone(), range, exact, stanza: at, line: line.range });
                continue;
            }
            if let Some((wants, from)) = mentions::whole(&texts, index - skip, &roles[index]) {
                self.mention(wants, word, (from, word.text.len()), at, text);
            }
            mentions::in_calls(&word.text, |wants, from, to| self.mention(wants, word, (from, to), at, text));
        }
    }

    /// Notes the name at `from..to` of a word.
    fn mention(&mut self, wants: Wants, word: &Word, (from, to): (usize, usize), stanza: usize, text: &Text) {
        let name = &word.text[from..to];
        if name.is_empty() || name.contains(&b'%') {
            return;
        }
        let slash = name.iter().position(|byte| *byte == b'/');
        match (wants, slash) {
            (Wants::Server, Some(slash)) => {
                let of: Box<[u8]> = name[..slash].into();
                self.add(mentions::BACKEND, word, (from, from + slash), stanza, None, text);
                self.add(wants, word, (from + slash + 1, to), stanza, Some(of), text);
            }
            // A table of a section 'peers' has its name behind the section's.
            (Wants::Section(_), Some(slash)) => self.add(wants, word, (from, from + slash), stanza, None, text),
            _ => self.add(wants, word, (from, to), stanza, None, text),
        }
    }

    fn add(
        &mut self,
        wants: Wants,
        word: &Word,
        (from, to): (usize, usize),
        stanza: usize,
        of: Option<Box<[u8]>>,
        text: &Text,
    ) {
        let (range, exact) = place(word, from, to, text);
        if from < to {
            self.refs.push(Ref { wants, name: word.text[from..to].into(), range, exact, stanza, of });
        }
    }
}

/// In quoted words beyond this many bytes nothing is looked for.
const LONG: usize = 4096;

/// Where a part of a word stands in the source, and whether exactly that part does.
fn place(word: &Word, from: usize, to: usize, text: &Text) -> (Range, bool) {
    let whole = Range::from(word.span);
    let source = text.slice(whole);
    let part = &word.text[from..to];
    if *source == *word.text {
        return (Range::new(whole.start + from, whole.start + to), true);
    }
    if source.len() > LONG || source.contains(&b'\\') {
        return (whole, false);
    }
    // Quotes move things; a part that is there once is that part.
    let mut places = source.windows(part.len().max(1)).enumerate().filter(|(_, window)| *window == part);
    match (places.next(), places.next()) {
        (Some((at, _)), None) => (Range::new(whole.start + at, whole.start + at + part.len()), true),
        _ => (whole, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, defs: &[&str], refs: &[&str]) {
        let text = Text::new(source);
        let parsed = Parsed::new(&Setting::default(), "F", &text);
        let shown = |range: Range, exact: bool| {
            let text = String::from_utf8_lossy(text.slice(range)).into_owned();
            format!("{}{text}@{}", if exact { "" } else { "~" }, range.start)
        };
        let got: Vec<String> = parsed.defs.iter().map(|def| shown(def.range, def.exact)).collect();
        assert_eq!(got, defs, "definitions of {source}");
        let got: Vec<String> = parsed.refs.iter().map(|one| shown(one.range, one.exact)).collect();
        assert_eq!(got, refs, "references of {source}");
    }

    #[test]
    fn definitions_and_references() {
        check(
            "frontend f from d\n acl a path /x\n use_backend b if a !c\n default_backend \"b\"\n",
            &["f@9", "a@23"],
            &["d@16", "b@46", "a@51", "c@54", "b@74"],
        );
        check("defaults\ndefaults from x\n", &[], &["x@23"]);
        check(
            "backend b\n server s 1:1 track o/t\n server t 2:2 track s\n use-server s if TRUE\n",
            &["b@8", "s@18", "t@42"],
            &["o@30", "t@32", "s@54", "s@68", "TRUE@73"],
        );
        check("frontend f\n default_backend %[src]\n default_backend \"${X-b}\"\n", &["f@9"], &[]);
        check("backend b\n use-server b/\\\\s if TRUE\n", &["b@8"], &["~b/\\\\s@22", "~b/\\\\s@22", "TRUE@31"]);
    }

    #[test]
    fn branches_that_are_not_taken_count() {
        let text = ".if feature(X)\nbackend b\n server s 1:1\n.endif\nfrontend f\n default_backend b\n";
        check(text, &["b@23", "s@33", "f@55"], &["b@74"]);
    }
}
