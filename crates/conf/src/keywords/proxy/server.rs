//! `server`, `default-server`, `server-template`.

use crate::addr::{self, Parsed, Want};
use crate::build::{ProxyB, ServerB};
use crate::cx::{Cx, Lead, is_name_byte};
use crate::keyword::{Arity, Keyword, Places};
use crate::options;
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
        let mut server = ServerB { at: cx.at(0), span: cx.span(0), ..proxy.default_server.clone() };
        cx.lead = Lead::Server(cx.text(0));
        server.addr = address(cx, 1);
        server.mptcp |= server.addr.as_ref().is_some_and(|a| a.mptcp);
        options::read(cx, 2, |index| &index.server, Places::SERVER_ONLY, &mut server);
        cx.lead = Lead::None;
        server.name = name;
        proxy.servers.push(server);
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
        options::read(cx, 0, |index| &index.server, Places::NAMED, &mut proxy.default_server);
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
        let mut server = ServerB { at: cx.at(0), span: cx.span(0), ..proxy.default_server.clone() };
        cx.lead = Lead::Server(cx.text(0));
        server.addr = address(cx, 2);
        options::read(cx, 3, |index| &index.server, Places::SERVER_ONLY, &mut server);
        cx.lead = Lead::None;
        if high > low {
            // Identities can't be shared.
            server.id = None;
            server.guid = None;
        }
        for number in low..=high {
            proxy.servers.push(ServerB { name: format!("{prefix}{number}").into(), ..server.clone() });
        }
    })
};

fn name(cx: &mut Cx<'_>, i: usize) -> Option<Box<str>> {
    if let Some(bad) = cx.text(i).iter().find(|c| !is_name_byte(**c)) {
        let text = format!("character '{}' is not permitted in server name '{}'.", bad.escape_ascii(), cx.show(i));
        cx.say(Severity::Alert, i, &text, None);
        return None;
    }
    cx.string(i)
}

fn address(cx: &mut Cx<'_>, i: usize) -> Option<Parsed> {
    match addr::parse(cx.text(i), Want::SERVER) {
        Ok(parsed) => Some(parsed),
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
        Some(dash) => (value::number(&text[..dash], 0, MOST), value::number(&text[dash + 1..], 0, MOST)),
        None => (Ok(1), value::number(text, 1, MOST)),
    };
    match (low, high) {
        (Ok(low), Ok(high)) if low <= high => Some((low, high)),
        _ => {
            let got = cx.show(i);
            cx.alert(i, format!("expects a number up to {MOST} or a range, not '{got}'."));
            None
        }
    }
}

/// The most servers that one line makes.
const MOST: u64 = 10_000;
