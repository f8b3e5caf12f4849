//! Keywords of section `log-forward` (manual 12.6).

use crate::addr::Want;
use crate::build::{BindB, BindLine, LogForwardB};
use crate::cx::Lead;
use crate::keyword::{Arity, Keyword, Places, Prefix};
use crate::keywords::proxy::{bind, log};
use crate::options;
use crate::spec::ForwardHost;

pub static ITEMS: &[&Keyword<LogForwardB>] =
    &[&ASSUME_NTF, &BACKLOG, &BIND, &DGRAM_BIND, &DONT_PARSE_LOG, &HOST, &LOG, &MAXCONN, &TIMEOUT_CLIENT];

static ASSUME_NTF: Keyword<LogForwardB> = Keyword {
    name: "option assume-rfc6587-ntf",
    since: "3.2",
    doc: "Messages of streams end at line feeds, whatever they begin with.",
    manual: "12.6",
    ..Keyword::plain(|_, section| section.assume_ntf = true)
};

static BACKLOG: Keyword<LogForwardB> = Keyword {
    name: "backlog",
    args: Arity::exactly(1, "a number"),
    since: "2.3",
    doc: "Length of the sockets' backlog.",
    manual: "12.6",
    ..Keyword::plain(|cx, section| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            section.holder.front.backlog = Some(n).filter(|n| *n > 0);
        }
    })
};

static BIND: Keyword<LogForwardB> = Keyword {
    name: "bind",
    args: Arity::at_least(1, "[<address>]:<port_range> or a path, several with commas, and options"),
    since: "2.3",
    doc: "Where streams of messages come in.",
    manual: "12.6",
    ..Keyword::plain(|cx, section| (bind::BIND.parse)(cx, &mut section.holder))
};

static DGRAM_BIND: Keyword<LogForwardB> = Keyword {
    name: "dgram-bind",
    args: Arity::at_least(1, "[<address>]:<port_range> or a path, several with commas, and options"),
    since: "2.3",
    doc: "Where datagrams come in.",
    manual: "12.6",
    ..Keyword::plain(|cx, section| {
        let addrs = options::addresses(cx, Want::DGRAM_BIND);
        let (at, span) = (cx.at(0), cx.span(0));
        let mut bind = BindB::default();
        cx.lead = Lead::Bind(cx.text(0));
        options::read(cx, 1, |index| &index.bind, Places::NAMED, &mut bind);
        cx.lead = Lead::None;
        section.dgram_binds.push(BindLine { addrs, text: cx.text(0).into(), at, span, bind });
    })
};

static DONT_PARSE_LOG: Keyword<LogForwardB> = Keyword {
    name: "option dont-parse-log",
    since: "3.2",
    doc: "Messages go on as they came.",
    manual: "12.6",
    ..Keyword::plain(|_, section| section.dont_parse = true)
};

static HOST: Keyword<LogForwardB> = Keyword {
    name: "option host",
    args: Arity::exactly(1, "'replace', 'fill', 'keep' or 'append'"),
    since: "3.2",
    doc: "Which host the outgoing message names.",
    manual: "12.6",
    ..Keyword::plain(|cx, section| {
        let choices = [
            ("replace", ForwardHost::Replace),
            ("fill", ForwardHost::Fill),
            ("keep", ForwardHost::Keep),
            ("append", ForwardHost::Append),
        ];
        section.host = cx.one_of(0, &choices).unwrap_or(section.host);
    })
};

static LOG: Keyword<LogForwardB> = Keyword {
    name: "log",
    args: Arity::at_least(0, "global, or <target> and options, <facility> [<level> [<minlevel>]]"),
    prefix: Prefix::No,
    since: "2.3",
    doc: "Where messages go.",
    manual: "12.6",
    ..Keyword::plain(|cx, section| log::read(cx, &mut section.holder.logs, false))
};

static MAXCONN: Keyword<LogForwardB> = Keyword {
    name: "maxconn",
    args: Arity::exactly(1, "a number"),
    since: "2.3",
    doc: "Connections at a time.",
    manual: "12.6",
    ..Keyword::plain(|cx, section| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            section.holder.maxconn = Some(n);
        }
    })
};

/// `maxconn` when nothing is said.
pub const CONNECTIONS: u32 = 10;

static TIMEOUT_CLIENT: Keyword<LogForwardB> = Keyword {
    name: "timeout client",
    args: Arity::exactly(1, "a time (in milliseconds unless a unit follows)"),
    since: "2.3",
    doc: "How long a connection may stay silent.",
    manual: "12.6",
    ..Keyword::plain(|cx, section| {
        if let Some(ms) = cx.time(0, 0) {
            section.holder.front.timeout_client = Some(ms).filter(|ms| ms.0 > 0);
        }
    })
};
