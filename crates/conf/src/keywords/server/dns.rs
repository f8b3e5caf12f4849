//! Looking a server's name up while running (manual 5.3).

use super::later;
use crate::build::{Mention, ServerB};
use crate::keyword::{Arity, Keyword};
use crate::keywords::option::network;

pub static RESOLVERS: Keyword<ServerB> =
    later("resolvers", Arity::exactly(1, "<id>"), "1.6", "Section that says whom to ask.", |cx, server| {
        let name: Box<[u8]> = cx.text(0).into();
        server.resolvers = Some(Mention { name: name.clone(), span: cx.span(0) });
        server.spec.dns.resolvers = Some(name);
    });

pub static RESOLVE_PREFER: Keyword<ServerB> =
    later("resolve-prefer", Arity::exactly(1, "'ipv4' or 'ipv6'"), "1.6", "Family that is preferred.", |cx, server| {
        if let Some(prefer_ipv4) = cx.one_of(0, &[("ipv4", true), ("ipv6", false)]) {
            server.spec.dns.prefer_ipv4 = prefer_ipv4;
        }
    });

pub static RESOLVE_OPTS: Keyword<ServerB> = later(
    "resolve-opts",
    Arity::exactly(1, "'allow-dup-ip', 'ignore-weight' and 'prevent-dup-ip' with commas between them"),
    "1.9",
    "How answers are used.",
    |cx, server| {
        let dns = &mut server.spec.dns;
        for option in cx.text(0).split(|c| *c == b',').filter(|option| !option.is_empty()) {
            match option {
                b"allow-dup-ip" => dns.allow_dup_ip = true,
                b"prevent-dup-ip" => dns.allow_dup_ip = false,
                b"ignore-weight" => dns.ignore_weight = true,
                _ => {
                    let got = String::from_utf8_lossy(option);
                    cx.alert(0, format!("knows 'allow-dup-ip', 'ignore-weight' and 'prevent-dup-ip', not '{got}'."));
                    return;
                }
            }
        }
    },
);

pub static RESOLVE_NET: Keyword<ServerB> = later(
    "resolve-net",
    Arity::exactly(1, "networks with commas between them"),
    "1.6",
    "Networks whose addresses are preferred.",
    |cx, server| {
        let mut nets = Vec::new();
        for text in cx.text(0).split(|c| *c == b',').filter(|text| !text.is_empty()) {
            let Some(net) = network(text) else {
                let got = String::from_utf8_lossy(text);
                cx.alert(0, format!(": '{got}' is no network."));
                return;
            };
            nets.push(net);
        }
        if nets.len() > MOST_NETS {
            cx.alert(0, format!("takes at most {MOST_NETS} networks."));
            return;
        }
        server.spec.dns.nets = nets;
    },
);

/// As many as the reference takes.
const MOST_NETS: usize = 5;
