//! One proxy, made final.

use super::{End, binds, errorfiles, logs, named, routing, rule_lang, servers, warnings};
use crate::build::{ProxyB, SectionKind};
use crate::compile::Run;
use crate::spec::{Back, Front, Proxy, ProxyKind};

pub fn finish(run: &mut Run<'_>, end: &mut End, mut read: ProxyB) -> Proxy {
    let SectionKind::Proxy(kind) = read.kind else { unreachable!("defaults sections are kept apart") };
    // Mistakes elsewhere leave gaps that aren't the user's: what looks suspicious then may be no more than that.
    if !read.disabled && !run.diags.has_alerts() {
        warnings::tell(run, &read);
    }
    named::check(run, end, &read);
    let front = (kind != ProxyKind::Backend).then(|| front(run, end, &mut read));
    let back = (kind != ProxyKind::Frontend).then(|| back(run, end, &mut read));
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
        lang: rule_lang::finish(read.lang, &read.known_acls),
        timeout_http_request: read.timeout_http_request,
        timeout_http_keep_alive: read.timeout_http_keep_alive,
        timeout_tarpit: read.timeout_tarpit,
        opts: read.opts,
        forwardfor: read.forwardfor,
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
    let lines = core::mem::take(&mut read.binds);
    binds::check_ids(run, &lines);
    let unix = run.global.unix_bind.clone();
    for line in lines {
        binds::finish(run, &unix, line, &mut front.binds);
    }
    front
}

fn back(run: &mut Run<'_>, end: &mut End, read: &mut ProxyB) -> Back {
    let mut back = core::mem::take(&mut read.back);
    back.servers = servers::finish(run, end, read);
    back
}
