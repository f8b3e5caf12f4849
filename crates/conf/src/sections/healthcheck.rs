//! Section `healthcheck` (manual 12.9): a way to check that servers name.

use super::Kind;
use crate::build::ProxyB;
use crate::cx::{Cx, KEYWORD};
use crate::keywords::{checks, healthcheck};
use crate::spec::{CheckKind, Checks, HealthCheck};
use diag::{Diagnostic, Frame};

pub static KIND: Kind<ProxyB> = Kind {
    word: "healthcheck",
    since: "3.4",
    doc: "A way to check servers, for those that name it.",
    manual: "12.9",
    keywords: KEYWORDS,
    ..Kind::plain(open, close)
};

/// The rules of both families, and what says which of them count.
static KEYWORDS: &[&crate::keyword::Keyword<ProxyB>] = &{
    let mut all = [&healthcheck::TYPE; checks::RULES.len() + 1];
    let mut i = 0;
    while i < checks::RULES.len() {
        all[i] = checks::RULES[i];
        i += 1;
    }
    all
};

fn open(cx: &mut Cx<'_>) -> Option<ProxyB> {
    Some(ProxyB { name: cx.show(0).into(), at: cx.at(0), span: cx.span(KEYWORD), ..ProxyB::fresh() })
}

fn close(cx: &mut Cx<'_>, mut section: ProxyB) {
    let read = &mut section.checks;
    read.check_order(cx.diags);
    // No type is connecting, which can't be said: it was left out, or was wrong.
    if read.kind == CheckKind::Connect {
        if !cx.diags.has_alerts() {
            let text = format!("healthcheck '{}' has no 'type'.", section.name);
            cx.push(Diagnostic::alert(section.span, text).framed(Frame::Config));
        }
        return;
    }
    let families = [
        ("http-check", "httpchk", &read.http, matches!(read.kind, CheckKind::Http(_))),
        ("tcp-check", "tcp-check", &read.tcp, read.kind == CheckKind::Tcp),
    ];
    for (word, kind, rules, used) in families {
        if let Some((_, span)) = rules.rules.first().filter(|_| !used) {
            let text = format!("'{word}' rules of healthcheck '{}' ignored: its type isn't '{kind}'.", section.name);
            cx.push(Diagnostic::warning(*span, text).framed(Frame::Config));
        }
    }
    let rules = read.rules().map(|rules| rules.rules.iter().map(|(rule, _)| rule.clone()).collect());
    let checks = Checks {
        kind: read.kind.clone(),
        disable_on_404: read.disable_on_404,
        send_state: read.send_state,
        rules: rules.unwrap_or_default(),
        command: None,
        path: None,
    };
    let made = HealthCheck { name: section.name.as_bytes().into(), at: section.at, checks };
    cx.parts.made.healthchecks.push(made);
}
