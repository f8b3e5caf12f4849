//! Health checks of a proxy: what they need must be there.

use super::{End, called};
use crate::build::ProxyB;
use crate::compile::Run;
use crate::spec::{CheckKind, Checks, ExternalCheck};
use diag::{Diagnostic, Frame, Span};

/// What a proxy's lines about checks say together.
pub fn finish(run: &mut Run<'_>, end: &End, proxy: &ProxyB) -> Checks {
    let read = &proxy.checks;
    if read.kind == CheckKind::External {
        external(run, end, proxy);
    } else {
        let given = [("command", &read.command), ("path", &read.path)];
        for (what, (_, span)) in given.iter().filter_map(|(what, given)| Some((what, given.as_ref()?))) {
            let text =
                format!("'external-check {what}' ignored for {}, which has no 'option external-check'.", called(proxy));
            warn(run, *span, text);
        }
    }
    let families = [("http-check", "option httpchk", &read.http), ("tcp-check", "option tcp-check", &read.tcp)];
    for (word, option, rules) in families {
        if let Some((_, span)) = rules.rules.first().filter(|_| rules.own && !rules.meant) {
            warn(run, *span, format!("'{word}' rules ignored for {}, which has no '{option}'.", called(proxy)));
        }
    }
    let rules = read.rules().map(|rules| rules.rules.iter().map(|(rule, _)| rule.clone()).collect());
    Checks {
        kind: read.kind.clone(),
        disable_on_404: read.disable_on_404,
        send_state: read.send_state,
        rules: rules.unwrap_or_default(),
        command: read.command.as_ref().map(|(command, _)| command.clone()),
        path: read.path.as_ref().map(|(path, _)| path.clone()),
    }
}

/// What `option external-check` needs.
fn external(run: &mut Run<'_>, end: &End, proxy: &ProxyB) {
    let span = proxy.checks.span;
    let mut refuse = |what: &str| {
        let text = format!("'option external-check' of {} needs {what}.", called(proxy));
        run.diags.push(Diagnostic::alert(span, text).framed(Frame::Config).manual("4.2"));
    };
    if end.global.external_check == ExternalCheck::Forbidden {
        refuse("'external-check' in section 'global'");
    }
    if proxy.checks.command.is_none() {
        refuse("'external-check command'");
    }
    if !end.global.insecure_fork_wanted {
        let text = format!(
            "'option external-check' of {} will fail without 'insecure-fork-wanted' in section 'global'.",
            called(proxy)
        );
        warn(run, span, text);
    }
}

fn warn(run: &mut Run<'_>, span: Span, text: String) {
    run.diags.push(Diagnostic::warning(span, text).framed(Frame::Config).manual("4.2"));
}
