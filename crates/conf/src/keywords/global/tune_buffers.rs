//! Buffers and pipes.

use super::shape::{ANY, number, put_number, size};
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Reload};

pub static BUFSIZE: Keyword<GlobalB> = Keyword {
    name: "tune.bufsize",
    args: Arity::exactly(1, "<size>"),
    doc: "Size of a buffer, and so of the largest message head.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.bufsize == b.tune.bufsize),
    ..Keyword::plain(|cx, global| {
        if let Some(size) = cx.size(0, SMALLEST, LARGEST) {
            // As documented: rounded up to a multiple of 16.
            global.spec.tune.bufsize = size.next_multiple_of(16);
        }
    })
};

/// A head with a few fields must fit, and an address line of the PROXY protocol.
const SMALLEST: u32 = 256;
const LARGEST: u32 = 1 << 28;

pub static MAXREWRITE: Keyword<GlobalB> = Keyword {
    name: "tune.maxrewrite",
    args: Arity::exactly(1, "<number>"),
    doc: "Room that reading leaves in a buffer, for what rules add.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.maxrewrite == b.tune.maxrewrite),
    ..Keyword::plain(|cx, global| {
        if let Some(size) = cx.size(0, 1, LARGEST) {
            global.spec.tune.maxrewrite = size;
        }
    })
};

pub static BUFFERS_LIMIT: Keyword<GlobalB> = Keyword {
    name: "tune.buffers.limit",
    args: Arity::exactly(1, "<number>"),
    since: "1.5",
    doc: "Most buffers of the process; 0 for no limit.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.buffers_limit == b.tune.buffers_limit),
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            global.spec.tune.buffers_limit = Some(n).filter(|n| *n > 0);
        }
    })
};

pub static PIPESIZE: Keyword<GlobalB> = Keyword {
    name: "tune.pipesize",
    args: Arity::exactly(1, "<size>"),
    doc: "Size of the pipes that splicing uses; 0 for the system's.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.pipesize == b.tune.pipesize),
    ..Keyword::plain(|cx, global| {
        if let Some(size) = cx.size(0, 0, LARGEST) {
            global.spec.tune.pipesize = Some(size).filter(|n| *n > 0);
        }
    })
};

pub static RESERVE: Keyword<GlobalB> = Keyword {
    name: "tune.buffers.reserve",
    since: "1.5",
    doc: "Buffers that a thread keeps for when memory is short.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.buffers_reserve == b.tune.buffers_reserve),
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.buffers_reserve))
};

pub static BUFSIZE_LARGE: Keyword<GlobalB> = Keyword {
    name: "tune.bufsize.large",
    since: "3.4",
    doc: "Size of large buffers; there are none otherwise.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.bufsize_large == b.tune.bufsize_large),
    ..size(|cx, global| {
        if let Some(bytes) = cx.size(0, 0, LARGEST) {
            global.spec.tune.bufsize_large = Some(bytes).filter(|n| *n > 0);
        }
    })
};

pub static BUFSIZE_SMALL: Keyword<GlobalB> = Keyword {
    name: "tune.bufsize.small",
    since: "3.1",
    doc: "Size of small buffers.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.bufsize_small == b.tune.bufsize_small),
    ..size(|cx, global| {
        if let Some(bytes) = cx.size(0, 1, LARGEST) {
            global.spec.tune.bufsize_small = bytes;
        }
    })
};
