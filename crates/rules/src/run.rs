//! Going through a rule set: step by step, and on again after a wait.

use base::{Ms, Tick};
use expr::Env;
use expr::acl::Tri;

use crate::set::{Next, Rule, RuleSet};

/// Where a run stands. Kept by the stream while it waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Run {
    pub(crate) at: u32,
    /// The condition of the rule at the cursor has held already.
    pub(crate) passed: bool,
}

impl Run {
    /// The rule at the cursor is finished: go on behind it.
    pub fn done(&mut self) {
        self.at += 1;
        self.passed = false;
    }
}

/// What an action asks of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step<V> {
    /// Go on with the next rule.
    Next,
    /// The run is over.
    Final(V),
    /// Come back to this very action later.
    Wait(Wait),
    /// The action is done: go on behind it later.
    Pause(Wait),
}

/// What a run waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// More of the message.
    Data,
    /// At least so many bytes of the body.
    Body {
        /// How many; 0: all of it.
        min: u64,
        /// How long at most.
        time: Ms,
        /// A large buffer may be taken for it.
        large: bool,
    },
    /// Until what the actions have put by is on its way to the client.
    Sent,
    /// The answer of another thread.
    Other,
    /// A point in time.
    Sleep(Tick),
    /// The end of the handshake.
    Handshake,
}

/// How a run went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End<V> {
    /// An action ended it.
    Final(V),
    /// All rules were passed.
    Through,
    /// Call again when this has come.
    Wait(Wait),
}

/// Whoever does the actions: it lends its facts while conditions are evaluated, and may change what they are about
/// while it acts, so that the next rule sees it.
pub trait Doer<A> {
    /// How a final action ends the run.
    type Verdict;
    /// Lends the facts as they are now.
    fn look<R>(&self, f: impl FnOnce(&Env<'_>) -> R) -> R;
    /// Is told of each rule that the run comes to, with the facts that its condition saw.
    #[inline]
    fn saw(&self, _rule: &Rule<A>, _applies: Tri, _env: &Env<'_>) {}
    /// Does one rule's action.
    fn act(&mut self, rule: &Rule<A>) -> Step<Self::Verdict>;
}

impl<A> RuleSet<A> {
    /// Goes on from where `run` stands until the set ends, an action ends it, or something is missing.
    pub fn run<D: Doer<A>>(&self, run: &mut Run, doer: &mut D) -> End<D::Verdict> {
        if self.is_empty() {
            return End::Through;
        }
        loop {
            let rule = match doer.look(|env| self.next_seen(run, env, |rule, applies| doer.saw(rule, applies, env))) {
                Next::Rule(rule) => rule,
                Next::Wait => return End::Wait(Wait::Data),
                Next::End => return End::Through,
            };
            match doer.act(rule) {
                Step::Next => run.done(),
                Step::Final(verdict) => return End::Final(verdict),
                Step::Wait(wait) => return End::Wait(wait),
                Step::Pause(wait) => {
                    run.done();
                    return End::Wait(wait);
                }
            }
        }
    }
}
