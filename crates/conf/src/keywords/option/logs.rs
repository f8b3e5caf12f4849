//! What is logged.

use super::{on, switch};
use crate::build::{LogFormatB, ProxyB};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::Mode;

pub static DONTLOGNULL: Keyword<ProxyB> =
    switch("option dontlognull", Places::FRONT, "Logs no connection on which nothing was sent.", |cx, proxy| {
        proxy.front.opts.dontlognull = on(cx)
    });

pub static DONTLOG_NORMAL: Keyword<ProxyB> =
    switch("option dontlog-normal", Places::FRONT, "Logs only what went wrong.", |cx, proxy| {
        proxy.front.opts.dontlog_normal = on(cx)
    });

pub static HTTP_IGNORE_PROBES: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    since: "1.5",
    ..switch(
        "option http-ignore-probes",
        Places::FRONT,
        "Neither logs nor counts connections that were closed or timed out without a request.",
        |cx, proxy| proxy.front.opts.http_ignore_probes = on(cx),
    )
};

pub static LOGASAP: Keyword<ProxyB> =
    switch("option logasap", Places::FRONT, "Logs as soon as the response has begun.", |cx, proxy| {
        proxy.front.opts.logasap = on(cx)
    });

pub static LOG_HEALTH_CHECKS: Keyword<ProxyB> =
    switch("option log-health-checks", Places::BACK, "Logs every change of a check's result.", |cx, proxy| {
        proxy.back.opts.log_health_checks = on(cx)
    });

pub static LOG_SEPARATE_ERRORS: Keyword<ProxyB> =
    switch("option log-separate-errors", Places::FRONT, "Logs errors at level err.", |cx, proxy| {
        proxy.front.opts.log_separate_errors = on(cx)
    });

pub static HTTPLOG: Keyword<ProxyB> = Keyword {
    name: "option httplog",
    places: Places::FRONT.or(Places::QUIET),
    args: Arity::between(0, 1, "[clf]"),
    doc: "Logs requests with timers and states.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let clf = clf(cx);
        if !ignored_in_backends(cx, proxy) {
            proxy.log_format =
                if clf { LogFormatB::HttpClf(cx.span(KEYWORD)) } else { LogFormatB::Http(cx.span(KEYWORD)) };
        }
    })
};

pub static TCPLOG: Keyword<ProxyB> = Keyword {
    name: "option tcplog",
    places: Places::FRONT.or(Places::QUIET),
    args: Arity::between(0, 1, "[clf]"),
    doc: "Logs connections with timers and states.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let clf = clf(cx);
        if !ignored_in_backends(cx, proxy) {
            proxy.log_format =
                if clf { LogFormatB::TcpClf(cx.span(KEYWORD)) } else { LogFormatB::Tcp(cx.span(KEYWORD)) };
        }
    })
};

pub static HTTPSLOG: Keyword<ProxyB> = Keyword {
    name: "option httpslog",
    places: Places::FRONT.or(Places::QUIET),
    since: "2.5",
    doc: "Logs requests with timers, states and what TLS agreed on.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if !ignored_in_backends(cx, proxy) {
            proxy.log_format = LogFormatB::Https(cx.span(KEYWORD));
        }
    })
};

fn clf(cx: &mut Cx<'_>) -> bool {
    match cx.text(0) {
        b"" => false,
        b"clf" => true,
        _ => {
            let extra = cx.show(0);
            cx.alert(0, format!("cannot handle unexpected argument '{extra}'."));
            false
        }
    }
}

fn ignored_in_backends(cx: &mut Cx<'_>, proxy: &ProxyB) -> bool {
    let backend = proxy.place() == Places::BACKEND;
    if backend {
        let text = format!("backend '{}' : '{}' directive is ignored in backends.", proxy.name, cx.name);
        cx.say(diag::Severity::Warning, KEYWORD, &text, None);
    }
    backend
}
