//! Comments that silence rules.

use diag::{FileId, Files, Span};
use std::collections::HashMap;
use syntax::{Tree, TriviaKind};

/// Which rules are silent where.
pub struct Silence {
    /// By file, stretches of bytes with the rule that is silent there.
    stretches: HashMap<FileId, Vec<(u32, u32, Box<str>)>>,
}

impl Silence {
    /// Collects them from a tree's comments.
    pub fn new(files: &Files, tree: &Tree) -> Silence {
        let mut silence = Silence { stretches: HashMap::new() };
        for section in &tree.sections {
            let end = section.lines.last().map_or(section.span.end, |line| line.span.end);
            silence.add(files, section.comment, section.span.file, section.span.start, end);
            for line in &section.lines {
                silence.add(files, line.comment, line.span.file, line.span.start, line.span.end);
            }
        }
        for trivia in tree.trivia.iter().filter(|trivia| trivia.kind == TriviaKind::Comment) {
            let file = trivia.span.file;
            let Some(comment) = trivia.comment else { continue };
            let below = files.line(comment) + 1;
            let Some(next) = files.line_span(file, below) else { continue };
            silence.add(files, Some(comment), file, next.start, next.end);
        }
        silence
    }

    fn add(&mut self, files: &Files, comment: Option<Span>, file: FileId, start: u32, end: u32) {
        let Some(comment) = comment else { return };
        let text = String::from_utf8_lossy(files.slice(comment)).into_owned();
        let Some(names) = text.trim_start_matches('#').trim().strip_prefix("lint:") else { return };
        let Some(names) = names.trim_start().strip_prefix("allow ") else { return };
        let stretches = self.stretches.entry(file).or_default();
        // What follows the names after a blank is for people.
        let list = names.trim_start().split(' ').next().unwrap_or_default();
        stretches.extend(list.split(',').map(|name| (start, end, name.into())));
    }

    /// Whether a rule is silent at a place.
    pub fn covers(&self, rule: &str, span: Span) -> bool {
        let stretches = self.stretches.get(&span.file).map_or(&[][..], |all| all);
        stretches.iter().any(|(start, end, name)| (*start..=*end).contains(&span.start) && &**name == rule)
    }
}
