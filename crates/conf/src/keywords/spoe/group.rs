//! Keywords of section `spoe-group` (SPOE.txt, 2.4).

use super::names;
use crate::build::SpoeGroupB;
use crate::keyword::{Arity, Keyword};

pub static ITEMS: &[&Keyword<SpoeGroupB>] = &[&MESSAGES];

static MESSAGES: Keyword<SpoeGroupB> = Keyword {
    name: "messages",
    args: Arity::at_least(0, "names of messages"),
    since: "1.8",
    doc: "Messages that are sent together.",
    manual: "9.3",
    ..Keyword::plain(|cx, group| names(cx, &mut group.messages))
};
