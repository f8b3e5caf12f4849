//! Keywords of section `log-profile` (manual 8.3.5).

use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::spec::{LogProfile, LogStep, LogStepForm, Sourced};
use expr::Place;
use expr::logfmt::Use;

pub static ITEMS: &[&Keyword<LogProfile>] = &[&LOG_TAG, &ON];

static LOG_TAG: Keyword<LogProfile> = Keyword {
    name: "log-tag",
    args: Arity::exactly(1, "a tag for use in syslog"),
    since: "3.1",
    doc: "Tag in the header of these lines.",
    manual: "8.3.5",
    ..Keyword::plain(|cx, profile| profile.tag = cx.bytes(0))
};

static ON: Keyword<LogProfile> = Keyword {
    name: "on",
    args: Arity::at_least(1, "a step, and [drop] [format <fmt>] [sd <fmt>]"),
    since: "3.1",
    doc: "What is logged at a step.",
    manual: "8.3.5",
    ..Keyword::plain(|cx, profile| {
        let Some(step) = cx.one_of(0, LogStep::NAMED) else { return };
        let mut form = LogStepForm::default();
        let mut at = 1;
        while at < cx.len() {
            match cx.text(at) {
                b"drop" => {
                    form.drop = true;
                    at += 1;
                }
                b"format" => {
                    let Some(format) = format(cx, at + 1, Use::Log) else { return };
                    form.format = Some(format);
                    at += 2;
                }
                b"sd" => {
                    let Some(format) = format(cx, at + 1, Use::LogSd) else { return };
                    form.sd = Some(format);
                    at += 2;
                }
                _ => {
                    let text = format!("expects 'drop', 'format' or 'sd', not '{}'.", cx.show(at));
                    return cx.alert(at, text);
                }
            }
        }
        if form == LogStepForm::default() {
            return cx.alert(cx.len(), "expects 'drop', 'format' or 'sd' after the step.");
        }
        profile.steps.insert(step, form);
    })
};

/// Which proxies will use it is unknown here, so what HTTP alone has is let through.
fn format(cx: &mut Cx<'_>, i: usize, purpose: Use) -> Option<Sourced> {
    cx.format(i, purpose, Place::Log, true)?;
    Some(Sourced { words: vec![cx.text(i).into()], at: cx.at(i) })
}
