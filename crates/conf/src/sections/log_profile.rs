//! Section `log-profile` (manual 8.3.5): how the lines of a log target are built.

use super::Kind;
use crate::keywords;
use crate::spec::LogProfile;
use std::collections::BTreeMap;

pub static KIND: Kind<LogProfile> = Kind {
    word: "log-profile",
    since: "3.1",
    doc: "How the lines of a log target are built.",
    manual: "8.3.5",
    keywords: keywords::log_profile::ITEMS,
    ..Kind::plain(
        |cx| Some(LogProfile { name: cx.text(0).into(), at: cx.at(0), tag: None, steps: BTreeMap::new() }),
        |cx, section| cx.parts.made.log_profiles.push(section),
    )
};
