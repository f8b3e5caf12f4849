//! `unix-bind`, `noreuseport`, `nosplice`.

use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Reload};
use crate::keywords::bind::unix as perms;

pub static UNIX_BIND: Keyword<GlobalB> = Keyword {
    name: "unix-bind",
    args: Arity::at_least(0, "'prefix', 'mode', 'user', 'uid', 'group' or 'gid' with a value"),
    doc: "Settings of unix sockets on 'bind' lines that don't have their own.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        for i in (0..cx.len()).step_by(2) {
            let value = i + 1;
            match cx.text(i) {
                b"prefix" => {
                    if let Some(prefix) = cx.bytes(value) {
                        global.unix_bind.prefix = prefix;
                    }
                }
                b"mode" => set(&mut global.unix_bind.mode, perms::mode(cx, value)),
                b"uid" => set(&mut global.unix_bind.uid, cx.uint(value, 0, u32::MAX - 1)),
                b"gid" => set(&mut global.unix_bind.gid, cx.uint(value, 0, u32::MAX - 1)),
                b"user" => set(&mut global.unix_bind.uid, perms::user(cx, value)),
                b"group" => set(&mut global.unix_bind.gid, perms::group(cx, value)),
                _ => {
                    let got = cx.show(i);
                    let text = format!("only knows 'prefix', 'mode', 'uid', 'gid', 'user' and 'group' (got '{got}').");
                    return cx.alert(i, text);
                }
            }
        }
    })
};

fn set(slot: &mut Option<u32>, value: Option<u32>) {
    *slot = value.or(*slot);
}

pub static NOREUSEPORT: Keyword<GlobalB> = Keyword {
    name: "noreuseport",
    since: "1.8",
    doc: "Binds without SO_REUSEPORT.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.noreuseport == b.noreuseport),
    ..Keyword::plain(|_, global| global.spec.noreuseport = true)
};

pub static NOSPLICE: Keyword<GlobalB> = Keyword {
    name: "nosplice",
    doc: "Never moves data between sockets inside the kernel.",
    manual: "3.2",
    ..Keyword::plain(|_, global| global.spec.nosplice = true)
};
