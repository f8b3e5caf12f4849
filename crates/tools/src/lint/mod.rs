//! The linter: what is legal and looks wrong. Each rule has a name, a reason and a fix.
//!
//! A comment silences rules: `# lint: allow NAME[,NAME…]` at the end of a line or on a comment line right above it for
//! that line, at a section's first line for the whole section.

mod access;
mod binds;
mod flow;
mod model;
mod names;
mod patterns;
mod quality;
mod silence;
mod tls;

use diag::{Diagnostic, Diagnostics, Files, Severity, Span};
use model::Model;
use silence::Silence;
use syntax::Tree;

/// One rule.
pub struct Rule {
    /// In comments and messages.
    pub name: &'static str,
    /// Why it matters, a sentence.
    pub why: &'static str,
    /// What to do, a sentence.
    pub fix: &'static str,
    /// Looks for what it is about.
    check: fn(&Model<'_>, &mut Found<'_>),
}

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &access::ADMIN_SOCKET_OPEN,
    &access::CLEAR_PASSWORD,
    &access::COOKIE_READABLE,
    &access::RUNS_AS_ROOT,
    &access::STATS_ADMIN_OPEN,
    &access::TWO_CLIENT_ADDRESSES,
    &binds::SHADOWED_BIND,
    &flow::NOTHING_LIMITS_A_TABLE,
    &flow::REDIRECT_LOOP,
    &flow::UNREACHABLE_RULE,
    &names::UNUSED_ACL,
    &names::UNUSED_BACKEND,
    &names::UNUSED_DEFAULTS,
    &patterns::CASE_OF_HOST,
    &patterns::REGEX_FOR_A_PREFIX,
    &quality::NO_REQUEST_TIMEOUT,
    &quality::POOR_LOG,
    &quality::UNCHECKED_SERVER,
    &tls::OLD_TLS,
    &tls::UNVERIFIED_SERVER,
    &tls::WEAK_CIPHERS,
];

/// Where a rule puts what it finds.
struct Found<'a> {
    rule: &'static Rule,
    silence: &'a Silence,
    out: &'a mut Diagnostics,
}

impl Found<'_> {
    /// Something at `span`; `what` is a sentence without its full stop.
    fn push(&mut self, span: Span, what: impl core::fmt::Display) {
        self.push_with(span, what, None);
    }

    /// The same, with another place that matters.
    fn push_with(&mut self, span: Span, what: impl core::fmt::Display, also: Option<(Span, &str)>) {
        if self.silence.covers(self.rule.name, span) {
            return;
        }
        let mut one = Diagnostic::new(Severity::Info, format!("{what} [{}]", self.rule.name)).at(span);
        if let Some((place, label)) = also {
            one = one.also(place, label);
        }
        self.out.push(one.help(self.rule.why).help(self.rule.fix));
    }
}

/// All findings of all rules, in the order of the files. The configuration should be free of errors.
pub fn lint(files: &Files, tree: &Tree) -> Diagnostics {
    let model = Model::new(tree);
    let silence = Silence::new(files, tree);
    let mut out = Diagnostics::new();
    for rule in RULES {
        (rule.check)(&model, &mut Found { rule, silence: &silence, out: &mut out });
    }
    out.sort();
    out
}

/// The name of the rule that said this; it ends the message.
pub fn rule_of(one: &Diagnostic) -> Option<&'static str> {
    let name = one.message.strip_suffix(']')?.rsplit_once('[')?.1;
    RULES.iter().map(|rule| rule.name).find(|known| *known == name)
}

#[cfg(test)]
mod tests;
