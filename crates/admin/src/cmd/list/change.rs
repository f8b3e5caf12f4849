//! `add`, `del` and `set`.

use super::{About, entry, failed, is_shared, tidy_up, unknown_map, version};
use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static ADD_ACL: Command = Command {
    words: &["add", "acl"],
    usage: "add acl [@<ver>] <acl> <pattern>",
    level: CliLevel::User,
    doc: "adds a pattern to a list",
    run: add_acl,
};

pub static ADD_MAP: Command = Command {
    words: &["add", "map"],
    usage: "add map [@<ver>] <map> <key> <val>",
    level: CliLevel::User,
    doc: "adds an entry to a map; a payload has one on each line",
    run: add_map,
};

pub static DEL_ACL: Command = Command {
    words: &["del", "acl"],
    usage: "del acl <acl> [<key>|#<ref>]",
    level: CliLevel::User,
    doc: "takes patterns out of a list",
    run: |call| del(call, About::Acl),
};

pub static DEL_MAP: Command = Command {
    words: &["del", "map"],
    usage: "del map <map> [<key>|#<ref>]",
    level: CliLevel::User,
    doc: "takes entries out of a map",
    run: |call| del(call, About::Map),
};

pub static SET_MAP: Command = Command {
    words: &["set", "map"],
    usage: "set map <map> [<key>|#<ref>] <value>",
    level: CliLevel::User,
    doc: "gives entries of a map another value",
    run: set_map,
};

fn add_acl(call: &mut Call<'_>) -> Reply {
    let (version, at) = version(call);
    if call.arg(at).is_empty() || call.arg(at + 1).is_empty() {
        return Reply::error("'add acl' expects two parameters: ACL identifier and pattern.");
    }
    let Some(row) = About::Acl.find(call, call.arg(at)) else { return About::Acl.unknown() };
    if is_shared(&row) {
        return Reply::error(
            "This ACL is shared with a map containing samples. You must use the command 'add map' to add values.",
        );
    }
    if let Err(change) = row.list.add(version, call.arg(at + 1).as_bytes(), b"") {
        return failed(change, "");
    }
    tidy_up(&row.list);
    Reply::Done
}

fn add_map(call: &mut Call<'_>) -> Reply {
    let (version, at) = version(call);
    let complete = !call.arg(at).is_empty() && !call.arg(at + 1).is_empty() && !call.arg(at + 2).is_empty();
    let with_payload = call.payload.is_some() && !call.arg(at).is_empty() && call.arg(at + 1).is_empty();
    if !complete && !with_payload {
        return Reply::error(
            "'add map' expects three parameters (map identifier, key and value) or one parameter (map identifier) and a payload",
        );
    }
    // Patterns of an ACL may get values that nobody reads.
    let found = About::Map.find(call, call.arg(at)).or_else(|| About::Acl.find(call, call.arg(at)));
    let Some(row) = found else { return About::Map.unknown() };
    let payload = call.payload.unwrap_or_default().lines().filter_map(|line| expr::list::pair(line.as_bytes()));
    let word = (call.arg(at + 1).as_bytes(), call.arg(at + 2).as_bytes());
    // Those in front of one that is wrong stay.
    for (key, value) in Some(word).filter(|_| complete).into_iter().chain(payload) {
        if value.is_empty() {
            return Reply::error(format!("Missing value for key '{}'.", String::from_utf8_lossy(key)));
        }
        if let Err(change) = row.list.add(version, key, value) {
            return failed(change, "");
        }
    }
    tidy_up(&row.list);
    Reply::Done
}

fn del(call: &mut Call<'_>, about: About) -> Reply {
    if call.arg(0).is_empty() || call.arg(1).is_empty() {
        let what = if about == About::Map { "map" } else { "ACL" };
        return Reply::error(format!("This command expects two parameters: {what} identifier and key."));
    }
    let Some(row) = about.find(call, call.arg(0)) else { return unknown_map() };
    match row.list.del(entry(call.arg(1))) {
        Ok(()) => {
            tidy_up(&row.list);
            Reply::Done
        }
        Err(change) => failed(change, "Key not found."),
    }
}

fn set_map(call: &mut Call<'_>) -> Reply {
    if (0..3).any(|n| call.arg(n).is_empty()) {
        return Reply::error("'set map' expects three parameters: map identifier, key and value.");
    }
    let Some(row) = About::Map.find(call, call.arg(0)) else { return About::Map.unknown() };
    let not_found = if call.arg(1).starts_with('#') { "key or pattern not found." } else { "entry not found." };
    match row.list.set(entry(call.arg(1)), call.arg(2).as_bytes()) {
        Ok(()) => Reply::Done,
        Err(change) => failed(change, not_found),
    }
}
