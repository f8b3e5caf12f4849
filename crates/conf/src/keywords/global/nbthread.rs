use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Reload};

pub static NBTHREAD: Keyword<GlobalB> = Keyword {
    name: "nbthread",
    args: Arity::exactly(1, "<number>"),
    since: "1.8",
    doc: "Number of worker threads.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.nbthread == b.nbthread),
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 1, MAX_THREADS) {
            global.spec.nbthread = Some(n);
        }
    })
};

/// The most threads that one process runs.
const MAX_THREADS: u32 = 64;
