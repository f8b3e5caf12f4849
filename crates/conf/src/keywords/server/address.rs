use super::later;
use crate::addr::{self, Want};
use crate::build::{InitAddr, ServerB};
use crate::keyword::{Arity, Keyword};
use base::Addr;

pub static INIT_ADDR: Keyword<ServerB> = Keyword {
    name: "init-addr",
    args: Arity::exactly(1, "a list of 'last', 'libc', 'none' and an address"),
    since: "1.7",
    doc: "Where a host name's first address comes from.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        let mut steps = Vec::new();
        for part in cx.text(0).split(|c| *c == b',').take(MOST_STEPS) {
            let step = match part {
                b"last" => InitAddr::Last,
                b"libc" => InitAddr::Libc,
                b"none" => InitAddr::None,
                _ => match core::str::from_utf8(part).ok().and_then(|t| t.parse().ok()) {
                    Some(ip) => InitAddr::Ip(ip),
                    None => {
                        let part = String::from_utf8_lossy(part);
                        cx.alert(0, format!(": '{part}' is no method ('libc', 'last', 'none') and no address."));
                        return;
                    }
                },
            };
            steps.push(step);
        }
        server.init_addr = steps;
    })
};

/// More than there are methods.
const MOST_STEPS: usize = 8;

pub static SOCKS4: Keyword<ServerB> = later(
    "socks4",
    Arity::exactly(1, "<addr>:<port>"),
    "2.0",
    "SOCKS4 proxy on the way to the server.",
    |cx, server| {
        let found = addr::parse(&cx.address_text(0), Want::SOCKS).map_err(|why| format!("{why}."));
        match found.and_then(|parsed| parsed.resolve(parsed.port(), cx.world)) {
            Ok(Addr::Ip(addr)) => server.spec.socks4 = Some(addr),
            Ok(_) => cx.alert(0, "expects an IP address and a port."),
            Err(why) => cx.alert(0, format!(": {why}")),
        }
    },
);
