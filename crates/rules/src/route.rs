//! Choosing the backend: `use_backend` rules in their order, then `default_backend` (manual 4.2).

use base::ix::PxIx;
use expr::Env;
use expr::acl::Tri;
use expr::logfmt::LogFormat;

use crate::run::Run;
use crate::set::{Next, Rule, RuleSet};

/// A frontend's way to its backends.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Route {
    /// The `use_backend` rules, each with its backend.
    pub rules: RuleSet<Goal>,
    /// The `default_backend`.
    pub default: Option<PxIx>,
}

/// What one rule names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Goal {
    /// A backend.
    Backend(PxIx),
    /// The backend whose name this gives.
    Named(LogFormat),
}

/// Where a stream goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target<'r> {
    /// To this backend.
    Backend(PxIx),
    /// To the backend of this name, else where the default leads.
    Named(&'r LogFormat),
    /// Nowhere: no rule applied and there is no default, so a `listen` section serves it itself and a frontend answers 503.
    Own,
}

impl Route {
    /// Where the stream goes. Nothing is waited for here: what isn't there yet doesn't match (`env.last` should be set).
    #[inline]
    pub fn choose(&self, env: &Env<'_>) -> Target<'_> {
        self.choose_seen(env, |_, _| {})
    }

    /// The same; `seen` is told of each rule that is looked at, and whether it applies.
    #[inline]
    pub fn choose_seen(&self, env: &Env<'_>, seen: impl FnMut(&Rule<Goal>, Tri)) -> Target<'_> {
        match self.rules.next_seen(&mut Run::default(), env, seen) {
            Next::Rule(Rule { action: Goal::Backend(backend), .. }) => Target::Backend(*backend),
            Next::Rule(Rule { action: Goal::Named(name), .. }) => Target::Named(name),
            Next::Wait | Next::End => self.otherwise(),
        }
    }

    /// Where it goes if no rule says so.
    pub fn otherwise(&self) -> Target<'_> {
        self.default.map_or(Target::Own, Target::Backend)
    }
}
