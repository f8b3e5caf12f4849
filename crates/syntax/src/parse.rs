//! From bytes to a tree: statements, sections, conditional blocks, and the lines that change the environment.

use diag::{Diagnostic, Diagnostics, FileId, Files, Frame, Severity, Span, excerpt};

use crate::cond;
use crate::env::Env;
use crate::environment;
use crate::facts::Facts;
use crate::lexer::{self, LexError, Scope, Statement};
use crate::tree::{Line, Section, Tree, Trivia, TriviaKind, Word};

/// How deep `.if` may nest.
pub const MAX_BLOCKS: usize = 100;

/// Reads the sources `ids` in their order, starting with the environment `env`.
///
/// `is_section` says whether a word opens a section. Never fails and never panics: what can't be understood
/// is reported and left out of the tree. `setenv`, `presetenv`, `resetenv` and `unsetenv` in `global` are
/// checked and obeyed here, since the next line sees what they did; they stay in the tree for those who
/// follow the environment from line to line.
pub fn parse(
    files: &Files,
    ids: &[FileId],
    env: Env,
    facts: &Facts,
    is_section: &dyn Fn(&[u8]) -> bool,
) -> (Tree, Diagnostics) {
    let mut parser = Parser {
        files,
        facts,
        is_section,
        tree: Tree { env_before: env.clone(), env, facts: facts.clone(), ..Tree::default() },
        diagnostics: Diagnostics::new(),
        budget: lexer::MAX_EXPANSION,
        blocks: Vec::new(),
        open: false,
    };
    for &id in ids {
        parser.file(id);
    }
    (parser.tree, parser.diagnostics)
}

struct Parser<'a> {
    files: &'a Files,
    facts: &'a Facts,
    is_section: &'a dyn Fn(&[u8]) -> bool,
    tree: Tree,
    diagnostics: Diagnostics,
    /// How many bytes variables may still add.
    budget: usize,
    /// The `.if` blocks around the current line.
    blocks: Vec<Block>,
    /// Whether the last section of the tree is still open. Each file starts outside of any section.
    open: bool,
}

/// An `.if` block that waits for its `.endif`.
struct Block {
    opened: Span,
    branch: Branch,
    seen_else: bool,
}

/// What the branch that is being read is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Branch {
    /// In force.
    Taken,
    /// Not in force, but a later one may be.
    Pending,
    /// Neither this one nor a later one is in force: one was taken, or the block as a whole isn't read.
    Over,
}

impl Parser<'_> {
    fn file(&mut self, id: FileId) {
        self.open = false;
        self.blocks.clear();
        let mut bytes = self.files.bytes(id);
        let mut at = self.byte_order_mark(id, bytes);
        if let Some(nul) = memchr::memchr(0, bytes) {
            // What follows a NUL is no text: reading on would only bury this message under others.
            self.nul(id, nul);
            bytes = &bytes[..nul];
        }
        let mut line_no = 1;
        while at < bytes.len() {
            let statement = self.statement(id, bytes, at, line_no);
            at = statement.next;
            let lines = statement.lines;
            self.take(statement, line_no);
            line_no += lines;
        }
        self.end_of_file(id, bytes.len());
    }

    fn statement(&mut self, id: FileId, bytes: &[u8], at: usize, line_no: u32) -> Statement {
        let section = if self.open { self.tree.sections.last() } else { None };
        let section = section.map_or(&b""[..], |section| match section.name() {
            Some(name) if !name.is_empty() => &name.text,
            _ => &section.keyword.text,
        });
        let mut scope = Scope {
            env: &self.tree.env,
            file_name: self.files.name(id),
            line_no,
            section,
            budget: &mut self.budget,
            comments: true,
        };
        lexer::statement(bytes, id, at, &mut scope)
    }

    /// Finds the place for a statement.
    fn take(&mut self, mut statement: Statement, line_no: u32) {
        let words = core::mem::take(&mut statement.words);
        match self.place(&statement, words, line_no) {
            Some(kind) => {
                let Statement { span, comment, .. } = statement;
                self.tree.trivia.push(Trivia { kind, span, line_no, comment });
            }
            None => self.environment(),
        }
    }

    /// Adds a statement to the tree, unless it is trivia of the kind that is returned.
    fn place(&mut self, statement: &Statement, words: Vec<Word>, line_no: u32) -> Option<TriviaKind> {
        let Statement { span, comment, error, nul, .. } = *statement;
        let active = self.active();
        if let Some(error) = error {
            self.lex_error(span.file, error);
            if words.first().is_some_and(|word| word.is(".if")) {
                // Its `.endif` will come: without a block it would be reported as lone.
                self.blocks.push(Block { opened: span, branch: Branch::Over, seen_else: false });
            }
            return Some(TriviaKind::Broken);
        }
        if words.iter().all(Word::is_empty) {
            return Some(if comment.is_some() { TriviaKind::Comment } else { TriviaKind::Blank });
        }
        let first = &words[0];
        if first.text.first() == Some(&b'.') {
            self.directive(&words, active);
            return Some(TriviaKind::Directive(words));
        }
        if !active {
            return Some(TriviaKind::Inactive(words));
        }
        if let Some(at) = nul {
            self.escaped_nul(span.file, at);
        }
        if self.empty_word(&words) {
            return Some(TriviaKind::Broken);
        }
        if (self.is_section)(&first.text) {
            let mut words = words.into_iter();
            let keyword = words.next()?;
            let args = words.collect();
            self.tree.sections.push(Section { keyword, args, lines: Vec::new(), span, line_no, comment });
            self.open = true;
            return None;
        }
        let section = if self.open { self.tree.sections.last_mut() } else { None };
        let Some(section) = section else {
            let message = format!("unknown keyword '{}' out of section.", first.show());
            let help = "a file starts with the keyword of a section, such as 'global', 'defaults' or 'frontend'";
            self.alert(first.span, message, |d| d.help(help).manual("2.1"));
            return Some(TriviaKind::Broken);
        };
        section.lines.push(Line { words, span, line_no, comment });
        None
    }

    fn active(&self) -> bool {
        self.blocks.last().is_none_or(|block| block.branch == Branch::Taken)
    }

    /// Obeys a line that begins with a dot.
    fn directive(&mut self, words: &[Word], active: bool) {
        match &*words[0].text {
            b".if" => self.on_if(words, active),
            b".elif" => self.on_elif(words),
            b".else" => self.on_else(words),
            b".endif" => self.on_endif(words),
            _ if !active => {}
            b".notice" => self.report(words, Severity::Notice),
            b".warning" => self.report(words, Severity::Warning),
            b".alert" => self.report(words, Severity::Alert),
            b".diag" => self.report(words, Severity::Diag),
            name => {
                let known = [".if", ".elif", ".else", ".endif", ".notice", ".warning", ".alert", ".diag"];
                let close = diag::closest(name, known).map(|word| format!("did you mean '{word}'?"));
                self.alert(words[0].span, format!("unknown directive '{}'.", words[0].show()), |d| {
                    let d = d.manual("2.4");
                    close.into_iter().fold(d, Diagnostic::help)
                });
            }
        }
    }

    fn on_if(&mut self, words: &[Word], active: bool) {
        let opened = words[0].span;
        let mut branch = Branch::Over;
        // As in the reference, the block that would reach the limit is refused.
        if self.blocks.len() + 1 >= MAX_BLOCKS {
            self.alert(opened, format!("too many nested '.if', max is {MAX_BLOCKS}."), |d| d);
        } else if active {
            branch = self.decide(words);
        }
        self.blocks.push(Block { opened, branch, seen_else: false });
    }

    fn on_elif(&mut self, words: &[Word]) {
        let Some(block) = self.blocks.last() else { return self.lone(words) };
        if block.seen_else {
            let opened = block.opened;
            return self
                .alert(words[0].span, "'.elif' after '.else' is not permitted.", |d| d.also(opened, "the block"));
        }
        // A condition that can't matter isn't read: it may use what only a later version knows.
        let branch = match block.branch {
            Branch::Taken | Branch::Over => Branch::Over,
            Branch::Pending => self.decide(words),
        };
        if let Some(block) = self.blocks.last_mut() {
            block.branch = branch;
        }
    }

    fn on_else(&mut self, words: &[Word]) {
        self.no_arguments(words);
        let Some(block) = self.blocks.last_mut() else { return self.lone(words) };
        if block.seen_else {
            let opened = block.opened;
            return self
                .alert(words[0].span, "'.else' after '.else' is not permitted.", |d| d.also(opened, "the block"));
        }
        block.seen_else = true;
        block.branch = if block.branch == Branch::Pending { Branch::Taken } else { Branch::Over };
    }

    fn on_endif(&mut self, words: &[Word]) {
        self.no_arguments(words);
        if self.blocks.pop().is_none() {
            self.lone(words);
        }
    }

    fn lone(&mut self, words: &[Word]) {
        let message = format!("lone '{}' with no matching '.if'.", words[0].show());
        self.alert(words[0].span, message, |d| d.manual("2.4"));
    }

    fn no_arguments(&mut self, words: &[Word]) {
        if let Some(extra) = words.get(1) {
            let message = format!("Unexpected argument '{}' for '{}'.", extra.show(), words[0].show());
            self.alert(extra.span, message, |d| d.manual("2.4"));
        }
    }

    /// Evaluates the condition of `.if` or `.elif`. One that can't be understood takes no branch at all, so
    /// that it causes one message and not many.
    fn decide(&mut self, words: &[Word]) -> Branch {
        let joined = cond::join(words[1..].iter().map(Word::bytes));
        match cond::eval(&joined, &self.tree.env, self.facts) {
            Ok(true) => Branch::Taken,
            Ok(false) => Branch::Pending,
            Err(error) => {
                let directive = words[0].show();
                let message = format!("{} in '{directive}' at position {}:", error.message, error.at + 1);
                let shown = [words[0].bytes(), b" ", &joined].concat();
                let lines = excerpt(&shown, words[0].text.len() + 1 + error.at);
                let span = place_in(words, error.at);
                self.alert(span, message, |d| d.excerpt(lines).manual("2.4"));
                Branch::Over
            }
        }
    }

    /// `.notice`, `.warning`, `.alert` and `.diag`.
    fn report(&mut self, words: &[Word], severity: Severity) {
        if let Some(extra) = words.get(2) {
            let message = format!(
                "Unexpected argument '{}' for '{}'. Use quotes if the message should contain spaces.",
                extra.show(),
                words[0].show()
            );
            return self.alert(extra.span, message, |d| d.manual("2.4"));
        }
        let text = words.get(1).map(Word::show).unwrap_or_default();
        let at = words[0].span;
        self.diagnostics.push(Diagnostic::new(severity, format!("'{text}'.")).at(at).framed(Frame::Language));
    }

    /// Checks and obeys the last line if it changes the environment (manual 3.1).
    fn environment(&mut self) {
        let section = self.tree.sections.last().filter(|section| section.keyword.is("global"));
        let Some(line) = section.and_then(|section| section.lines.last()) else { return };
        for diagnostic in environment::obey(&line.words, &mut self.tree.env) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Refuses a line with an empty word before another one: for every reader of the line the first empty
    /// word means that there is nothing more, so the rest would be dropped in silence.
    fn empty_word(&mut self, words: &[Word]) -> bool {
        let last = words.iter().rposition(|word| !word.is_empty()).unwrap_or(0);
        let Some(index) = words[..last].iter().position(Word::is_empty) else { return false };
        let word = &words[index];
        let (_, column) = self.files.line_col(word.span);
        let message = format!("argument number {index} at position {column} is empty, but others follow it:");
        let lines = self.excerpt(word.span.file, word.span.start as usize);
        let help = if word.expanded {
            "a variable in it is empty or not defined; give a default as in \"${NAME-default}\""
        } else {
            "remove it, or give it a value"
        };
        self.alert(word.span, message, |d| d.excerpt(lines).help(help).manual("2.2"));
        true
    }

    fn lex_error(&mut self, file: FileId, error: LexError) {
        // What is missing at the very end of the source has no byte to point at.
        let end = self.files.bytes(file).len().min(error.at + 1);
        let at = u32::try_from(error.at).unwrap_or(u32::MAX);
        let span = Span::new(file, at, u32::try_from(end).unwrap_or(u32::MAX));
        let (_, column) = self.files.line_col(span);
        let message = format!("{} at position {column}:", error.kind.message());
        let lines = self.excerpt(file, error.at);
        self.alert(span, message, |d| d.excerpt(lines).help(error.kind.help()).manual("2.2"));
    }

    fn escaped_nul(&mut self, file: FileId, at: usize) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let message = "\\x00 ends the word: what follows it is dropped.";
        self.diagnostics.push(Diagnostic::diag(Span::new(file, at, at + 4), message).framed(Frame::Language));
    }

    /// Skips a byte order mark, which the reference takes for a part of the first word.
    fn byte_order_mark(&mut self, id: FileId, bytes: &[u8]) -> usize {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if !bytes.starts_with(MARK) {
            return 0;
        }
        let message = "the file begins with a byte order mark, which is not allowed here.";
        let help = "save the file as UTF-8 without a byte order mark";
        self.alert(Span::new(id, 0, 3), message, |d| d.help(help));
        MARK.len()
    }

    fn nul(&mut self, id: FileId, at: usize) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span::new(id, at, at + 1);
        let (_, column) = self.files.line_col(span);
        let message = format!("NUL byte at position {column}, the rest of the file is not read.");
        self.alert(span, message, |d| d.help("is this a text file?"));
    }

    /// Complaints about how a file ends: a line without LF, which may be half a line, and open blocks.
    fn end_of_file(&mut self, id: FileId, read: usize) {
        let bytes = self.files.bytes(id);
        let end = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        // The last line ends where its LF is.
        let last = Span::new(id, end.saturating_sub(1), end.saturating_sub(1));
        if let Some(block) = self.blocks.pop() {
            self.alert(last, "non-terminated '.if' block.", |d| d.also(block.opened, "opened here").manual("2.4"));
        }
        if read == bytes.len() && !bytes.is_empty() && !bytes.ends_with(b"\n") {
            let (_, column) = self.files.line_col(Span::new(id, end, end));
            let message = format!("Missing LF on last line, file might have been truncated at position {column}.");
            self.alert(last, message, |d| d.help("end the last line with a line feed"));
        }
    }

    fn excerpt(&self, file: FileId, at: usize) -> String {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let (line, column) = self.files.line_col(Span::new(file, at, at));
        let text = self.files.line_span(file, line).map_or(&b""[..], |span| self.files.slice(span));
        excerpt(text, column as usize - 1)
    }

    fn alert(&mut self, span: Span, message: impl Into<String>, more: impl FnOnce(Diagnostic) -> Diagnostic) {
        self.diagnostics.push(more(Diagnostic::alert(span, message).framed(Frame::Language)));
    }
}

/// The place in the source of an offset in the words behind the first one, joined by single blanks.
fn place_in(words: &[Word], offset: usize) -> Span {
    let mut left = offset;
    for word in &words[1..] {
        if left < word.text.len() {
            return word.part(left, left + 1);
        }
        left = left.saturating_sub(word.text.len() + 1);
    }
    let end = words.last().map_or(Span::default(), |word| word.span);
    Span { start: end.end.saturating_sub(1), ..end }
}
