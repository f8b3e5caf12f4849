//! Servers: addresses are looked up, identities and check ports verified.

use super::{End, called, server_checks, suspicious};
use crate::addr::{Host, Parsed, Ports};
use crate::build::{InitAddr, ProxyB, ServerB};
use crate::compile::Run;
use crate::spec::{SendProxy, Server, ServerAddr, ServerPort};
use base::Addr;
use core::net::SocketAddr;
use diag::{Diagnostic, Frame, Span};
use std::collections::HashMap;

/// Turns a proxy's server lines into servers.
pub fn finish(run: &mut Run<'_>, end: &mut End, proxy: &mut ProxyB) -> Vec<Server> {
    let lines = core::mem::take(&mut proxy.servers);
    check_names(run, end, proxy, &lines);
    check_ids(run, proxy, &lines);
    suspicious::servers(run, proxy, &lines);
    lines.into_iter().filter_map(|line| one(run, proxy, line)).collect()
}

fn check_names(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB, lines: &[Box<ServerB>]) {
    end.servers.clear();
    for line in lines {
        let before = end.servers.insert(line.spec.name.clone(), line.span);
        let before = before.or_else(|| proxy.named_servers.get(&line.spec.name).map(|named| named.span));
        if let Some(before) = before {
            let text = format!(
                "{}, another server named '{}' was already defined at line {}, please use distinct names.",
                called(proxy),
                line.spec.name,
                run.files.line(before)
            );
            run.diags.push(Diagnostic::alert(line.span, text).also(before, "defined here").manual("4.2"));
        }
    }
}

fn check_ids(run: &mut Run<'_>, proxy: &ProxyB, lines: &[Box<ServerB>]) {
    let mut ids: HashMap<u32, (&str, Span)> = HashMap::new();
    for line in lines {
        let (Some(id), span) = (line.spec.id, line.id_span) else { continue };
        if let Some((name, before)) = ids.insert(id, (&line.spec.name, span)) {
            let text = format!(
                "'server {}/{}' : 'id' : custom id {id} already used at {} ('server {name}').",
                proxy.name,
                line.spec.name,
                run.place(before)
            );
            run.diags.push(Diagnostic::alert(span, text).also(before, "used here").manual("5.2"));
        }
    }
}

fn one(run: &mut Run<'_>, proxy: &ProxyB, mut line: Box<ServerB>) -> Option<Server> {
    server_checks::judge(run, proxy, &mut line);
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
    if line.check && portless && !unresolved && !rules_have_ports(proxy) {
        let text = format!("{}: server '{}' has neither service port nor check port.", called(proxy), line.spec.name);
        run.diags.push(Diagnostic::alert(line.span, text).framed(Frame::Config).manual("5.2"));
    }
    if line.spec.tfo {
        let text = format!(
            "'server {}/{}' : with 'tfo', failed connections are not tried again unless 'retry-on' says so.",
            proxy.name, line.spec.name
        );
        run.diags.push(Diagnostic::warning(line.span, text).manual("5.2"));
    }
    // As documented: checks speak the PROXY protocol as well, unless they go somewhere else.
    if line.spec.send_proxy != SendProxy::No && check_opts.addr.is_none() && check_opts.port.is_none() {
        check_opts.send_proxy = true;
    }
    let mut agent_opts = line.agent_opts.clone();
    agent_opts.port = agent_opts.port.or(check_opts.port);
    let host = match parsed.host {
        Host::Name(name, _) => Some(name),
        _ => None,
    };
    Some(Server {
        addr: ServerAddr { addr, host, unresolved, port },
        mptcp: line.spec.mptcp || parsed.mptcp,
        check: line.check.then_some(check_opts),
        agent: line.agent.then_some(agent_opts),
        ..line.spec
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
    let Host::Name(name, _) = &parsed.host else {
        return parsed.resolve(port, run.world).ok().map(|addr| (addr, false));
    };
    if name.starts_with('_') {
        return service(run, proxy, line, name, port);
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
                return Some((ServerAddr::nowhere(port).addr, true));
            }
        }
    }
    let text = format!("'server {}/{}' : {why}", proxy.name, line.spec.name);
    run.diags.push(Diagnostic::alert(line.span, text).manual("5.3"));
    None
}

/// A name of services (RFC 2782): only resolvers can look it up, while running.
fn service(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB, name: &str, port: u16) -> Option<(Addr, bool)> {
    if line.resolvers.is_some() {
        return Some((ServerAddr::nowhere(port).addr, true));
    }
    let text = format!("'server {}/{}' : no method found to resolve address '{name}'.", proxy.name, line.spec.name);
    run.diags.push(Diagnostic::alert(line.span, text).help("name a 'resolvers' section").manual("5.3"));
    None
}

fn warn_unresolved(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB, why: &str, effect: &str) {
    let why = why.trim_end_matches('.');
    let text = format!("'server {}/{}' : {why}, {effect}.", proxy.name, line.spec.name);
    run.diags.push(Diagnostic::warning(line.span, text).manual("5.3"));
}
