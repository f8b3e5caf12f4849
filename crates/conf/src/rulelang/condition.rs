//! ACLs and conditions (manual 7.1, 7.2).

use crate::cx::{Cx, KEYWORD};
use diag::Severity;
use expr::acl::{Acls, Cond, Misplaced, Test};
use expr::{Error, Places};

impl Cx<'_> {
    /// An `acl` line: arguments 0 and on are `name criterion [flags] [operator] [value]…`. What it declares is added to
    /// `acls`.
    pub fn acl(&mut self, acls: &mut Acls) {
        if matches!(self.text(0), b"or" | b"||") {
            let name = self.show(0);
            let text = format!("acl name '{name}' can never be tested: in a condition it stands for a disjunction.");
            self.say(Severity::Alert, 0, &text, None);
            return;
        }
        let texts: Vec<&[u8]> = (0..self.len()).map(|i| self.text(i)).collect();
        match acls.declare(&texts, &mut self.expr_world(0)) {
            Ok(unbuilt) => {
                self.note_unbuilt(0, &unbuilt);
                let name = self.show(0);
                let test = acls.find(&name).and_then(|acl| acl.tests().last().and_then(Test::warning));
                if let Some(text) = test {
                    self.say(Severity::Warning, 0, &format!("{text}."), None);
                }
            }
            Err(error) => {
                if error.is_unbuilt() {
                    acls.declare_unbuilt(self.text(0));
                }
                let said = format!("error detected while parsing ACL '{}' : {}.", self.show(0), error.text);
                self.rule_error(0, &error, &said);
            }
        }
    }

    /// The condition that ends a line: nothing at argument `i`, or `if` or `unless` and what follows.
    ///
    /// `acls`: those declared so far, which are those that it may name. `places`: where it will be evaluated; an ACL
    /// that can't work at any of them is warned of. The inner `None` is a line without a condition.
    pub fn cond(&mut self, i: usize, acls: &Acls, places: impl Into<Places>) -> Option<Option<Cond>> {
        if i >= self.len() {
            return Some(None);
        }
        if !matches!(self.text(i), b"if" | b"unless") {
            let got = self.show(i);
            self.alert(i, format!("expects either 'if' or 'unless' followed by a condition but found '{got}'."));
            return None;
        }
        let texts: Vec<&[u8]> = (i..self.len()).map(|i| self.text(i)).collect();
        match Cond::compile(&texts, acls, &mut self.expr_world(i)) {
            Err(error) => {
                self.cond_error(i, &error);
                None
            }
            Ok(cond) => {
                self.note_unbuilt(i, cond.unbuilt());
                self.misplaced(i, &cond, places.into());
                if let Some(fetch) = cond.raw_fetch() {
                    let span = self.span(KEYWORD);
                    self.parts.raw_conds.push((fetch, span));
                }
                Some(Some(cond))
            }
        }
    }

    fn cond_error(&mut self, i: usize, error: &Error) {
        let name = self.name;
        let said = format!("error detected while parsing '{name}' condition : {}.", error.text);
        self.rule_error(i, error, &said);
    }

    /// Warns of what is odd about a condition at its place.
    fn misplaced(&mut self, i: usize, cond: &Cond, places: Places) {
        for acl in cond.acls().filter(|acl| acl.name.is_empty()) {
            if let Some(text) = acl.tests().find_map(Test::warning) {
                self.say(Severity::Warning, i, &format!("{text}."), None);
            }
        }
        let place = places.name();
        for Misplaced { acl, fetch, never } in cond.misplaced(places) {
            let acl = if acl.is_empty() { "anonymous acl".to_owned() } else { format!("acl '{acl}'") };
            let effect = if never { "will never match here" } else { "matches only in part here" };
            let text = format!("{acl} {effect}: '{fetch}' is not available in a {place}.");
            self.say(Severity::Warning, i, &text, None);
        }
    }
}
