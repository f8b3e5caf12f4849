//! What a socket is called.

use super::later;
use crate::build::BindB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::proxy::name::guid;

pub static GUID_PREFIX: Keyword<BindB> = later(
    "guid-prefix",
    Arity::exactly(1, "<string>"),
    "3.0",
    "Beginning of the sockets' names that are unique in the whole configuration.",
    |cx, bind| {
        if let Some(prefix) = guid(cx) {
            bind.guid_prefix = Some((prefix, cx.span(0)));
        }
    },
);

pub static ID: Keyword<BindB> = Keyword {
    name: "id",
    args: Arity::exactly(1, "<id>"),
    since: "1.5",
    doc: "Number of the socket in statistics.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        if let Some(id) = cx.uint(0, 1, i32::MAX as u32) {
            bind.opts.id = Some(id);
            bind.id_span = Some(cx.span(0));
        }
    })
};

pub static LABEL: Keyword<BindB> =
    later("label", Arity::exactly(1, "<label>"), "3.3", "Groups sockets, wherever their lines stand.", |cx, bind| {
        bind.opts.label = cx.string(0);
    });

pub static NAME: Keyword<BindB> = Keyword {
    name: "name",
    args: Arity::exactly(1, "<name>"),
    since: "1.5",
    doc: "Name of the socket in statistics.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.name = cx.string(0))
};
