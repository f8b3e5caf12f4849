//! What the process says about itself: `node`, `description`, `localpeer`.

use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword};

pub static NODE: Keyword<GlobalB> = Keyword {
    name: "node",
    args: Arity::exactly(1, "a name of letters, digits, dots, hyphens and underscores"),
    doc: "Name of this node on the stats page.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        let fits = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_');
        if cx.text(0).is_empty() || !cx.text(0).iter().all(fits) {
            cx.alert(0, "expects a name of letters, digits, dots, hyphens and underscores.");
            return;
        }
        global.spec.node = cx.string(0);
    })
};

pub static DESCRIPTION: Keyword<GlobalB> = Keyword {
    name: "description",
    args: Arity::at_least(1, "a text"),
    doc: "A text about this instance for the stats page.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        let words: Vec<String> = (0..cx.len()).map(|i| cx.show(i)).collect();
        global.spec.description = Some(words.join(" ").into());
    })
};

pub static LOCALPEER: Keyword<GlobalB> = Keyword {
    name: "localpeer",
    args: Arity::exactly(1, "a name"),
    since: "2.3",
    doc: "This instance's name among its peers; `-L` goes before it.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        let Some(name) = cx.string(0) else { return };
        if cx.parts.peers.is_empty() {
            cx.parts.local_peer = Some(name.clone());
            global.spec.localpeer = Some(name);
        } else {
            cx.warn(0, "ignored since it stands behind a section 'peers'.");
        }
    })
};
