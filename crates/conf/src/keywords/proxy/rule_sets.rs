//! Lines of rule sets: `tcp-request …`, `http-request` and the like (manual 4.2).

use crate::actions;
use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::Mode;
use base::Ms;
use diag::Severity;
use rules::Stage;

/// A keyword whose lines are rules. What they do is noted line by line.
const fn rules(
    name: &'static str,
    places: Places,
    since: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword {
        name,
        places: places.or(Places::NAMED_DEFAULTS),
        args: Arity::at_least(1, "an action"),
        since,
        doc,
        manual: "4.2",
        ..Keyword::plain(parse)
    }
}

const FRONT: Places = Places::NAMED_FRONT.or(Places::STRICT);
const BACK: Places = Places::NAMED_BACK.or(Places::STRICT);

pub static QUIC_INITIAL: Keyword<ProxyB> =
    rules("quic-initial", FRONT, "3.1", "A rule for the first packet of a QUIC connection.", |cx, proxy| {
        actions::read(cx, proxy, Stage::QuicInitial)
    });

pub static TCP_REQUEST_CONNECTION: Keyword<ProxyB> =
    rules("tcp-request connection", FRONT, "", "A rule for a connection that was accepted.", |cx, proxy| {
        actions::read(cx, proxy, Stage::TcpReqConn)
    });

pub static TCP_REQUEST_SESSION: Keyword<ProxyB> =
    rules("tcp-request session", FRONT, "1.7", "A rule for a session, after all handshakes.", |cx, proxy| {
        actions::read(cx, proxy, Stage::TcpReqSess)
    });

pub static TCP_REQUEST_CONTENT: Keyword<ProxyB> =
    rules("tcp-request content", Places::NAMED, "", "A rule for what the client sends.", |cx, proxy| {
        actions::read(cx, proxy, Stage::TcpReqCont)
    });

pub static TCP_RESPONSE_CONTENT: Keyword<ProxyB> =
    rules("tcp-response content", BACK, "", "A rule for what the server sends.", |cx, proxy| {
        actions::read(cx, proxy, Stage::TcpResCont)
    });

pub static HTTP_REQUEST: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    ..rules("http-request", Places::NAMED, "", "A rule for requests.", |cx, proxy| {
        actions::read(cx, proxy, Stage::HttpReq)
    })
};

pub static HTTP_RESPONSE: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    ..rules("http-response", Places::NAMED, "", "A rule for answers of servers.", |cx, proxy| {
        actions::read(cx, proxy, Stage::HttpRes)
    })
};

pub static HTTP_AFTER_RESPONSE: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    ..rules("http-after-response", Places::NAMED, "2.2", "A rule for all answers.", |cx, proxy| {
        actions::read(cx, proxy, Stage::HttpAfterRes)
    })
};

pub static TCP_REQUEST_INSPECT_DELAY: Keyword<ProxyB> = Keyword {
    name: "tcp-request inspect-delay",
    places: Places::NAMED.or(Places::NAMED_DEFAULTS),
    args: Arity::exactly(1, "a time"),
    doc: "How long 'tcp-request content' rules may wait for the client's data.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(time) = inspect(cx, proxy, 0) {
            proxy.lang.inspect_request = Some(time);
        }
    })
};

pub static TCP_RESPONSE_INSPECT_DELAY: Keyword<ProxyB> = Keyword {
    name: "tcp-response inspect-delay",
    places: BACK.or(Places::NAMED_DEFAULTS),
    args: Arity::exactly(1, "a time"),
    doc: "How long 'tcp-response content' rules may wait for the server's data.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(time) = inspect(cx, proxy, 1) {
            proxy.lang.inspect_response = Some(time);
        }
    })
};

/// Reads a delay. A second one in the same section is told of, and ignored.
fn inspect(cx: &mut Cx<'_>, proxy: &mut ProxyB, which: usize) -> Option<Ms> {
    let time = cx.time(0, 0)?;
    if core::mem::replace(&mut proxy.own.inspects[which], true) {
        let text = format!("ignoring {} (was already defined).", cx.name);
        cx.say(Severity::Warning, 0, &text, None);
        return None;
    }
    Some(time)
}
