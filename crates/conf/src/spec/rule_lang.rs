//! What a proxy says in the rule language.

use super::At;
use base::Ms;
use expr::acl::Cond;
use rules::{Action, Stage};
use std::sync::Arc;

/// The rule language's part of a proxy.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct RuleLang {
    /// The rule sets, by the order of [`Stage::ALL`]; those of the named `defaults` section come first.
    pub sets: [Vec<Arc<Rule>>; 8],
    /// `tcp-request inspect-delay`.
    pub inspect_request: Option<Ms>,
    /// `tcp-response inspect-delay`.
    pub inspect_response: Option<Ms>,
    pub captures: Captures,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rule {
    /// When it applies; always without a condition.
    pub cond: Option<Cond>,
    pub action: Action,
    pub at: At,
}

impl RuleLang {
    /// The rules of one set.
    pub fn set(&self, stage: Stage) -> &[Arc<Rule>] {
        &self.sets[stage as usize]
    }

    /// Whether there is a rule in any set.
    pub fn has_rules(&self) -> bool {
        self.sets.iter().any(|set| !set.is_empty())
    }
}

/// What is kept of messages for logs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Captures {
    /// `capture cookie`: the beginning of its name, and how much of it is kept.
    pub cookie: Option<(Box<[u8]>, u32)>,
    /// Slots of requests, in the order of their numbers.
    pub request: Vec<Capture>,
    /// Slots of responses.
    pub response: Vec<Capture>,
}

/// A slot for captures.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Capture {
    /// The header field that fills it; otherwise rules do.
    pub header: Option<Box<[u8]>>,
    /// How much is kept, in bytes.
    pub len: u32,
}
