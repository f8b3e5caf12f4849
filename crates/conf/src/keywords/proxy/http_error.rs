//! `http-error`, `errorfiles`: pages instead of our own.

use crate::actions::{self, ReplyKind};
use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use expr::{Place, Places as Where};

pub static HTTP_ERROR: Keyword<ProxyB> = Keyword {
    name: "http-error",
    args: Arity::at_least(1, "status <code> and an answer"),
    since: "2.3",
    doc: "Answer for a status that the proxy gives by itself.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let places = Where::these(&[Place::FeHttpReq, Place::BeHttpReq, Place::FeHttpRes, Place::BeHttpRes]);
        let mut at = 0;
        if let Some(reply) = actions::read_reply(cx, &mut at, ReplyKind::Error, 0, places) {
            proxy.lang.http_errors.push(reply);
        }
    })
};

pub static ERRORFILES: Keyword<ProxyB> = Keyword {
    name: "errorfiles",
    args: Arity::at_least(1, "the name of an 'http-errors' section, and status codes"),
    since: "2.2",
    doc: "Takes pages of an 'http-errors' section.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(name) = cx.string(0) else { return };
        let Some(statuses) = statuses(cx) else { return };
        proxy.lang.errorfiles.push((name, statuses));
        proxy.errorfiles_spans.push(cx.span(0));
    })
};

fn statuses(cx: &mut Cx<'_>) -> Option<Vec<u16>> {
    let mut made = Vec::new();
    for i in 1..cx.len() {
        let status = core::str::from_utf8(cx.text(i)).ok().and_then(|text| text.parse().ok());
        match status.filter(|status| actions::is_handled(*status)) {
            Some(status) => made.push(status),
            None => {
                let got = cx.show(i);
                cx.alert(i, format!(": status code '{got}' has no page of its own."));
                return None;
            }
        }
    }
    Some(made)
}
