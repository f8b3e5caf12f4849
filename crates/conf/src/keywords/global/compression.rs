//! How much compression may cost.

use super::shape::{ANY, number, put_number};
use crate::build::GlobalB;
use crate::keyword::Keyword;

pub static MAXCOMPCPUUSAGE: Keyword<GlobalB> = Keyword {
    name: "maxcompcpuusage",
    since: "1.5",
    doc: "Load in percent above which nothing more is compressed.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 0..=100, &mut global.spec.compression.cpu_percent))
};

pub static MAXCOMPRATE: Keyword<GlobalB> = Keyword {
    name: "maxcomprate",
    since: "1.5",
    doc: "Most kilobytes a second that are compressed; 0 for no limit.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.compression.rate_kb))
};

pub static MAXZLIBMEM: Keyword<GlobalB> = Keyword {
    name: "maxzlibmem",
    since: "1.5",
    doc: "Most megabytes that compression may take; 0 for no limit.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.compression.zlib_mb))
};

pub static MAXLEVEL: Keyword<GlobalB> = Keyword {
    name: "tune.comp.maxlevel",
    since: "1.5",
    doc: "How hard compression tries.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=9, &mut global.spec.tune.comp_maxlevel))
};

pub static MEMLEVEL: Keyword<GlobalB> = Keyword {
    name: "tune.zlib.memlevel",
    since: "1.5",
    doc: "How much memory a compressed stream takes.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=9, &mut global.spec.tune.zlib_memlevel))
};

pub static WINDOWSIZE: Keyword<GlobalB> = Keyword {
    name: "tune.zlib.windowsize",
    since: "1.5",
    doc: "How far back compression looks for repetitions, as a power of two.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 8..=15, &mut global.spec.tune.zlib_windowsize))
};
