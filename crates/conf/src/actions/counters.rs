//! Actions on sticky counters (manual 4.4).

use super::variable::call;
use super::{Act, How, RuleCx, Stages};
use crate::rulelang::{Call, Named};
use expr::NameKind;
use rules::action::{Gpc, Num};
use rules::{Action, Stage};

pub static TRACK_SC: Act = Act {
    name: "track-sc",
    how: How::Number,
    stages: Stages::of("-XXX-XX-"),
    args: "<key> [table <table>]",
    doc: "Counts into the entry of a table that belongs to a key.",
    ..Act::plain(|rule| {
        let digits = &rule.cx.text(0)[rule.act.name.len()..];
        let counter = core::str::from_utf8(digits).ok().filter(|text| !text.is_empty()).unwrap_or("0").parse();
        let Ok(counter) = counter else {
            rule.cx.alert(0, "expects a smaller number of a counter.");
            return None;
        };
        let key = rule.expr()?;
        let table = if rule.takes("table") { Some(rule.text()?) } else { None };
        let span = rule.cx.span(0);
        rule.proxy.own.counters.push((counter, span));
        let name = table.as_deref().unwrap_or_default().as_bytes().into();
        rule.cx.named.push(Named { kind: NameKind::Table, name, span });
        if rule.stage == Stage::TcpReqCont {
            match key.places().has(expr::Place::FeTcpSess) {
                true => rule.proxy.own.on_session.push(span),
                false => rule.proxy.own.on_contents.push(("tcp-request content track-sc*", span)),
            }
        }
        Some(Action::TrackSc { counter, key, table })
    })
};

pub static SC_INC_GPC0: Act =
    legacy("sc-inc-gpc0", "(<sc-id>)", "Adds one to the counter gpc0.", |rule| inc_legacy(rule, Gpc::Zero));
pub static SC_INC_GPC1: Act =
    legacy("sc-inc-gpc1", "(<sc-id>)", "Adds one to the counter gpc1.", |rule| inc_legacy(rule, Gpc::One));
pub static SC_SET_GPT0: Act = legacy("sc-set-gpt0", "(<sc-id>) { <int> | <expr> }", "Sets the tag gpt0.", |rule| {
    let counter = own_counter(rule)?;
    Some(Action::ScSetGpt { index: None, counter, value: value(rule)? })
});

const fn legacy(
    name: &'static str,
    args: &'static str,
    doc: &'static str,
    parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>,
) -> Act {
    Act { name, how: How::Call, stages: Stages::of("-XXXXXXX"), args, doc, ..Act::plain(parse) }
}

pub static SC_INC_GPC: Act = Act {
    since: "2.5",
    ..legacy("sc-inc-gpc", "(<idx>,<sc-id>)", "Adds one to a counter of the array.", |rule| {
        let (index, counter) = index_and_counter(rule)?;
        Some(Action::ScIncGpc { which: Gpc::At(index), counter })
    })
};

pub static SC_ADD_GPC: Act = Act {
    since: "2.8",
    ..legacy("sc-add-gpc", "(<idx>,<sc-id>) { <int> | <expr> }", "Adds to a counter of the array.", |rule| {
        let (index, counter) = index_and_counter(rule)?;
        Some(Action::ScAddGpc { index, counter, value: value(rule)? })
    })
};

pub static SC_SET_GPT: Act = Act {
    since: "2.5",
    ..legacy("sc-set-gpt", "(<idx>,<sc-id>) { <int> | <expr> }", "Sets a tag of the array.", |rule| {
        let (index, counter) = index_and_counter(rule)?;
        Some(Action::ScSetGpt { index: Some(index), counter, value: value(rule)? })
    })
};

fn inc_legacy(rule: &mut RuleCx<'_, '_>, which: Gpc) -> Option<Action> {
    Some(Action::ScIncGpc { which, counter: own_counter(rule)? })
}

/// `(<sc-id>)`; without it, or with nothing in it, the first counter is meant, as in the reference.
fn own_counter(rule: &mut RuleCx<'_, '_>) -> Option<u8> {
    if rule.cx.text(0).len() == rule.act.name.len() {
        return Some(0);
    }
    let call = call(rule, 1, 1)?;
    if rule.cx.call_text(&call, 0).is_empty() {
        return Some(0);
    }
    counter(rule, &call, 0)
}

/// `(<idx>,<sc-id>)`.
fn index_and_counter(rule: &mut RuleCx<'_, '_>) -> Option<(u8, u8)> {
    let call = call(rule, 2, 2)?;
    let index = digits(rule, &call, 0, 99, "an index in the array")?;
    Some((index, counter(rule, &call, 1)?))
}

/// The number of a tracked counter. Whether there are so many is known once `global` is.
fn counter(rule: &mut RuleCx<'_, '_>, call: &Call, n: usize) -> Option<u8> {
    let counter = digits(rule, call, n, 99, "the number of a counter")?;
    let span = rule.cx.span(0);
    rule.proxy.own.counters.push((counter, span));
    Some(counter)
}

fn digits(rule: &mut RuleCx<'_, '_>, call: &Call, n: usize, max: u8, what: &str) -> Option<u8> {
    let text = core::str::from_utf8(rule.cx.call_text(call, n)).unwrap_or_default();
    let number = text.parse::<u8>().ok().filter(|number| *number <= max);
    if number.is_none() {
        let text = format!("expects {what}, 0 to {max}, not '{text}'.");
        rule.cx.call_alert(call, n, text);
    }
    number
}

fn value(rule: &mut RuleCx<'_, '_>) -> Option<Num> {
    rule.num_or_expr(u64::from(u32::MAX))
}
