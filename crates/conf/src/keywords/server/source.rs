//! Where connections to a server come from.

use crate::addr::Want;
use crate::build::ServerB;
use crate::keyword::{Arity, Keyword, Status};
use crate::keywords::proxy::source as line;

pub static SOURCE: Keyword<ServerB> = Keyword {
    name: "source",
    args: Arity::at_least(1, "<addr>[:<port>[-<port>]] [usesrc <addr>] [interface <name>]"),
    doc: "Address that connections to the server come from.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        let (source, used) = line::read(cx, Want::SERVER_SOURCE);
        cx.used = used;
        if source.is_some() {
            server.spec.source = source;
        }
    })
};

pub static USESRC: Keyword<ServerB> = Keyword {
    name: "usesrc",
    doc: "Belongs behind 'source'.",
    manual: "5.2",
    status: Status::Gone("it belongs behind 'source <addr>'"),
    ..Keyword::plain(|_, _| {})
};
