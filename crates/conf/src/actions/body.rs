//! Waiting, and how the rules behind work (manual 4.4).

use super::{Act, Stages};
use rules::Action;

pub static PAUSE: Act = Act {
    name: "pause",
    stages: Stages::of("-----XX-"),
    done: Stages::of("-----XX-"),
    args: "a time or an expression",
    since: "3.2",
    doc: "Waits before it goes on.",
    ..Act::plain(|rule| rule.delay_or_expr().map(Action::Pause))
};

pub static WAIT_FOR_BODY: Act = Act {
    name: "wait-for-body",
    stages: Stages::of("-----XX-"),
    done: Stages::of("-----X--"),
    args: "time <time> [at-least <bytes>] [use-large-buffer]",
    since: "2.4",
    doc: "Waits for the message's body.",
    ..Act::plain(|rule| {
        let (mut time, mut at_least, mut large) = (None, 0, false);
        while !rule.is_done() {
            if rule.takes("time") {
                rule.needs()?;
                rule.at += 1;
                time = Some(rule.cx.time(rule.at - 1, 0)?);
            } else if rule.takes("at-least") {
                rule.needs()?;
                rule.at += 1;
                at_least = u64::from(rule.cx.size(rule.at - 1, 0, u32::MAX)?);
            } else if rule.takes("use-large-buffer") {
                large = true;
            } else {
                break;
            }
        }
        let Some(time) = time else {
            let args = rule.act.args;
            rule.cx.alert(rule.at, format!("expects {args}."));
            return None;
        };
        Some(Action::WaitForBody { time, at_least, large })
    })
};

pub static WAIT_FOR_HANDSHAKE: Act = Act {
    name: "wait-for-handshake",
    stages: Stages::of("-----X--"),
    since: "1.8",
    doc: "Waits until the TLS handshake is over.",
    ..Act::plain(|_| Some(Action::WaitForHandshake))
};

pub static DISABLE_L7_RETRY: Act = Act {
    name: "disable-l7-retry",
    stages: Stages::of("-----X--"),
    done: Stages::of("-----X--"),
    since: "2.0",
    doc: "Retries the request only where no connection came about.",
    ..Act::plain(|_| Some(Action::DisableL7Retry))
};

pub static STRICT_MODE: Act = Act {
    name: "strict-mode",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "'on' or 'off'",
    since: "2.2",
    doc: "Says whether a rewriting that fails is an error.",
    ..Act::plain(|rule| {
        rule.needs()?;
        rule.at += 1;
        rule.cx.on_off(rule.at - 1).map(Action::StrictMode)
    })
};
