//! Who the process is: `user`, `group`, `uid`, `gid`, `chroot`.

use super::shape::put_once;
use crate::build::GlobalB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Reload};
use diag::Severity;

pub static USER: Keyword<GlobalB> = Keyword {
    name: "user",
    args: Arity::exactly(1, "<user name>"),
    doc: "Runs as this user once everything is bound.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.user == b.user),
    ..Keyword::plain(|cx, global| {
        let Some(name) = cx.string(0) else { return };
        match cx.world.uid(&name) {
            Some(uid) if is_new(cx, global.spec.uid) => {
                global.spec.uid = Some(uid);
                global.spec.user = Some(name);
            }
            Some(_) => {}
            None => cx.alert(0, format!("cannot find user id for '{name}'.")),
        }
    })
};

pub static GROUP: Keyword<GlobalB> = Keyword {
    name: "group",
    args: Arity::exactly(1, "<group name>"),
    doc: "Runs as this group once everything is bound.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.group == b.group),
    ..Keyword::plain(|cx, global| {
        let Some(name) = cx.string(0) else { return };
        match cx.world.gid(&name) {
            Some(gid) if is_new(cx, global.spec.gid) => {
                global.spec.gid = Some(gid);
                global.spec.group = Some(name);
            }
            Some(_) => {}
            None => cx.alert(0, format!("cannot find group id for '{name}'.")),
        }
    })
};

pub static UID: Keyword<GlobalB> = Keyword {
    name: "uid",
    args: Arity::exactly(1, "<number>"),
    doc: "Runs as the user of this number once everything is bound.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.uid == b.uid || a.user != b.user),
    ..Keyword::plain(|cx, global| {
        let Some(uid) = cx.uint(0, 0, u32::MAX - 1) else { return };
        if is_new(cx, global.spec.uid) {
            global.spec.uid = Some(uid);
            global.spec.user = None;
        }
    })
};

pub static GID: Keyword<GlobalB> = Keyword {
    name: "gid",
    args: Arity::exactly(1, "<number>"),
    doc: "Runs as the group of this number once everything is bound.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.gid == b.gid || a.group != b.group),
    ..Keyword::plain(|cx, global| {
        let Some(gid) = cx.uint(0, 0, u32::MAX - 1) else { return };
        if is_new(cx, global.spec.gid) {
            global.spec.gid = Some(gid);
            global.spec.group = None;
        }
    })
};

/// Tells about an identity that is there already; root, which is where one begins, doesn't count.
fn is_new(cx: &mut Cx<'_>, before: Option<u32>) -> bool {
    let said = before.is_some_and(|id| id > 0);
    if said {
        let text = format!("'{}' is there already, by number or by name; this line has no effect.", cx.name);
        cx.say(Severity::Complaint, KEYWORD, &text, None);
    }
    !said
}

pub static CHROOT: Keyword<GlobalB> = Keyword {
    name: "chroot",
    args: Arity::exactly(1, "a directory"),
    doc: "Locks the process into a directory before privileges are dropped.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.chroot == b.chroot),
    ..Keyword::plain(|cx, global| {
        if cx.text(0) == b"auto" {
            // An anonymous jail is made with mkdtemp and unlink; `sys` has no such call yet.
            cx.not_yet(0, "chroot auto");
        } else {
            let path = cx.bytes(0);
            put_once(cx, &mut global.spec.chroot, path);
        }
    })
};
