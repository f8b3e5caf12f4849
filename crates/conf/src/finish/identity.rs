//! Names, ids and guids: what must be unique.

use super::{Names, binds};
use crate::build::{ProxyB, SectionKind};
use crate::compile::Run;
use crate::spec::{Mode, ProxyKind};
use base::ix::PxIx;
use diag::{Diagnostic, Frame, Span};
use std::collections::HashMap;

/// What a reference to a proxy has to know.
pub struct Known {
    pub index: PxIx,
    /// Whether it has bind lines: a frontend or a listen.
    pub is_front: bool,
    /// Whether it has servers: a backend or a listen.
    pub is_back: bool,
    pub mode: Mode,
    pub span: Span,
}

/// Checks that no two proxies have the same name or id, and nothing the same guid.
pub fn check_proxies(run: &mut Run<'_>, proxies: &[Box<ProxyB>]) -> Names {
    let mut names = Names::with_capacity(proxies.len());
    let mut ids: HashMap<u32, usize> = HashMap::new();
    let mut guids: HashMap<Box<str>, Span> = HashMap::new();
    for (at, proxy) in proxies.iter().enumerate() {
        let is_back = proxy.kind != SectionKind::Proxy(ProxyKind::Frontend);
        let is_front = proxy.kind != SectionKind::Proxy(ProxyKind::Backend);
        let known = Known { index: PxIx::from(at), is_front, is_back, mode: proxy.mode, span: proxy.span };
        if let Some(before) = names.get(&proxy.name) {
            let before = &proxies[before.index.at()];
            let text = format!(
                "{} '{}' has the same name as {} '{}' declared at {}.",
                proxy.word(),
                proxy.name,
                before.word(),
                before.name,
                run.place(before.span)
            );
            run.diags.push(
                Diagnostic::alert(proxy.span, text)
                    .framed(Frame::Language)
                    .also(before.span, "declared here")
                    .manual("4"),
            );
        } else {
            names.insert(proxy.name.clone(), known);
        }
        if let Some((id, span)) = proxy.id
            && let Some(before) = ids.insert(id, at)
        {
            let before = &proxies[before];
            let text = format!(
                "{} {} reuses same custom id as {} {} (declared at {}).",
                proxy.word(),
                proxy.name,
                before.word(),
                before.name,
                run.place(before.span)
            );
            let alert = Diagnostic::alert(span, text).framed(Frame::Language).manual("4.2");
            run.diags.push(alert.also(before.id.map_or(before.span, |(_, span)| span), "used here"));
        }
        let own = proxy.guid.iter().map(|(guid, span)| (guid.clone(), *span));
        let sockets = proxy.binds.iter().flat_map(binds::guids);
        let servers = proxy.servers.iter().filter_map(|server| Some((server.spec.guid.clone()?, server.guid_span)));
        for (guid, span) in own.chain(sockets).chain(servers) {
            if let Some(before) = guids.insert(guid.clone(), span) {
                let text = format!("'guid' : '{guid}' is already used at {}.", run.place(before));
                run.diags.push(Diagnostic::alert(span, text).also(before, "used here").manual("4.2"));
            }
        }
    }
    names
}
