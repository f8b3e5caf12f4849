//! `from <origin>`: what a server's settings start from (manual 5.2).

use crate::build::{ProxyB, ServerB};
use crate::cx::{Cx, Earlier};
use crate::spec::Server;

/// The settings that argument `i` names. What belongs to one server alone (name, address, identity) isn't copied.
pub fn find(cx: &mut Cx<'_>, i: usize, proxy: &ProxyB) -> Option<ServerB> {
    let Ok(text) = core::str::from_utf8(cx.text(i)) else { return unknown(cx, i) };
    if text == "none" {
        return Some(ServerB::default());
    }
    if let Some(name) = text.strip_prefix("be:") {
        let found = backend(cx.earlier, proxy, name).map(|found| found.default_server.clone());
        return found.or_else(|| missing(cx, i, "backend", name));
    }
    let Some(path) = text.strip_prefix("srv:") else { return unknown(cx, i) };
    let (of, name) = path.split_once('/').unwrap_or(("", path));
    let Some(found) = backend(cx.earlier, proxy, of) else { return missing(cx, i, "backend", of) };
    match found.named_servers.get(name).or_else(|| Some(&*found.servers[found.server_at(name)?])) {
        Some(server) => Some(settings(server)),
        None => missing(cx, i, "server", name),
    }
}

/// The proxy of this name, which must stand above; no name means this one.
fn backend<'a>(earlier: Earlier<'a>, proxy: &'a ProxyB, name: &str) -> Option<&'a ProxyB> {
    if name.is_empty() || *name == *proxy.name { Some(proxy) } else { earlier.find(name) }
}

fn settings(of: &ServerB) -> ServerB {
    let fresh = Server::default();
    let mut copy = ServerB { addr: None, ..of.clone() };
    copy.spec.log.dgram = false;
    copy.spec = Server {
        name: fresh.name,
        at: fresh.at,
        id: None,
        guid: None,
        addr: fresh.addr,
        mptcp: false,
        quic: false,
        reverse: false,
        ..copy.spec
    };
    copy
}

fn unknown<T>(cx: &mut Cx<'_>, i: usize) -> Option<T> {
    let got = cx.show(i);
    cx.alert(i, format!(": 'from' expects 'none', 'be:[<backend>]' or 'srv:[<backend>/]<server>', not '{got}'."));
    None
}

fn missing<T>(cx: &mut Cx<'_>, i: usize, what: &str, name: &str) -> Option<T> {
    cx.alert(i, format!(": 'from' finds no {what} '{name}' above."));
    None
}
