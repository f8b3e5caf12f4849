//! Section `resolvers` (manual 5.3.2): name servers for names that are looked up while running.

use super::Kind;
use crate::build::{NameServerB, ProxyB, ResolversB};
use crate::compile::Run;
use crate::cx::{Cx, KEYWORD};
use crate::finish::{End, parts};
use crate::keywords;
use crate::spec::{Hold, NameServer, Resolvers, Transport};
use base::Ms;
use diag::{Diagnostic, Frame};
use std::collections::HashMap;

pub static KIND: Kind<ResolversB> = Kind {
    word: "resolvers",
    since: "1.6",
    doc: "Name servers for what is resolved while running.",
    manual: "5.3.2",
    keywords: keywords::resolvers::ITEMS,
    finish,
    ..Kind::plain(open, |cx, section| cx.parts.resolvers.push(section))
};

fn open(cx: &mut Cx<'_>) -> Option<ResolversB> {
    let made = Resolvers {
        name: cx.text(0).into(),
        at: cx.at(0),
        nameservers: Vec::new(),
        payload_size: 512,
        retries: 3,
        timeout_resolve: Ms(1000),
        timeout_retry: Ms(1000),
        hold: Hold::default(),
    };
    Some(ResolversB { made, span: cx.span(KEYWORD), nameservers: Vec::new(), names: HashMap::new() })
}

fn finish(run: &mut Run<'_>, _: &End) {
    for section in core::mem::take(&mut run.parts.resolvers) {
        let made = one(run, section);
        run.parts.made.resolvers.push(made);
    }
}

fn one(run: &mut Run<'_>, section: ResolversB) -> Resolvers {
    let mut made = section.made;
    let name: Box<str> = String::from_utf8_lossy(&made.name).into();
    if section.nameservers.is_empty() && !run.diags.has_alerts() {
        let text = format!("resolvers '{name}' has no nameservers.");
        run.diags.push(Diagnostic::warning(section.span, text).framed(Frame::Config).manual("5.3.2"));
    }
    for server in section.nameservers {
        match server {
            NameServerB::Dgram { name, at, addr } => {
                made.nameservers.push(NameServer { name, at, by: Transport::Dgram(addr) });
            }
            NameServerB::Stream(server) => {
                let mut holder = ProxyB { name: name.clone(), span: section.span, ..ProxyB::fresh() };
                holder.servers.push(server);
                let servers = parts::servers(run, &mut holder);
                made.nameservers.extend(servers.into_iter().map(|server| NameServer {
                    name: server.name.clone(),
                    at: server.at,
                    by: Transport::Stream(Box::new(server)),
                }));
            }
        }
    }
    made
}
