//! What the lexer makes of a configuration: sections of lines of words.

use core::fmt;

use diag::Span;

use crate::env::Env;
use crate::facts::Facts;

/// A whole configuration, of one or several files, as it stands after conditional blocks were decided and
/// the environment was put in.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The sections in the order of the files. A section that appears twice is there twice.
    pub sections: Vec<Section>,
    /// What carries no meaning but belongs to the text: blank and comment lines, directives, lines of
    /// branches that weren't taken, lines that couldn't be read. In the order of the files; together with
    /// the spans of sections and lines every byte can be accounted for.
    pub trivia: Vec<Trivia>,
    /// The environment before the first line. Whoever reads the tree and has to know what a line saw obeys the lines
    /// that change it: [`crate::environment::obey`].
    pub env_before: Env,
    /// The environment after the last line.
    pub env: Env,
    /// What conditions were told about the program.
    pub facts: Facts,
}

/// A section: the line that opens it and the lines below, up to the next section or the end of the file.
#[derive(Clone, Debug)]
pub struct Section {
    /// The word that opens it, such as `frontend`.
    pub keyword: Word,
    /// The other words of its first line: the name, `from`, …
    pub args: Vec<Word>,
    /// The lines that are in force, without blank ones.
    pub lines: Vec<Line>,
    /// Its first line.
    pub span: Span,
    /// Number of its first line in its file, from 1.
    pub line_no: u32,
    /// The comment at the end of its first line, with the `#`.
    pub comment: Option<Span>,
}

/// One statement. There is at least one word.
#[derive(Clone, Debug)]
pub struct Line {
    /// The words after quotes, escapes and variables were resolved.
    pub words: Vec<Word>,
    /// From the first word to the last byte before the comment or the line ending; over several lines of
    /// the file where lines are continued.
    pub span: Span,
    /// Number of the line in its file, from 1; of the first one where lines are continued.
    pub line_no: u32,
    /// The comment at its end, with the `#`.
    pub comment: Option<Span>,
}

/// One word of a line.
#[derive(Clone, PartialEq, Eq)]
pub struct Word {
    /// The word's bytes after quotes, escapes and variables were resolved. Usually text, but no encoding is
    /// promised.
    pub text: Box<[u8]>,
    /// Where it stands in the source, with its quotes. Words that come from one `${NAME[*]}` share a span.
    pub span: Span,
    /// Whether any part of it was quoted or escaped (an unquoted `if` and `"if"` are the same word to the
    /// reference; a formatter must not lose the quotes).
    pub quoted: bool,
    /// Whether the environment had a part in it, so that offsets in `text` say nothing about `span`.
    pub expanded: bool,
}

/// A piece of text that has no statement in it.
#[derive(Clone, Debug)]
pub struct Trivia {
    /// What it is.
    pub kind: TriviaKind,
    /// The text without its comment and line ending (for a comment line: the comment).
    pub span: Span,
    /// Number of the line in its file, from 1.
    pub line_no: u32,
    /// The comment at its end, with the `#`.
    pub comment: Option<Span>,
}

/// Kinds of [`Trivia`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TriviaKind {
    /// An empty line.
    Blank,
    /// A line with nothing but a comment.
    Comment,
    /// A directive (`.if`, `.else`, `.notice`, …) with its words.
    Directive(Vec<Word>),
    /// A line in a branch that wasn't taken, with its words.
    Inactive(Vec<Word>),
    /// A line that couldn't be cut into words, or stands before any section.
    Broken,
}

impl Section {
    /// The section's name: the word after the keyword, if there is one.
    pub fn name(&self) -> Option<&Word> {
        self.args.first()
    }
}

impl Line {
    /// The first word.
    pub fn keyword(&self) -> &Word {
        &self.words[0]
    }

    /// The words after the first one.
    pub fn args(&self) -> &[Word] {
        &self.words[1..]
    }
}

impl Word {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// The text, if it is UTF-8.
    pub fn str(&self) -> Option<&str> {
        core::str::from_utf8(&self.text).ok()
    }

    /// The text for messages: bytes that aren't UTF-8 are replaced.
    pub fn show(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }

    /// Whether it is exactly this.
    pub fn is(&self, text: &str) -> bool {
        *self.text == *text.as_bytes()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The place of the bytes from `from` to `to` of the text. Where quotes, escapes or variables moved
    /// things, the place of the whole word.
    pub fn part(&self, from: usize, to: usize) -> Span {
        if self.quoted || self.expanded || self.span.len() as usize != self.text.len() {
            return self.span;
        }
        let at = |offset: usize| self.span.start + u32::try_from(offset.min(self.text.len())).unwrap_or(0);
        Span { file: self.span.file, start: at(from), end: at(to.max(from)) }
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.show())
    }
}
