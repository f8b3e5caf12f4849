//! Limits of HTTP messages and logs of them.

use super::shape::{ANY, number, put_number};
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Reload};

pub static MAXHDR: Keyword<GlobalB> = Keyword {
    name: "tune.http.maxhdr",
    args: Arity::exactly(1, "<number>"),
    doc: "Most fields of a message head.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 1, 32767) {
            global.spec.tune.http_maxhdr = n;
        }
    })
};

pub static LOGURILEN: Keyword<GlobalB> = Keyword {
    name: "tune.http.logurilen",
    args: Arity::exactly(1, "<number>"),
    since: "1.9",
    doc: "Longest target in a log line.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.http_logurilen == b.tune.http_logurilen),
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 1, u32::from(u16::MAX)) {
            global.spec.tune.http_logurilen = n;
        }
    })
};

pub static H1_FE_GLITCHES: Keyword<GlobalB> = Keyword {
    name: "tune.h1.fe.glitches-threshold",
    args: Arity::exactly(1, "<number>"),
    since: "3.3",
    doc: "Oddities after which a client's HTTP/1 connection is closed; 0 for never.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.h1_fe_glitches_threshold == b.tune.h1_fe_glitches_threshold),
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            global.spec.tune.h1_fe_glitches_threshold = n;
        }
    })
};

pub static H1_BE_GLITCHES: Keyword<GlobalB> = Keyword {
    name: "tune.h1.be.glitches-threshold",
    args: Arity::exactly(1, "<number>"),
    since: "3.3",
    doc: "Oddities after which a server's HTTP/1 connection is closed; 0 for never.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.h1_be_glitches_threshold == b.tune.h1_be_glitches_threshold),
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            global.spec.tune.h1_be_glitches_threshold = n;
        }
    })
};

pub static COOKIELEN: Keyword<GlobalB> = Keyword {
    name: "tune.http.cookielen",
    since: "1.5",
    doc: "Longest cookie that is captured.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.http_cookielen))
};
