//! What is logged.

use super::on;
use crate::build::{LogFormatB, ProxyB};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places, Prefix};
use crate::spec::Mode;

pub static DONTLOGNULL: Keyword<ProxyB> = Keyword {
    name: "option dontlognull",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Logs no connection on which nothing was sent.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.dontlognull = on(cx))
};

pub static DONTLOG_NORMAL: Keyword<ProxyB> = Keyword {
    name: "option dontlog-normal",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Logs only what went wrong.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.dontlog_normal = on(cx))
};

pub static HTTP_IGNORE_PROBES: Keyword<ProxyB> = Keyword {
    name: "option http-ignore-probes",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    since: "1.5",
    doc: "Neither logs nor counts connections that were closed or timed out without a request.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.http_ignore_probes = on(cx))
};

pub static LOGASAP: Keyword<ProxyB> = Keyword {
    name: "option logasap",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Logs as soon as the response has begun.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.logasap = on(cx))
};

pub static LOG_HEALTH_CHECKS: Keyword<ProxyB> = Keyword {
    name: "option log-health-checks",
    places: Places::BACK,
    prefix: Prefix::NoDefault,
    doc: "Logs every change of a check's result.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.back.opts.log_health_checks = on(cx))
};

pub static LOG_SEPARATE_ERRORS: Keyword<ProxyB> = Keyword {
    name: "option log-separate-errors",
    places: Places::FRONT,
    prefix: Prefix::NoDefault,
    doc: "Logs errors at level err.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.front.opts.log_separate_errors = on(cx))
};

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
