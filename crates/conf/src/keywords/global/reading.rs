//! How the configuration itself is read: `default-path`, `expose-…-directives`.

use crate::build::{DefaultPath, GlobalB};
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword};

pub static DEFAULT_PATH: Keyword<GlobalB> = Keyword {
    name: "default-path",
    args: Arity::between(1, 2, "'current', 'config', 'parent' or 'origin <path>'"),
    since: "2.5",
    doc: "What relative file names start from.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| match cx.text(0) {
        b"origin" if cx.len() < 2 => cx.alert(1, "origin expects a directory as an argument."),
        b"origin" => global.default_path = DefaultPath::Origin(cx.text(1).into()),
        _ if cx.len() > 1 => {
            let extra = cx.show(1);
            cx.alert(1, format!("cannot handle unexpected argument '{extra}'."));
        }
        b"current" => global.default_path = DefaultPath::Current,
        b"config" => global.default_path = DefaultPath::Config,
        b"parent" => global.default_path = DefaultPath::Parent,
        _ => {
            let got = cx.show(0);
            cx.alert(0, format!("knows 'current', 'config', 'parent' and 'origin', not '{got}'."));
        }
    })
};

pub static EXPOSE_EXPERIMENTAL: Keyword<GlobalB> = Keyword {
    name: "expose-experimental-directives",
    since: "2.5",
    doc: "Allows keywords marked as experimental from here on.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        global.exposed.experimental = true;
        global.experimental_at.get_or_insert(cx.span(KEYWORD));
    })
};

pub static EXPOSE_DEPRECATED: Keyword<GlobalB> = Keyword {
    name: "expose-deprecated-directives",
    since: "3.1",
    doc: "Silences the warnings about keywords marked as deprecated from here on.",
    manual: "3.1",
    ..Keyword::plain(|_, global| global.exposed.deprecated = true)
};
