//! Looking over a stream's shoulder (`ferroxy explain`): which rules it meets, and where it goes.

use expr::Env;
use expr::acl::{Cond, Tri};
use rules::Rule;

/// Somebody who looks. Called by workers, in the order of events of each stream.
pub trait Watch: Send + Sync {
    /// A stream has come to a rule; `env` holds what its condition saw.
    fn rule(&self, rule: &Watched<'_>, env: &Env<'_>);
    /// A stream has been given a server.
    fn server(&self, backend: &str, server: &str);
}

/// A rule that a stream has come to.
pub struct Watched<'a> {
    /// The proxy whose rule it is.
    pub proxy: &'a str,
    /// The keyword of its set.
    pub set: &'static str,
    /// Its file, by its number among the configuration's, and its line.
    pub file: u32,
    pub line: u32,
    pub cond: Option<&'a Cond>,
    pub applies: Tri,
}

impl<'a> Watched<'a> {
    /// A rule of `set` in `proxy`.
    pub fn new<A>(proxy: &'a str, set: &'static str, rule: &'a Rule<A>, applies: Tri) -> Watched<'a> {
        Watched { proxy, set, file: rule.file, line: rule.line, cond: rule.cond.as_ref(), applies }
    }
}
