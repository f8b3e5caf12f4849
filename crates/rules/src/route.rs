//! Choosing the backend: `use_backend` rules in their order, then `default_backend` (manual 4.2).

use base::ix::PxIx;
use expr::Env;

use crate::run::Run;
use crate::set::{Next, RuleSet};

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
        if let Next::Rule(rule) = self.rules.next(&mut Run::default(), env) {
            return Target::Backend(rule.action);
        }
        self.default.map_or(Target::Own, Target::Backend)
    }
}
