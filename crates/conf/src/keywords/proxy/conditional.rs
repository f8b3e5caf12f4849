//! Keywords that are little more than a condition: `force-persist`, `ignore-persist`, `force-be-switch`,
//! `monitor fail`; and `use-server`.

use crate::actions;
use crate::build::{Order, ProxyB};
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::{Conditional, Persist, ServerName};
use expr::logfmt::Use;
use expr::{Place, Places as Where};
use rules::Stage;

/// A keyword that takes a condition and nothing else.
const fn conditional(
    name: &'static str,
    places: Places,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword {
        name,
        places,
        args: Arity::at_least(1, "either 'if' or 'unless' followed by a condition"),
        doc,
        manual: "4.2",
        status: Status::Parsed,
        ..Keyword::plain(parse)
    }
}

pub static FORCE_PERSIST: Keyword<ProxyB> = conditional(
    "force-persist",
    Places::NAMED_BACK,
    "Sends whom a server is for to it though it is down.",
    |cx, proxy| persist(cx, proxy, Persist::Force),
);

pub static IGNORE_PERSIST: Keyword<ProxyB> =
    conditional("ignore-persist", Places::NAMED_BACK, "Forgets for whom a server is.", |cx, proxy| {
        persist(cx, proxy, Persist::Ignore)
    });

fn persist(cx: &mut Cx<'_>, proxy: &mut ProxyB, what: Persist) {
    if let Some(cond) = cx.cond(0, &proxy.known_acls, Place::BeTcpReq) {
        proxy.lang.persist.push(Conditional { cond, what, at: cx.at(0) });
    }
}

pub static FORCE_BE_SWITCH: Keyword<ProxyB> = Keyword {
    since: "3.4",
    ..conditional("force-be-switch", Places::NAMED_FRONT, "Lets disabled backends be chosen.", |cx, proxy| {
        if let Some(cond) = cx.cond(0, &proxy.known_acls, Place::UseBackend) {
            proxy.lang.force_switch.push(Conditional { cond, what: (), at: cx.at(0) });
        }
    })
};

pub static MONITOR_FAIL: Keyword<ProxyB> = Keyword {
    status: Status::Working,
    ..conditional(
        "monitor fail",
        Places::NAMED_FRONT,
        "When a monitor's request is answered by an error.",
        |cx, proxy| {
            // The reference doesn't warn of ACLs that can't match here.
            if let Some(cond) = cx.cond(0, &proxy.known_acls, Where::ALL) {
                proxy.lang.monitor_fail.push(Conditional { cond, what: (), at: cx.at(0) });
            }
        },
    )
};

pub static USE_SERVER: Keyword<ProxyB> = Keyword {
    name: "use-server",
    places: Places::NAMED_BACK,
    args: Arity::at_least(2, "a server name and a condition"),
    doc: "Takes a server under a condition.",
    manual: "4.2",
    status: Status::Parsed,
    ..Keyword::plain(|cx, proxy| {
        let what = if cx.text(0).contains(&b'%') {
            let places = actions::stage_places(Stage::HttpReq, proxy);
            let Some(format) = cx.format(0, Use::Http, places, true) else { return };
            ServerName::Format(format)
        } else {
            let Some(name) = cx.string(0) else { return };
            proxy.own.servers.push((name.clone(), cx.span(0)));
            ServerName::Name(name)
        };
        let Some(cond) = cx.cond(1, &proxy.known_acls, Place::UseServer) else { return };
        proxy.comes(cx, Order::UseServer);
        proxy.lang.use_server.push(Conditional { cond, what, at: cx.at(0) });
    })
};
