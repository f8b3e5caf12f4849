//! The instances.

use super::bind;
use crate::addr::{self, Parsed, Want};
use crate::build::{BindLine, PeersB, ServerB};
use crate::cx::{Cx, KEYWORD, Lead, is_name_byte};
use crate::keyword::{Arity, Keyword, Places};
use crate::options;
use diag::Severity;

pub static PEER: Keyword<PeersB> = Keyword {
    name: "peer",
    args: Arity::at_least(1, "a name, <address>:<port> and options"),
    since: "1.5",
    doc: "An instance; the address of the local one is where it listens.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| {
        if let Some(before) = section.bind_line {
            return bind::mixed(cx, before);
        }
        section.peer_line = section.peer_line.or(Some(cx.span(KEYWORD)));
        one(cx, section, true);
    })
};

pub static SERVER: Keyword<PeersB> = Keyword {
    name: "server",
    args: Arity::at_least(1, "a name, for others than the local one <address>:<port>, and options"),
    since: "2.0",
    doc: "An instance; the local one has no address here, but a 'bind' line.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| one(cx, section, false))
};

pub static DEFAULT_SERVER: Keyword<PeersB> = Keyword {
    name: "default-server",
    args: Arity::at_least(0, "server options"),
    since: "2.0",
    doc: "Options of the instances that follow.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| {
        cx.lead = Lead::DefaultServer;
        options::read(cx, 0, |index| &index.server, Places::NAMED, &mut section.default_server);
        cx.lead = Lead::None;
    })
};

/// Reads one instance. `listens`: the local one's address stands here.
fn one(cx: &mut Cx<'_>, section: &mut PeersB, listens: bool) {
    if let Some(bad) = cx.text(0).iter().find(|c| !is_name_byte(**c)) {
        let text = format!("character '{}' is not permitted in peer name '{}'.", bad.escape_ascii(), cx.show(0));
        return cx.say(Severity::Alert, 0, &text, None);
    }
    let Some(name) = cx.string(0) else { return };
    let is_local = name == section.local_name;
    if is_local {
        if let Some(before) = section.local {
            let before = section.peers[before].span;
            let text = format!(": the local peer '{name}' is already there, at line {}.", cx.files.line(before));
            return cx.alert_also(0, text, before, "the first one");
        }
        section.local = Some(section.peers.len());
    }
    let mut server = ServerB { span: cx.span(0), ..section.default_server.clone() };
    (server.spec.name, server.spec.at) = (name, cx.at(0));
    cx.lead = Lead::Server(cx.text(0));
    let options = match (is_local, listens) {
        (true, false) => 1,
        (true, true) if cx.len() > 1 => {
            let own = Want { range: false, ..Want::STATS };
            let Some(addr) = address(cx, own) else { return };
            let addrs = vec![addr.clone()];
            section.bind = Some(BindLine {
                addrs,
                text: cx.text(1).into(),
                at: cx.at(1),
                span: cx.span(1),
                bind: section.default_bind.clone(),
            });
            server.addr = Some(addr);
            2
        }
        _ if cx.len() > 1 => {
            let Some(addr) = address(cx, Want::CHECK) else { return };
            server.addr = Some(addr);
            2
        }
        _ => 1,
    };
    options::read(cx, options, |index| &index.server, Places::SERVER_ONLY, &mut server);
    cx.lead = Lead::None;
    if server.check || !server.init_addr.is_empty() {
        cx.warn(0, "has options about checks or name resolution, which have no effect here.");
        server.check = false;
        server.init_addr.clear();
    }
    section.peers.push(server);
}

fn address(cx: &mut Cx<'_>, want: Want) -> Option<Parsed> {
    match addr::parse(&cx.address_text(1), want) {
        Ok(parsed) => Some(parsed),
        Err(why) => {
            cx.say(Severity::Alert, 1, &why, None);
            cx.lead = Lead::None;
            None
        }
    }
}
