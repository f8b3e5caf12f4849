//! Sample expressions, formats and regular expressions.

use crate::cx::Cx;
use expr::logfmt::{LogFormat, Use};
use expr::{Expr, Places, Regex, Unbuilt, conv};

impl Cx<'_> {
    /// The sample expression that begins at argument `i` (manual 7.3), and the argument behind it. As in the reference,
    /// its converters may stand in words of their own: `src lower` means `src,lower`.
    ///
    /// `places`: where it will be evaluated; it must be legal at one of them.
    pub fn expr(&mut self, i: usize, places: impl Into<Places>) -> Option<(Expr, usize)> {
        if self.word(i).is_none() {
            self.alert(i, "expects a sample expression.");
            return None;
        }
        let places = places.into();
        let end = self.end_of_expr(i);
        let text = (i..end).map(|i| self.text(i)).collect::<Vec<_>>().join(&b',');
        match Expr::compile(&text, &mut self.expr_world(i)) {
            Err(mut error) => {
                let name = self.name;
                let said = format!("'{name}' : {}.", error.text);
                (error.word, error.off) = self.unjoined(i, error.off);
                self.rule_error(i, &error, &said);
                None
            }
            Ok(expr) if !expr.places().meets(places) => {
                let (fetch, place) = (expr.fetch().name, places.name());
                self.alert(i, format!(": fetch method '{fetch}' is not available in a {place}."));
                None
            }
            Ok(expr) => {
                let unbuilt: Vec<Unbuilt> = expr.unbuilt().collect();
                let unbuilt: Vec<Unbuilt> = unbuilt
                    .into_iter()
                    .map(|one| {
                        let (word, off) = self.unjoined(i, one.off);
                        Unbuilt { word, off, ..one }
                    })
                    .collect();
                self.note_unbuilt(i, &unbuilt);
                Some((expr, end))
            }
        }
    }

    /// The argument behind an expression: words that begin with a converter's name belong to it.
    fn end_of_expr(&self, i: usize) -> usize {
        let is_conv = |at: usize| {
            let text = self.text(at);
            let name = &text[..text.iter().position(|b| matches!(b, b'(' | b',')).unwrap_or(text.len())];
            conv::find(name).is_some()
        };
        (i + 1..self.len()).find(|at| !is_conv(*at)).unwrap_or(self.len()).max(i + 1)
    }

    /// A byte of the words that were joined by commas from argument `i` on: which word's it is, and which of that word.
    fn unjoined(&self, i: usize, off: usize) -> (usize, usize) {
        let (mut word, mut off) = (0, off);
        while off > self.text(i + word).len() {
            off -= self.text(i + word).len() + 1;
            word += 1;
        }
        (word, off)
    }

    /// A log format (manual 8.2.6), one argument.
    ///
    /// `places`: where it will be evaluated. `http`: whether aliases that only HTTP has may be used.
    pub fn format(&mut self, i: usize, purpose: Use, places: impl Into<Places>, http: bool) -> Option<LogFormat> {
        if self.word(i).is_none() {
            self.alert(i, "expects a log format.");
            return None;
        }
        match LogFormat::compile(self.text(i), purpose, places, http, &mut self.expr_world(i)) {
            Ok(format) => {
                self.note_unbuilt(i, format.unbuilt());
                Some(format)
            }
            Err(error) => {
                let said = format!("'{}' : {}.", self.name, error.text);
                self.rule_error(i, &error, &said);
                None
            }
        }
    }

    /// A regular expression, one argument.
    pub fn regex(&mut self, i: usize, ignore_case: bool) -> Option<Regex> {
        if self.word(i).is_none() {
            self.alert(i, "expects a regular expression.");
            return None;
        }
        match Regex::new(self.text(i), ignore_case) {
            Ok(regex) => Some(regex),
            Err(why) => {
                let at = why.offset.min(self.text(i).len());
                let error = expr::Error::at(at, self.text(i).len() - at, why.text);
                let said = format!("'{}' : {}.", self.name, error.text);
                self.rule_error(i, &error, &said);
                None
            }
        }
    }
}
