//! The canonical layout of a configuration file. Only blanks, blank lines and line endings change: words, their
//! quotes, comments and line breaks that a backslash continues stay as they were written.
//!
//! - a section's first line at the margin, its lines four blanks in, continued lines eight;
//! - directives (`.if` …) at the margin, two blanks in for each block around them;
//! - one blank between words and before a comment at the end of a line, none at the end of a line;
//! - one blank line before a section and the comment that belongs to it, at most one elsewhere, none at either end of
//!   the file.

mod pieces;

use diag::{FileId, Files, Span};
use pieces::{Piece, pieces};
use syntax::{Tree, TriviaKind, Word};

/// Lays out one file. `tree` is what it was read as, without error: a text that can't be read has no layout.
///
/// A file that asks for its own line numbers (`${.LINE}`) keeps its lines where they are.
pub fn format(files: &Files, id: FileId, tree: &Tree) -> Vec<u8> {
    let mut items = items(files, id, tree);
    items.sort_by_key(|item| item.span.start);
    let fixed = asks_for_lines(files.bytes(id));
    let mut out = Layout { files, out: Vec::new(), blank: false, begun: false, fixed, in_section: false, blocks: 0 };
    for at in 0..items.len() {
        out.item(&items, at);
    }
    out.out
}

/// Whether the text may ask for its line numbers.
fn asks_for_lines(bytes: &[u8]) -> bool {
    bytes.windows(b".LINE".len()).any(|window| window == b".LINE")
}

/// One statement, comment or blank line.
struct Item {
    kind: Kind,
    span: Span,
    comment: Option<Span>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The first line of a section.
    Section,
    /// A line of a section.
    Line,
    If,
    ElseOrElif,
    Endif,
    /// Another directive.
    Directive,
    Comment,
    Blank,
}

fn items(files: &Files, id: FileId, tree: &Tree) -> Vec<Item> {
    let mut items = Vec::new();
    for section in tree.sections.iter().filter(|section| section.span.file == id) {
        items.push(Item { kind: Kind::Section, span: section.span, comment: section.comment });
        let lines = section.lines.iter();
        items.extend(lines.map(|line| Item { kind: Kind::Line, span: line.span, comment: line.comment }));
    }
    for trivia in tree.trivia.iter().filter(|trivia| trivia.span.file == id) {
        let kind = match &trivia.kind {
            TriviaKind::Blank => Kind::Blank,
            TriviaKind::Comment => Kind::Comment,
            TriviaKind::Directive(words) => directive(words),
            TriviaKind::Inactive(words) if opens_section(words) => Kind::Section,
            TriviaKind::Inactive(_) | TriviaKind::Broken => Kind::Line,
        };
        items.push(Item { kind, span: at_start(files, trivia.span, trivia.comment), comment: trivia.comment });
    }
    items
}

/// A comment line sorts where its comment is.
fn at_start(files: &Files, span: Span, comment: Option<Span>) -> Span {
    match comment {
        Some(comment) if files.slice(span).iter().all(u8::is_ascii_whitespace) => comment,
        _ => span,
    }
}

fn directive(words: &[Word]) -> Kind {
    match words.first().map(|word| &*word.text) {
        Some(b".if") => Kind::If,
        Some(b".elif" | b".else") => Kind::ElseOrElif,
        Some(b".endif") => Kind::Endif,
        _ => Kind::Directive,
    }
}

fn opens_section(words: &[Word]) -> bool {
    words.first().is_some_and(|word| conf::is_section(&word.text))
}

/// The text being written.
struct Layout<'a> {
    files: &'a Files,
    out: Vec<u8>,
    /// A blank line is due before what comes next.
    blank: bool,
    /// Anything has been written.
    begun: bool,
    /// Every line stays where it is.
    fixed: bool,
    in_section: bool,
    /// How many `.if` are open.
    blocks: usize,
}

impl Layout<'_> {
    fn item(&mut self, items: &[Item], at: usize) {
        let item = &items[at];
        if item.kind == Kind::Blank {
            if self.fixed {
                self.out.push(b'\n');
            }
            self.blank = true;
            return;
        }
        let opens = opens(&items[at..]);
        if self.begun && !self.fixed && (self.blank || (opens && !follows_comment(items, at))) {
            self.out.push(b'\n');
        }
        self.blank = false;
        self.begun = true;
        let indent = self.indent(items, at);
        self.statement(item, indent);
        match item.kind {
            Kind::Section => self.in_section = true,
            Kind::If => self.blocks += 1,
            Kind::Endif => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
    }

    /// How many blanks stand before it.
    fn indent(&self, items: &[Item], at: usize) -> usize {
        match items[at].kind {
            Kind::Section | Kind::Blank => 0,
            Kind::Line => LINE,
            Kind::If | Kind::Directive => self.blocks * BLOCK,
            Kind::ElseOrElif | Kind::Endif => self.blocks.saturating_sub(1) * BLOCK,
            Kind::Comment => self.comment_indent(items, at),
        }
    }

    /// A comment stands like what it is about: what follows it without a blank line. At the end of a section it stays
    /// with the section if it was written so.
    fn comment_indent(&self, items: &[Item], at: usize) -> usize {
        let next = items[at..].iter().position(|item| item.kind != Kind::Comment).map(|by| at + by);
        match next.map(|next| (next, items[next].kind)) {
            Some((next, Kind::Line | Kind::If | Kind::ElseOrElif | Kind::Endif | Kind::Directive)) => {
                self.indent(items, next)
            }
            Some((_, Kind::Section)) => 0,
            _ if self.in_section && self.was_indented(items[at].span) => LINE,
            _ => 0,
        }
    }

    fn was_indented(&self, span: Span) -> bool {
        let before = &self.files.bytes(span.file)[..span.start as usize];
        before.last().is_some_and(|byte| matches!(byte, b' ' | b'\t'))
    }

    fn statement(&mut self, item: &Item, indent: usize) {
        let mut first = true;
        let continued = indent.max(LINE) + LINE;
        self.pad(indent);
        if item.kind != Kind::Comment {
            for piece in pieces(self.files.slice(item.span)) {
                match piece {
                    Piece::Word(word) => {
                        if !first {
                            self.out.push(b' ');
                        }
                        self.out.extend_from_slice(word);
                        first = false;
                    }
                    Piece::Break => {
                        self.out.extend_from_slice(b" \\\n");
                        self.pad(continued);
                        first = true;
                    }
                }
            }
        }
        if let Some(comment) = item.comment {
            if item.kind != Kind::Comment {
                self.out.push(b' ');
            }
            self.out.extend_from_slice(self.files.slice(comment).trim_ascii_end());
        }
        self.out.push(b'\n');
    }

    fn pad(&mut self, indent: usize) {
        self.out.resize(self.out.len() + indent, b' ');
    }
}

/// How far lines of a section stand in, and continued ones once more.
const LINE: usize = 4;
/// How far directives stand in for each block around them.
const BLOCK: usize = 2;

/// Whether a section begins here, perhaps with comments or an `.if` before its first line.
fn opens(items: &[Item]) -> bool {
    let first = items.iter().find(|item| !matches!(item.kind, Kind::Comment | Kind::If));
    first.is_some_and(|item| item.kind == Kind::Section)
}

/// Whether a comment or an `.if` that belongs to the same beginning stands right before it.
fn follows_comment(items: &[Item], at: usize) -> bool {
    at > 0 && matches!(items[at - 1].kind, Kind::Comment | Kind::If)
}

#[cfg(test)]
mod tests;
