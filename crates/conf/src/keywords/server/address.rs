use crate::build::{InitAddr, ServerB};
use crate::keyword::{Arity, Keyword};

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
