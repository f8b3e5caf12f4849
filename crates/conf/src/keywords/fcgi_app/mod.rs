//! Keywords of section `fcgi-app` (manual 10.1.1).

use crate::build::FcgiAppB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Prefix, Said};
use crate::keywords::proxy::log;
use crate::spec::{FcgiParam, FcgiRule, Sourced};
use expr::logfmt::Use;
use expr::{Place, Places as Moments};

pub static ITEMS: &[&Keyword<FcgiAppB>] = &[
    &ACL,
    &DOCROOT,
    &GET_VALUES,
    &INDEX,
    &KEEP_CONN,
    &LOG_STDERR,
    &MAX_REQS,
    &MPXS_CONNS,
    &PASS_HEADER,
    &PATH_INFO,
    &SET_PARAM,
];

static ACL: Keyword<FcgiAppB> = Keyword {
    name: "acl",
    args: Arity::at_least(2, "<name> <criterion> [flags] [operator] <value>…"),
    since: "2.1",
    doc: "Declares a test for the rules of this application.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| {
        app.made.acls.push(Sourced { words: cx.texts_from(0), at: cx.at(0) });
        cx.acl(&mut app.acls);
    })
};

static DOCROOT: Keyword<FcgiAppB> = Keyword {
    name: "docroot",
    args: Arity::exactly(1, "a path"),
    since: "2.1",
    doc: "Where documents are on the application's host; needed.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| {
        app.docroot_said = true;
        if let Some(path) = cx.bytes(0) {
            app.made.docroot = path;
        }
    })
};

static INDEX: Keyword<FcgiAppB> = Keyword {
    name: "index",
    args: Arity::exactly(1, "a script's name"),
    since: "2.1",
    doc: "Script behind a path that ends in a slash.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| app.made.index = cx.bytes(0))
};

static LOG_STDERR: Keyword<FcgiAppB> = Keyword {
    name: "log-stderr",
    args: Arity::at_least(0, "global, or <target> and options, <facility> [<level> [<minlevel>]]"),
    since: "2.1",
    doc: "Where messages of the application go.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| log::read(cx, &mut app.logs, false))
};

static PASS_HEADER: Keyword<FcgiAppB> = Keyword {
    name: "pass-header",
    args: Arity::at_least(1, "a header field's name and [if | unless <condition>]"),
    since: "2.1",
    doc: "Shows the application a header field that is usually left out.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| {
        let Some(name) = cx.bytes(0) else { return };
        rule(cx, app, 1, FcgiParam::PassHeader(name.to_ascii_lowercase().into()));
    })
};

static PATH_INFO: Keyword<FcgiAppB> = Keyword {
    name: "path-info",
    args: Arity::exactly(1, "a regular expression"),
    since: "2.1",
    doc: "Parts a path into the script's name and what follows.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| {
        if cx.regex(0, false).is_some() {
            app.made.path_info = Some(Sourced { words: cx.texts_from(0), at: cx.at(0) });
        }
    })
};

static SET_PARAM: Keyword<FcgiAppB> = Keyword {
    name: "set-param",
    args: Arity::at_least(2, "<name> <fmt> and [if | unless <condition>]"),
    since: "2.1",
    doc: "Sets a parameter that the application gets.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| {
        let (Some(name), Some(_)) = (cx.bytes(0), cx.bytes(1)) else { return };
        if cx.format(1, Use::Http, Place::BeHttpReq, true).is_none() {
            return;
        }
        let value = Sourced { words: vec![cx.text(1).into()], at: cx.at(1) };
        rule(cx, app, 2, FcgiParam::SetParam { name, value });
    })
};

/// Adds a rule whose condition, if any, begins at argument `i`. The reference doesn't tell about tests that can't
/// match here.
fn rule(cx: &mut Cx<'_>, app: &mut FcgiAppB, i: usize, what: FcgiParam) {
    let Some(cond) = cx.cond(i, &app.acls, Moments::ALL) else { return };
    let cond = cond.map(|_| Sourced { words: cx.texts_from(i), at: cx.at(i) });
    app.made.rules.push(FcgiRule { what, cond, at: cx.at(0) });
}

/// An option that is on or, with `no`, off.
const fn switch(name: &'static str, doc: &'static str, parse: fn(&mut Cx<'_>, &mut FcgiAppB)) -> Keyword<FcgiAppB> {
    Keyword { name, prefix: Prefix::No, since: "2.1", doc, manual: "10.1.1", ..Keyword::plain(parse) }
}

static GET_VALUES: Keyword<FcgiAppB> =
    switch("option get-values", "Asks the application for its limits.", |cx, app| {
        app.made.get_values = cx.said == Said::Plain;
    });

static KEEP_CONN: Keyword<FcgiAppB> =
    switch("option keep-conn", "Has the application leave connections open.", |cx, app| {
        app.made.keep_conn = cx.said == Said::Plain;
    });

static MPXS_CONNS: Keyword<FcgiAppB> =
    switch("option mpxs-conns", "Sends several requests at a time on one connection.", |cx, app| {
        app.made.multiplex = cx.said == Said::Plain;
    });

static MAX_REQS: Keyword<FcgiAppB> = Keyword {
    name: "option max-reqs",
    args: Arity::exactly(1, "a number above zero"),
    since: "2.1",
    doc: "Requests at a time on one connection.",
    manual: "10.1.1",
    ..Keyword::plain(|cx, app| {
        if let Some(n) = cx.uint(0, 1, i32::MAX as u32) {
            app.made.max_reqs = n;
        }
    })
};
