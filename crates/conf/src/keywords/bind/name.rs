//! What a socket is called.

use crate::build::BindB;
use crate::keyword::{Arity, Keyword};

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

pub static NAME: Keyword<BindB> = Keyword {
    name: "name",
    args: Arity::exactly(1, "<name>"),
    since: "1.5",
    doc: "Name of the socket in statistics.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.name = cx.string(0))
};
