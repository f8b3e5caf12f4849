//! What a proxy is called, beside its name.

use crate::build::ProxyB;
use crate::cx::{Cx, is_name_byte};
use crate::keyword::{Arity, Keyword, Places};

pub static ID: Keyword<ProxyB> = Keyword {
    name: "id",
    places: Places::NAMED,
    args: Arity::exactly(1, "an integer greater than 0"),
    since: "1.4",
    doc: "Number of the proxy in statistics.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(id) = cx.uint(0, 1, i32::MAX as u32) {
            proxy.id = Some((id, cx.span(0)));
        }
    })
};

pub static GUID: Keyword<ProxyB> = Keyword {
    name: "guid",
    places: Places::NAMED,
    args: Arity::exactly(1, "<string>"),
    since: "3.0",
    doc: "Name of the proxy that is unique in the whole configuration.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(guid) = guid(cx) {
            proxy.guid = Some((guid, cx.span(0)));
        }
    })
};

pub static DESCRIPTION: Keyword<ProxyB> = Keyword {
    name: "description",
    places: Places::NAMED,
    args: Arity::at_least(1, "a text"),
    doc: "A text about the proxy for the stats page.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let words: Vec<String> = (0..cx.len()).map(|i| cx.show(i)).collect();
        proxy.description = Some(words.join(" ").into());
    })
};

/// A global unique id: at most 127 letters, digits and `.:-_`.
pub fn guid(cx: &mut Cx<'_>) -> Option<Box<str>> {
    let text = cx.text(0);
    if text.len() > LONGEST_GUID || !text.iter().copied().all(is_name_byte) {
        cx.alert(0, format!("expects at most {LONGEST_GUID} letters, digits, dots, colons, dashes and underscores."));
        return None;
    }
    cx.string(0)
}

const LONGEST_GUID: usize = 127;
