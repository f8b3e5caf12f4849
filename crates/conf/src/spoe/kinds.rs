//! The sections of such a file.

use crate::build::{SpoeAgentB, SpoeGroupB, SpoeMessageB};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::Status;
use crate::keywords::spoe::{agent, group, message};
use crate::sections::{AnyKind, Kind};

/// Every kind of section in a file that a `filter spoe` line names.
pub static KINDS: &[&dyn AnyKind] = &[&AGENT, &GROUP, &MESSAGE];

static AGENT: Kind<SpoeAgentB> = Kind {
    word: "spoe-agent",
    since: "1.7",
    doc: "The agent of an engine, and how to talk to it.",
    manual: "9.3",
    status: Status::Working,
    keywords: agent::ITEMS,
    ..Kind::plain(open_agent, |cx, section| cx.parts.engine.agent = Some(section))
};

static GROUP: Kind<SpoeGroupB> = Kind {
    word: "spoe-group",
    since: "1.8",
    doc: "Messages that rules send together.",
    manual: "9.3",
    status: Status::Working,
    keywords: group::ITEMS,
    ..Kind::plain(
        |cx| Some(SpoeGroupB { name: cx.text(0).into(), at: cx.at(0), ..SpoeGroupB::default() }),
        |cx, section| cx.parts.engine.groups.push(section),
    )
};

static MESSAGE: Kind<SpoeMessageB> = Kind {
    word: "spoe-message",
    since: "1.7",
    doc: "What is sent to the agent, and when.",
    manual: "9.3",
    status: Status::Working,
    keywords: message::ITEMS,
    ..Kind::plain(
        |cx| {
            let (name, at, span) = (cx.text(0).into(), cx.at(0), cx.span(KEYWORD));
            Some(SpoeMessageB { name, at, span, ..SpoeMessageB::default() })
        },
        |cx, section| cx.parts.engine.messages.push(section),
    )
};

fn open_agent(cx: &mut Cx<'_>) -> Option<SpoeAgentB> {
    if let Some(before) = &cx.parts.engine.agent {
        let line = cx.files.line(before.span);
        cx.alert(KEYWORD, format!(": an engine has one agent, there is one at line {line}."));
        return None;
    }
    Some(SpoeAgentB { name: cx.text(0).into(), at: cx.at(0), span: cx.span(KEYWORD), ..SpoeAgentB::default() })
}
