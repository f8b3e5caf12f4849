//! Actions on variables (manual 2.8, 4.4).

use super::{Act, How, RuleCx, Stages};
use crate::parts::Reference;
use crate::rulelang::{Call, Touch};
use rules::action::Family;
use rules::{Action, SetIf};

pub static SET_VAR: Act = Act {
    name: "set-var",
    how: How::Call,
    stages: Stages::of("-XXXXXXX"),
    done: Stages::of("-XXXXXXX"),
    args: "(<var>[,<cond>…]) <expr>",
    doc: "Sets a variable to what an expression gives.",
    ..Act::plain(|rule| {
        let (var, only) = rule.cx.var_and_conds(0)?;
        Some(Action::SetVar { var: var.resolve()?, only: SetIf::all(&only), value: rule.expr()? })
    })
};

pub static SET_VAR_FMT: Act = Act {
    name: "set-var-fmt",
    how: How::Call,
    stages: Stages::of("-XXXXXXX"),
    done: Stages::of("-XXXXXXX"),
    args: "(<var>[,<cond>…]) <fmt>",
    since: "2.5",
    doc: "Sets a variable to what a format gives.",
    ..Act::plain(|rule| {
        let (var, only) = rule.cx.var_and_conds(0)?;
        Some(Action::SetVarFmt { var: var.resolve()?, only: SetIf::all(&only), value: rule.format()? })
    })
};

pub static UNSET_VAR: Act = Act {
    name: "unset-var",
    how: How::Call,
    stages: Stages::of("-XXXXXXX"),
    done: Stages::of("-XXXXXXX"),
    args: "(<var>)",
    doc: "Takes a variable's value away.",
    ..Act::plain(|rule| {
        let call = call(rule, 1, 1)?;
        rule.cx.call_var(&call, 0, Touch::Write)?.resolve().map(Action::UnsetVar)
    })
};

pub static DO_RESOLVE: Act = Act {
    name: "do-resolve",
    how: How::Call,
    stages: Stages::of("---X-X--"),
    args: "(<var>,<resolvers>[,ipv4|ipv6]) <expr>",
    since: "2.0",
    doc: "Looks a host name up and puts its address into a variable.",
    ..Act::plain(|rule| {
        let call = call(rule, 2, 3)?;
        let var = rule.cx.call_var(&call, 0, Touch::Write)?;
        let resolvers = String::from_utf8_lossy(rule.cx.call_text(&call, 1)).into();
        refers_resolvers(rule, &call);
        let family = match rule.cx.call_text(&call, 2) {
            b"" => None,
            b"ipv4" => Some(Family::V4),
            b"ipv6" => Some(Family::V6),
            _ => {
                rule.cx.call_alert(&call, 2, "expects 'ipv4' or 'ipv6' here.");
                return None;
            }
        };
        Some(Action::DoResolve { var, resolvers, family, host: rule.expr()? })
    })
};

/// Notes that the call names a `resolvers` section.
fn refers_resolvers(rule: &mut RuleCx<'_, '_>, call: &Call) {
    let name = rule.cx.call_text(call, 1).into();
    let (span, by, manual) = (rule.cx.span(0), "'do-resolve'".into(), rule.act.manual);
    rule.cx.parts.refs.push(Reference { kind: "resolvers", name, span, by, manual });
}

/// The action's own arguments in parentheses, from `min` to `max` of them.
pub fn call(rule: &mut RuleCx<'_, '_>, min: usize, max: usize) -> Option<Call> {
    let call = rule.cx.call(0)?;
    if !(min..=max).contains(&call.args.len()) {
        let args = rule.act.args;
        rule.cx.call_alert(&call, max, format!("expects {args}."));
        return None;
    }
    Some(call)
}
