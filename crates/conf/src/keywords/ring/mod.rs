//! Keywords of section `ring` (manual 12.5).

use crate::build::RingB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword};
use crate::keywords::proxy::{log, server};
use base::Ms;

pub static ITEMS: &[&Keyword<RingB>] =
    &[&BACKING_FILE, &DESCRIPTION, &FORMAT, &MAXLEN, &SERVER, &SIZE, &TIMEOUT_CONNECT, &TIMEOUT_SERVER];

/// `size` when nothing is said: the default of `tune.bufsize`.
pub const SIZE_BYTES: u64 = 16384;
/// More than any machine has.
const MOST_BYTES: u64 = 1 << 40;

static BACKING_FILE: Keyword<RingB> = Keyword {
    name: "backing-file",
    args: Arity::exactly(1, "a path"),
    since: "2.7",
    doc: "A file that the ring's memory is mapped to.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| {
        let path = cx.path(0);
        let folder = match path.iter().rposition(|c| *c == b'/') {
            Some(0) => &b"/"[..],
            Some(slash) => &path[..slash],
            None => b".",
        };
        // The file itself is made when the process starts: a check leaves no trace.
        if let Err(why) = cx.world.dir(folder) {
            let shown = String::from_utf8_lossy(&path).into_owned();
            return cx.alert(0, format!(": '{shown}' can't be opened ({why})."));
        }
        ring.made.backing_file = Some(path.into());
    })
};

static DESCRIPTION: Keyword<RingB> = Keyword {
    name: "description",
    args: Arity::at_least(1, "a text"),
    since: "2.2",
    doc: "A text about the ring, for the runtime API.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| {
        let words: Vec<String> = (0..cx.len()).map(|i| cx.show(i)).collect();
        ring.made.description = Some(words.join(" ").into());
    })
};

static FORMAT: Keyword<RingB> = Keyword {
    name: "format",
    args: Arity::exactly(1, "a log format"),
    since: "2.2",
    doc: "What is put before each event.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| {
        if let Some(format) = cx.one_of(0, log::FORMATS) {
            ring.made.format = format;
        }
    })
};

static MAXLEN: Keyword<RingB> = Keyword {
    name: "maxlen",
    args: Arity::exactly(1, "a length in bytes"),
    since: "2.2",
    doc: "Longer events are cut.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| {
        if let Some(len) = cx.long_size(0, 1, MOST_BYTES) {
            ring.max_len = Some((len, cx.span(0)));
        }
    })
};

static SERVER: Keyword<RingB> = Keyword {
    name: "server",
    args: Arity::at_least(2, "<name> and <addr>[:<port>]"),
    since: "2.2",
    doc: "A server that events are forwarded to.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| (server::SERVER.parse)(cx, &mut ring.holder))
};

static SIZE: Keyword<RingB> = Keyword {
    name: "size",
    args: Arity::exactly(1, "a size in bytes"),
    since: "2.2",
    doc: "Size of the ring; it can only grow.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| {
        if ring.made.backing_file.is_some() {
            return cx.alert(KEYWORD, "must stand before 'backing-file'.");
        }
        let Some(size) = cx.long_size(0, 1, MOST_BYTES) else { return };
        if size < ring.made.size {
            return cx.alert(0, format!("can't be less than it is, {} bytes.", ring.made.size));
        }
        ring.made.size = size;
    })
};

static TIMEOUT_CONNECT: Keyword<RingB> = Keyword {
    name: "timeout connect",
    args: TIME,
    since: "2.2",
    doc: "How long connecting to a server may take.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| time(cx, &mut ring.holder.back.timeout_connect))
};

static TIMEOUT_SERVER: Keyword<RingB> = Keyword {
    name: "timeout server",
    args: TIME,
    since: "2.2",
    doc: "How long a server may take nothing of what waits for it.",
    manual: "12.5",
    ..Keyword::plain(|cx, ring| time(cx, &mut ring.holder.back.timeout_server))
};

const TIME: Arity = Arity::exactly(1, "a time (in milliseconds unless a unit follows)");

fn time(cx: &mut Cx<'_>, slot: &mut Option<Ms>) {
    if let Some(ms) = cx.time(0, 0) {
        *slot = Some(ms).filter(|ms| ms.0 > 0);
    }
}
