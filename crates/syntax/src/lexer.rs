//! One statement at a time: cutting a line into words, with quotes, escapes, variables and comments
//! (manual 2.2, 2.3).
//!
//! Every byte is looked at once. Two things go beyond the manual: a backslash before a line ending
//! continues the statement on the next line, whose leading blanks are dropped (so that the manual's own
//! examples can be used as printed); and an unquoted word list `${NAME[*]}` that is empty gives no word.

use diag::{FileId, Span};
use memchr::{memchr, memchr2, memchr3};

use crate::env::Env;
use crate::tree::Word;

/// The most words a statement may have.
pub const MAX_WORDS: usize = 65_536;

/// The most memory, in bytes, that variables may add to one configuration. A variable can be made of twice
/// itself, so a few lines could otherwise ask for any amount.
pub const MAX_EXPANSION: usize = 64 << 20;

/// What a statement can refer to.
pub struct Scope<'a> {
    /// The environment as it stands at this line.
    pub env: &'a Env,
    /// `.FILE`
    pub file_name: &'a str,
    /// `.LINE`
    pub line_no: u32,
    /// `.SECTION`
    pub section: &'a [u8],
    /// How many bytes variables may still add.
    pub budget: &'a mut usize,
    /// Whether `#` starts a comment. Not so in the condition that `-cc` gets.
    pub comments: bool,
}

/// One statement: a line, or several that are joined by backslashes.
#[derive(Debug)]
pub struct Statement {
    /// Its words; as many as could be read if there is an error.
    pub words: Vec<Word>,
    /// The comment at its end, with the `#`.
    pub comment: Option<Span>,
    /// From the first byte that isn't blank to the last one before the comment or line ending.
    pub span: Span,
    /// Where the next statement starts.
    pub next: usize,
    /// How many lines of the file it takes.
    pub lines: u32,
    /// Why it couldn't be read.
    pub error: Option<LexError>,
    /// Offset of a word that an escaped NUL ends early.
    pub nul: Option<usize>,
}

/// What is wrong with a statement, and the offset of the byte to point at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LexError {
    /// What is wrong.
    pub kind: LexErrorKind,
    /// Offset in the source.
    pub at: usize,
}

/// Kinds of [`LexError`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LexErrorKind {
    /// A quote that isn't closed on its line.
    UnmatchedQuote,
    /// A carriage return within a line.
    BareCr,
    /// `\x` without two hexadecimal digits.
    BadHex,
    /// `$` without a name that may stand there.
    EnvName,
    /// `${` without its `}`.
    EnvBrace,
    /// `[` in a variable that isn't `[*]`.
    EnvWords,
    /// More than [`MAX_WORDS`].
    TooManyWords,
    /// More than [`MAX_EXPANSION`].
    TooMuchExpansion,
}

impl LexErrorKind {
    /// What to tell the user; a position follows it.
    pub fn message(self) -> &'static str {
        match self {
            LexErrorKind::UnmatchedQuote => "unmatched quote",
            LexErrorKind::BareCr => "carriage return without line feed",
            LexErrorKind::BadHex => "truncated or invalid hexadecimal sequence",
            LexErrorKind::EnvName => "forbidden first char in environment variable name",
            LexErrorKind::EnvBrace => "unmatched brace in environment variable name",
            LexErrorKind::EnvWords => "truncated or invalid word expansion sequence",
            LexErrorKind::TooManyWords => "too many words",
            LexErrorKind::TooMuchExpansion => "environment variables add too much text",
        }
    }

    /// What the user can do about it.
    pub fn help(self) -> &'static str {
        match self {
            LexErrorKind::UnmatchedQuote => {
                "close the quote on this line, or write \\\" or \\' for the character itself"
            }
            LexErrorKind::BareCr => "lines end with LF or CRLF; write \\r for the character itself",
            LexErrorKind::BadHex => "\\x takes two hexadecimal digits; write \\\\x for a backslash and an x",
            LexErrorKind::EnvName => {
                "a name starts with a letter or '_'; write \\$ for a dollar sign inside double quotes"
            }
            LexErrorKind::EnvBrace => "a variable is written ${NAME}, ${NAME-default} or ${NAME[*]}",
            LexErrorKind::EnvWords => "the only suffix is [*], as in ${NAME[*]}",
            LexErrorKind::TooManyWords => "split the line",
            LexErrorKind::TooMuchExpansion => "look for a variable that is defined by means of itself",
        }
    }
}

/// Reads the statement that starts at offset `start` of `bytes`. There is always progress: `next` is beyond
/// `start` unless the source has ended.
pub fn statement(bytes: &[u8], file: FileId, start: usize, scope: &mut Scope<'_>) -> Statement {
    let mut lexer = Lexer { bytes, file, at: start, lines: 1, words: Vec::new(), nul: None, scope };
    let error = lexer.words().err();
    lexer.finish(start, error)
}

/// The class of each byte outside quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Blank,
    LineFeed,
    Special,
}

const CLASS: [Class; 256] = {
    let mut table = [Class::Plain; 256];
    let blanks = b" \t\r\x0b\x0c";
    let mut i = 0;
    while i < blanks.len() {
        table[blanks[i] as usize] = Class::Blank;
        i += 1;
    }
    let special = b"\\\"'#";
    let mut i = 0;
    while i < special.len() {
        table[special[i] as usize] = Class::Special;
        i += 1;
    }
    table[b'\n' as usize] = Class::LineFeed;
    table
};

struct Lexer<'a, 's> {
    bytes: &'a [u8],
    file: FileId,
    at: usize,
    lines: u32,
    words: Vec<Word>,
    nul: Option<usize>,
    scope: &'a mut Scope<'s>,
}

/// The word that is being put together.
#[derive(Default)]
struct Draft {
    text: Vec<u8>,
    quoted: bool,
    expanded: bool,
    /// An empty word list was in it: unless something else is, there is no word.
    listed: bool,
}

impl Lexer<'_, '_> {
    /// Reads words until the line or the source ends, or a comment starts.
    fn words(&mut self) -> Result<(), LexError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => return Ok(()),
                b'#' if self.scope.comments => return Ok(()),
                b'\\' if self.continuation().is_some() => self.next_line(),
                b'\r' => self.carriage_return()?,
                _ if CLASS[byte as usize] == Class::Blank => self.at += 1,
                _ => self.word()?,
            }
        }
        Ok(())
    }

    /// Skips carriage returns before a line feed. The reference drops the rest of a line behind any other
    /// one; refusing it is kinder.
    fn carriage_return(&mut self) -> Result<(), LexError> {
        let rest = &self.bytes[self.at..];
        let run = rest.iter().take_while(|&&b| b == b'\r').count();
        match rest.get(run) {
            None | Some(b'\n') => {
                self.at += run;
                Ok(())
            }
            Some(_) => Err(LexError { kind: LexErrorKind::BareCr, at: self.at }),
        }
    }

    /// Reads one word. Most words have nothing special in them and are copied at once.
    fn word(&mut self) -> Result<(), LexError> {
        let start = self.at;
        if self.words.len() >= MAX_WORDS {
            return Err(LexError { kind: LexErrorKind::TooManyWords, at: start });
        }
        let rest = &self.bytes[start..];
        let plain = rest.iter().position(|&b| CLASS[b as usize] != Class::Plain).unwrap_or(rest.len());
        self.at += plain;
        if self.ends_word() {
            let text = rest[..plain].into();
            self.words.push(Word { text, span: self.span(start, self.at), quoted: false, expanded: false });
            return Ok(());
        }
        let mut draft = Draft { text: rest[..plain].to_vec(), ..Draft::default() };
        let first = self.words.len();
        while !self.ends_word() {
            self.piece(&mut draft)?;
        }
        if !(draft.listed && draft.text.is_empty()) {
            self.push(draft, start);
        }
        let span = self.span(start, self.at);
        for word in &mut self.words[first..] {
            word.span = span;
        }
        Ok(())
    }

    /// Whether the word ends here.
    fn ends_word(&self) -> bool {
        match self.bytes.get(self.at) {
            None => true,
            Some(b'#') => self.scope.comments,
            Some(&byte) => matches!(CLASS[byte as usize], Class::Blank | Class::LineFeed),
        }
    }

    /// Reads the next piece of a word: a quoted part, an escape, or one byte.
    fn piece(&mut self, draft: &mut Draft) -> Result<(), LexError> {
        match self.bytes[self.at] {
            b'"' => self.weak(draft),
            b'\'' => self.strong(draft),
            b'\\' => self.escape(draft),
            byte => {
                draft.text.push(byte);
                self.at += 1;
                Ok(())
            }
        }
    }

    /// Reads a part in single quotes: nothing is special in it.
    fn strong(&mut self, draft: &mut Draft) -> Result<(), LexError> {
        let open = self.at;
        let rest = &self.bytes[open + 1..];
        match memchr3(b'\'', b'\n', b'\r', rest) {
            Some(len) if rest[len] == b'\'' => {
                draft.text.extend_from_slice(&rest[..len]);
                draft.quoted = true;
                self.at = open + len + 2;
                Ok(())
            }
            _ => Err(LexError { kind: LexErrorKind::UnmatchedQuote, at: open }),
        }
    }

    /// Reads a part in double quotes: escapes and variables count.
    fn weak(&mut self, draft: &mut Draft) -> Result<(), LexError> {
        let open = self.at;
        draft.quoted = true;
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at..];
            let plain = rest.iter().take_while(|b| !matches!(b, b'"' | b'\\' | b'$' | b'\n' | b'\r')).count();
            draft.text.extend_from_slice(&rest[..plain]);
            self.at += plain;
            match rest.get(plain) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape(draft)?,
                Some(b'$') => self.variable(draft)?,
                _ => return Err(LexError { kind: LexErrorKind::UnmatchedQuote, at: open }),
            }
        }
    }

    /// Reads a backslash and what it escapes. Before a character that needs no escape, it stands for itself.
    fn escape(&mut self, draft: &mut Draft) -> Result<(), LexError> {
        let at = self.at;
        draft.quoted = true;
        if self.continuation().is_some() {
            self.next_line();
            return Ok(());
        }
        let (byte, len) = match self.bytes.get(at + 1) {
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(&byte @ (b' ' | b'\t' | b'#' | b'\\' | b'\'' | b'"' | b'$')) => (byte, 2),
            Some(b'x') => {
                let byte = self.hex(at + 2).ok_or(LexError { kind: LexErrorKind::BadHex, at })?;
                if byte == 0 {
                    self.nul.get_or_insert(at);
                }
                (byte, 4)
            }
            _ => (b'\\', 1),
        };
        draft.text.push(byte);
        self.at += len;
        Ok(())
    }

    /// The byte that two hexadecimal digits stand for.
    fn hex(&self, at: usize) -> Option<u8> {
        let digit = |at: usize| char::from(*self.bytes.get(at)?).to_digit(16);
        u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
    }

    /// Reads a variable, at its dollar sign.
    fn variable(&mut self, draft: &mut Draft) -> Result<(), LexError> {
        let (bytes, dollar) = (self.bytes, self.at);
        let brace = bytes.get(dollar + 1) == Some(&b'{');
        let name_at = dollar + 1 + usize::from(brace);
        let rest = &bytes[name_at.min(bytes.len())..];
        let dot = usize::from(rest.first() == Some(&b'.'));
        let len = dot + rest.iter().skip(dot).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let env = self.scope.env;
        let line_no = self.scope.line_no.to_string();
        let value: Option<&[u8]> = match &rest[..len] {
            b".FILE" => Some(self.scope.file_name.as_bytes()),
            b".LINE" => Some(line_no.as_bytes()),
            b".SECTION" => Some(self.scope.section),
            name @ [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => env.value(name),
            _ => return Err(LexError { kind: LexErrorKind::EnvName, at: name_at }),
        };
        let (default, list, end) = if brace { suffix(bytes, name_at + len)? } else { (None, false, name_at + len) };
        let value = value.or(default).unwrap_or_default();
        if *self.scope.budget < value.len() {
            return Err(LexError { kind: LexErrorKind::TooMuchExpansion, at: dollar });
        }
        *self.scope.budget -= value.len();
        self.at = end;
        draft.expanded = true;
        if list {
            return self.list(draft, value, dollar);
        }
        draft.text.extend_from_slice(value);
        Ok(())
    }

    /// Puts in a value whose blanks separate words. The text before it belongs to the first word, the text
    /// behind it to the last one.
    fn list(&mut self, draft: &mut Draft, value: &[u8], dollar: usize) -> Result<(), LexError> {
        draft.listed = true;
        for &byte in value {
            if CLASS[byte as usize] != Class::Blank && byte != b'\n' {
                draft.text.push(byte);
            } else if !draft.text.is_empty() {
                if self.words.len() >= MAX_WORDS {
                    return Err(LexError { kind: LexErrorKind::TooManyWords, at: dollar });
                }
                let left = self.scope.budget.checked_sub(size_of::<Word>());
                *self.scope.budget = left.ok_or(LexError { kind: LexErrorKind::TooMuchExpansion, at: dollar })?;
                let next = Draft { text: Vec::new(), ..*draft };
                let word = core::mem::replace(draft, next);
                self.push(word, dollar);
            }
        }
        Ok(())
    }

    /// Adds a word. An escaped NUL ends it, as everywhere in the reference.
    fn push(&mut self, draft: Draft, start: usize) {
        let text = match self.nul {
            Some(_) => &draft.text[..memchr(0, &draft.text).unwrap_or(draft.text.len())],
            None => &draft.text[..],
        };
        let span = self.span(start, self.at);
        self.words.push(Word { text: text.into(), span, quoted: draft.quoted, expanded: draft.expanded });
    }

    /// The offset behind the line ending if a backslash here continues the statement.
    fn continuation(&self) -> Option<usize> {
        match self.bytes.get(self.at + 1..)? {
            [b'\n', ..] => Some(self.at + 2),
            [b'\r', b'\n', ..] => Some(self.at + 3),
            _ => None,
        }
    }

    /// Goes on to the first byte of the next line that isn't blank.
    fn next_line(&mut self) {
        if let Some(next) = self.continuation() {
            let blanks = self.bytes[next..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            self.at = next + blanks;
            self.lines += u32::from(next < self.bytes.len());
        }
    }

    /// Puts the statement together: everything up to the end of the line belongs to it.
    fn finish(self, start: usize, error: Option<LexError>) -> Statement {
        let line_end = memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |len| self.at + len);
        let has_comment = error.is_none() && self.bytes.get(self.at) == Some(&b'#');
        let comment_end = trim_end(self.bytes, self.at, line_end);
        let comment = has_comment.then(|| self.span(self.at, comment_end));
        let from = self.bytes[start..line_end].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let from = (start + from).min(if has_comment { self.at } else { line_end });
        let end = if has_comment { self.at } else { line_end };
        // An escaped blank at the end is part of a word.
        let last_word = self.words.last().map_or(0, |word| word.span.end as usize);
        let to = trim_end(self.bytes, from, end).max(last_word);
        Statement {
            comment,
            span: self.span(from, to),
            next: (line_end + 1).min(self.bytes.len()),
            lines: self.lines,
            error,
            nul: self.nul,
            words: self.words,
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        // Sources are cut at `Files::MAX_BYTES`, so offsets fit.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(start), end: offset(end) }
    }
}

/// Reads what may follow a name inside braces: `[*]`, `-default`, and the closing brace. Gives the default,
/// whether words are listed, and the offset behind the brace.
fn suffix(bytes: &[u8], name_end: usize) -> Result<(Option<&[u8]>, bool, usize), LexError> {
    let mut at = name_end;
    let list = bytes.get(at) == Some(&b'[');
    if list {
        if !bytes[at..].starts_with(b"[*]") {
            return Err(LexError { kind: LexErrorKind::EnvWords, at });
        }
        at += 3;
    }
    let unmatched = || {
        let open = bytes[..name_end].iter().rposition(|&b| b == b'{').unwrap_or(name_end);
        LexError { kind: LexErrorKind::EnvBrace, at: open }
    };
    match bytes.get(at) {
        Some(b'}') => Ok((None, list, at + 1)),
        Some(b'-') => {
            let rest = &bytes[at + 1..];
            match memchr2(b'}', b'\n', rest) {
                Some(len) if rest[len] == b'}' => Ok((Some(&rest[..len]), list, at + len + 2)),
                _ => Err(unmatched()),
            }
        }
        _ => Err(unmatched()),
    }
}

/// The end of a text without the blanks at its end.
fn trim_end(bytes: &[u8], from: usize, to: usize) -> usize {
    from + bytes[from..to].trim_ascii_end().len()
}
