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
        if !told && let Some(why) = fault(run, end, proxy, one) {
            run.diags.push(Diagnostic::alert(one.span, format!("{why}.")).manual("7.3"));
        }
    }
}

/// Checks what the expressions of other sections name. What they leave to the proxy in hand is known only there.
pub fn check_others(run: &mut Run<'_>, end: &End) {
    let nobody = ProxyB::fresh();
    for one in core::mem::take(&mut run.parts.named) {
        if !one.name.is_empty()
            && let Some(why) = fault(run, end, &nobody, &one)
        {
            run.diags.push(Diagnostic::alert(one.span, format!("{why}.")).manual("7.3"));
        }
    }
}

fn fault(run: &mut Run<'_>, end: &End, proxy: &ProxyB, one: &Named) -> Option<String> {
    let names = &end.names;
    match one.kind {
        NameKind::Frontend => lacks(names, proxy, one, "frontend", |known| known.is_front),
        NameKind::Backend => lacks(names, proxy, one, "backend", |known| known.is_back),
        // What uses these can't be run yet.
        NameKind::Server => None,
        NameKind::Table if one.name.is_empty() => {
            proxy.table.is_none().then(|| format!("proxy '{}' has no stick-table", proxy.name))
        }
        NameKind::Table => {
            let name = String::from_utf8_lossy(&one.name);
            let found = end.tables.contains_key(&*name);
            (!found).then(|| format!("unable to find table '{name}'"))
        }
        NameKind::Userlist => match run.parts.names.refer("userlist", &one.name) {
            Some(_) => None,
            None => Some(format!("there is no userlist '{}'", String::from_utf8_lossy(&one.name))),
        },
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
