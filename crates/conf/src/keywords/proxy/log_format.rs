//! `log-format`, `error-log-format`.

use crate::build::{LogFormatB, ProxyB};
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::Sourced;

pub static LOG_FORMAT: Keyword<ProxyB> = Keyword {
    name: "log-format",
    places: Places::FRONT.or(Places::QUIET),
    args: Arity::at_least(1, "a format"),
    since: "1.5",
    doc: "What a log line says.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if ignored_in_backends(cx, proxy) {
            return;
        }
        if let Some(format) = format(cx) {
            proxy.log_format = LogFormatB::Custom(format, cx.span(0));
        }
    })
};

pub static ERROR_LOG_FORMAT: Keyword<ProxyB> = Keyword {
    name: "error-log-format",
    places: Places::FRONT.or(Places::QUIET),
    args: Arity::at_least(1, "a format"),
    since: "2.5",
    doc: "What the log line of a connection that failed early says.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if ignored_in_backends(cx, proxy) {
            return;
        }
        if let Some(format) = format(cx) {
            proxy.error_log_format = Some((format, cx.span(0)));
        }
    })
};

pub static LOG_FORMAT_SD: Keyword<ProxyB> = Keyword {
    name: "log-format-sd",
    places: Places::FRONT.or(Places::QUIET),
    args: Arity::at_least(1, "a format"),
    since: "1.7",
    doc: "The structured data of a log line of RFC 5424.",
    manual: "4.2",
    status: Status::Parsed,
    ..Keyword::plain(|cx, proxy| {
        if ignored_in_backends(cx, proxy) {
            return;
        }
        if let Some(format) = format(cx) {
            proxy.log_format_sd = Some((format, cx.span(0)));
        }
    })
};

fn ignored_in_backends(cx: &mut Cx<'_>, proxy: &ProxyB) -> bool {
    let backend = proxy.place() == Places::BACKEND;
    if backend {
        let name = cx.name;
        let text = format!("backend '{}' : '{name}' directive is ignored in backends.", proxy.name);
        cx.say(diag::Severity::Warning, crate::cx::KEYWORD, &text, None);
    }
    backend
}

fn format(cx: &mut Cx<'_>) -> Option<Sourced> {
    if cx.len() > 1 {
        cx.alert_help(1, "expects only one argument.", "put quotes around it, or a backslash before each space".into());
        return None;
    }
    cx.bytes(0).map(|text| Sourced { words: vec![text], at: cx.at(0) })
}
