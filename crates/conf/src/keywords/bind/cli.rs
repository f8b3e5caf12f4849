//! What a runtime API socket allows and says; other sockets ignore these, as documented.

use super::later;
use crate::build::BindB;
use crate::keyword::{Arity, Keyword};
use crate::spec::{CliLevel, SeverityOutput};

pub static EXPOSE_FD: Keyword<BindB> = later(
    "expose-fd",
    Arity::exactly(1, "'listeners'"),
    "1.8",
    "Hands listening sockets to another process that asks.",
    |cx, bind| {
        if cx.one_of(0, &[("listeners", ())]).is_some() {
            bind.opts.expose_listeners = true;
        }
    },
);

pub static LEVEL: Keyword<BindB> = Keyword {
    name: "level",
    args: Arity::exactly(1, "'user', 'operator' or 'admin'"),
    since: "1.4",
    doc: "What commands a runtime API socket takes.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        let choices = [("user", CliLevel::User), ("operator", CliLevel::Operator), ("admin", CliLevel::Admin)];
        bind.level = cx.one_of(0, &choices).or(bind.level);
    })
};

pub static SEVERITY_OUTPUT: Keyword<BindB> = Keyword {
    name: "severity-output",
    args: Arity::exactly(1, "'none', 'number' or 'string'"),
    since: "1.8",
    doc: "How a runtime API socket shows the severity of its answers.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        let choices =
            [("none", SeverityOutput::None), ("number", SeverityOutput::Number), ("string", SeverityOutput::String)];
        if let Some(choice) = cx.one_of(0, &choices) {
            bind.severity_output = choice;
        }
    })
};
