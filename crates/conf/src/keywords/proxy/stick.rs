//! `stick on`, `stick match`, `stick store-request`, `stick store-response`.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::rulelang::Named;
use crate::spec::{Conditional, Stick};
use expr::{NameKind, Place};

/// A keyword of this family.
const fn stick(name: &'static str, doc: &'static str, parse: fn(&mut Cx<'_>, &mut ProxyB)) -> Keyword<ProxyB> {
    Keyword {
        name,
        places: Places::NAMED_BACK,
        args: Arity::at_least(1, "<pattern> [table <table>] and a condition"),
        doc,
        manual: "4.2",
        status: Status::Parsed,
        ..Keyword::plain(parse)
    }
}

pub static STICK_ON: Keyword<ProxyB> =
    stick("stick on", "Looks for the client's server in a table, and remembers it there.", |cx, proxy| {
        read(cx, proxy, true, true, false)
    });

pub static STICK_MATCH: Keyword<ProxyB> =
    stick("stick match", "Looks for the client's server in a table.", |cx, proxy| read(cx, proxy, true, false, false));

pub static STICK_STORE_REQUEST: Keyword<ProxyB> =
    stick("stick store-request", "Remembers the client's server, by the request.", |cx, proxy| {
        read(cx, proxy, false, true, false)
    });

pub static STICK_STORE_RESPONSE: Keyword<ProxyB> =
    stick("stick store-response", "Remembers the client's server, by the answer.", |cx, proxy| {
        read(cx, proxy, false, false, true)
    });

fn read(cx: &mut Cx<'_>, proxy: &mut ProxyB, finds: bool, stores: bool, stores_response: bool) {
    let place = if stores_response { Place::StickStore } else { Place::UseServer };
    let Some((key, mut at)) = cx.expr(0, place) else { return };
    let mut table = None;
    if cx.text(at) == b"table" {
        if cx.word(at + 1).is_none() {
            cx.alert(at + 1, "expects the name of a table behind 'table'.");
            return;
        }
        let Some(name) = cx.string(at + 1) else { return };
        table = Some(name);
        at += 2;
    }
    let Some(cond) = cx.cond(at, &proxy.known_acls, place) else { return };
    // A frontend's line was told to be ignored: its table is nobody's.
    if proxy.place() != Places::FRONTEND {
        let name = table.as_deref().unwrap_or_default().as_bytes().into();
        cx.named.push(Named { kind: NameKind::Table, name, span: cx.span(0) });
    }
    let what = Stick { finds, stores, stores_response, key, table };
    proxy.lang.stick.push(Conditional { cond, what, at: cx.at(0) });
}
