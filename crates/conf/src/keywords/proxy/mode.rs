//! `mode`.

use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword};
use crate::spec::Mode;

pub static MODE: Keyword<ProxyB> = Keyword {
    name: "mode",
    args: Arity::exactly(1, "'tcp', 'http', 'log', 'spop' or 'haterm'"),
    doc: "What the proxy understands of what it forwards.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let mode = match cx.text(0) {
            b"tcp" => Mode::Tcp,
            b"http" => Mode::Http,
            b"log" => Mode::Log,
            b"spop" => Mode::Spop,
            b"haterm" => Mode::Haterm,
            b"health" => {
                let help = "use 'http-request return status 200' in mode http".to_owned();
                return cx.alert_help(0, "health doesn't exist any more.", help);
            }
            _ => {
                let text = format!("unknown proxy mode '{}'.", cx.show(0));
                return cx.say(diag::Severity::Alert, 0, &text, None);
            }
        };
        if !matches!(mode, Mode::Tcp | Mode::Http) {
            cx.not_yet(0, &format!("mode {}", mode.word()));
        }
        (proxy.mode, proxy.mode_span) = (mode, cx.span(0));
    })
};
