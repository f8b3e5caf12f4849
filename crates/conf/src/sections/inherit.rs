//! Who may start from a `defaults` section that has rules (manual 4.2, `http-request`).

use crate::build::ProxyB;
use diag::{Diagnostic, Span};
use rules::Stage;

/// Which sides have started from a section already.
#[derive(Clone, Copy, Default)]
pub struct Sides {
    front: bool,
    back: bool,
}

/// What forbids a section of kind `word` to start from `settings`, which stand at `place`.
pub fn fault(word: &str, settings: &ProxyB, sides: &mut Sides, at: Span, place: &str) -> Option<Diagnostic> {
    let lang = &settings.lang;
    let has = |stage: Stage| !lang.set(stage).is_empty();
    let text = if word == "listen" && lang.has_rules() {
        "a listen section cannot inherit from a defaults section defining TCP/HTTP rules".to_owned()
    } else if word == "defaults" && lang.has_rules() {
        "a defaults section cannot inherit from a defaults section defining TCP/HTTP rules".to_owned()
    } else if word == "backend" && [Stage::QuicInitial, Stage::TcpReqConn, Stage::TcpReqSess].into_iter().any(has) {
        "a backend section cannot inherit from a defaults section defining 'quic-initial', 'tcp-request connection' or \
         'tcp-request session' rules"
            .to_owned()
    } else if word == "frontend" && has(Stage::TcpResCont) {
        "a frontend section cannot inherit from a defaults section defining 'tcp-response content' rules".to_owned()
    } else if matches!(word, "backend" | "defaults") && !lang.captures.request.is_empty() {
        format!("a {word} section cannot inherit from a defaults section defining captures")
    } else {
        sides.front |= word == "frontend";
        sides.back |= word == "backend";
        if !(lang.has_rules() && sides.front && sides.back) {
            return None;
        }
        "frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules".to_owned()
    };
    let text = format!("{text} (defaults section at {place}).");
    Some(Diagnostic::alert(at, text).also(settings.span, "this section").manual("4.2"))
}
