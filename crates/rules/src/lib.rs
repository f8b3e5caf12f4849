//! Rule sets: conditions with typed actions, and how a run over them goes on (manual 4.3).
//!
//! What it is not: the doer of actions. An action is data; whoever runs a set matches on it exhaustively, so that one
//! that nobody does can't compile. Nothing here changes a message, and nothing here waits: waiting is a value.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod action;
pub mod redirect;
pub mod reply;
mod route;
mod run;
mod set;
mod stage;
mod uses;
mod var;

pub use action::Action;
pub use redirect::Redirect;
pub use reply::Reply;
pub use route::{Goal, Route, Target};
pub use run::{Doer, End, Run, Step, Wait};
pub use set::{Next, Rule, RuleSet};
pub use stage::Stage;
pub use var::{Scope, SetIf, Var};

#[cfg(test)]
mod tests;
