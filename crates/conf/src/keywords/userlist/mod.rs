//! Keywords of section `userlist` (manual 12.2).

use crate::build::{GroupB, Members, UserB, UserlistB};
use crate::cx::{Cx, is_name_byte};
use crate::keyword::{Arity, Keyword};
use crate::spec::{CryptMethod, Password};
use diag::Severity;

pub static ITEMS: &[&Keyword<UserlistB>] = &[&GROUP, &USER];

static GROUP: Keyword<UserlistB> = Keyword {
    name: "group",
    args: Arity::at_least(1, "a name"),
    since: "1.4",
    doc: "A group, and users who belong to it.",
    manual: "12.2",
    ..Keyword::plain(|cx, list| {
        if let Some(bad) = cx.text(0).iter().find(|c| !is_name_byte(**c)) {
            let text = format!("character '{}' is not permitted in 'group' name '{}'.", bad.escape_ascii(), cx.show(0));
            return cx.say(Severity::Alert, 0, &text, None);
        }
        let Some(name) = cx.bytes(0) else { return };
        if !is_new(cx, list.group_names.contains_key(&name)) {
            return;
        }
        let mut users = Members::new();
        for at in (1..cx.len()).step_by(2) {
            match cx.text(at) {
                b"users" => users = members(cx, at + 1),
                _ => {
                    cx.alert(at, "takes no option but 'users'.");
                    return;
                }
            }
        }
        list.group_names.insert(name.clone(), list.groups.len());
        list.groups.push(GroupB { name, users });
    })
};

static USER: Keyword<UserlistB> = Keyword {
    name: "user",
    args: Arity::at_least(1, "a name"),
    since: "1.4",
    doc: "A user, how to know them, and the groups that they belong to.",
    manual: "12.2",
    ..Keyword::plain(|cx, list| {
        let Some(name) = cx.bytes(0) else { return };
        if !is_new(cx, list.user_names.contains_key(&name)) {
            return;
        }
        let mut user = UserB { name, password: None, groups: Members::new() };
        for at in (1..cx.len()).step_by(2) {
            let value = cx.text(at + 1);
            match cx.text(at) {
                b"password" => user.password = Some(Password::Crypt(value.into(), CryptMethod::of(value))),
                b"insecure-password" => user.password = Some(Password::Plain(value.into())),
                b"groups" => user.groups = members(cx, at + 1),
                _ => {
                    cx.alert(at, "takes no option but 'password', 'insecure-password' and 'groups'.");
                    return;
                }
            }
        }
        list.user_names.insert(user.name.clone(), list.users.len());
        list.users.push(user);
    })
};

/// Tells about a name that the list has already; the first one stays.
fn is_new(cx: &mut Cx<'_>, known: bool) -> bool {
    if known {
        let text = format!("'{}' is in userlist '{}' already, this one is ignored.", cx.show(0), cx.section.1);
        cx.warn(0, text);
    }
    !known
}

/// Names with commas between them.
fn members(cx: &mut Cx<'_>, i: usize) -> Members {
    let span = cx.span(i);
    cx.text(i).split(|c| *c == b',').filter(|name| !name.is_empty()).map(|name| (name.into(), span)).collect()
}
