//! Where states of servers are read from.

use crate::build::ProxyB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::StateFrom;

pub static LOAD: Keyword<ProxyB> = Keyword {
    name: "load-server-state-from-file",
    places: Places::BACK,
    args: Arity::exactly(1, "'global', 'local' or 'none'"),
    since: "1.6",
    doc: "Whether servers begin in the state that a file says.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let choices = [("global", StateFrom::Global), ("local", StateFrom::Local), ("none", StateFrom::None)];
        let Some(choice) = cx.one_of(0, &choices) else { return };
        proxy.back.state_file.from = choice;
        proxy.state_file_span = cx.span(0);
        if choice != StateFrom::None {
            cx.not_yet(KEYWORD, "load-server-state-from-file");
        }
    })
};

pub static NAME: Keyword<ProxyB> = Keyword {
    name: "server-state-file-name",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::between(0, 1, "'use-backend-name' or <file>"),
    since: "1.6",
    doc: "File with the servers' states, if it isn't called like the backend.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let name = Some(cx.text(0)).filter(|name| !name.is_empty() && *name != b"use-backend-name");
        proxy.back.state_file.name = name.map(Into::into);
    })
};
