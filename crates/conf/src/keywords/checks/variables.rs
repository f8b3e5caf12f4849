//! `set-var`, `set-var-fmt`, `unset-var` of health checks. The word with the variable is argument 0.

use super::formatted;
use crate::cx::Cx;
use crate::rulelang::Touch;
use crate::spec::{CheckSetVar, CheckStep};
use expr::Place;
use expr::logfmt::Use;

type Read = Option<(CheckStep, Option<Box<[u8]>>)>;

pub fn set(cx: &mut Cx<'_>) -> Read {
    let (var, conds) = cx.var_and_conds(0)?;
    let (_, end) = cx.expr(1, Place::TcpCheck)?;
    if end < cx.len() {
        let extra = cx.show(end);
        cx.alert(end, format!("cannot handle unexpected argument '{extra}'."));
        return None;
    }
    let value = cx.sourced(1, end);
    Some((CheckStep::SetVar(CheckSetVar { var, conds, value, is_format: false }), None))
}

pub fn set_format(cx: &mut Cx<'_>) -> Read {
    let (var, conds) = cx.var_and_conds(0)?;
    let value = formatted(cx, 1, Use::Log)?;
    Some((CheckStep::SetVar(CheckSetVar { var, conds, value, is_format: true }), None))
}

pub fn unset(cx: &mut Cx<'_>) -> Read {
    let call = cx.call(0)?;
    if call.args.len() > 1 {
        cx.call_alert(&call, 1, "expects nothing but the name of a variable in parentheses.");
        return None;
    }
    Some((CheckStep::UnsetVar(cx.call_var(&call, 0, Touch::Write)?), None))
}
