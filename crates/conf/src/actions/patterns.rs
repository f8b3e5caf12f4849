//! Actions on lists of patterns (manual 2.7, 4.4).

use super::{Act, How, RuleCx, Stages};
use rules::Action;
use rules::action::Change;

pub static ADD_ACL: Act = change("add-acl", "-----XX-", "(<file>) <key fmt>", "Adds a pattern to an ACL.", |rule| {
    let (file, key) = entry(rule, 1)?;
    Some(Action::Patterns { file, change: Change::AddAcl, key })
});

pub static DEL_ACL: Act =
    change("del-acl", "-----XXX", "(<file>) <key fmt>", "Takes a pattern out of an ACL.", |rule| {
        let (file, key) = entry(rule, 1)?;
        Some(Action::Patterns { file, change: Change::DelAcl, key })
    });

pub static DEL_MAP: Act = change("del-map", "-----XXX", "(<map>) <key fmt>", "Takes an entry out of a map.", |rule| {
    let (file, key) = entry(rule, 1)?;
    Some(Action::Patterns { file, change: Change::DelMap, key })
});

pub static SET_MAP: Act =
    change("set-map", "-----XXX", "(<map>) <key fmt> <value fmt>", "Sets an entry of a map.", |rule| {
        let (file, key) = entry(rule, 2)?;
        Some(Action::Patterns { file, change: Change::SetMap(rule.format()?), key })
    });

const fn change(
    name: &'static str,
    stages: &'static str,
    args: &'static str,
    doc: &'static str,
    parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>,
) -> Act {
    let stages = Stages::of(stages);
    Act { name, how: How::Call, stages, done: stages, args, doc, ..Act::plain(parse) }
}

/// The list's name in parentheses, and the key; `formats` are expected in all.
fn entry(rule: &mut RuleCx<'_, '_>, formats: usize) -> Option<(Box<str>, expr::logfmt::LogFormat)> {
    let call = rule.cx.call(0)?;
    // The name of a file may have commas in it.
    let (Some(first), Some(last)) = (call.args.first(), call.args.last()) else { return None };
    let name = String::from_utf8_lossy(&rule.cx.text(0)[first.0..last.1]).into_owned();
    if name.is_empty() {
        rule.cx.call_alert(&call, 0, "expects the name of a list in the parentheses.");
        return None;
    }
    rule.needs_all(formats)?;
    Some((name.into(), rule.format()?))
}
