use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::Sourced;

pub static ACL: Keyword<ProxyB> = Keyword {
    name: "acl",
    places: Places::NAMED.or(Places::NAMED_DEFAULTS),
    args: Arity::at_least(2, "<name> <criterion> [flags] [operator] <value>…"),
    doc: "Declares a test, or adds one to a name.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        proxy.acls.push(Sourced { words: cx.texts_from(0), at: cx.at(0) });
        cx.acl(&mut proxy.known_acls);
    })
};
