//! `stats …` of proxies (manual 4.2): the statistics page.

use crate::build::ProxyB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::{StatsAccount, StatsAction, StatsPage, StatsRule, StatsScope, StatsText};
use expr::Place;

pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &ADMIN,
    &AUTH,
    &ENABLE,
    &HIDE_VERSION,
    &HTTP_REQUEST,
    &REALM,
    &REFRESH,
    &SCOPE,
    &SHOW_DESC,
    &SHOW_LEGENDS,
    &SHOW_MODULES,
    &SHOW_NODE,
    &SHOW_VERSION,
    &URI,
];

/// A line of this family. Every one turns the page on.
const fn stats(
    name: &'static str,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword { name, status: Status::Parsed, args, doc, manual: "4.2", ..Keyword::plain(parse) }
}

/// The page of the proxy, which is there from now on.
fn page<'p>(cx: &Cx<'_>, proxy: &'p mut ProxyB) -> &'p mut StatsPage {
    proxy.stats.page(cx.span(KEYWORD))
}

static ENABLE: Keyword<ProxyB> = stats("stats enable", Arity::NONE, "Turns the statistics page on.", |cx, proxy| {
    page(cx, proxy);
});

static URI: Keyword<ProxyB> =
    stats("stats uri", Arity::exactly(1, "<prefix>"), "Where the statistics page is.", |cx, proxy| {
        page(cx, proxy).uri = cx.bytes(0);
    });

static REALM: Keyword<ProxyB> = stats(
    "stats realm",
    // As documented, it is read as a single word: what follows isn't read.
    Arity::at_least(1, "<realm>"),
    "What browsers ask a password of the statistics page for.",
    |cx, proxy| page(cx, proxy).realm = cx.bytes(0),
);

static AUTH: Keyword<ProxyB> = stats(
    "stats auth",
    Arity::exactly(1, "<user>:<passwd>"),
    "An account that may see the statistics page.",
    |cx, proxy| {
        let Some(account) = cx.bytes(0) else { return };
        let (user, password) = match account.iter().position(|c| *c == b':') {
            Some(colon) => (&account[..colon], &account[colon + 1..]),
            None => (&account[..], &b""[..]),
        };
        page(cx, proxy).accounts.push(StatsAccount { user: user.into(), password: password.into() });
    },
);

static REFRESH: Keyword<ProxyB> = stats(
    "stats refresh",
    Arity::exactly(1, "<delay>"),
    "How often browsers load the statistics page again.",
    |cx, proxy| {
        if let Some(seconds) = cx.seconds(0) {
            page(cx, proxy).refresh_s = Some(seconds).filter(|s| *s > 0);
        }
    },
);

static SCOPE: Keyword<ProxyB> = stats(
    "stats scope",
    Arity::exactly(1, "<name> or '.'"),
    "A proxy that the statistics page shows; all of them without such a line.",
    |cx, proxy| {
        let Some(name) = cx.bytes(0) else { return };
        let scope = if &*name == b"." { StatsScope::Own } else { StatsScope::Name(name) };
        page(cx, proxy).scopes.push(scope);
    },
);

static HIDE_VERSION: Keyword<ProxyB> =
    stats("stats hide-version", Arity::NONE, "Leaves the version out of the statistics page.", |cx, proxy| {
        page(cx, proxy).show_version = false;
    });

static SHOW_VERSION: Keyword<ProxyB> = Keyword {
    since: "3.4",
    ..stats("stats show-version", Arity::NONE, "Shows the version on the statistics page.", |cx, proxy| {
        page(cx, proxy).show_version = true;
    })
};

static SHOW_LEGENDS: Keyword<ProxyB> =
    stats("stats show-legends", Arity::NONE, "Shows details of proxies and servers as tooltips.", |cx, proxy| {
        page(cx, proxy).show_legends = true;
    });

static SHOW_MODULES: Keyword<ProxyB> = Keyword {
    since: "2.3",
    ..stats("stats show-modules", Arity::NONE, "Shows what modules count.", |cx, proxy| {
        page(cx, proxy).show_modules = true;
    })
};

static SHOW_NODE: Keyword<ProxyB> = stats(
    "stats show-node",
    Arity::between(0, 1, "[<name>]"),
    "Shows the machine's name on the statistics page.",
    |cx, proxy| {
        let name = cx.text(0);
        if let Some(bad) = name.iter().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, b'-' | b'_' | b'.')) {
            let text = format!(": character '{}' is not permitted in a node's name.", bad.escape_ascii());
            return cx.alert(0, text);
        }
        let own = Some(name).filter(|name| !name.is_empty());
        page(cx, proxy).show_node = Some(own.map_or(StatsText::Global, |name| StatsText::Own(name.into())));
    },
);

static SHOW_DESC: Keyword<ProxyB> = stats(
    "stats show-desc",
    Arity::at_least(0, "[<desc>]"),
    "Shows a description on the statistics page.",
    |cx, proxy| {
        let own = (!cx.is_empty()).then(|| cx.texts_from(0).join(&b' '));
        page(cx, proxy).show_desc = Some(own.map_or(StatsText::Global, |text| StatsText::Own(text.into())));
        proxy.stats.desc_span = cx.span(KEYWORD);
    },
);

static ADMIN: Keyword<ProxyB> = Keyword {
    places: Places::NAMED,
    ..stats(
        "stats admin",
        Arity::at_least(1, "'if' or 'unless' and a condition"),
        "Who may change states on the statistics page.",
        |cx, proxy| {
            let Some(Some(_)) = cx.cond(0, &proxy.known_acls, Place::BeHttpReq) else { return };
            let cond = cx.sourced(0, cx.len());
            page(cx, proxy).admin.push(cond);
        },
    )
};

static HTTP_REQUEST: Keyword<ProxyB> = Keyword {
    places: Places::NAMED,
    ..stats(
        "stats http-request",
        Arity::at_least(1, "'allow', 'deny' or 'auth [realm <realm>]', and optionally a condition"),
        "Who may see the statistics page.",
        |cx, proxy| {
            let (action, from) = match cx.text(0) {
                b"allow" => (StatsAction::Allow, 1),
                b"deny" => (StatsAction::Deny, 1),
                b"auth" if cx.text(1) == b"realm" => match cx.bytes(2) {
                    Some(realm) => (StatsAction::Auth { realm: Some(realm) }, 3),
                    None => return,
                },
                b"auth" => (StatsAction::Auth { realm: None }, 1),
                _ => {
                    let got = cx.show(0);
                    return cx.alert(0, format!("expects 'allow', 'deny' or 'auth', not '{got}'."));
                }
            };
            let Some(cond) = cx.cond(from, &proxy.known_acls, Place::BeHttpReq) else { return };
            let cond = cond.map(|_| cx.sourced(from, cx.len()));
            if page(cx, proxy).rules.last().is_some_and(|rule| rule.cond.is_none()) {
                cx.warn(KEYWORD, "comes behind a rule without a condition, so that it's never reached.");
            }
            let at = cx.at(0);
            page(cx, proxy).rules.push(StatsRule { action, cond, at });
        },
    )
};
