//! `clear`, `prepare` and `commit`.

use super::{About, failed, is_shared, tidy_up, version};
use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;
use wire::syslog::Level;

pub static CLEAR_ACL: Command = Command {
    words: &["clear", "acl"],
    usage: "clear acl [@<ver>] <acl>",
    level: CliLevel::User,
    doc: "takes all patterns out of a list",
    run: |call| clear(call, About::Acl),
};

pub static CLEAR_MAP: Command = Command {
    words: &["clear", "map"],
    usage: "clear map [@<ver>] <map>",
    level: CliLevel::User,
    doc: "takes all entries out of a map",
    run: |call| clear(call, About::Map),
};

pub static PREPARE_ACL: Command = Command {
    words: &["prepare", "acl"],
    usage: "prepare acl <acl>",
    level: CliLevel::User,
    doc: "begins a new version of a list",
    run: |call| prepare(call, About::Acl),
};

pub static PREPARE_MAP: Command = Command {
    words: &["prepare", "map"],
    usage: "prepare map <map>",
    level: CliLevel::User,
    doc: "begins a new version of a map",
    run: |call| prepare(call, About::Map),
};

pub static COMMIT_ACL: Command = Command {
    words: &["commit", "acl"],
    usage: "commit acl @<ver> <acl>",
    level: CliLevel::User,
    doc: "puts a prepared version of a list in force",
    run: |call| commit(call, About::Acl),
};

pub static COMMIT_MAP: Command = Command {
    words: &["commit", "map"],
    usage: "commit map @<ver> <map>",
    level: CliLevel::User,
    doc: "puts a prepared version of a map in force",
    run: |call| commit(call, About::Map),
};

fn clear(call: &mut Call<'_>, about: About) -> Reply {
    let (version, at) = version(call);
    if call.arg(at).is_empty() {
        let what = if about == About::Map { "map" } else { "ACL" };
        return Reply::error(format!("Missing {what} identifier."));
    }
    match about.find(call, call.arg(at)) {
        Some(row) => {
            row.list.clear(version);
            Reply::Done
        }
        None => about.unknown(),
    }
}

fn prepare(call: &mut Call<'_>, about: About) -> Reply {
    match about.find(call, call.arg(0)) {
        Some(row) if about == About::Acl && is_shared(&row) => Reply::error(
            "This ACL is shared with a map containing samples. You must use the command 'prepare map' to prepare a version.",
        ),
        Some(row) => Reply::Say(Level::Info, format!("New version created: {}", row.list.prepare())),
        None => about.unknown(),
    }
}

fn commit(call: &mut Call<'_>, about: About) -> Reply {
    let (Some(version), at) = version(call) else { return Reply::error("Missing version number.") };
    let Some(row) = about.find(call, call.arg(at)) else { return about.unknown() };
    if about == About::Acl && is_shared(&row) {
        return Reply::error(
            "This ACL is shared with a map containing samples. You must use the command 'commit map' to commit values.",
        );
    }
    // Making the indexes of a million entries takes about a second.
    Reply::Later(Box::pin(async move {
        let list = row.list.clone();
        match rt::offload(move || list.commit(version)).await {
            Ok(Ok(true)) => {
                tidy_up(&row.list);
                Reply::Done
            }
            Ok(Ok(false)) => Reply::error("Version number out of range."),
            Ok(Err(change)) => failed(change, ""),
            Err(error) => Reply::error(format!("The commit broke off: {error:?}")),
        }
    }))
}
