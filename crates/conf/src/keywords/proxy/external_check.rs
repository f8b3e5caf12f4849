//! `external-check …`.

use crate::build::ProxyB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword, Places, Status};

pub static COMMAND: Keyword<ProxyB> = Keyword {
    name: "external-check command",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::exactly(1, "<command>"),
    since: "1.6",
    doc: "Program that checks servers.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(command) = cx.bytes(0) {
            proxy.checks.command = Some((command, cx.span(KEYWORD)));
        }
    })
};

pub static PATH: Keyword<ProxyB> = Keyword {
    name: "external-check path",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::exactly(1, "<path>"),
    since: "1.6",
    doc: "PATH of the program that checks servers.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(path) = cx.bytes(0) {
            proxy.checks.path = Some((path, cx.span(KEYWORD)));
        }
    })
};
