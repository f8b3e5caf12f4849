//! `log`, `log-tag` and `log-send-hostname` of the whole process.

use super::shape::put_once;
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Prefix};
use crate::keywords::proxy::log as line;

pub static LOG: Keyword<GlobalB> = Keyword {
    name: "log",
    args: Arity::at_least(0, "<target> [len <n>] [format <f>] [sample <r>:<n>] <facility> [<level> [<minlevel>]]"),
    prefix: Prefix::No,
    doc: "Adds a log target, which 'log global' of proxies refers to.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| line::read(cx, &mut global.logs, true))
};

pub static LOG_TAG: Keyword<GlobalB> = Keyword {
    name: "log-tag",
    args: Arity::exactly(1, "a tag for use in syslog"),
    doc: "Tag in the header of log lines.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| global.logs.tag = cx.bytes(0))
};

pub static LOG_SEND_HOSTNAME: Keyword<GlobalB> = Keyword {
    name: "log-send-hostname",
    args: Arity::between(0, 1, "[<string>]"),
    doc: "Puts a host name into the header of log lines: this one or the machine's.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        let name = Some(cx.text(0).into());
        put_once(cx, &mut global.spec.log_send_hostname, name);
    })
};
