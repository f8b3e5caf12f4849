//! Keywords that were documented once and are no more.

use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Status};

pub static DISPATCH: Keyword<ProxyB> = Keyword {
    name: "dispatch",
    args: Arity::at_least(0, "<address>"),
    doc: "Once named a server without a name.",
    manual: "4.2",
    status: Status::Gone("use a 'server' line"),
    ..Keyword::plain(|_, _| {})
};

pub static TRANSPARENT: Keyword<ProxyB> = Keyword {
    name: "transparent",
    args: Arity::at_least(0, "nothing"),
    doc: "Once connected to where the client wanted to go.",
    manual: "4.2",
    status: Status::Gone("use 'server <name> *:0' with transparent binding"),
    ..Keyword::plain(|_, _| {})
};

pub static BLOCK: Keyword<ProxyB> = Keyword {
    name: "block",
    args: Arity::at_least(0, "a condition"),
    doc: "Once refused requests.",
    manual: "4.2",
    status: Status::Gone("use 'http-request deny'"),
    ..Keyword::plain(|_, _| {})
};

pub static APPSESSION: Keyword<ProxyB> = Keyword {
    name: "appsession",
    args: Arity::at_least(0, "a cookie"),
    doc: "Once learnt application cookies.",
    manual: "4.2",
    status: Status::Gone("use 'stick' rules"),
    ..Keyword::plain(|_, _| {})
};

pub static USESRC: Keyword<ProxyB> = Keyword {
    name: "usesrc",
    args: Arity::at_least(0, "an address"),
    doc: "Belongs behind 'source'.",
    manual: "4.2",
    status: Status::Gone("it belongs behind 'source <addr>'"),
    ..Keyword::plain(|_, _| {})
};
