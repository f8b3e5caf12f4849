//! Section `userlist` (manual 12.2): who may log in.

use super::{Kind, Twice};
use crate::build::UserlistB;
use crate::compile::Run;
use crate::cx::Cx;
use crate::finish::End;
use crate::keywords;
use crate::spec::{User, Userlist};
use diag::{Diagnostic, Frame, Span};

pub static KIND: Kind<UserlistB> = Kind {
    word: "userlist",
    twice: Twice::Merge,
    since: "1.4",
    doc: "Users and groups for authentication.",
    manual: "12.2",
    keywords: keywords::userlist::ITEMS,
    finish,
    ..Kind::plain(open, |cx, list| {
        cx.parts.userlists.insert(list.name.clone(), list);
    })
};

fn open(cx: &mut Cx<'_>) -> Option<UserlistB> {
    let name = cx.text(0);
    if let Some(list) = cx.parts.userlists.remove(name) {
        let text = format!("'{}' exists already, these lines are added to it.", cx.show(0));
        cx.warn(0, text);
        return Some(list);
    }
    let order = cx.parts.userlists.len();
    Some(UserlistB { name: name.into(), at: cx.at(0), order, ..UserlistB::default() })
}

/// Users and groups find each other.
fn finish(run: &mut Run<'_>, _: &End) {
    let mut lists: Vec<UserlistB> = run.parts.userlists.drain().map(|(_, list)| list).collect();
    lists.sort_by_key(|list| list.order);
    for list in lists {
        let list = one(run, list);
        run.parts.made.userlists.push(list);
    }
}

fn one(run: &mut Run<'_>, list: UserlistB) -> Userlist {
    let mut groups_of: Vec<Vec<u32>> = vec![Vec::new(); list.users.len()];
    for (group, made) in list.groups.iter().zip(0..) {
        for (user, span) in &group.users {
            match list.user_names.get(user) {
                Some(user) => groups_of[*user].push(made),
                None => missing(run, &list, *span, "user", user, "group", &group.name),
            }
        }
    }
    for (user, groups) in list.users.iter().zip(&mut groups_of) {
        for (group, span) in &user.groups {
            match list.group_names.get(group) {
                Some(group) => groups.push(*group as u32),
                None => missing(run, &list, *span, "group", group, "user", &user.name),
            }
        }
        groups.sort_unstable();
        groups.dedup();
    }
    let users = list.users.into_iter().zip(groups_of);
    Userlist {
        name: list.name,
        at: list.at,
        groups: list.groups.into_iter().map(|group| group.name).collect(),
        users: users.map(|(user, groups)| User { name: user.name, password: user.password, groups }).collect(),
    }
}

fn missing(run: &mut Run<'_>, list: &UserlistB, span: Span, what: &str, name: &[u8], by: &str, of: &[u8]) {
    let show = String::from_utf8_lossy;
    let text =
        format!("userlist '{}': no such {what} '{}' specified in {by} '{}'", show(&list.name), show(name), show(of));
    run.diags.push(Diagnostic::alert(span, text).framed(Frame::Config).manual("12.2"));
}
