//! What is let through and how header fields are written.

use super::{on, switch};
use crate::build::ProxyB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places, Prefix, Status};
use crate::spec::{HeaderNames, Mode};

pub static ACCEPT_UNSAFE_REQUEST: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "3.1",
    ..switch(
        "option accept-unsafe-violations-in-http-request",
        Places::FRONT,
        "Takes some requests that the protocol forbids.",
        |cx, proxy| proxy.front.opts.accept_unsafe_violations = on(cx),
    )
};

pub static ACCEPT_UNSAFE_RESPONSE: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "3.1",
    ..switch(
        "option accept-unsafe-violations-in-http-response",
        Places::BACK,
        "Takes some responses that the protocol forbids.",
        |cx, proxy| proxy.back.opts.accept_unsafe_violations = on(cx),
    )
};

pub static H1_CASE_ADJUST_CLIENT: Keyword<ProxyB> = Keyword {
    since: "2.1",
    ..switch(
        "option h1-case-adjust-bogus-client",
        Places::FRONT,
        "Applies the case table towards clients.",
        |cx, proxy| proxy.front.opts.h1_case_adjust_bogus_client = on(cx),
    )
};

pub static H1_CASE_ADJUST_SERVER: Keyword<ProxyB> = Keyword {
    since: "2.1",
    ..switch(
        "option h1-case-adjust-bogus-server",
        Places::BACK,
        "Applies the case table towards servers.",
        |cx, proxy| proxy.back.opts.h1_case_adjust_bogus_server = on(cx),
    )
};

pub static HTTP_USE_PROXY_HEADER: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    ..switch(
        "option http-use-proxy-header",
        Places::FRONT,
        "Reads and writes Proxy-Connection instead of Connection in proxy requests.",
        |cx, proxy| proxy.front.opts.http_use_proxy_header = on(cx),
    )
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

pub static CHECKCACHE: Keyword<ProxyB> = Keyword {
    status: Status::Parsed,
    mode: Some(Mode::Http),
    ..switch(
        "option checkcache",
        Places::BACK,
        "Refuses responses that caches might keep together with a cookie.",
        |cx, proxy| proxy.back.opts.checkcache = on(cx),
    )
};

pub static DROP_REQUEST_TRAILERS: Keyword<ProxyB> = Keyword {
    status: Status::Parsed,
    mode: Some(Mode::Http),
    since: "3.1",
    ..switch(
        "option http-drop-request-trailers",
        Places::BACK,
        "Keeps trailers of requests from servers.",
        |cx, proxy| proxy.back.opts.http_drop_request_trailers = on(cx),
    )
};

pub static DROP_RESPONSE_TRAILERS: Keyword<ProxyB> = Keyword {
    status: Status::Parsed,
    mode: Some(Mode::Http),
    since: "3.1",
    ..switch(
        "option http-drop-response-trailers",
        Places::FRONT,
        "Keeps trailers of responses from clients.",
        |cx, proxy| proxy.front.opts.http_drop_response_trailers = on(cx),
    )
};

pub static RESTRICT_NAMES: Keyword<ProxyB> = Keyword {
    name: "option http-restrict-req-hdr-names",
    status: Status::Parsed,
    args: Arity::exactly(1, "'preserve', 'delete' or 'reject'"),
    since: "2.6",
    doc: "What becomes of header fields whose name isn't of letters, digits and dashes alone.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let choices =
            [("preserve", HeaderNames::Preserve), ("delete", HeaderNames::Delete), ("reject", HeaderNames::Reject)];
        if let Some(choice) = cx.one_of(0, &choices) {
            proxy.header_names = Some(choice);
        }
    })
};

fn old_name(cx: &mut Cx<'_>) {
    let new = cx.name.replace("accept-invalid-http", "accept-unsafe-violations-in-http");
    // A warning would be fatal under -dW where the reference, as far as is documented, gives none.
    cx.say(diag::Severity::Diag, KEYWORD, &format!("'{}' is deprecated, use '{new}'.", cx.name), None);
}
