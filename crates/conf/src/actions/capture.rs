use super::{Act, RuleCx, Stages};
use crate::build::{CaptureRef, SectionKind};
use crate::spec::{Capture, ProxyKind};
use rules::action::Slot;
use rules::{Action, Stage};

pub static CAPTURE: Act = Act {
    name: "capture",
    stages: Stages::of("---X-XXX"),
    done: Stages::of("---X-XXX"),
    args: "<sample> { len <length> | id <id> }",
    doc: "Keeps a value for logs.",
    ..Act::plain(|rule| {
        let value = rule.expr()?;
        rule.needs()?;
        let slot = if rule.takes("len") {
            new(rule)?
        } else if rule.takes("id") {
            declared(rule)?
        } else {
            let got = rule.cx.show(rule.at);
            rule.cx.alert(rule.at, format!("expects 'len' or 'id', found '{got}'."));
            return None;
        };
        if rule.stage == Stage::TcpReqCont && !value.places().has(expr::Place::FeTcpSess) {
            let span = rule.cx.span(0);
            rule.proxy.own.on_contents.push(("tcp-request capture", span));
        }
        Some(Action::Capture { value, slot })
    })
};

/// A slot of the rule's own. Only requests have one, and only frontends have slots.
fn new(rule: &mut RuleCx<'_, '_>) -> Option<Slot> {
    if rule.stage.is_response() {
        rule.cx.alert(rule.at - 1, "expects 'id', found 'len': a slot for responses must be declared.");
        return None;
    }
    if rule.proxy.kind == SectionKind::Proxy(ProxyKind::Backend) {
        let name = rule.proxy.name.clone();
        rule.cx.alert(0, format!(": proxy '{name}' has no frontend capability."));
        return None;
    }
    let len = u32::try_from(rule.int(1, i64::from(i32::MAX))?).ok()?;
    let slots = &mut rule.proxy.lang.captures.request;
    let id = u32::try_from(slots.len()).unwrap_or(u32::MAX);
    slots.push(Capture { header: None, len });
    Some(Slot::New { id, len })
}

/// A slot that is declared somewhere in the frontend.
fn declared(rule: &mut RuleCx<'_, '_>) -> Option<Slot> {
    let id = u32::try_from(rule.int(0, i64::from(i32::MAX))?).ok()?;
    let span = rule.cx.span(rule.at - 1);
    let keyword = rule.stage.keyword();
    rule.proxy.own.captures.push(CaptureRef { response: rule.stage.is_response(), id, span, keyword });
    Some(Slot::Declared(id))
}
