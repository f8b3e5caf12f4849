//! Names and certificates: what the process looks after on its own.

use super::shape::parsed;
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword};
use crate::spec::DnsFamilies;

pub static ACME_SCHEDULER: Keyword<GlobalB> = Keyword {
    name: "acme.scheduler",
    since: "3.2",
    doc: "Whether certificates are renewed before they expire.",
    manual: "3.1",
    ..parsed(Arity::exactly(1, "'auto' or 'off'"), |cx, global| {
        if let Some(auto) = cx.one_of(0, &[("auto", true), ("off", false)]) {
            global.spec.acme_scheduler_off = !auto;
        }
    })
};

pub static DNS_ACCEPT_FAMILY: Keyword<GlobalB> = Keyword {
    name: "dns-accept-family",
    since: "3.2",
    doc: "Families of addresses that resolvers ask for.",
    manual: "3.1",
    ..parsed(Arity::exactly(1, "'ipv4', 'ipv6' and 'auto' with commas between them"), |cx, global| {
        let mut families = DnsFamilies { ipv4: false, ipv6: false, auto: false };
        for word in cx.text(0).split(|c| *c == b',') {
            match word {
                b"ipv4" => families.ipv4 = true,
                b"ipv6" => families.ipv6 = true,
                b"auto" => families.auto = true,
                _ => {
                    let got = String::from_utf8_lossy(word).into_owned();
                    return cx.alert(0, format!("knows 'ipv4', 'ipv6' and 'auto', not '{got}'."));
                }
            }
        }
        global.spec.dns_families = families;
    })
};
