//! ACLs and the conditions made of them (manual 7.1, 7.2, 7.4).

mod compile;
mod cond;
pub(crate) mod int;
mod ip;
mod keyword;
mod matcher;
mod pattern;
mod predefined;
mod text;

use std::collections::HashMap;
use std::sync::Arc;

pub use compile::Options;
pub use cond::{Cond, Misplaced};
pub(crate) use ip::{Net, parse as parse_net};
pub use keyword::{ITEMS, Keyword};
pub use matcher::Matcher;
pub use pattern::unhex;
pub use predefined::names as predefined;

use crate::env::Env;
use crate::error::{Error, Unbuilt, show};
use crate::expr::{Cursor, Expr, Got};
use crate::list::{List, View};
use crate::outside::Outside;
use crate::val::Val;
use pattern::Patterns;

/// What a test says of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tri {
    /// It matches.
    Yes,
    /// It doesn't.
    No,
    /// What it looks at isn't there yet.
    Wait,
}

/// A named (or anonymous) ACL: its tests are tried in their order until one matches.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Acl {
    /// Its name; empty for an anonymous one.
    pub name: Box<str>,
    tests: Vec<Arc<Test>>,
}

/// One test: what one `acl` line, or one pair of braces, says.
#[derive(Clone, Debug)]
pub struct Test {
    expr: Expr,
    patterns: Patterns,
    /// The lists that its files are.
    files: Box<[View]>,
    /// The values on the line as a list, which counts as soon as it has been changed.
    inline: Option<View>,
    /// The line's own words, for comparing.
    source: Box<[Box<[u8]>]>,
    /// The options given on the line.
    pub options: Options,
    patternless: bool,
}

impl Acl {
    /// Whether the stream matches.
    pub fn eval(&self, env: &Env<'_>) -> Tri {
        let mut result = Tri::No;
        for test in &self.tests {
            match test.eval(env) {
                Tri::Yes => return Tri::Yes,
                Tri::Wait => result = Tri::Wait,
                Tri::No => {}
            }
        }
        result
    }

    /// The tests, in order.
    pub fn tests(&self) -> impl Iterator<Item = &Test> {
        self.tests.iter().map(|t| &**t)
    }
}

impl Test {
    /// Compiles `criterion [flags] [operator] [value]…`, the words of an `acl` line behind the name or those within
    /// braces.
    pub fn compile(words: &[&[u8]], outside: &mut dyn Outside) -> Result<Test, Error> {
        compile::test(words, outside)
    }

    /// Whether any value matches any pattern.
    pub fn eval(&self, env: &Env<'_>) -> Tri {
        let mut cursor = Cursor::every();
        loop {
            match self.expr.next(env, &mut cursor) {
                Got::Val { v, more } => {
                    if self.matches(v, env) {
                        return Tri::Yes;
                    }
                    if !more {
                        return Tri::No;
                    }
                }
                Got::Absent => return Tri::No,
                Got::Wait => return Tri::Wait,
            }
        }
    }

    #[inline]
    fn matches(&self, v: Val<'_>, env: &Env<'_>) -> bool {
        let own = match &self.inline {
            Some(view) if !view.list().is_untouched() => pattern::in_view(view, v, env),
            _ => self.patterns.matches(v, env),
        };
        own || self.files.iter().any(|view| pattern::in_view(view, v, env))
    }

    /// The lists that it searches.
    pub fn lists(&self) -> impl Iterator<Item = &Arc<List>> {
        self.files.iter().chain(&self.inline).map(View::list)
    }

    /// What is odd about the line, though legal: without a pattern it never matches.
    pub fn warning(&self) -> Option<String> {
        let keyword = show(self.source.first()?);
        self.patternless.then(|| {
            format!(
                "parsing acl keyword '{keyword}' : no pattern to match against was provided, so this ACL will never match \
                 (add '--' if this is intended, '-m found' to match existence, '-m bool' to match a number as a boolean)"
            )
        })
    }

    /// What it uses and nobody has built yet, by the words that it was compiled from.
    pub fn unbuilt(&self) -> impl Iterator<Item = Unbuilt> + '_ {
        self.expr.unbuilt()
    }

    /// The words that it was compiled from, operators and patterns included.
    pub fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.source.iter().map(|word| &**word)
    }

    /// What the test looks at.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }
}

impl PartialEq for Test {
    fn eq(&self, other: &Test) -> bool {
        self.source == other.source && self.files == other.files && self.expr == other.expr
    }
}

impl Eq for Test {}

impl core::hash::Hash for Test {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        self.files.hash(state);
    }
}

/// The ACLs that a proxy's conditions can name: its own and, where the proxy has none of that name, the predefined ones.
/// All `acl` lines of a proxy have to be declared before its conditions are compiled, since a later line
/// of the same name adds to what an earlier condition tests.
#[derive(Clone, Debug, Default)]
pub struct Acls {
    named: HashMap<Box<str>, Arc<Acl>>,
}

impl Acls {
    /// No ACL but the predefined ones.
    pub fn new() -> Acls {
        Acls::default()
    }

    /// Takes the words of an `acl` line behind the keyword: `name criterion [flags] [value]…`. Answers what the line
    /// uses and nobody has built yet.
    pub fn declare(&mut self, words: &[&[u8]], outside: &mut dyn Outside) -> Result<Vec<Unbuilt>, Error> {
        let Some((name, rest)) = words.split_first() else {
            return Err(Error::at(0, 0, "missing ACL name"));
        };
        let name = legal_name(name)?;
        if rest.is_empty() {
            return Err(Error::at(0, name.len(), "missing criterion behind the ACL's name"));
        }
        let test = Arc::new(Test::compile(rest, outside).map_err(|e| e.words_later(1))?);
        let unbuilt = test.unbuilt().map(|u| u.words_later(1)).collect();
        let acl =
            self.named.entry(name.into()).or_insert_with(|| Arc::new(Acl { name: name.into(), tests: Vec::new() }));
        Arc::make_mut(acl).tests.push(test);
        Ok(unbuilt)
    }

    /// Takes a name whose test can't be run yet, so that conditions can name it all the same.
    pub fn declare_unbuilt(&mut self, name: &[u8]) {
        if let Ok(name) = legal_name(name) {
            self.named.entry(name.into()).or_insert_with(|| Arc::new(Acl { name: name.into(), tests: Vec::new() }));
        }
    }

    /// The ACL of this name.
    pub fn find(&self, name: &str) -> Option<Arc<Acl>> {
        self.named.get(name).cloned().or_else(|| predefined::find(name))
    }

    /// The names that [`Acls::find`] knows.
    pub fn names(&self) -> impl Iterator<Item = &str> + '_ {
        self.named.keys().map(|n| &**n).chain(predefined::names().map(|n| -> &str { n }))
    }
}

/// Letters, digits, `-`, `_`, `.` and `:`.
fn legal_name(name: &[u8]) -> Result<&str, Error> {
    let legal = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    if let Some(at) = name.iter().position(|b| !legal(b)) {
        let text = format!("character '{}' is not permitted in acl name '{}'", show(&name[at..=at]), show(name));
        return Err(Error::at(at, 1, text));
    }
    match core::str::from_utf8(name) {
        Ok(name) if !name.is_empty() => Ok(name),
        _ => Err(Error::at(0, 0, "missing ACL name")),
    }
}

#[cfg(test)]
mod tests;
