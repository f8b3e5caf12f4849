//! `log-steps`.

use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::LogSteps;

pub static LOG_STEPS: Keyword<ProxyB> = Keyword {
    name: "log-steps",
    status: Status::Parsed,
    places: Places::FRONT,
    args: Arity::exactly(1, "'all', or names of steps with commas between them"),
    since: "3.2",
    doc: "When a line is logged.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if cx.text(0) == b"all" {
            proxy.front.log_steps = Some(LogSteps::All);
            return;
        }
        let mut steps = Vec::new();
        for name in cx.text(0).split(|c| *c == b',') {
            match STEPS.iter().find(|step| step.as_bytes() == name) {
                Some(step) => steps.push(*step),
                None => {
                    let text = format!(": unknown step '{}'.", String::from_utf8_lossy(name));
                    return match diag::closest(name, STEPS.iter().copied()) {
                        Some(near) => cx.alert_help(0, text, format!("did you mean '{near}'?")),
                        None => cx.alert(0, text),
                    };
                }
            }
        }
        steps.sort_unstable();
        steps.dedup();
        proxy.front.log_steps = Some(LogSteps::Some(steps));
    })
};

/// The steps of a transaction that can be logged.
static STEPS: &[&str] = &["accept", "close", "connect", "request", "response"];
