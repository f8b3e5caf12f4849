//! Collected changes to one text.

use super::Migrated;
use diag::{Diagnostic, Diagnostics, FileId, Files, Severity, Span};
use syntax::{Line, Word};

pub struct Edits<'a> {
    files: &'a Files,
    id: FileId,
    /// The migration at work.
    name: &'static str,
    changes: Vec<(Span, String)>,
    said: Diagnostics,
}

impl<'a> Edits<'a> {
    pub fn new(files: &'a Files, id: FileId) -> Edits<'a> {
        Edits { files, id, name: "", changes: Vec::new(), said: Diagnostics::new() }
    }

    pub fn set_name(&mut self, name: &'static str) {
        self.name = name;
    }

    pub fn say(&mut self, one: Diagnostic) {
        self.said.push(one);
    }

    /// The source of some words in a row, with their quotes.
    pub fn source(&self, words: &[Word]) -> String {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return String::new() };
        String::from_utf8_lossy(self.files.slice(first.span.to(last.span))).into_owned()
    }

    /// Puts `text` in the place of some words in a row.
    pub fn words(&mut self, words: &[Word], text: impl Into<String>) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let (span, text) = (first.span.to(last.span), text.into());
        let was = self.source(words);
        let what = if text.is_empty() { format!("'{was}' is dropped") } else { format!("'{was}' becomes '{text}'") };
        self.done(span, &what);
        self.change(span, text);
    }

    /// Takes some words in a row out, and the blanks before them.
    pub fn drop(&mut self, words: &[Word]) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let was = self.source(words);
        let before = &self.files.bytes(self.id)[..first.span.start as usize];
        let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let span = Span { start: first.span.start - blanks as u32, ..first.span.to(last.span) };
        self.done(first.span.to(last.span), &format!("'{was}' is dropped"));
        self.change(span, String::new());
    }

    /// Puts a whole line in the place of a line; a comment behind it stays.
    pub fn line(&mut self, line: &Line, text: impl Into<String>) {
        self.words(&line.words, text);
    }

    /// A line that means nothing any more: it becomes a comment.
    pub fn retire(&mut self, line: &Line, why: &str) {
        self.done(line.span, &format!("a line is commented out: {why}"));
        self.comment_out(line.span);
    }

    /// A line that people have to deal with: it becomes a comment, and they are told.
    pub fn leave(&mut self, line: &Line, why: &str) {
        self.warn(line.span, why);
        self.comment_out(line.span);
    }

    /// Something that people have to deal with; the text stays.
    pub fn warn(&mut self, span: Span, why: &str) {
        self.said.push(Diagnostic::new(Severity::Warning, format!("{why} [{}]", self.name)).at(span));
    }

    /// Makes comments of all lines of a stretch.
    pub fn comment_out(&mut self, span: Span) {
        let text = String::from_utf8_lossy(self.files.slice(span)).into_owned();
        self.change(span, format!("# {}", text.replace('\n', "\n# ")));
    }

    fn done(&mut self, span: Span, what: &str) {
        self.said.push(Diagnostic::new(Severity::Notice, format!("{what} [{}]", self.name)).at(span));
    }

    fn change(&mut self, span: Span, text: String) {
        self.changes.push((span, text));
    }

    pub fn finish(mut self) -> Migrated {
        self.changes.sort_by_key(|(span, _)| (span.start, span.end));
        let bytes = self.files.bytes(self.id);
        let mut text = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (span, new) in &self.changes {
            // A line that was dealt with as a whole isn't dealt with in part.
            if (span.start as usize) < at {
                continue;
            }
            text.extend_from_slice(&bytes[at..span.start as usize]);
            text.extend_from_slice(new.as_bytes());
            at = span.end as usize;
        }
        text.extend_from_slice(&bytes[at..]);
        self.said.sort();
        Migrated { text, said: self.said }
    }
}
