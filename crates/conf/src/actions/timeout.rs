//! Timeouts and retries of one stream (manual 4.4).

use super::{Act, RuleCx, Stages};
use crate::build::SectionKind;
use crate::spec::ProxyKind;
use rules::Action;
use rules::action::{Num, Timeout};

pub static SET_TIMEOUT: Act = Act {
    name: "set-timeout",
    stages: Stages::of("-----XX-"),
    done: Stages::of("-----XX-"),
    args: "'client', 'connect', 'queue', 'server', 'tarpit' or 'tunnel', and a time or an expression",
    since: "2.4",
    doc: "Changes a timeout for this stream.",
    ..Act::plain(|rule| {
        rule.needs_all(2)?;
        rule.at += 1;
        let which = rule.cx.one_of(
            rule.at - 1,
            &[
                ("client", Timeout::Client),
                ("connect", Timeout::Connect),
                ("queue", Timeout::Queue),
                ("server", Timeout::Server),
                ("tarpit", Timeout::Tarpit),
                ("tunnel", Timeout::Tunnel),
            ],
        )?;
        match which {
            Timeout::Client => side(rule, "frontend", ProxyKind::Backend)?,
            Timeout::Tarpit => {}
            _ => side(rule, "backend", ProxyKind::Frontend)?,
        }
        Some(Action::SetTimeout(which, rule.delay_or_expr()?))
    })
};

/// Says so where the proxy lacks the side that the timeout is of.
fn side(rule: &mut RuleCx<'_, '_>, side: &str, other: ProxyKind) -> Option<()> {
    if rule.proxy.kind != SectionKind::Proxy(other) {
        return Some(());
    }
    let name = rule.proxy.name.clone();
    rule.cx.alert(rule.at - 1, format!(": proxy '{name}' has no {side} capability."));
    None
}

pub static SET_RETRIES: Act = Act {
    name: "set-retries",
    stages: Stages::of("---X-X--"),
    done: Stages::of("---X-X--"),
    args: "a number from 0 to 100, or an expression",
    since: "3.0",
    doc: "Changes the number of retries for this stream.",
    ..Act::plain(|rule| {
        if matches!(rule.proxy.kind, SectionKind::Defaults { .. }) {
            rule.cx.alert(0, "is not allowed in 'defaults' sections.");
            return None;
        }
        side(rule, "backend", ProxyKind::Frontend)?;
        let retries: Num = rule.num_or_expr(100)?;
        Some(Action::SetRetries(retries))
    })
};
