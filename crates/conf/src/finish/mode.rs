//! Which kinds of proxies a mode is for.

use super::called;
use crate::build::ProxyB;
use crate::compile::Run;
use crate::spec::{Mode, ProxyKind};
use diag::Diagnostic;

/// Reports a mode that a proxy can't have (manual 4.2, `mode`).
pub fn check(run: &mut Run<'_>, proxy: &ProxyB, kind: ProxyKind) {
    let fits = match proxy.mode {
        Mode::Tcp | Mode::Http => true,
        Mode::Log | Mode::Spop => kind == ProxyKind::Backend,
        Mode::Haterm => kind != ProxyKind::Backend,
    };
    if fits {
        return;
    }
    let side = if proxy.mode == Mode::Haterm { "frontends" } else { "backends" };
    let text = format!("'mode {}' is for {side} only, it can't be used for {}.", proxy.mode.word(), called(proxy));
    run.diags.push(Diagnostic::alert(proxy.mode_span, text).also(proxy.span, "this one").manual("4.2"));
}
