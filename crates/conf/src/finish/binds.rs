//! `bind` lines: names are looked up, port ranges become sockets.

use crate::addr::{Host, Ports};
use crate::build::{BindLine, UnixBind};
use crate::compile::Run;
use crate::spec::Bind;
use base::Addr;
use diag::Diagnostic;
use std::collections::HashMap;

/// Turns one line into its sockets.
pub fn finish(run: &mut Run<'_>, unix: &UnixBind, line: BindLine, into: &mut Vec<Bind>) {
    let sockets: usize = line.addrs.iter().map(|a| how_many(a.ports)).sum();
    if line.bind.opts.id.is_some() && sockets > 1 {
        let span = line.bind.id_span.unwrap_or(line.span);
        run.diags.push(Diagnostic::alert(span, "'id' can only be used with a single socket.").manual("5.1"));
    }
    run.sockets += sockets;
    if run.sockets > MOST_SOCKETS {
        // Once is enough, and nothing more is made.
        if run.sockets - sockets <= MOST_SOCKETS {
            let text = format!("'bind' : more than {MOST_SOCKETS} sockets in all.");
            run.diags.push(Diagnostic::alert(line.span, text).manual("4.2"));
        }
        return;
    }
    for parsed in &line.addrs {
        let (first, last) = match parsed.ports {
            Ports::One(port) => (port, port),
            Ports::Range(low, high) => (low, high),
            Ports::None | Ports::Offset(_) => (0, 0),
        };
        let addr = match parsed.resolve(first, run.world) {
            Ok(addr) => addr,
            Err(why) => {
                run.diags.push(Diagnostic::alert(line.span, format!("'bind' : {why}")).manual("2.9"));
                continue;
            }
        };
        let mut opts = line.bind.opts.clone();
        opts.mptcp |= parsed.mptcp;
        if let Host::Unix(_) = parsed.host {
            opts.mode = opts.mode.or(unix.mode);
            opts.uid = opts.uid.or(unix.uid);
            opts.gid = opts.gid.or(unix.gid);
        }
        for port in first..=last {
            let addr = match &addr {
                Addr::Ip(ip) => Addr::Ip(core::net::SocketAddr::new(ip.ip(), port)),
                Addr::Unix(path) => Addr::Unix([&unix.prefix, &path[..]].concat().into()),
                other => other.clone(),
            };
            into.push(Bind { addr, at: line.at, opts: opts.clone() });
        }
    }
}

/// More listening sockets than a process could have descriptors for.
const MOST_SOCKETS: usize = 1 << 18;

fn how_many(ports: Ports) -> usize {
    match ports {
        Ports::Range(low, high) => usize::from(high - low) + 1,
        _ => 1,
    }
}

/// Checks that ids of a proxy's sockets differ.
pub fn check_ids(run: &mut Run<'_>, lines: &[BindLine]) {
    let mut seen = HashMap::new();
    for line in lines {
        let (Some(id), Some(span)) = (line.bind.opts.id, line.bind.id_span) else { continue };
        if let Some(before) = seen.insert(id, span) {
            let text = format!("'bind' : 'id' : custom id {id} already used at {}.", run.place(before));
            run.diags.push(Diagnostic::alert(span, text).also(before, "used here").manual("5.1"));
        }
    }
}
