//! Options that are no more.

use crate::build::ProxyB;
use crate::keyword::{Keyword, Prefix, Status};

pub static FORCECLOSE: Keyword<ProxyB> = Keyword {
    name: "option forceclose",
    prefix: Prefix::NoDefault,
    doc: "Once closed both connections; 'httpclose' does.",
    manual: "4.2",
    status: Status::Gone("use 'option httpclose'"),
    ..Keyword::plain(|_, _| {})
};

pub static HTTP_TUNNEL: Keyword<ProxyB> = Keyword {
    name: "option http-tunnel",
    prefix: Prefix::NoDefault,
    doc: "Once treated what follows the first exchange as a tunnel.",
    manual: "4.2",
    status: Status::Gone("remove it, it isn't needed"),
    ..Keyword::plain(|_, _| {})
};

pub static TRANSPARENT: Keyword<ProxyB> = Keyword {
    name: "option transparent",
    prefix: Prefix::NoDefault,
    doc: "Once connected to where the client wanted to go.",
    manual: "4.2",
    status: Status::Gone("use 'server <name> *:0' with transparent binding"),
    ..Keyword::plain(|_, _| {})
};
