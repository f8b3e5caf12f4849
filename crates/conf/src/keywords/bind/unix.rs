//! Owner and mode of unix sockets; other sockets ignore them, as documented.

use crate::build::BindB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};

pub static GID: Keyword<BindB> = Keyword {
    name: "gid",
    args: Arity::exactly(1, "<gid>"),
    since: "1.5",
    doc: "Group number of the socket.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.gid = cx.uint(0, 0, u32::MAX - 1))
};

pub static GROUP: Keyword<BindB> = Keyword {
    name: "group",
    args: Arity::exactly(1, "<group>"),
    since: "1.5",
    doc: "Group of the socket.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.gid = group(cx, 0))
};

pub static MODE: Keyword<BindB> = Keyword {
    name: "mode",
    args: Arity::exactly(1, "<mode>"),
    since: "1.5",
    doc: "Permissions of the socket, in octal.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.mode = mode(cx, 0))
};

pub static UID: Keyword<BindB> = Keyword {
    name: "uid",
    args: Arity::exactly(1, "<uid>"),
    since: "1.5",
    doc: "Owner number of the socket.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.uid = cx.uint(0, 0, u32::MAX - 1))
};

pub static USER: Keyword<BindB> = Keyword {
    name: "user",
    args: Arity::exactly(1, "<user>"),
    since: "1.5",
    doc: "Owner of the socket.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.uid = user(cx, 0))
};

/// An octal mode.
pub fn mode(cx: &mut Cx<'_>, i: usize) -> Option<u32> {
    let text = core::str::from_utf8(cx.text(i)).unwrap_or("");
    let octal = !text.is_empty() && text.bytes().all(|c| (b'0'..=b'7').contains(&c));
    let mode = u32::from_str_radix(text, 8).ok().filter(|mode| octal && *mode <= 0o7777);
    if mode.is_none() {
        let got = cx.show(i);
        cx.alert(i, format!("expects a mode in octal, not '{got}'."));
    }
    mode
}

/// A user's number.
pub fn user(cx: &mut Cx<'_>, i: usize) -> Option<u32> {
    let name = cx.string(i)?;
    let uid = cx.world.uid(&name);
    if uid.is_none() {
        cx.alert(i, format!(": unknown user name '{name}'."));
    }
    uid
}

/// A group's number.
pub fn group(cx: &mut Cx<'_>, i: usize) -> Option<u32> {
    let name = cx.string(i)?;
    let gid = cx.world.gid(&name);
    if gid.is_none() {
        cx.alert(i, format!(": unknown group name '{name}'."));
    }
    gid
}
