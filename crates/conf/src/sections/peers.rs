//! Section `peers` (manual 11.2): instances that share stick tables.

use super::Kind;
use crate::build::{BindB, Logs, PeersB, ProxyB, ServerB};
use crate::compile::Run;
use crate::cx::{Cx, KEYWORD};
use crate::finish::{End, logs, parts};
use crate::keywords;
use crate::outside::LocalPeer;
use crate::spec::{Peer, Peers, Server};
use diag::{Diagnostic, Frame};
use std::collections::HashSet;

pub static KIND: Kind<PeersB> = Kind {
    word: "peers",
    since: "1.5",
    doc: "Instances that share stick tables.",
    manual: "11.2",
    keywords: keywords::peers::ITEMS,
    finish,
    ..Kind::plain(open, |cx, section| cx.parts.peers.push(section))
};

fn open(cx: &mut Cx<'_>) -> Option<PeersB> {
    let local_name = match cx.world.local_peer() {
        LocalPeer::Said(name) => name,
        LocalPeer::Host(name) => cx.parts.local_peer.clone().unwrap_or(name),
    };
    Some(PeersB {
        name: cx.text(0).into(),
        at: cx.at(0),
        span: cx.span(KEYWORD),
        local_name,
        peers: Vec::new(),
        local: None,
        bind: None,
        peer_line: None,
        bind_line: None,
        default_bind: BindB::default(),
        default_server: ServerB::default(),
        tables: Vec::new(),
        logs: Logs::default(),
        shards: None,
        disabled: false,
    })
}

fn finish(run: &mut Run<'_>, end: &End) {
    for section in core::mem::take(&mut run.parts.peers) {
        logs::check_targets(run, &end.names, &mut HashSet::new(), &section.logs);
        if let Some(made) = one(run, end, section) {
            run.parts.made.peers.push(made);
        }
    }
}

/// A section that this process has no part in comes to nothing.
fn one(run: &mut Run<'_>, end: &End, section: PeersB) -> Option<Peers> {
    let name: Box<str> = String::from_utf8_lossy(&section.name).into();
    let mut peers = Vec::new();
    for mut server in section.peers {
        // Connecting to a peer is tried again whatever was sent: there is nothing to warn of.
        let tfo = core::mem::take(&mut server.spec.tfo);
        let mut peer = Peer { name: server.spec.name.clone(), at: server.spec.at, server: None };
        if server.addr.is_some() {
            let mut holder = ProxyB { name: name.clone(), span: section.span, ..ProxyB::fresh() };
            holder.servers.push(Box::new(server));
            peer.server = parts::servers(run, &mut holder).pop().map(|server| Server { tfo, ..server });
        }
        peers.push(peer);
    }
    let binds = parts::sockets(run, section.bind.into_iter().collect());
    let Some(local) = section.local else {
        if !section.disabled && !run.diags.has_alerts() {
            let text = format!("section 'peers {name}' is dropped: no peer is named '{}'.", section.local_name);
            run.diags.push(
                Diagnostic::warning(section.span, text)
                    .framed(Frame::Config)
                    .help("name this process by 'localpeer' in section 'global', or by -L")
                    .manual("11.2"),
            );
        }
        return None;
    };
    let send_hostname = end.global.log_send_hostname.is_some();
    Some(Peers {
        name: section.name,
        at: section.at,
        local: local as u32,
        binds,
        peers,
        tables: section.tables.into_iter().map(|(name, table)| (name, table.table)).collect(),
        logs: logs::targets(&section.logs, Some(&end.global.logs), send_hostname),
        shards: section.shards,
        disabled: section.disabled,
    })
}
