//! Actions that work through a filter (manual 4.4, 9).

use super::{Act, RuleCx, Stages};
use crate::build::SectionKind;
use rules::Action;
use rules::action::{Delay, Num};

pub static CACHE_USE: Act = Act {
    name: "cache-use",
    stages: Stages::of("-----X--"),
    args: "<name> [no-early-hints]",
    since: "1.8",
    doc: "Answers out of a cache if it can.",
    ..Act::plain(|rule| {
        let cache = cache(rule)?;
        Some(Action::CacheUse { cache, no_early_hints: rule.takes("no-early-hints") })
    })
};

/// The name of a `cache` section.
fn cache(rule: &mut RuleCx<'_, '_>) -> Option<Box<str>> {
    let name = rule.text()?;
    rule.cx.refers(rule.at - 1, "cache");
    Some(name)
}

pub static CACHE_STORE: Act = Act {
    name: "cache-store",
    stages: Stages::of("------X-"),
    args: "<name>",
    since: "1.8",
    doc: "Puts the answer into a cache.",
    ..Act::plain(|rule| cache(rule).map(Action::CacheStore))
};

pub static SEND_SPOE_GROUP: Act = Act {
    name: "send-spoe-group",
    stages: Stages::of("---XXXX-"),
    args: "<engine-name> <group-name>",
    since: "1.8",
    doc: "Sends a group of messages to an SPOE agent.",
    ..Act::plain(|rule| {
        rule.needs_all(2)?;
        let (engine, group) = (rule.text()?, rule.text()?);
        let span = rule.cx.span(1);
        rule.proxy.own.engines.push((engine.clone(), span));
        Some(Action::SendSpoeGroup { engine, group })
    })
};

pub static SET_BANDWIDTH_LIMIT: Act = Act {
    name: "set-bandwidth-limit",
    stages: Stages::of("---XXXX-"),
    args: "<name> [limit {<expr> | <size>}] [period {<expr> | <time>}]",
    since: "2.7",
    doc: "Turns a limit of bandwidth on.",
    ..Act::plain(|rule| {
        if matches!(rule.proxy.kind, SectionKind::Defaults { .. }) {
            rule.cx.alert(0, "is not allowed in 'defaults' sections.");
            return None;
        }
        let filter = rule.text()?;
        let (mut limit, mut period) = (None, None);
        while !rule.is_done() {
            if rule.takes("limit") {
                limit = Some(size_or_expr(rule)?);
            } else if rule.takes("period") {
                period = Some(period_or_expr(rule)?);
            } else {
                break;
            }
        }
        let span = rule.cx.span(1);
        rule.proxy.own.limits.push((filter.clone(), span, limit.is_some() || period.is_some()));
        Some(Action::SetBandwidthLimit { filter, limit, period })
    })
};

fn size_or_expr(rule: &mut RuleCx<'_, '_>) -> Option<Num> {
    rule.needs()?;
    if !rule.cx.text(rule.at).first().is_some_and(u8::is_ascii_digit) {
        return rule.expr().map(Num::Expr);
    }
    rule.at += 1;
    rule.cx.size(rule.at - 1, 1, u32::MAX).map(|size| Num::Const(u64::from(size)))
}

fn period_or_expr(rule: &mut RuleCx<'_, '_>) -> Option<Delay> {
    rule.delay_or_expr()
}
