//! Names that the rule language's lines refer to.

use super::identity::Known;
use super::{End, Names};
use crate::build::ProxyB;
use crate::compile::Run;
use crate::rulelang::Named;
use diag::Diagnostic;
use expr::NameKind;
use std::collections::HashSet;

/// Checks what a proxy's expressions name.
pub fn check(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) {
    if proxy.named.is_empty() {
        return;
    }
    let servers: HashSet<&str> = proxy.servers.iter().map(|server| &*server.spec.name).collect();
    for one in &proxy.named {
        // What is inherited is told once, unless it depends on who inherits it.
        let told = !one.name.is_empty() && !end.told.insert((one.span, false));
        if !told && let Some(why) = fault(run, end, proxy, &servers, one) {
            run.diags.push(Diagnostic::alert(one.span, format!("{why}.")).manual("7.3"));
        }
    }
}

/// Checks names of a proxy's text that is judged only now.
pub fn judge(run: &mut Run<'_>, end: &End, proxy: &ProxyB, names: &[Named]) {
    if names.is_empty() {
        return;
    }
    let servers: HashSet<&str> = proxy.servers.iter().map(|server| &*server.spec.name).collect();
    for one in names {
        if let Some(why) = fault(run, end, proxy, &servers, one) {
            run.diags.push(Diagnostic::alert(one.span, format!("{why}.")).manual("7.3"));
        }
    }
}

/// Checks what the expressions of other sections name. What they leave to the proxy in hand is known only there.
pub fn check_others(run: &mut Run<'_>, end: &End) {
    let nobody = ProxyB::fresh();
    for one in core::mem::take(&mut run.parts.named) {
        if !one.name.is_empty()
            && let Some(why) = fault(run, end, &nobody, &HashSet::new(), &one)
        {
            run.diags.push(Diagnostic::alert(one.span, format!("{why}.")).manual("7.3"));
        }
    }
}

fn fault(run: &mut Run<'_>, end: &End, proxy: &ProxyB, servers: &HashSet<&str>, one: &Named) -> Option<String> {
    let name = String::from_utf8_lossy(&one.name);
    match one.kind {
        NameKind::Frontend => lacks(&end.names, proxy, one, "frontend", |known| known.is_front),
        NameKind::Backend => lacks(&end.names, proxy, one, "backend", |known| known.is_back),
        NameKind::Table => no_table(end, if name.is_empty() { &proxy.name } else { &name }),
        NameKind::Server => no_server(end, servers, &name),
        NameKind::Userlist => {
            let found = run.parts.names.refer("userlist", &one.name);
            found.is_none().then(|| format!("unable to find userlist '{name}'"))
        }
    }
}

/// Why there is no such table: neither a proxy's nor, called `section/table`, one of a section `peers`.
fn no_table(end: &End, name: &str) -> Option<String> {
    (!end.tables.contains_key(name)).then(|| format!("unable to find table '{name}'"))
}

/// Why there is no such server, as far as the proxy in hand or the name of another can tell.
fn no_server(end: &End, servers: &HashSet<&str>, name: &str) -> Option<String> {
    let found = match name.split_once('/') {
        Some((backend, _)) => end.names.get(backend).is_some_and(|known| known.is_back),
        None => servers.contains(name),
    };
    (!found).then(|| format!("unable to find server '{name}'"))
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
