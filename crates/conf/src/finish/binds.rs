//! `bind` lines: names are looked up, port ranges become sockets, and options are judged together.

use super::{called, tls};
use crate::addr::{Host, Ports};
use crate::build::{BindLine, ProxyB, UnixBind};
use crate::compile::Run;
use crate::keywords::mux::Side;
use crate::spec::{Bind, CrtLine, Mux, ThreadRange, Threads, TlsBind};
use base::Addr;
use diag::{Diagnostic, Frame, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// Whose line it is.
#[derive(Clone, Copy)]
pub enum Owner<'a> {
    /// A frontend's, and what it says for all its lines with TLS.
    Frontend(&'a ProxyB, &'a [CrtLine]),
    /// `stats socket`.
    Stats,
    /// Another section's.
    Section,
}

impl<'a> Owner<'a> {
    /// The frontend, if it is one's.
    pub fn proxy(self) -> Option<&'a ProxyB> {
        match self {
            Owner::Frontend(proxy, _) => Some(proxy),
            Owner::Stats | Owner::Section => None,
        }
    }

    /// What messages about a whole line begin with.
    pub fn called(self) -> String {
        match self {
            Owner::Frontend(proxy, _) => format!("{}: ", called(proxy)),
            Owner::Stats => "stats socket: ".to_owned(),
            Owner::Section => String::new(),
        }
    }
}

/// Turns one line into its sockets.
pub fn finish(run: &mut Run<'_>, owner: Owner<'_>, unix: &UnixBind, mut line: BindLine, into: &mut Vec<Bind>) {
    tls::bind(run, owner, &mut line);
    judge(run, owner, &line);
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
    let mut opts = line.bind.opts.clone();
    opts.tls = (line.bind.tls != TlsBind::default()).then(|| Arc::new(line.bind.tls));
    let mut number = 0;
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
        let mut opts = opts.clone();
        opts.mptcp |= parsed.mptcp;
        opts.quic = parsed.quic;
        if !matches!(parsed.host, Host::Reverse(_)) {
            opts.reverse = None;
        }
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
            number += 1;
            let guid = line.bind.guid_prefix.as_ref().map(|(prefix, _)| socket_guid(prefix, number));
            into.push(Bind { addr, at: line.at, guid, opts: opts.clone() });
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

fn socket_guid(prefix: &str, number: usize) -> Box<str> {
    format!("{prefix}-{number}").into()
}

/// The guids of a line's sockets, and where their prefix stands.
pub fn guids(line: &BindLine) -> impl Iterator<Item = (Box<str>, Span)> {
    let sockets: usize = line.addrs.iter().map(|a| how_many(a.ports)).sum();
    let prefix = line.bind.guid_prefix.as_ref();
    prefix.into_iter().flat_map(move |(prefix, span)| (1..=sockets).map(move |n| (socket_guid(prefix, n), *span)))
}

/// What doesn't go together.
fn judge(run: &mut Run<'_>, owner: Owner<'_>, line: &BindLine) {
    let written = String::from_utf8_lossy(&line.text).into_owned();
    let place = run.place(line.span);
    let whose = owner.called();
    let mut alert = |span: Span, text: String| {
        let text = format!("{whose}{text}");
        run.diags.push(Diagnostic::alert(span, text).framed(Frame::Config).manual("5.1"));
    };
    if let Some(proxy) = owner.proxy() {
        for parsed in &line.addrs {
            let forced = line.bind.opts.proto;
            let mux = forced.or(parsed.quic.then_some(Mux::Quic));
            if let Some(mux) = mux.filter(|mux| !mux.fits(proxy.mode, Side::Front, parsed.quic)) {
                let name = mux.name();
                alert(line.span, format!("MUX protocol '{name}' is not usable for 'bind {written}' at [{place}]."));
                break;
            }
        }
    }
    if line.addrs.iter().any(|parsed| parsed.quic) && !line.bind.tls.ssl {
        alert(line.span, format!("QUIC needs 'ssl' for 'bind {written}' at [{place}]."));
    }
    let reverse = line.addrs.iter().any(|parsed| matches!(parsed.host, Host::Reverse(_)));
    if let Some((_, span)) = line.bind.nbconn.filter(|_| !reverse) {
        alert(span, format!("'nbconn' needs an address with 'rhttp@' for 'bind {written}' at [{place}]."));
    }
    let Some(threads) = &line.bind.opts.threads else { return };
    if reverse && spans_groups(&threads.ranges) {
        alert(line.span, format!("the threads of 'bind {written}' at [{place}] must be of one group."));
    }
    if let (Some(most), false) = (run.tls.nbthread, threads.by_group)
        && threads.ranges.iter().any(|range| first_of(range.which) > most)
    {
        let text =
            format!("'thread' directive contains threads that belong to no group in 'bind {written}' at [{place}].");
        alert(line.span, text);
    }
}

fn spans_groups(ranges: &[ThreadRange]) -> bool {
    ranges.iter().any(|range| range.group != ranges[0].group)
}

fn first_of(which: Threads) -> u32 {
    match which {
        Threads::Range(low, _) | Threads::From(low) => low,
        Threads::All | Threads::Odd | Threads::Even => 1,
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
