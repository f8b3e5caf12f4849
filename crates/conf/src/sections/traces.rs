//! Section `traces` (manual 12.1): what is traced from the start. It may appear several times; a later line goes
//! before an earlier one.

use super::{Kind, Name, Twice};
use crate::keyword::Status;
use crate::keywords;
use crate::spec::Trace;

pub static KIND: Kind<Vec<Trace>> = Kind {
    word: "traces",
    name: Name::None,
    twice: Twice::Merge,
    since: "3.1",
    doc: "What is traced from the start.",
    manual: "12.1",
    // An empty one asks for nothing; each line is refused by itself.
    status: Status::Working,
    keywords: keywords::traces::ITEMS,
    ..Kind::plain(|_| Some(Vec::new()), |cx, mut section| cx.parts.made.traces.append(&mut section))
};
