//! Conditions: `if` or `unless`, and ACLs combined (manual 7.2).

use std::sync::Arc;

use super::{Acl, Acls, Test, Tri};
use crate::env::Env;
use crate::error::{Error, Unbuilt, show};
use crate::outside::Outside;
use crate::place::Places;

/// A compiled condition. Holds if any of its branches holds (`if`), or if none does (`unless`).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cond {
    any_of: Box<[Box<[Term]>]>,
    unless: bool,
    unbuilt: Box<[Unbuilt]>,
}

/// An ACL, maybe negated. The terms of a branch must all hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Term {
    negated: bool,
    acl: Arc<Acl>,
}

/// An ACL that can't work where its condition is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misplaced {
    /// The ACL's name, empty for an anonymous one.
    pub acl: String,
    /// The fetch concerned.
    pub fetch: &'static str,
    /// No test of the ACL can work there, so it never matches.
    pub never: bool,
}

impl Cond {
    /// Compiles a condition; the first word is `if` or `unless`, and all words belong to it.
    pub fn compile(words: &[&[u8]], acls: &Acls, outside: &mut dyn Outside) -> Result<Cond, Error> {
        let unless = match words.first() {
            Some(&b"if") => false,
            Some(&b"unless") => true,
            _ => return Err(Error::at(0, 0, "expected 'if' or 'unless'")),
        };
        let mut any_of = Vec::new();
        let mut branch = Vec::new();
        let mut unbuilt = Vec::new();
        let mut negated = false;
        let mut at = 1;
        while let Some(&word) = words.get(at) {
            if matches!(word, b"or" | b"||") {
                if branch.is_empty() || negated {
                    return Err(Error::at(0, word.len(), "missing ACL name before the operator").in_word(at));
                }
                any_of.push(core::mem::take(&mut branch).into_boxed_slice());
                at += 1;
                continue;
            }
            let bangs = word.iter().take_while(|b| **b == b'!').count();
            negated ^= bangs % 2 == 1;
            let name = &word[bangs..];
            if name.is_empty() {
                at += 1;
                continue;
            }
            let (acl, used) = operand(words, at, name, acls, outside).map_err(|e| shifted(e, at, bangs))?;
            unbuilt.extend(told_here(&acl, acls).map(|u| match name {
                b"{" => u.words_later(at + 1),
                _ => Unbuilt { word: at, off: bangs, ..u },
            }));
            branch.push(Term { negated: core::mem::take(&mut negated), acl });
            at += used;
        }
        if branch.is_empty() || negated {
            let text =
                if words.len() == 1 { "missing condition" } else { "missing ACL name at the end of the condition" };
            return Err(Error::at(0, 0, text).in_word(words.len() - 1));
        }
        any_of.push(branch.into());
        Ok(Cond { any_of: any_of.into(), unless, unbuilt: unbuilt.into() })
    }

    /// Whether the condition holds. `Wait` only where the outcome depends on what isn't there yet.
    #[inline]
    pub fn eval(&self, env: &Env<'_>) -> Tri {
        let mut result = Tri::No;
        for branch in &self.any_of {
            match all(branch, env) {
                Tri::Yes => {
                    result = Tri::Yes;
                    break;
                }
                Tri::Wait => result = Tri::Wait,
                Tri::No => {}
            }
        }
        if self.unless { not(result) } else { result }
    }

    /// Its branches, any of which must hold: ACLs that must all match, or must not where `true` stands beside them.
    pub fn branches(&self) -> impl Iterator<Item = impl Iterator<Item = (bool, &Acl)>> {
        self.any_of.iter().map(|branch| branch.iter().map(|term| (term.negated, &*term.acl)))
    }

    /// Whether the condition is `unless`.
    pub fn is_unless(&self) -> bool {
        self.unless
    }

    /// What its anonymous and predefined ACLs use and nobody has built yet, by the condition's words. What declared
    /// ACLs use was told by [`Acls::declare`].
    pub fn unbuilt(&self) -> &[Unbuilt] {
        &self.unbuilt
    }

    /// The ACLs that can't work at `place`, or at any of several: worth a warning, since they never match there.
    pub fn misplaced(&self, place: impl Into<Places>) -> Vec<Misplaced> {
        let place = place.into();
        let mut out: Vec<Misplaced> = Vec::new();
        for acl in self.acls() {
            let bad = |t: &&Test| !t.expr.places().meets(place);
            if let Some(test) = acl.tests().find(bad) {
                let never = acl.tests().all(|t| bad(&t));
                let found = Misplaced { acl: acl.name.to_string(), fetch: test.expr().fetch().name, never };
                if !out.contains(&found) {
                    out.push(found);
                }
            }
        }
        out
    }

    /// The same condition, its ACLs as they are now called in `acls`: a line behind the condition may have added tests
    /// to a name.
    pub fn rebound(mut self, acls: &Acls) -> Cond {
        for term in self.any_of.iter_mut().flatten().filter(|t| !t.acl.name.is_empty()) {
            if let Some(acl) = acls.find(&term.acl.name) {
                term.acl = acl;
            }
        }
        self
    }

    /// The places where every ACL works.
    pub fn places(&self) -> Places {
        self.acls().flat_map(|a| a.tests()).fold(Places::ALL, |all, t| all.and(t.expr().places()))
    }

    /// The first fetch in it that looks at raw bytes of a buffer.
    pub fn raw_fetch(&self) -> Option<&'static str> {
        let fetches = self.acls().flat_map(|a| a.tests()).map(|test| test.expr().fetch());
        fetches.filter(|fetch| fetch.reads_raw()).map(|fetch| fetch.name).next()
    }

    /// The ACLs in it.
    pub fn acls(&self) -> impl Iterator<Item = &Acl> {
        self.any_of.iter().flatten().map(|t| &*t.acl)
    }
}

/// What an ACL uses and nobody has built yet, unless a line of its own has said so.
fn told_here<'a>(acl: &'a Acl, acls: &Acls) -> impl Iterator<Item = Unbuilt> + use<'a> {
    let declared = !acl.name.is_empty() && acls.named.contains_key(&acl.name);
    acl.tests().filter(move |_| !declared).flat_map(Test::unbuilt)
}

#[inline]
fn all(branch: &[Term], env: &Env<'_>) -> Tri {
    let mut result = Tri::Yes;
    for term in branch {
        let got = term.acl.eval(env);
        match if term.negated { not(got) } else { got } {
            Tri::No => return Tri::No,
            Tri::Wait => result = Tri::Wait,
            Tri::Yes => {}
        }
    }
    result
}

#[inline]
fn not(t: Tri) -> Tri {
    match t {
        Tri::Yes => Tri::No,
        Tri::No => Tri::Yes,
        Tri::Wait => Tri::Wait,
    }
}

/// Moves an error about the words from number `at` on, of whose first one `bangs` bytes have been read.
fn shifted(e: Error, at: usize, bangs: usize) -> Error {
    let e = if e.word == 0 { e.bytes_later(bangs) } else { e };
    e.words_later(at)
}

/// The ACL named `name` (word number `at`), or the anonymous one that begins there; and how many words it takes.
fn operand(
    words: &[&[u8]],
    at: usize,
    name: &[u8],
    acls: &Acls,
    outside: &mut dyn Outside,
) -> Result<(Arc<Acl>, usize), Error> {
    if name == b"{" {
        let rest = &words[at + 1..];
        let end = rest.iter().position(|w| *w == b"}");
        let end = end.ok_or_else(|| Error::at(0, 1, "missing closing '}' in condition"))?;
        let test = Test::compile(&rest[..end], outside).map_err(|e| e.words_later(1))?;
        let acl = Acl { name: "".into(), tests: vec![Arc::new(test)] };
        return Ok((Arc::new(acl), end + 2));
    }
    let found = core::str::from_utf8(name).ok().and_then(|n| acls.find(n));
    let acl =
        found.ok_or_else(|| Error::at(0, name.len(), format!("no such ACL : '{}'", show(name))).known(acls.names()))?;
    Ok((acl, 1))
}
