//! Names of variables, and words with arguments in parentheses (manual 2.8).

use crate::cx::Cx;
use diag::{Diagnostic, Severity};
use rules::{Scope, SetIf, Var};

/// A word like `name(a,b)`: where its parts are in the word.
#[derive(Clone, Debug)]
pub struct Call {
    /// Argument number of the word; [`crate::cx::KEYWORD`] has none, so that such words are counted as arguments.
    pub word: usize,
    /// Byte ranges of what stands between the commas.
    pub args: Vec<(usize, usize)>,
}

/// What is to be done with a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Touch {
    Read,
    /// Set or unset: not those of the parent stream.
    Write,
}

impl Cx<'_> {
    /// The arguments in parentheses behind the name in argument `i`; an empty pair has one empty argument.
    pub fn call(&mut self, i: usize) -> Option<Call> {
        let text = self.text(i);
        let open = text.iter().position(|b| *b == b'(');
        let (Some(open), Some(b')')) = (open, text.last()) else {
            let got = self.show(i);
            self.alert(i, format!("expects arguments in parentheses, not '{got}'."));
            return None;
        };
        let (mut args, mut from) = (Vec::new(), open + 1);
        for part in text[open + 1..text.len() - 1].split(|b| *b == b',') {
            args.push((from, from + part.len()));
            from += part.len() + 1;
        }
        Some(Call { word: i, args })
    }

    /// The text of one argument of a call, empty if it isn't there.
    pub fn call_text(&self, call: &Call, n: usize) -> &[u8] {
        call.args.get(n).and_then(|(from, to)| self.text(call.word).get(*from..*to)).unwrap_or_default()
    }

    /// Reports an error at one argument of a call, or at its word.
    pub fn call_alert(&mut self, call: &Call, n: usize, text: impl AsRef<str>) {
        self.call_alert_help(call, n, text, None);
    }

    fn call_alert_help(&mut self, call: &Call, n: usize, text: impl AsRef<str>, help: Option<String>) {
        let text = format!("'{}' {}", self.name, text.as_ref());
        let span = match (self.word(call.word), call.args.get(n)) {
            (Some(word), Some((from, to))) if to > from => word.part(*from, *to),
            _ => self.span(call.word),
        };
        let mut diagnostic: Diagnostic = self.framed(Severity::Alert, &text).at(span);
        diagnostic.help.extend(help);
        self.push(diagnostic);
    }

    /// The variable that one argument of a call names: `scope.name`.
    pub fn call_var(&mut self, call: &Call, n: usize, touch: Touch) -> Option<Var> {
        let text = String::from_utf8_lossy(self.call_text(call, n)).into_owned();
        match var_name(&text, touch) {
            Ok(var) => Some(var),
            Err(why) => {
                self.call_alert(call, n, format!(": {why}."));
                None
            }
        }
    }

    /// The variable that a whole argument names.
    pub fn var(&mut self, i: usize, touch: Touch) -> Option<Var> {
        let to = self.text(i).len();
        self.call_var(&Call { word: i, args: vec![(0, to)] }, 0, touch)
    }

    /// `(scope.name[,cond…])`: the variable of a `set-var` and what must hold for it to be set.
    pub fn var_and_conds(&mut self, i: usize) -> Option<(Var, Box<[SetIf]>)> {
        let call = self.call(i)?;
        let var = self.call_var(&call, 0, Touch::Write)?;
        let mut conds = Vec::new();
        for n in 1..call.args.len() {
            let text = self.call_text(&call, n);
            match SetIf::NAMED.iter().find(|(word, _)| word.as_bytes() == text) {
                Some((_, cond)) => conds.push(*cond),
                None => {
                    let help = diag::closest(text, SetIf::NAMED.map(|(word, _)| word));
                    let help = help.map(|near| format!("did you mean '{near}'?"));
                    let got = String::from_utf8_lossy(text).into_owned();
                    self.call_alert_help(
                        &call,
                        n,
                        format!(": invalid condition '{got}' for setting a variable."),
                        help,
                    );
                    return None;
                }
            }
        }
        Some((var, conds.into()))
    }
}

/// Reads `scope.name`; the error is the reason.
fn var_name(text: &str, touch: Touch) -> Result<Var, String> {
    let scope = text.split_once('.').and_then(|(scope, name)| {
        let (_, scope) = Scope::NAMED.iter().find(|(word, _)| *word == scope)?;
        Some((*scope, name))
    });
    let Some((scope, name)) = scope else {
        let scopes = Scope::NAMED.iter().filter(|(_, scope)| touch == Touch::Read || !scope.is_parents());
        let scopes: Vec<String> = scopes.map(|(word, _)| format!("'{word}'")).collect();
        return Err(format!(
            "invalid variable name '{text}': it must begin with its scope and a dot, the scope being {}",
            scopes.join(", ")
        ));
    };
    if touch == Touch::Write && scope.is_parents() {
        return Err(format!("variable '{text}' belongs to the parent stream and can only be read"));
    }
    if name.is_empty() {
        return Err(format!("invalid variable name '{text}': nothing follows the scope"));
    }
    if let Some(bad) = name.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '_') {
        return Err(format!("character '{bad}' is not permitted in variable name '{text}'"));
    }
    Ok(Var { scope, name: name.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (text, read, write) in [
            ("txn.x", true, true),
            ("proc.A_9", true, true),
            ("psess.x", true, false),
            ("txn.", false, false),
            ("txn", false, false),
            ("foo.x", false, false),
            ("txn.x-y", false, false),
            ("txn.é", false, false),
            ("", false, false),
        ] {
            assert_eq!(var_name(text, Touch::Read).is_ok(), read, "{text}");
            assert_eq!(var_name(text, Touch::Write).is_ok(), write, "{text}");
        }
        assert_eq!(var_name("req.a", Touch::Read), Ok(Var { scope: Scope::Req, name: "a".into() }));
    }
}
