//! Section `crt-store` (manual 12.7): certificates, and the files that belong to them.

use super::{Kind, Name, Twice};
use crate::cx::Cx;
use crate::keyword::Status;
use crate::keywords;
use crate::spec::CrtStore;

pub static KIND: Kind<CrtStore> = Kind {
    word: "crt-store",
    name: Name::Optional,
    twice: Twice::Merge,
    since: "3.0",
    doc: "Certificates under names of their own.",
    manual: "12.7",
    keywords: keywords::crt_store::ITEMS,
    status: Status::Working,
    ..Kind::plain(open, |cx, store| cx.parts.made.crt_stores.push(store))
};

fn open(cx: &mut Cx<'_>) -> Option<CrtStore> {
    Some(CrtStore { name: cx.text(0).into(), at: cx.at(crate::cx::KEYWORD), ..CrtStore::default() })
}
