//! `unique-id-format`, `unique-id-header`.

use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places, Status};
use expr::logfmt::Use;
use expr::{Place, Places as Where};

pub static UNIQUE_ID_FORMAT: Keyword<ProxyB> = Keyword {
    name: "unique-id-format",
    places: Places::ALL,
    args: Arity::at_least(1, "a format"),
    doc: "What the unique id of a request consists of.",
    manual: "4.2",
    status: Status::Parsed,
    ..Keyword::plain(|cx, proxy| {
        if cx.len() > 1 {
            let help = "put quotes around it, or a backslash before each space".to_owned();
            cx.alert_help(1, "expects only one argument.", help);
            return;
        }
        // A backend's is for its health checks.
        let places = match proxy.place() == Places::FRONTEND {
            true => Where::from(Place::FeHttpReq),
            false => Where::these(&[Place::FeHttpReq, Place::TcpCheck]),
        };
        if let Some(format) = cx.format(0, Use::UniqueId, places, true) {
            proxy.lang.unique_id_format = Some(format);
        }
    })
};

pub static UNIQUE_ID_HEADER: Keyword<ProxyB> = Keyword {
    name: "unique-id-header",
    places: Places::ALL,
    args: Arity::exactly(1, "the name of a header field"),
    doc: "Header field that tells servers a request's unique id.",
    manual: "4.2",
    status: Status::Parsed,
    ..Keyword::plain(|cx, proxy| proxy.lang.unique_id_header = cx.bytes(0))
};
