use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places, Status};

pub static FILTER_SEQUENCE: Keyword<ProxyB> = Keyword {
    name: "filter-sequence",
    places: Places::NAMED,
    args: Arity::exactly(2, "'request' or 'response', and names of filters with commas between them"),
    since: "3.4",
    doc: "The order in which filters see messages.",
    manual: "4.2",
    status: Status::Parsed,
    ..Keyword::plain(|cx, proxy| {
        let Some(response) = cx.one_of(0, &[("request", false), ("response", true)]) else { return };
        let mut names = Vec::new();
        for name in cx.text(1).split(|c| *c == b',') {
            let Some(name) = core::str::from_utf8(name).ok().filter(|name| !name.is_empty()) else {
                cx.alert(1, "expects names of filters with commas between them.");
                return;
            };
            names.push(name.into());
        }
        proxy.own.filter_names.push((names.clone(), cx.span(1)));
        proxy.lang.filter_sequence[usize::from(response)] = Some(names);
    })
};
