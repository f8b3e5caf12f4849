//! Actions on logs (manual 4.4).

use super::{Act, RuleCx, Stages};
use rules::Action;

pub static SET_LOG_LEVEL: Act = Act {
    name: "set-log-level",
    stages: Stages::of("---XXXXX"),
    done: Stages::of("---XXXXX"),
    args: "a log level or 'silent'",
    doc: "Changes the level of the stream's log line.",
    ..Act::plain(|rule| {
        rule.needs()?;
        rule.at += 1;
        let level = rule.cx.one_of(
            rule.at - 1,
            &[
                ("silent", None),
                ("emerg", Some(0)),
                ("alert", Some(1)),
                ("crit", Some(2)),
                ("err", Some(3)),
                ("warning", Some(4)),
                ("notice", Some(5)),
                ("info", Some(6)),
                ("debug", Some(7)),
            ],
        )?;
        Some(Action::SetLogLevel(level))
    })
};

pub static DO_LOG: Act = Act {
    name: "do-log",
    stages: Stages::of("XXXXXXXX"),
    args: "[profile <log-profile>]",
    since: "3.1",
    doc: "Writes a log line here and now.",
    ..Act::plain(|rule| {
        let profile = if rule.takes("profile") { Some(profile(rule)?) } else { None };
        Some(Action::DoLog { profile })
    })
};

/// The name of a `log-profile` section.
fn profile(rule: &mut RuleCx<'_, '_>) -> Option<Box<str>> {
    let name = rule.text()?;
    rule.cx.refers(rule.at - 1, "log-profile");
    Some(name)
}
