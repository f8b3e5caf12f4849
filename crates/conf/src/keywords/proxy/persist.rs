//! `persist rdp-cookie`.

use super::balance::parenthesised;
use crate::build::ProxyB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword, Places, Status};

pub static PERSIST: Keyword<ProxyB> = Keyword {
    name: "persist",
    status: Status::Parsed,
    places: Places::BACK.or(Places::QUIET),
    args: Arity::exactly(1, "'rdp-cookie' or 'rdp-cookie(<name>)'"),
    doc: "Keeps RDP clients at the server that their cookie names.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let word = cx.text(0);
        if word.split(|c| *c == b'(').next() != Some(b"rdp-cookie") {
            let got = cx.show(0);
            return cx.alert(0, format!("knows 'rdp-cookie' only, not '{got}'."));
        }
        let Some(name) = parenthesised(cx, 0) else { return };
        let name = name.unwrap_or(b"msts");
        if name.is_empty() {
            return cx.alert(KEYWORD, ": 'rdp-cookie' expects the name of a cookie in its parentheses.");
        }
        proxy.back.rdp_persist = Some(name.into());
    })
};
