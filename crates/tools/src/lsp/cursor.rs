//! The line that the cursor is on, cut into words. The text is being typed, so that the tree may not have it.

use super::outline::{Setting, Stanza};
use super::text::{Range, Text};
use super::workspace::Scope;
use diag::FileId;
use syntax::Word;
use syntax::lexer::{self, Scope as Around};

/// How many lines that end in a backslash are looked back over.
const LINES: usize = 1000;

/// The statement around the cursor.
pub struct Cursor<'a> {
    /// Its words; those before the cursor only, if it was asked for so.
    pub words: Vec<Word>,
    /// The section that it is in.
    pub stanza: Option<&'a Stanza>,
    pub stanza_at: Option<usize>,
    /// What has been typed of the word at the cursor; empty if there is none.
    pub typed: Range,
    /// Whether that word starts its line.
    pub margin: bool,
    /// The cursor is in a comment.
    pub comment: bool,
}

/// The statement up to the cursor, the word at the cursor taken off.
pub fn before<'a>(scope: &Scope<'a>, offset: usize) -> Cursor<'a> {
    let text = &scope.here.text;
    let start = statement_start(text, offset);
    let bytes = &text.bytes()[..offset];
    let (mut words, comment) = words(scope.setting, bytes, start);
    let mut typed = Range::new(offset, offset);
    match words.last() {
        Some(last) if last.span.end as usize == offset => {
            typed.start = last.span.start as usize;
            words.pop();
        }
        last => {
            // A quote that is still open hides the word from the lexer.
            let from = last.map_or(start, |last| last.span.end as usize);
            let blank = bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'\\').count();
            if bytes[from + blank..].iter().any(|byte| matches!(byte, b'"' | b'\'')) {
                typed.start = from + blank;
            }
        }
    }
    let margin = typed.start == text.line_start(offset);
    let (stanza_at, stanza) = around(scope, start);
    Cursor { words, stanza, stanza_at, typed, margin, comment }
}

/// The whole statement at the cursor; `typed` is the word there.
pub fn at<'a>(scope: &Scope<'a>, offset: usize) -> Cursor<'a> {
    let text = &scope.here.text;
    let start = statement_start(text, offset);
    let (words, _) = words(scope.setting, text.bytes(), start);
    let word = words.iter().map(|word| Range::from(word.span)).find(|range| range.touches(offset));
    let typed = word.unwrap_or(Range::new(offset, offset));
    let (stanza_at, stanza) = around(scope, start);
    Cursor { words, stanza, stanza_at, typed, margin: typed.start == start, comment: word.is_none() }
}

/// The section that a statement is in: the one before it, if it opens one itself.
fn around<'a>(scope: &Scope<'a>, start: usize) -> (Option<usize>, Option<&'a Stanza>) {
    let parsed = scope.parsed(scope.here);
    let at = start.checked_sub(1).and_then(|before| parsed.stanza_at(before));
    (at, at.map(|at| &parsed.stanzas[at]))
}

fn words(setting: &Setting, bytes: &[u8], start: usize) -> (Vec<Word>, bool) {
    let mut budget = 1 << 20;
    let mut around =
        Around { env: &setting.env, file_name: "", line_no: 1, section: b"", budget: &mut budget, comments: true };
    let statement = lexer::statement(bytes, FileId(0), start, &mut around);
    (statement.words, statement.comment.is_some())
}

/// Where the statement that an offset is in starts.
fn statement_start(text: &Text, offset: usize) -> usize {
    let mut start = text.line_start(offset);
    for _ in 0..LINES {
        let before = &text.bytes()[..start];
        let line = before.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        match line {
            Some(line) if line.ends_with(b"\\") => start = text.line_start(line.len()),
            _ => break,
        }
    }
    start
}
