//! Keywords of section `mailers` (manual 12.3).

use crate::addr::Want;
use crate::keyword::{Arity, Keyword};
use crate::spec::{Mailer, Mailers};
use base::Ms;

pub static ITEMS: &[&Keyword<Mailers>] = &[&MAILER, &TIMEOUT_MAIL];

/// `timeout mail` when nothing is said.
pub const TIMEOUT: Ms = Ms(10_000);

static MAILER: Keyword<Mailers> = Keyword {
    name: "mailer",
    args: Arity::exactly(2, "<name> and <addr>:<port>"),
    since: "1.6",
    doc: "A server that takes mail.",
    manual: "12.3",
    ..Keyword::plain(|cx, section| {
        let Some(name) = cx.proxy_name(0) else { return };
        if let Some(addr) = cx.ip_address(1, Want::MAILER) {
            section.mailers.push(Mailer { name, at: cx.at(0), addr });
        }
    })
};

static TIMEOUT_MAIL: Keyword<Mailers> = Keyword {
    name: "timeout mail",
    args: Arity::exactly(1, "a time (in milliseconds unless a unit follows)"),
    since: "1.8",
    doc: "How long connecting to a mail server and sending may take.",
    manual: "12.3",
    ..Keyword::plain(|cx, section| {
        if let Some(ms) = cx.time(0, 0) {
            section.timeout = if ms.0 > 0 { ms } else { TIMEOUT };
        }
    })
};
