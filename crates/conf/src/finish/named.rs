//! Names that the rule language's lines refer to.

use super::identity::Known;
use super::{End, Names};
use crate::build::ProxyB;
use crate::compile::Run;
use crate::rulelang::Named;
use diag::Diagnostic;
use expr::NameKind;

/// Checks what a proxy's expressions name.
pub fn check(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) {
    for one in &proxy.named {
        // What is inherited is told once, unless it depends on who inherits it.
        let told = !one.name.is_empty() && !end.told.insert((one.span, false));
        if !told && let Some(why) = fault(&end.names, proxy, one) {
            run.diags.push(Diagnostic::alert(one.span, format!("{why}.")).manual("7.3"));
        }
    }
}

fn fault(names: &Names, proxy: &ProxyB, one: &Named) -> Option<String> {
    match one.kind {
        NameKind::Frontend => lacks(names, proxy, one, "frontend", |known| known.is_front),
        NameKind::Backend => lacks(names, proxy, one, "backend", |known| known.is_back),
        // What uses these can't be run yet, and nobody keeps their names.
        NameKind::Table | NameKind::Server | NameKind::Userlist => None,
    }
}

/// Why there is no such side of a proxy.
fn lacks(names: &Names, proxy: &ProxyB, one: &Named, side: &str, has: fn(&Known) -> bool) -> Option<String> {
    if one.name.is_empty() {
        let fits = names.get(&proxy.name).is_none_or(has);
        return (!fits).then(|| format!("proxy '{}' has no {side} capability", proxy.name));
    }
    let name = String::from_utf8_lossy(&one.name);
    let fits = names.get(&*name).is_some_and(has);
    (!fits).then(|| format!("unable to find {side} '{name}'"))
}
