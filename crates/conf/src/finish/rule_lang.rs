//! What a proxy says in the rule language, once all ACLs, servers and slots are known.

use super::routing::MOST_GUESSES;
use super::{End, called, logs};
use crate::build::{ProxyB, SectionKind};
use crate::compile::Run;
use crate::parts::Reference;
use crate::spec::{Conditional, Filter, ProxyKind, RuleLang};
use diag::{Diagnostic, Frame, Span};
use expr::acl::Acls;
use std::collections::HashSet;
use std::sync::Arc;

/// Makes a proxy's part final and checks what it refers to.
pub fn finish(run: &mut Run<'_>, end: &mut End, proxy: &mut ProxyB) -> RuleLang {
    servers(run, proxy);
    captures(run, proxy);
    counters(run, proxy, end.global.tune.stick_counters);
    filters(run, proxy);
    errorfiles(run, proxy);
    let log_format_sd = logs::sd_format(run, end, proxy);
    let lang = bound(core::mem::take(&mut proxy.lang), &proxy.known_acls, proxy.own.inherited);
    RuleLang { log_format_sd, ..lang }
}

/// Conditions mean from here on what their ACLs mean after the last line. Rules before `from` are bound already.
pub fn bound(mut lang: RuleLang, acls: &Acls, from: [usize; 8]) -> RuleLang {
    for (set, from) in lang.sets.iter_mut().zip(from) {
        for rule in set.iter_mut().skip(from).filter(|rule| rule.cond.is_some()) {
            let rule = Arc::make_mut(rule);
            rule.cond = rule.cond.take().map(|cond| cond.rebound(acls));
        }
    }
    bind(&mut lang.redirects, acls);
    bind(&mut lang.use_server, acls);
    bind(&mut lang.persist, acls);
    bind(&mut lang.force_switch, acls);
    bind(&mut lang.monitor_fail, acls);
    bind(&mut lang.stick, acls);
    lang
}

fn bind<T>(rules: &mut [Conditional<T>], acls: &Acls) {
    for rule in rules {
        rule.cond = rule.cond.take().map(|cond| cond.rebound(acls));
    }
}

fn alert(run: &mut Run<'_>, span: Span, text: String, manual: &'static str) {
    run.diags.push(Diagnostic::alert(span, text).framed(Frame::Config).manual(manual));
}

/// Servers of `use-server` rules.
fn servers(run: &mut Run<'_>, proxy: &ProxyB) {
    if proxy.own.servers.is_empty() {
        return;
    }
    let known: HashSet<&str> = proxy.servers.iter().map(|server| &*server.spec.name).collect();
    for (name, span) in proxy.own.servers.iter().filter(|(name, _)| !known.contains(&**name)) {
        let text = format!("{} : unable to find server '{name}' referenced in a 'use-server' rule.", called(proxy));
        let mut diagnostic = Diagnostic::alert(*span, text).framed(Frame::Config).manual("4.2");
        // The scan over all names is paid for by a file that is refused anyway, and a few times at most.
        if run.guesses < MOST_GUESSES {
            run.guesses += 1;
            let names = proxy.servers.iter().map(|server| &*server.spec.name);
            if let Some(near) = diag::closest(name.as_bytes(), names) {
                diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
            }
        }
        run.diags.push(diagnostic);
    }
}

/// Slots of captures. A backend's belong to frontends, of which nothing is known here.
fn captures(run: &mut Run<'_>, proxy: &ProxyB) {
    if proxy.kind == SectionKind::Proxy(ProxyKind::Backend) {
        return;
    }
    for one in &proxy.own.captures {
        let captures = &proxy.lang.captures;
        let slots = if one.response { captures.response.len() } else { captures.request.len() };
        if one.id as usize >= slots {
            let text = format!(
                "Proxy '{}': unable to find capture id '{}' referenced by {} capture rule.",
                proxy.name, one.id, one.keyword
            );
            alert(run, one.span, text, "4.4");
        }
    }
}

/// Numbers of sticky counters.
fn counters(run: &mut Run<'_>, proxy: &ProxyB, most: u32) {
    for (counter, span) in &proxy.own.counters {
        if u32::from(*counter) >= most {
            let text = format!("there is no sticky counter {counter}: 'tune.stick-counters' is {most}.");
            alert(run, *span, text, "4.4");
        }
    }
}

/// Filters that rules and `filter-sequence` name.
fn filters(run: &mut Run<'_>, proxy: &ProxyB) {
    for (name, span, says_how_much) in &proxy.own.limits {
        let found = proxy.lang.filters.iter().find_map(|filter| match filter {
            Filter::Bandwidth(limit) if limit.name == *name => Some(limit),
            _ => None,
        });
        match found {
            None => {
                let text = format!("{} : unable to find bwlim filter '{name}' that a rule names.", called(proxy));
                alert(run, *span, text, "4.4");
            }
            Some(limit) if *says_how_much && limit.is_shared() => {
                let text = format!("'set-bandwidth-limit' : filter '{name}' is shared, its limit can't be changed.");
                alert(run, *span, text, "4.4");
            }
            Some(_) => {}
        }
    }
    for (name, span) in &proxy.own.engines {
        // A filter that names no engine has its agent's name, which stands in another file.
        let found = proxy.lang.filters.iter().any(|filter| match filter {
            Filter::Spoe { engine, .. } => engine.as_ref().is_none_or(|engine| engine == name),
            _ => false,
        });
        if !found {
            let text = format!("{} : unable to find SPOE engine '{name}' used by a rule.", called(proxy));
            alert(run, *span, text, "4.4");
        }
    }
    for (names, span) in &proxy.own.filter_names {
        for name in names {
            if !proxy.lang.filters.iter().any(|filter| filter.word() == **name) {
                let text = format!("'filter-sequence' : {} has no filter '{name}'.", called(proxy));
                alert(run, *span, text, "4.2");
            }
        }
    }
}

/// Sections of `errorfiles`, and the pages that are taken from them.
fn errorfiles(run: &mut Run<'_>, proxy: &ProxyB) {
    for ((name, statuses), span) in proxy.lang.errorfiles.iter().zip(&proxy.errorfiles_spans) {
        if run.parts.names.refer("http-errors", name.as_bytes()).is_none() {
            let by = "'errorfiles'".into();
            let reference =
                Reference { kind: "http-errors", name: name.as_bytes().into(), span: *span, by, manual: "4.2" };
            let missing = run.parts.missing(&reference);
            run.diags.push(missing);
            continue;
        }
        let section = run.parts.http_errors.iter().find(|section| *section.name == *name.as_bytes());
        let lacks = |status: &&u16| section.is_some_and(|section| !section.files.contains_key(status));
        for status in statuses.iter().filter(lacks).copied().collect::<Vec<u16>>() {
            let text = format!("{} : status '{status}' not declared in http-errors section '{name}'.", called(proxy));
            run.diags.push(Diagnostic::warning(*span, text).framed(Frame::Config).manual("4.2"));
        }
    }
}
