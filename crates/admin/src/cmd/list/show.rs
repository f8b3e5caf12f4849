//! `show acl` and `show map`.

use super::{About, is_shared, version};
use crate::command::{Call, Command};
use crate::reply::{Lines, Reply};
use conf::spec::CliLevel;

pub static SHOW_ACL: Command = Command {
    words: &["show", "acl"],
    usage: "show acl [@ver] [acl]",
    level: CliLevel::User,
    doc: "lists of patterns, or the patterns of one",
    run: |call| show(call, About::Acl),
};

pub static SHOW_MAP: Command = Command {
    words: &["show", "map"],
    usage: "show map [@ver] [map]",
    level: CliLevel::User,
    doc: "maps, or the entries of one",
    run: |call| show(call, About::Map),
};

fn show(call: &mut Call<'_>, about: About) -> Reply {
    let (version, at) = version(call);
    if call.arg(at).is_empty() {
        return if at == 0 { all(call, about) } else { about.unknown() };
    }
    let Some(row) = about.find(call, call.arg(at)) else { return about.unknown() };
    let is_map = is_shared(&row);
    Reply::Pieces(Box::new(Lines::new(String::new(), row.list.entries(version), move |(entry, key, value), out| {
        out.push_str(&format!("{entry:#x} "));
        out.push_str(&String::from_utf8_lossy(&key));
        if is_map || !value.is_empty() {
            out.push(' ');
            out.push_str(&String::from_utf8_lossy(&value));
        }
        out.push('\n');
    })))
}

fn all(call: &Call<'_>, about: About) -> Reply {
    let listing = call.serving.control.shared().lists.listing();
    let mut out = String::from("# id (file) description\n");
    for row in listing.rows.iter().filter(|row| about.shows(row)) {
        let (current, next, count) = row.list.versions();
        let text = format!(
            "{} ({}) {} curr_ver={current} next_ver={next} entry_cnt={count}\n",
            row.id,
            row.list.name(),
            row.text
        );
        out.push_str(&text);
    }
    Reply::Text(out)
}
