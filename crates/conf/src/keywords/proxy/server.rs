//! `server`, `default-server`, `server-template`.

use super::origin;
use crate::addr::{self, Host, Parsed, Want};
use crate::build::{ProxyB, ServerB};
use crate::cx::{Cx, Lead, is_name_byte};
use crate::keyword::{Arity, Keyword, Places};
use crate::options;
use crate::spec::Server;
use base::SockKind;
use diag::Severity;
use syntax::value;

pub static SERVER: Keyword<ProxyB> = Keyword {
    name: "server",
    places: Places::NAMED_BACK.or(Places::STRICT),
    args: Arity::at_least(2, "<name> and <addr>[:<port>]"),
    doc: "A server, its address and how to treat it.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(name) = name(cx, 0) else { return };
        if let Some(server) = line(cx, proxy, 1) {
            proxy.servers.push(Box::new(named(server, name)));
        }
    })
};

pub static DEFAULT_SERVER: Keyword<ProxyB> = Keyword {
    name: "default-server",
    places: Places::BACK.or(Places::STRICT),
    args: Arity::at_least(0, "server options"),
    since: "1.4",
    doc: "Options of the servers that follow.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        cx.lead = Lead::DefaultServer;
        defaults(cx, proxy);
        cx.lead = Lead::None;
    })
};

pub static SERVER_TEMPLATE: Keyword<ProxyB> = Keyword {
    name: "server-template",
    places: Places::NAMED_BACK.or(Places::STRICT),
    args: Arity::at_least(3, "<prefix> <num | range> <fqdn>[:<port>]"),
    since: "1.8",
    doc: "Several servers that differ in the number behind their name.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(prefix) = name(cx, 0) else { return };
        let Some((low, high)) = range(cx, 1) else { return };
        let Some(mut server) = line(cx, proxy, 2) else { return };
        if high > low {
            // Identities can't be shared.
            server.spec.id = None;
            server.spec.guid = None;
        }
        for number in low..=high {
            proxy.servers.push(Box::new(named(server.clone(), format!("{prefix}{number}").into())));
        }
    })
};

/// Reads a server's line from its address on.
fn line(cx: &mut Cx<'_>, proxy: &ProxyB, at: usize) -> Option<ServerB> {
    cx.lead = Lead::Server(cx.text(0));
    let addr = address(cx, at);
    let read = |cx: &mut Cx<'_>| {
        let (mut server, used) = match cx.text(at + 1) {
            b"from" => (origin::find(cx, at + 2, proxy)?, 3),
            _ => (proxy.default_server.clone(), 1),
        };
        (server.span, server.spec.at) = (cx.span(0), cx.at(0));
        server.spec.mptcp |= addr.as_ref().is_some_and(|addr| addr.mptcp);
        server.spec.log.dgram = addr.as_ref().is_some_and(|addr| addr.kind == SockKind::Dgram);
        server.spec.quic = addr.as_ref().is_some_and(|addr| addr.quic);
        server.spec.reverse = addr.as_ref().is_some_and(|addr| matches!(addr.host, Host::Reverse(_)));
        server.addr = addr;
        options::read(cx, at + used, |index| &index.server, Places::SERVER_ONLY, &mut server);
        Some(server)
    };
    let server = read(cx);
    cx.lead = Lead::None;
    server
}

/// `default-server [name <name>] [from <origin>] …`.
fn defaults(cx: &mut Cx<'_>, proxy: &mut ProxyB) {
    let mut at = 0;
    let mut own_name = None;
    if cx.text(0) == b"name" {
        if cx.text(1).is_empty() {
            cx.alert(1, ": 'name' expects a name.");
            return;
        }
        let Some(name) = name(cx, 1) else { return };
        own_name = Some(name);
        at = 2;
    }
    let from = match cx.text(at) {
        b"from" => {
            let Some(origin) = origin::find(cx, at + 1, proxy) else { return };
            at += 2;
            Some(origin)
        }
        _ => None,
    };
    let slot = match own_name {
        Some(name) => proxy.named_servers.entry(name).or_default(),
        None => &mut proxy.default_server,
    };
    if let Some(from) = from {
        *slot = from;
    }
    slot.span = cx.span(crate::cx::KEYWORD);
    options::read(cx, at, |index| &index.server, Places::NAMED, slot);
    if let Some(ssl) = slot.spec.tls.as_ref().map(|tls| tls.ssl) {
        slot.tls().kept = ssl;
    }
}

fn named(server: ServerB, name: Box<str>) -> ServerB {
    ServerB { spec: Server { name, ..server.spec }, ..server }
}

fn name(cx: &mut Cx<'_>, i: usize) -> Option<Box<str>> {
    if let Some(bad) = cx.text(i).iter().find(|c| !is_name_byte(**c)) {
        let text = format!("character '{}' is not permitted in server name '{}'.", bad.escape_ascii(), cx.show(i));
        cx.say(Severity::Alert, i, &text, None);
        return None;
    }
    cx.string(i)
}

fn address(cx: &mut Cx<'_>, i: usize) -> Option<Parsed> {
    match addr::parse(&cx.address_text(i), Want::SERVER) {
        Ok(Parsed { host: Host::Reverse(name), .. }) if !name.is_empty() => {
            let text = format!("nothing can follow 'rhttp@' in '{}'", cx.show(i));
            cx.say(Severity::Alert, i, &text, None);
            None
        }
        Ok(parsed) => {
            options::judge_address(cx, i, &parsed, true);
            Some(parsed)
        }
        Err(why) => {
            cx.say(Severity::Alert, i, &why, None);
            None
        }
    }
}

/// `N` (1 to N) or `LOW-HIGH`.
fn range(cx: &mut Cx<'_>, i: usize) -> Option<(u64, u64)> {
    let text = cx.text(i);
    let (low, high) = match text.iter().position(|c| *c == b'-') {
        Some(dash) => (value::number(&text[..dash], 0, LARGEST), value::number(&text[dash + 1..], 0, LARGEST)),
        None => (Ok(1), value::number(text, 1, LARGEST)),
    };
    match (low, high) {
        (Ok(low), Ok(high)) if low <= high && high - low < MOST => Some((low, high)),
        _ => {
            let got = cx.show(i);
            cx.alert(i, format!("expects a number or a range, of at most {MOST} servers, not '{got}'."));
            None
        }
    }
}

/// The largest number behind a name.
const LARGEST: u64 = i32::MAX as u64;
/// The most servers that one line makes.
const MOST: u64 = 100_000;
