//! Keywords of section `healthcheck` (manual 12.9) that proxies don't have; its rules are those of proxies.

use crate::build::ProxyB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword};
use crate::keywords::checks::kind;
use crate::sections::line;

pub static TYPE: Keyword<ProxyB> = Keyword {
    name: "type",
    args: Arity::at_least(1, "a type of check and its parameters"),
    since: "3.4",
    doc: "How is checked; the parameters are those of the proxies' option of that name.",
    manual: "12.9",
    ..Keyword::plain(|cx, section| {
        let option = |k: &&&Keyword<ProxyB>| k.name.strip_prefix("option ").is_some_and(|n| n.as_bytes() == cx.text(0));
        let known = kind::ITEMS.iter().filter(|k| !core::ptr::eq(**k, &kind::EXTERNAL));
        let Some(keyword) = known.clone().find(option) else {
            let names: Vec<&str> = known.filter_map(|k| k.name.strip_prefix("option ")).collect();
            let text = format!(": there is no type '{}'.", cx.show(0));
            match diag::closest(cx.text(0), names) {
                Some(near) => cx.alert_help(0, text, format!("did you mean '{near}'?")),
                None => cx.alert(0, text),
            }
            return;
        };
        cx.args.start += 1;
        if line::arity_fits(cx, keyword.args) {
            (keyword.parse)(cx, section);
            section.checks.span = cx.span(KEYWORD);
        }
    })
};
