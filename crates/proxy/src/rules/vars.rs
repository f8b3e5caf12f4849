//! Setting variables (manual 2.8).

use super::doing::{Doing, Verdict};
use expr::logfmt::LogFormat;
use expr::vars::{SetIf, VarName};
use expr::{Expr, Val};
use rules::Step;

/// `set-var`. Without a value nothing is set. A limit that is reached isn't an error, as documented for `tune.vars`.
pub fn set(doing: &Doing<'_>, var: &VarName, only: &SetIf, value: &Expr) -> Step<Verdict> {
    let scopes = doing.x.vars.for_rules(doing.client);
    doing.eval(value, |value, _| {
        if let Some(value) = value.filter(|value| only.holds(&scopes, var, *value)) {
            scopes.set(var, value);
        }
    });
    Step::Next
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
