use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword};
use crate::spec::Mode;

pub static MODE: Keyword<ProxyB> = Keyword {
    name: "mode",
    args: Arity::exactly(1, "'tcp' or 'http'"),
    doc: "What the proxy understands of what it forwards.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| match cx.text(0) {
        b"tcp" => proxy.mode = Mode::Tcp,
        b"http" => proxy.mode = Mode::Http,
        b"log" | b"spop" | b"haterm" => {
            let mode = format!("mode {}", cx.show(0));
            cx.not_yet(0, &mode);
        }
        b"health" => {
            let help = "use 'http-request return status 200' in mode http".to_owned();
            cx.alert_help(0, "health doesn't exist any more.", help);
        }
        _ => {
            let text = format!("unknown proxy mode '{}'.", cx.show(0));
            cx.say(diag::Severity::Alert, 0, &text, None);
        }
    })
};
