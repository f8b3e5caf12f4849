//! The keyword of section `namespace_list`.

use crate::keyword::{Arity, Keyword, Status};

pub static ITEMS: &[&Keyword<Vec<Box<str>>>] = &[&NAMESPACE];

static NAMESPACE: Keyword<Vec<Box<str>>> = Keyword {
    name: "namespace",
    args: Arity::exactly(1, "<name>"),
    since: "1.6",
    doc: "A network namespace that must be open from the start.",
    manual: "5.1",
    status: Status::Parsed,
    ..Keyword::plain(|cx, namespaces| {
        let Some(name) = cx.string(0) else { return };
        if cx.world.has_namespace(&name) {
            namespaces.push(name);
        } else {
            cx.alert(0, format!(": there is no network namespace '{name}'."));
        }
    })
};
