//! The backends that rules name.

use super::{End, called};
use crate::build::{PendingTarget, ProxyB};
use crate::compile::Run;
use crate::spec::{BackendName, Mode, UseBackend};
use base::ix::PxIx;
use diag::{Diagnostic, Frame};

/// The `use_backend` rules.
pub fn rules(run: &mut Run<'_>, end: &End, proxy: &ProxyB) -> Vec<UseBackend> {
    let mut rules = Vec::with_capacity(proxy.use_backend.len());
    for rule in &proxy.use_backend {
        if let Some(format) = &rule.format {
            let target = BackendName::Format(format.clone());
            rules.push(UseBackend { target, cond: rule.cond.clone(), at: rule.at });
        } else if let Some(target) = target(run, end, proxy, rule, "use_backend") {
            rules.push(UseBackend { target: BackendName::Known(target), cond: rule.cond.clone(), at: rule.at });
        }
    }
    rules
}

/// The `default_backend`.
pub fn default(run: &mut Run<'_>, end: &End, proxy: &ProxyB) -> Option<PxIx> {
    let pending = proxy.default_backend.as_ref()?;
    target(run, end, proxy, pending, "default_backend")
}

fn target(run: &mut Run<'_>, end: &End, proxy: &ProxyB, pending: &PendingTarget, keyword: &str) -> Option<PxIx> {
    let Some(known) = end.names.get(&pending.name).filter(|known| known.is_back) else {
        let text = format!("Proxy '{}': unable to find required {keyword}: '{}'.", proxy.name, pending.name);
        let mut diagnostic = Diagnostic::alert(pending.span, text).framed(Frame::Config).manual("4.2");
        // The scan over all names is paid for by a file that is refused anyway, and a few times at most.
        if run.guesses < MOST_GUESSES {
            run.guesses += 1;
            let backs = end.names.iter().filter(|(_, known)| known.is_back);
            let mut names: Vec<&str> = backs.map(|(name, _)| &**name).collect();
            names.sort_unstable();
            if let Some(near) = diag::closest(pending.name.as_bytes(), names) {
                diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
            }
        }
        run.diags.push(diagnostic);
        return None;
    };
    if known.span == proxy.span {
        let text = format!("Proxy '{}': loop detected for {keyword}: '{}'.", proxy.name, pending.name);
        run.diags.push(Diagnostic::alert(pending.span, text).framed(Frame::Config).manual("4.2"));
        return None;
    }
    if mismatch(proxy.mode, known.mode) {
        let rule = if keyword == "default_backend" { "as its default backend" } else { "in a 'use_backend' rule" };
        let text = format!(
            "{} {} ({}) can't use {} backend '{}' ({}) {rule} (see 'mode').",
            proxy.mode.word(),
            called(proxy),
            run.place(proxy.span),
            known.mode.word(),
            pending.name,
            run.place(known.span)
        );
        run.diags.push(
            Diagnostic::alert(pending.span, text)
                .framed(Frame::Config)
                .also(known.span, format!("in mode {}", known.mode.word()))
                .manual("4.2"),
        );
        return None;
    }
    Some(known.index)
}

/// Whether a proxy can't send its traffic to a backend. TCP may become HTTP on its way, and not the other way round.
fn mismatch(from: Mode, to: Mode) -> bool {
    match to {
        Mode::Http => false,
        Mode::Tcp => from == Mode::Http,
        Mode::Log | Mode::Spop | Mode::Haterm => true,
    }
}

/// How many unknown backends get a «did you mean».
pub const MOST_GUESSES: usize = 20;
