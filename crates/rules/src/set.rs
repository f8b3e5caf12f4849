//! A rule set and its cursor.

use expr::Env;
use expr::acl::{Cond, Tri};

use crate::run::Run;

/// One rule.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rule<A> {
    /// When it applies; always without a condition.
    pub cond: Option<Cond>,
    /// What it does.
    pub action: A,
    /// Its line in its file, for `last_rule_line` and messages.
    pub line: u32,
    /// That file, by its number among the configuration's.
    pub file: u32,
}

/// Rules in their order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RuleSet<A> {
    rules: Box<[Rule<A>]>,
}

/// What a run meets next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next<'r, A> {
    /// This rule applies: do its action, then call [`Run::done`] or keep it for later.
    Rule(&'r Rule<A>),
    /// A condition can't be decided yet.
    Wait,
    /// There is no further rule.
    End,
}

impl<A> RuleSet<A> {
    /// A set of these rules.
    pub fn new(rules: Vec<Rule<A>>) -> RuleSet<A> {
        RuleSet { rules: rules.into() }
    }

    /// Whether there is no rule at all, so that no facts have to be gathered.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// All rules.
    pub fn rules(&self) -> &[Rule<A>] {
        &self.rules
    }

    /// The next rule that applies. The cursor stays on it until [`Run::done`], and a condition that has held is not
    /// evaluated again: what an action waits for may have changed what its condition saw.
    #[inline]
    pub fn next(&self, run: &mut Run, env: &Env<'_>) -> Next<'_, A> {
        self.next_seen(run, env, |_, _| {})
    }

    /// The same; `seen` is told of each rule that is looked at, and whether it applies.
    #[inline]
    pub fn next_seen(&self, run: &mut Run, env: &Env<'_>, mut seen: impl FnMut(&Rule<A>, Tri)) -> Next<'_, A> {
        while let Some(rule) = self.rules.get(run.at as usize) {
            let applies = rule.cond.as_ref().filter(|_| !run.passed).map_or(Tri::Yes, |c| c.eval(env));
            if !run.passed {
                seen(rule, applies);
            }
            match applies {
                Tri::Yes => {
                    run.passed = true;
                    return Next::Rule(rule);
                }
                Tri::No => run.at += 1,
                Tri::Wait if !env.last => return Next::Wait,
                Tri::Wait => run.at += 1,
            }
        }
        Next::End
    }
}

impl<A> Default for RuleSet<A> {
    fn default() -> RuleSet<A> {
        RuleSet { rules: Box::default() }
    }
}
