//! What is let through and how header fields are written.

use super::on;
use crate::build::ProxyB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Keyword, Places, Prefix};
use crate::spec::Mode;

pub static ACCEPT_UNSAFE_REQUEST: Keyword<ProxyB> = Keyword {
    name: "option accept-unsafe-violations-in-http-request",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    since: "3.1",
    doc: "Takes some requests that the protocol forbids.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.accept_unsafe_violations = on(cx))
};

pub static ACCEPT_UNSAFE_RESPONSE: Keyword<ProxyB> = Keyword {
    name: "option accept-unsafe-violations-in-http-response",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    since: "3.1",
    doc: "Takes some responses that the protocol forbids.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.back.opts.accept_unsafe_violations = on(cx))
};

pub static H1_CASE_ADJUST_CLIENT: Keyword<ProxyB> = Keyword {
    name: "option h1-case-adjust-bogus-client",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    since: "2.1",
    doc: "Applies the case table towards clients.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.h1_case_adjust_bogus_client = on(cx))
};

pub static H1_CASE_ADJUST_SERVER: Keyword<ProxyB> = Keyword {
    name: "option h1-case-adjust-bogus-server",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    since: "2.1",
    doc: "Applies the case table towards servers.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.back.opts.h1_case_adjust_bogus_server = on(cx))
};

pub static HTTP_USE_PROXY_HEADER: Keyword<ProxyB> = Keyword {
    name: "option http-use-proxy-header",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    doc: "Reads and writes Proxy-Connection instead of Connection in proxy requests.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.http_use_proxy_header = on(cx))
};

pub static ACCEPT_INVALID_REQUEST: Keyword<ProxyB> = Keyword {
    name: "option accept-invalid-http-request",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    doc: "Old name of 'option accept-unsafe-violations-in-http-request'.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        old_name(cx);
        proxy.front.opts.accept_unsafe_violations = on(cx);
    })
};

pub static ACCEPT_INVALID_RESPONSE: Keyword<ProxyB> = Keyword {
    name: "option accept-invalid-http-response",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    doc: "Old name of 'option accept-unsafe-violations-in-http-response'.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        old_name(cx);
        proxy.back.opts.accept_unsafe_violations = on(cx);
    })
};

fn old_name(cx: &mut Cx<'_>) {
    let new = cx.name.replace("accept-invalid-http", "accept-unsafe-violations-in-http");
    // A warning would be fatal under -dW where the reference, as far as is documented, gives none.
    cx.say(diag::Severity::Diag, KEYWORD, &format!("'{}' is deprecated, use '{new}'.", cx.name), None);
}
