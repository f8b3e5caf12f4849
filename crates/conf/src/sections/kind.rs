//! Sections that aren't `global`, `defaults` or a proxy. Each is one `static` literal: its word, its keywords, and
//! what happens at its first line and after its last one. Looking lines up, their arity, names and duplicates are
//! the same for all of them and done here.

use super::line::{self, Head};
use crate::compile::Run;
use crate::cx::{self, Cx, is_name_byte};
use crate::finish::End;
use crate::keyword::{Facts, Gate, Keyword, Status};
use crate::lang::Table;
use core::any::Any;
use diag::{Diagnostic, Severity};
use syntax::{Line, Section, Word};

/// A kind of section whose lines write into a `B`.
pub struct Kind<B: 'static> {
    /// The word that opens it.
    pub word: &'static str,
    pub name: Name,
    /// What a second section of the same name does.
    pub twice: Twice,
    /// First version that has it, empty if older than 1.4.
    pub since: &'static str,
    /// One line, for listings and editors.
    pub doc: &'static str,
    /// Section of the manual.
    pub manual: &'static str,
    pub status: Status,
    pub gate: Gate,
    /// Its keywords; those of sections opened by several words may overlap.
    pub keywords: &'static [&'static Keyword<B>],
    /// Reads the first line, whose arguments begin with the name. `None`: the section's lines are void.
    pub open: fn(&mut Cx<'_>) -> Option<B>,
    /// After the last line, before any later section is read; `cx` points at the first line. What is kept goes to
    /// [`Cx::parts`].
    pub close: fn(&mut Cx<'_>, B),
    /// After the last file, once, if there was such a section or not: proxies and `global` are finished, references
    /// are judged.
    pub finish: fn(&mut Run<'_>, &End),
}

/// What follows the word that opens a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Name {
    /// Nothing.
    None,
    /// A name of letters, digits and `-_.:`.
    Plain,
    /// A name of any bytes.
    Any,
    /// A name or nothing.
    Optional,
}

/// What a second section of the same name does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Twice {
    /// It is refused.
    Alert,
    /// It goes on: `open` takes the first one out of [`Cx::parts`].
    Merge,
}

impl<B> Kind<B> {
    /// What a kind is where its literal doesn't say otherwise: it has a plain name that may stand once, and is
    /// parsed but not built.
    pub const fn plain(open: fn(&mut Cx<'_>) -> Option<B>, close: fn(&mut Cx<'_>, B)) -> Kind<B> {
        Kind {
            word: "",
            name: Name::Plain,
            twice: Twice::Alert,
            since: "",
            doc: "",
            manual: "",
            status: Status::Parsed,
            gate: Gate::None,
            keywords: &[],
            open,
            close,
            finish: |_, _| {},
        }
    }
}

/// A kind of section whatever its lines write into: what the language holds, and what listings need.
pub trait AnyKind: Sync {
    fn word(&self) -> &'static str;
    fn since(&self) -> &'static str;
    fn doc(&self) -> &'static str;
    fn manual(&self) -> &'static str;
    fn status(&self) -> Status;
    /// What listings need of each keyword, in the registry's order.
    fn keywords(&self) -> Vec<Facts>;
    /// Whether a keyword begins with this word.
    fn has(&self, word: &[u8]) -> bool;
    /// Its [`Table`], which [`crate::lang::Index::of`] gives back.
    fn table(&self) -> Box<dyn Any>;
    /// Reads one such section.
    fn read(&self, run: &mut Run<'_>, section: &Section);
    /// What no single section shows, after the last file.
    fn finish(&self, run: &mut Run<'_>, end: &End);
}

impl<B: 'static> AnyKind for Kind<B> {
    fn word(&self) -> &'static str {
        self.word
    }

    fn since(&self) -> &'static str {
        self.since
    }

    fn doc(&self) -> &'static str {
        self.doc
    }

    fn manual(&self) -> &'static str {
        self.manual
    }

    fn status(&self) -> Status {
        self.status
    }

    fn keywords(&self) -> Vec<Facts> {
        self.keywords.iter().map(|keyword| keyword.facts()).collect()
    }

    fn has(&self, word: &[u8]) -> bool {
        self.keywords.iter().any(|keyword| keyword.name.split(' ').next().is_some_and(|w| w.as_bytes() == word))
    }

    fn table(&self) -> Box<dyn Any> {
        Box::new(Table::new(self.keywords.iter().copied()))
    }

    fn read(&self, run: &mut Run<'_>, section: &Section) {
        let words: Vec<Word> = core::iter::once(&section.keyword).chain(&section.args).cloned().collect();
        let name = section.name().map(|name| name.show().into_owned()).unwrap_or_default();
        let mut cx = self.at_first_line(run, section, &words, &name);
        let Some(mut made) = self.begin(&mut cx) else { return };
        for line in &section.lines {
            self.line(run, line, &name, &mut made);
        }
        run.parts.named.append(&mut run.named);
        (self.close)(&mut self.at_first_line(run, section, &words, &name), made);
    }

    fn finish(&self, run: &mut Run<'_>, end: &End) {
        (self.finish)(run, end);
    }
}

impl<B: 'static> Kind<B> {
    /// The context of the first line.
    fn at_first_line<'a>(
        &self,
        run: &'a mut Run<'_>,
        section: &'a Section,
        words: &'a [Word],
        name: &'a str,
    ) -> Cx<'a> {
        let head = Head { words, said: Default::default(), name: self.word, used: 1, manual: self.manual };
        line::context(run.tools(), section.line_no, &head, (self.word, name))
    }

    /// Judges the first line; `None`: the section is void.
    fn begin(&self, cx: &mut Cx<'_>) -> Option<B> {
        if let Status::Gone(advice) = self.status {
            let text = format!("section '{}' is not supported any more.", self.word);
            cx.say(Severity::Alert, cx::KEYWORD, &text, Some(advice.to_owned()));
            return None;
        }
        if !cx.passes(self.gate) || !self.name_fits(cx) || !self.is_new(cx) {
            return None;
        }
        if self.status == Status::Parsed {
            let text = format!("section '{}' is not supported yet", self.word);
            cx.diags.push_unbuilt(Diagnostic::alert(cx.span(cx::KEYWORD), text).manual(self.manual));
        }
        (self.open)(cx)
    }

    fn name_fits(&self, cx: &mut Cx<'_>) -> bool {
        let word = self.word;
        let most = usize::from(self.name != Name::None);
        if cx.len() > most {
            let text = format!("cannot handle unexpected argument '{}'.", cx.show(most));
            cx.alert(most, text);
            return false;
        }
        if cx.is_empty() && matches!(self.name, Name::None | Name::Optional) {
            return true;
        }
        if cx.text(0).is_empty() {
            cx.alert(0, "expects a name.");
            return false;
        }
        let bad = cx.text(0).iter().position(|c| !is_name_byte(*c)).filter(|_| self.name != Name::Any);
        if let (Some(at), Some(name)) = (bad, cx.word(0)) {
            let bad = name.text[at].escape_ascii();
            let text = format!("character '{bad}' is not permitted in '{word}' name '{}'.", name.show());
            cx.push(Diagnostic::alert(name.part(at, at + 1), text));
            return false;
        }
        true
    }

    /// Enters the name; false: the section is void, since there is one of that name.
    fn is_new(&self, cx: &mut Cx<'_>) -> bool {
        let Some(name) = cx.word(0) else { return true };
        let Some(before) = cx.parts.names.add(self.word, &name.text, name.span) else { return true };
        if self.twice == Twice::Merge {
            return true;
        }
        let place = format!("{}:{}", cx.files.name(before.file), cx.files.line(before));
        let text = format!("'{}' : the name '{}' is already used at {place}.", self.word, name.show());
        cx.push(Diagnostic::alert(name.span, text).also(before, "the first one"));
        false
    }

    fn line(&self, run: &mut Run<'_>, line: &Line, name: &str, into: &mut B) {
        let (said, words) = line::said(&line.words);
        let Some(table) = run.index.of::<B>(self.word) else { return };
        let elsewhere = |word: &[u8]| run.index.home(word);
        let Some((keyword, used)) = line::find(table, words, self.word, elsewhere, &mut run.diags) else { return };
        if !line::prefix_fits(keyword, said, line, &mut run.diags) {
            return;
        }
        let head = Head { words, said, name: keyword.name, used, manual: keyword.manual };
        let mut cx = line::context(run.tools(), line.line_no, &head, (self.word, name));
        line::run_parser(&mut cx, keyword, into);
    }
}
