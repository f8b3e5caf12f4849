//! What a server is called, beside its name.

use crate::build::ServerB;
use crate::keyword::{Arity, Keyword, Places};
use crate::keywords::proxy::name::guid;

pub static ID: Keyword<ServerB> = Keyword {
    name: "id",
    places: Places::SERVER_ONLY,
    args: Arity::exactly(1, "<value>"),
    since: "1.4",
    doc: "Number of the server in statistics.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(id) = cx.uint(0, 1, i32::MAX as u32) {
            server.spec.id = Some(id);
            server.id_span = cx.span(0);
        }
    })
};

pub static GUID: Keyword<ServerB> = Keyword {
    name: "guid",
    places: Places::SERVER_ONLY,
    args: Arity::exactly(1, "<string>"),
    since: "3.0",
    doc: "Name of the server that is unique in the whole configuration.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(guid) = guid(cx) {
            server.spec.guid = Some(guid);
            server.guid_span = cx.span(0);
        }
    })
};
