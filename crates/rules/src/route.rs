//! Choosing the backend: `use_backend` rules in their order, then `default_backend` (manual 4.2).

use base::ix::PxIx;
use expr::Env;
use expr::acl::Tri;

use crate::run::Run;
use crate::set::{Next, Rule, RuleSet};

/// A frontend's way to its backends.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Route {
    /// The `use_backend` rules, each with its backend.
    pub rules: RuleSet<PxIx>,
    /// The `default_backend`.
    pub default: Option<PxIx>,
}

/// Where a stream goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// To this backend.
    Backend(PxIx),
    /// Nowhere: no rule applied and there is no default, so a `listen` section serves it itself and a frontend answers 503.
    Own,
}

impl Route {
    /// Where the stream goes. Nothing is waited for here: what isn't there yet doesn't match (`env.last` should be set).
    #[inline]
    pub fn choose(&self, env: &Env<'_>) -> Target {
        self.choose_seen(env, |_, _| {})
    }

    /// The same; `seen` is told of each rule that is looked at, and whether it applies.
    #[inline]
    pub fn choose_seen(&self, env: &Env<'_>, seen: impl FnMut(&Rule<PxIx>, Tri)) -> Target {
        if let Next::Rule(rule) = self.rules.next_seen(&mut Run::default(), env, seen) {
            return Target::Backend(rule.action);
        }
        self.default.map_or(Target::Own, Target::Backend)
    }
}
