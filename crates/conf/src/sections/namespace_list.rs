//! Section `namespace_list`: network namespaces that are opened at the start, while they can be reached (manual 5.1,
//! `namespace`). It may appear several times.

use super::{Kind, Name, Twice};
use crate::keyword::Status;
use crate::keywords;

pub static KIND: Kind<Vec<Box<str>>> = Kind {
    word: "namespace_list",
    name: Name::None,
    twice: Twice::Merge,
    since: "1.6",
    doc: "Network namespaces that are opened at the start.",
    manual: "5.1",
    // An empty one asks for nothing; each line is refused by itself.
    status: Status::Working,
    keywords: keywords::namespace_list::ITEMS,
    ..Kind::plain(|_| Some(Vec::new()), |cx, mut section| cx.parts.made.namespaces.append(&mut section))
};
