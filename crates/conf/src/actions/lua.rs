use super::{Act, How, Stages};
use rules::Action;

pub static LUA: Act = Act {
    name: "lua.",
    how: How::Word,
    stages: Stages::of("---XXXXX"),
    args: "what the Lua function takes",
    since: "1.6",
    doc: "Calls an action that a Lua file registers.",
    manual: "4.3",
    ..Act::plain(|rule| {
        let name = rule.cx.text(0).strip_prefix(b"lua.").unwrap_or_default();
        if name.is_empty() {
            rule.cx.alert(0, "expects the name of an action behind 'lua.'.");
            return None;
        }
        let name = String::from_utf8_lossy(name).into();
        let mut args = Vec::new();
        while !rule.is_done() {
            args.push(rule.bytes()?);
        }
        Some(Action::Lua { name, args: args.into() })
    })
};
