//! One proxy, made final.

use super::binds::Owner;
use super::{
    End, balance, binds, called, checks, errorfiles, logs, mail, mode, named, routing, rule_lang, servers, states,
    stats, tables, tls, warnings,
};
use crate::build::{ProxyB, SectionKind};
use crate::compile::Run;
use crate::parts::Reference;
use crate::spec::{Back, Checks, Front, Proxy, ProxyKind};
use diag::Diagnostic;
use std::sync::Arc;

pub fn finish(run: &mut Run<'_>, end: &mut End, mut read: Box<ProxyB>) -> Proxy {
    let SectionKind::Proxy(kind) = read.kind else { unreachable!("defaults sections are kept apart") };
    // Mistakes elsewhere leave gaps that aren't the user's: what looks suspicious then may be no more than that.
    if !read.disabled && !run.diags.has_alerts() {
        warnings::tell(run, &read);
    }
    named::check(run, end, &read);
    mode::check(run, &read, kind);
    let checks = checks::finish(run, end, &read);
    let (email_alert, stats) = (mail::finish(run, end, &read), stats::finish(run, end, &mut read));
    let table = tables::finish(run, end, &mut read);
    let lang = rule_lang::finish(run, end, &mut read);
    if kind == ProxyKind::Backend {
        // They are told to be ignored; what they name must exist all the same.
        routing::rules(run, end, &read);
    }
    let front = (kind != ProxyKind::Backend).then(|| front(run, end, &mut read));
    logs::check_targets(run, &end.names, &mut end.told, &read.logs);
    let back = (kind != ProxyKind::Frontend).then(|| back(run, end, &mut read, checks));
    let send_hostname = end.global.log_send_hostname.is_some();
    Proxy {
        kind,
        at: read.at,
        mode: read.mode,
        id: read.id.map(|(id, _)| id),
        guid: read.guid.take().map(|(guid, _)| guid),
        description: read.description.take(),
        disabled: read.disabled,
        maxconn: read.maxconn,
        logs: logs::targets(&read.logs, Some(&end.global.logs), send_hostname),
        errorfiles: errorfiles::finish(run, end, &read),
        acls: read.acls,
        lang,
        timeout_http_request: read.timeout_http_request,
        timeout_http_keep_alive: read.timeout_http_keep_alive,
        timeout_tarpit: read.timeout_tarpit,
        opts: read.opts,
        email_alert,
        stats,
        table,
        forwardfor: read.forwardfor,
        originalto: read.originalto,
        header_names: read.header_names,
        compression: read.compression,
        front,
        back,
        name: read.name,
    }
}

fn front(run: &mut Run<'_>, end: &mut End, read: &mut ProxyB) -> Front {
    let mut front = core::mem::take(&mut read.front);
    front.log_format = logs::format(run, end, read);
    front.error_log_format = logs::error_format(run, end, read);
    front.use_backend = routing::rules(run, end, read);
    front.default_backend = routing::default(run, end, read);
    tls::frontend(run, read, &mut front.ssl_use);
    let lines = core::mem::take(&mut read.binds);
    binds::check_ids(run, &lines);
    let unix = run.global.unix_bind.clone();
    for line in lines {
        binds::finish(run, Owner::Frontend(read, &front.ssl_use), &unix, line, &mut front.binds);
    }
    front
}

fn back(run: &mut Run<'_>, end: &mut End, read: &mut ProxyB, checks: Checks) -> Back {
    let balance = balance::finish(run, end, read);
    let mut back = core::mem::take(&mut read.back);
    tls::defaults(run, read);
    back.balance = balance;
    back.checks = checks;
    back.fcgi_app = fcgi_app(run, read);
    warnings::states(run, end, read, &back);
    states::check(run, end, read, &back);
    back.servers = servers::finish(run, end, read).into_iter().map(Arc::new).collect();
    back
}

/// The application of `use-fcgi-app`, which must exist, and HTTP with it.
fn fcgi_app(run: &mut Run<'_>, read: &mut ProxyB) -> Option<Box<str>> {
    let (name, span) = read.fcgi_app.clone()?;
    if run.parts.names.refer("fcgi-app", name.as_bytes()).is_none() {
        let by = "'use-fcgi-app'".into();
        let reference = Reference { kind: "fcgi-app", name: name.as_bytes().into(), span, by, manual: "4.2" };
        let missing = run.parts.missing(&reference);
        run.diags.push(missing);
    }
    if !read.mode.is_http() {
        let text = format!("'use-fcgi-app' of {} needs 'mode http'.", called(read));
        run.diags.push(Diagnostic::alert(span, text).manual("4.2"));
    }
    Some(name)
}
