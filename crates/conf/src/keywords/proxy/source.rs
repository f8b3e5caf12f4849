//! `source`, of proxies and of servers.

use super::balance::parenthesised;
use crate::addr::{self, Host, Ports, Want};
use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::{Source, UseSrc};
use base::Addr;
use core::net::SocketAddr;
use syntax::value;

pub static SOURCE: Keyword<ProxyB> = Keyword {
    name: "source",
    places: Places::BACK,
    args: Arity::at_least(1, "<addr>[:<port>], and optionally 'usesrc' <addr> and 'interface' <name>"),
    doc: "Address that connections to servers come from.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let (source, used) = read(cx, Want::SOURCE);
        if used < cx.len() {
            let got = cx.show(used);
            cx.alert(used, format!("only knows 'interface' and 'usesrc' behind the address (got '{got}')."));
        } else if source.is_some() {
            proxy.back.source = source;
        }
    })
};

/// Reads `<addr> [usesrc …] [interface …]` and answers how many arguments it took.
pub fn read(cx: &mut Cx<'_>, want: Want) -> (Option<Source>, usize) {
    let (addr, last_port) = match address(cx, 0, want) {
        Some((addr, last_port)) => (Some(addr), last_port),
        None => (None, None),
    };
    let (mut interface, mut usesrc, mut at) = (None, None, 1);
    loop {
        match cx.text(at) {
            b"interface" => interface = cx.string(at + 1),
            b"usesrc" => usesrc = use_source(cx, at + 1),
            _ => break,
        }
        at = (at + 2).min(cx.len());
    }
    (addr.map(|addr| Source { addr, last_port, interface, usesrc }), at)
}

fn use_source(cx: &mut Cx<'_>, i: usize) -> Option<UseSrc> {
    match cx.text(i) {
        b"" => {
            cx.alert(i, ": 'usesrc' expects <addr>[:<port>], 'client' or 'clientip'.");
            None
        }
        b"client" => Some(UseSrc::Client),
        b"clientip" => Some(UseSrc::ClientIp),
        text if text.starts_with(b"hdr_ip(") => header(cx, i),
        _ => address(cx, i, Want::SOURCE).map(|(addr, _)| UseSrc::Addr(addr)),
    }
}

/// `hdr_ip(<hdr>[,<occ>])`.
fn header(cx: &mut Cx<'_>, i: usize) -> Option<UseSrc> {
    let inner = parenthesised(cx, i)??;
    let (name, occurrence) = match inner.iter().position(|c| *c == b',') {
        Some(comma) => (&inner[..comma], Some(&inner[comma + 1..])),
        None => (inner, None),
    };
    if name.is_empty() {
        cx.alert(i, ": 'hdr_ip' expects the name of a header field.");
        return None;
    }
    let occurrence = match occurrence.map(|n| value::integer(n, FIRST_FROM_END, i64::from(i32::MAX))) {
        None => -1,
        Some(Ok(n)) => n as i32,
        Some(Err(_)) => {
            let got = cx.show(i);
            cx.alert(i, format!(": '{got}' names no occurrence from {FIRST_FROM_END} on."));
            return None;
        }
    };
    cx.not_yet(i, "usesrc hdr_ip()");
    Some(UseSrc::Header { name: name.to_ascii_lowercase().into(), occurrence })
}

/// The farthest occurrence from the end that can be asked for, as fetches have it.
const FIRST_FROM_END: i64 = -10;

fn address(cx: &mut Cx<'_>, i: usize, want: Want) -> Option<(SocketAddr, Option<u16>)> {
    let parsed = match addr::parse(&cx.address_text(i), want) {
        Ok(parsed) => parsed,
        Err(why) => {
            cx.alert(i, format!(": {why}."));
            return None;
        }
    };
    if !matches!(parsed.host, Host::Ip(_) | Host::Name(..)) {
        cx.not_yet(i, "source with an address that isn't IP");
        return None;
    }
    let last_port = match parsed.ports {
        Ports::Range(_, last) => Some(last),
        _ => None,
    };
    match parsed.resolve(parsed.port(), cx.world) {
        Ok(Addr::Ip(addr)) => Some((addr, last_port)),
        Ok(_) => None,
        Err(why) => {
            cx.alert(i, format!(": {why}"));
            None
        }
    }
}
