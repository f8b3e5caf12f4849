//! `use_backend`, `default_backend`.

use crate::build::{Order, PendingTarget, ProxyB};
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::Sourced;
use expr::Place;
use expr::logfmt::Use;

pub static DEFAULT_BACKEND: Keyword<ProxyB> = Keyword {
    name: "default_backend",
    places: Places::FRONT,
    args: Arity::exactly(1, "a backend name"),
    doc: "Backend for what no 'use_backend' sent elsewhere.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.default_backend = target(cx))
};

pub static USE_BACKEND: Keyword<ProxyB> = Keyword {
    name: "use_backend",
    places: Places::NAMED_FRONT,
    args: Arity::at_least(1, "a backend name and a condition"),
    doc: "Backend for what meets a condition.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(mut target) = target(cx) else { return };
        if target.name.contains('%') {
            // The name is found at run time.
            target.format = cx.format(0, Use::Http, Place::UseBackend, true);
            if target.format.is_none() {
                return;
            }
        }
        let Some(cond) = cx.cond(1, &proxy.known_acls, Place::UseBackend) else { return };
        target.cond = cond.map(|_| Sourced { words: cx.texts_from(1), at: cx.at(1) });
        proxy.comes(cx, Order::UseBackend);
        proxy.use_backend.push(target);
    })
};

fn target(cx: &mut Cx<'_>) -> Option<PendingTarget> {
    Some(PendingTarget { name: cx.string(0)?, format: None, cond: None, at: cx.at(0), span: cx.span(0) })
}
