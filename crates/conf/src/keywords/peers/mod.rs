//! Keywords of section `peers` (manual 11.2).

use crate::build::PeersB;
use crate::keyword::{Arity, Keyword, Prefix};
use crate::keywords::proxy::{log, stick_table};

mod bind;
mod peer;

pub static ITEMS: &[&Keyword<PeersB>] = &[
    &bind::BIND,
    &bind::DEFAULT_BIND,
    &DISABLED,
    &ENABLED,
    &LOG,
    &peer::DEFAULT_SERVER,
    &peer::PEER,
    &peer::SERVER,
    &SHARDS,
    &TABLE,
];

static DISABLED: Keyword<PeersB> = Keyword {
    name: "disabled",
    since: "1.5",
    doc: "Neither listens nor synchronises.",
    manual: "11.2",
    ..Keyword::plain(|_, section| section.disabled = true)
};

static ENABLED: Keyword<PeersB> = Keyword {
    name: "enabled",
    since: "1.5",
    doc: "Undoes 'disabled'.",
    manual: "11.2",
    ..Keyword::plain(|_, section| section.disabled = false)
};

static LOG: Keyword<PeersB> = Keyword {
    name: "log",
    args: Arity::at_least(0, "global, or <target> and options, <facility> [<level> [<minlevel>]]"),
    prefix: Prefix::No,
    since: "2.0",
    doc: "Where the listener of this section logs to.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| log::read(cx, &mut section.logs, false))
};

static SHARDS: Keyword<PeersB> = Keyword {
    name: "shards",
    args: Arity::exactly(1, "a number above zero"),
    since: "2.7",
    doc: "Over how many peers entries are spread.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| {
        if let Some(n) = cx.uint(0, 1, i32::MAX as u32) {
            section.shards = Some(n);
        }
    })
};

static TABLE: Keyword<PeersB> = Keyword {
    name: "table",
    args: Arity::at_least(1, "<name> type <type> size <size> and options"),
    since: "2.0",
    doc: "Declares a table that no proxy has.",
    manual: "11.2",
    ..Keyword::plain(|cx, section| {
        let Some(name) = cx.string(0) else { return };
        let Some(table) = stick_table::read(cx, 1, false) else { return };
        section.tables.push((name, table));
    })
};
