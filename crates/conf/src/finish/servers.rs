//! Servers: addresses are looked up, identities and check ports verified.

use super::{End, called};
use crate::addr::{Host, Parsed, Ports};
use crate::build::{InitAddr, ProxyB, ServerB};
use crate::compile::Run;
use crate::spec::{Server, ServerAddr, ServerPort};
use base::Addr;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use diag::{Diagnostic, Frame, Span};
use std::collections::HashMap;

/// Turns a proxy's server lines into servers.
pub fn finish(run: &mut Run<'_>, end: &mut End, proxy: &mut ProxyB) -> Vec<Server> {
    let lines = core::mem::take(&mut proxy.servers);
    check_names(run, end, proxy, &lines);
    check_ids(run, proxy, &lines);
    lines.into_iter().filter_map(|line| one(run, proxy, line)).collect()
}

fn check_names(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB, lines: &[ServerB]) {
    end.servers.clear();
    for line in lines {
        if let Some(before) = end.servers.insert(line.name.clone(), line.span) {
            let text = format!(
                "{}, another server named '{}' was already defined at line {}, please use distinct names.",
                called(proxy),
                line.name,
                run.files.line(before)
            );
            run.diags.push(Diagnostic::alert(line.span, text).also(before, "defined here").manual("4.2"));
        }
    }
}

fn check_ids(run: &mut Run<'_>, proxy: &ProxyB, lines: &[ServerB]) {
    let mut ids: HashMap<u32, (&str, Span)> = HashMap::new();
    for line in lines {
        let Some((id, span)) = line.id else { continue };
        if let Some((name, before)) = ids.insert(id, (&line.name, span)) {
            let text = format!(
                "'server {}/{}' : 'id' : custom id {id} already used at {} ('server {name}').",
                proxy.name,
                line.name,
                run.place(before)
            );
            run.diags.push(Diagnostic::alert(span, text).also(before, "used here").manual("5.2"));
        }
    }
}

fn one(run: &mut Run<'_>, proxy: &ProxyB, line: ServerB) -> Option<Server> {
    // Without an address the line has been reported already.
    let parsed = line.addr.clone()?;
    let (addr, unresolved) = address(run, proxy, &line, &parsed)?;
    let port = match parsed.ports {
        Ports::None if parsed.is_ip() => ServerPort::Same,
        Ports::One(0) => ServerPort::Same,
        Ports::Offset(offset) => ServerPort::Offset(offset),
        _ => ServerPort::Fixed,
    };
    let mut check_opts = line.check_opts.clone();
    let portless = parsed.is_ip() && port != ServerPort::Fixed && check_opts.port.is_none();
    if line.check && portless && !rules_have_ports(proxy) {
        let text = format!("{}: server '{}' has neither service port nor check port.", called(proxy), line.name);
        run.diags.push(Diagnostic::alert(line.span, text).framed(Frame::Config).manual("5.2"));
    }
    if line.tfo {
        let text = format!(
            "'server {}/{}' : with 'tfo', failed connections are not tried again unless 'retry-on' says so.",
            proxy.name, line.name
        );
        run.diags.push(Diagnostic::warning(line.span, text).manual("5.2"));
    }
    // As documented: checks speak the PROXY protocol as well, unless they go somewhere else.
    if line.send_proxy != crate::spec::SendProxy::No && check_opts.addr.is_none() && check_opts.port.is_none() {
        check_opts.send_proxy = true;
    }
    let host = match parsed.host {
        Host::Name(name, _) => Some(name),
        _ => None,
    };
    Some(Server {
        name: line.name,
        at: line.at,
        id: line.id.map(|(id, _)| id),
        guid: line.guid.map(|(guid, _)| guid),
        addr: ServerAddr { addr, host, unresolved, port },
        weight: line.weight,
        backup: line.backup,
        disabled: line.disabled,
        maxconn: line.maxconn,
        minconn: line.minconn,
        maxqueue: line.maxqueue,
        slowstart: line.slowstart,
        pool_max_conn: line.pool_max_conn,
        pool_low_conn: line.pool_low_conn,
        pool_purge_delay: line.pool_purge_delay,
        max_reuse: line.max_reuse,
        source: line.source,
        send_proxy: line.send_proxy,
        tcp_user_timeout_ms: line.tcp_user_timeout_ms,
        tfo: line.tfo,
        mptcp: line.mptcp || parsed.mptcp,
        cc: line.cc,
        namespace: line.namespace,
        check: line.check.then_some(check_opts),
    })
}

/// Whether checks follow rules that say for each connection where it goes.
fn rules_have_ports(proxy: &ProxyB) -> bool {
    let Some(rules) = proxy.checks.rules() else { return false };
    let mut connects = rules.connects().peekable();
    connects.peek().is_some() && connects.all(|connect| connect.port.is_some())
}

/// The address, and whether it is still to be found. A name is looked up by the steps of `init-addr`.
fn address(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB, parsed: &Parsed) -> Option<(Addr, bool)> {
    let port = parsed.port();
    if !matches!(parsed.host, Host::Name(..)) {
        return parsed.resolve(port, run.world).ok().map(|addr| (addr, false));
    }
    let default = [InitAddr::Last, InitAddr::Libc];
    let mut steps = if line.init_addr.is_empty() { default.to_vec() } else { line.init_addr.clone() };
    if run.world.may_lack_addresses() {
        steps.push(InitAddr::None);
    }
    let mut why = "no method of 'init-addr' gave an address.".to_owned();
    for step in &steps {
        match step {
            // There is no state file yet, so there is never a last address.
            InitAddr::Last => {}
            InitAddr::Libc => match parsed.resolve(port, run.world) {
                Ok(addr) => return Some((addr, false)),
                Err(error) => why = error,
            },
            InitAddr::Ip(ip) => {
                warn_unresolved(run, proxy, line, &why, "the configured address is used");
                return Some((Addr::Ip(SocketAddr::new(*ip, port)), false));
            }
            InitAddr::None => {
                if steps.contains(&InitAddr::Libc) {
                    warn_unresolved(run, proxy, line, &why, "the server is disabled");
                }
                let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
                return Some((Addr::Ip(nowhere), true));
            }
        }
    }
    let text = format!("'server {}/{}' : {why}", proxy.name, line.name);
    run.diags.push(Diagnostic::alert(line.span, text).manual("5.3"));
    None
}

fn warn_unresolved(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB, why: &str, effect: &str) {
    let why = why.trim_end_matches('.');
    let text = format!("'server {}/{}' : {why}, {effect}.", proxy.name, line.name);
    run.diags.push(Diagnostic::warning(line.span, text).manual("5.3"));
}
