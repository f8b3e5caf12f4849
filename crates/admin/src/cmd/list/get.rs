//! `get acl` and `get map`.

use super::About;
use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;
use expr::list::Shown;

pub static GET_ACL: Command = Command {
    words: &["get", "acl"],
    usage: "get acl <acl> <value>",
    level: CliLevel::User,
    doc: "which patterns a value matches",
    run: |call| get(call, About::Acl),
};

pub static GET_MAP: Command = Command {
    words: &["get", "map"],
    usage: "get map <map> <value>",
    level: CliLevel::User,
    doc: "which entries a value finds",
    run: |call| get(call, About::Map),
};

fn get(call: &mut Call<'_>, about: About) -> Reply {
    if call.arg(0).is_empty() || call.arg(1).is_empty() {
        let what = if about == About::Map { "map" } else { "ACL" };
        return Reply::error(format!("Missing {what} identifier and/or key."));
    }
    let Some(row) = about.find(call, call.arg(0)) else { return about.unknown() };
    let mut out = String::new();
    for shown in row.list.look_up(call.arg(1).as_bytes()) {
        line(&shown, about, &mut out);
    }
    Reply::Text(out)
}

fn line(shown: &Shown, about: About, out: &mut String) {
    let case = if shown.key.how.ignore_case { "insensitive" } else { "sensitive" };
    let (is, what) = if about == About::Map { ("found", "key") } else { ("match", "pattern") };
    let answer = if shown.found.is_some() { "yes" } else { "no" };
    out.push_str(&format!("type={}, case={case}, {is}={answer}", shown.matcher()));
    if let Some((key, value)) = &shown.found {
        let idx = if shown.is_tree() { "tree" } else { "list" };
        out.push_str(&format!(", idx={idx}, {what}=\"{}\"", String::from_utf8_lossy(key)));
        match shown.type_name() {
            Some(kind) => out.push_str(&format!(", value=\"{}\", type=\"{kind}\"", String::from_utf8_lossy(value))),
            None if about == About::Map => out.push_str(", value=none"),
            None => {}
        }
    }
    out.push('\n');
}
