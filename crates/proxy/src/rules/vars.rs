//! Setting variables (manual 2.8).

use super::doing::{Doing, Verdict};
use expr::logfmt::LogFormat;
use expr::vars::{SetIf, VarName};
use expr::{Expr, Got, Val};
use rules::{Doer, Step, Wait};

/// `set-var`. Without a value nothing is set. A limit that is reached isn't an error, as documented for `tune.vars`.
/// Where contents are looked at, it waits for a value that may still come.
pub fn set(doing: &Doing<'_>, var: &VarName, only: &SetIf, value: &Expr) -> Step<Verdict> {
    let scopes = doing.x.vars.for_rules(doing.client);
    doing.look(|env| match value.eval(env) {
        Got::Val { v, .. } => {
            if only.holds(&scopes, var, v) {
                scopes.set(var, v);
            }
            Step::Next
        }
        Got::Wait if doing.may_wait() => Step::Wait(Wait::Data),
        Got::Wait | Got::Absent => Step::Next,
    })
}

/// `set-var-fmt`.
pub fn set_format(doing: &mut Doing<'_>, var: &VarName, only: &SetIf, value: &LogFormat) -> Step<Verdict> {
    let text = doing.text(value);
    let scopes = doing.x.vars.for_rules(doing.client);
    let value = Val::Str(&text);
    if only.holds(&scopes, var, value) {
        scopes.set(var, value);
    }
    doing.put_back(text);
    Step::Next
}

/// `unset-var`.
pub fn unset(doing: &Doing<'_>, var: &VarName) -> Step<Verdict> {
    doing.x.vars.for_rules(doing.client).unset(var);
    Step::Next
}
