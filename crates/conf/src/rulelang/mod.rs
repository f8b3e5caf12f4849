//! Pieces of the rule language on a line, for the parsers of keywords: expressions, formats, conditions, regular
//! expressions, variables (manual 2.8, 7, 8.2.6).
//!
//! All of them report what is wrong at its word and answer `None` then; the line is void. What is right and only can't
//! be run yet is noted as such ([`Cx::not_yet`]).

mod condition;
mod expression;
mod variable;
mod world;

pub use variable::{Call, Touch};
pub use world::{ExprWorld, Named};

use crate::cx::Cx;
use diag::Severity;
use expr::{Error, Unbuilt};

impl Cx<'_> {
    /// Where the rule language's names lead to: files from argument `i`'s own file on.
    pub fn expr_world(&mut self, i: usize) -> ExprWorld<'_> {
        let file = self.files.name(self.span(i).file);
        let span = self.span(i);
        let line = self.line;
        ExprWorld { world: self.world, default_path: &self.default_path, file, named: self.named, span, line }
    }

    /// Notes what a piece uses and nobody has built yet; `i` is the argument that its word 0 stands for.
    pub fn note_unbuilt(&mut self, i: usize, unbuilt: &[Unbuilt]) {
        for one in unbuilt {
            let span = self.word(i + one.word).map_or(self.span(i), |w| w.part(one.off, one.off + one.name.len()));
            let mut diagnostic = self.framed(Severity::Alert, &format!("'{}' is not supported yet", one.name)).at(span);
            diagnostic.manual = Some("7.3");
            self.diags.push_unbuilt(diagnostic);
        }
    }

    /// Reports an error of the rule language; `i` is the argument that its word 0 stands for. `text` is the whole
    /// message. What only isn't built yet is noted.
    pub fn rule_error(&mut self, i: usize, error: &Error, text: &str) {
        if error.is_unbuilt() {
            let what = self.part(i, error);
            let mut diagnostic = self.framed(Severity::Alert, text);
            diagnostic.span = Some(what);
            diagnostic.manual = Some(self.manual).filter(|manual| !manual.is_empty());
            self.diags.push_unbuilt(diagnostic);
            return;
        }
        let span = self.part(i, error);
        let mut diagnostic = self.framed(Severity::Alert, text).at(span);
        if let Some(near) = near(self.text(i + error.word), error) {
            diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
        }
        self.push(diagnostic);
    }

    /// The bytes that an error is about; the whole word where it names none.
    fn part(&self, i: usize, error: &Error) -> diag::Span {
        let last = self.len().saturating_sub(1);
        let at = (i + error.word).min(last);
        match self.word(at) {
            Some(word) if error.len > 0 => word.part(error.off, error.off + error.len),
            _ => self.span(at),
        }
    }
}

/// The name that was probably meant.
fn near<'e>(word: &[u8], error: &'e Error) -> Option<&'e str> {
    let got = word.get(error.off..error.off + error.len)?;
    let mut known: Vec<&str> = error.candidates.iter().map(String::as_str).collect();
    known.sort_unstable();
    diag::closest(got, known)
}
