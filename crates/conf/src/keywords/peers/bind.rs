//! Where the other peers connect to this process.

use crate::addr::Want;
use crate::build::{BindB, BindLine, PeersB};
use crate::cx::{Cx, KEYWORD, Lead};
use crate::keyword::{Arity, Keyword, Places};
use crate::options;

pub static BIND: Keyword<PeersB> = Keyword {
    name: "bind",
    args: Arity::at_least(1, "[<address>]:<port> or a path, and options"),
    since: "2.0",
    doc: "Where the other peers connect to this process; goes with 'server' lines.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| {
        if let Some(before) = section.peer_line {
            return mixed(cx, before);
        }
        if let Some(before) = section.bind_line {
            let line = cx.files.line(before);
            return cx.alert(KEYWORD, format!(": a section has one such line, there is one at line {line}."));
        }
        section.bind_line = Some(cx.span(KEYWORD));
        let addrs = options::addresses(cx, Want::STATS);
        let (at, span) = (cx.at(0), cx.span(0));
        let mut bind = section.default_bind.clone();
        read(cx, 1, &mut bind);
        section.bind = Some(BindLine { addrs, text: cx.text(0).into(), at, span, bind });
    })
};

pub static DEFAULT_BIND: Keyword<PeersB> = Keyword {
    name: "default-bind",
    args: Arity::at_least(0, "bind options"),
    since: "2.0",
    doc: "Options of this process's own socket.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| {
        // There is one socket, so that the line may stand before or behind its own.
        match &mut section.bind {
            Some(line) => read(cx, 0, &mut line.bind),
            None => read(cx, 0, &mut section.default_bind),
        }
    })
};

fn read(cx: &mut Cx<'_>, from: usize, bind: &mut BindB) {
    cx.lead = Lead::Bind(cx.text(0));
    options::read(cx, from, |index| &index.bind, Places::NAMED, bind);
    cx.lead = Lead::None;
}

/// `peer` and `bind` lines are two ways of saying one thing.
pub fn mixed(cx: &mut Cx<'_>, before: diag::Span) {
    let line = cx.files.line(before);
    let help = "use 'server' lines with a 'bind' line, or 'peer' lines alone".to_owned();
    cx.alert_help(KEYWORD, format!(": 'peer' and 'bind' lines don't go together (line {line})."), help);
}
