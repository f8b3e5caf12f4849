//! Sockets and names as a whole: `unix-bind`, and what isn't to be used.

use super::shape::flag;
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
                    let before = !global.unix_bind.prefix.is_empty();
                    match cx.bytes(value) {
                        Some(_) if before => cx.once_more(i),
                        Some(prefix) => global.unix_bind.prefix = prefix,
                        None => {}
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
    reload: Reload::NewProcess(|a, b| a.nosplice == b.nosplice),
    ..Keyword::plain(|_, global| global.spec.nosplice = true)
};

pub static NOGETADDRINFO: Keyword<GlobalB> = Keyword {
    name: "nogetaddrinfo",
    since: "1.7",
    doc: "Looks names up by gethostbyname().",
    manual: "3.2",
    ..flag(|_, global| global.spec.nogetaddrinfo = true)
};

/// The kernel's TLS isn't used in any case.
pub static NOKTLS: Keyword<GlobalB> = Keyword {
    name: "noktls",
    since: "3.3",
    doc: "Never leaves TLS to the kernel.",
    manual: "3.2",
    ..Keyword::plain(|_, global| global.spec.noktls = true)
};

pub static PP2_NEVER_SEND_LOCAL: Keyword<GlobalB> = Keyword {
    name: "pp2-never-send-local",
    since: "2.4",
    doc: "Checks begin with PROXY in version 2 of the protocol, not with LOCAL.",
    manual: "3.1",
    ..flag(|_, global| global.spec.pp2_never_send_local = true)
};

pub static PREALLOC_FD: Keyword<GlobalB> = Keyword {
    name: "prealloc-fd",
    since: "2.7",
    doc: "Makes the kernel's table of descriptors as large as it will get, at the start.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.prealloc_fd == b.prealloc_fd),
    ..flag(|_, global| global.spec.prealloc_fd = true)
};

/// The allocator is never asked to give memory back in any case.
pub static NO_MEMORY_TRIMMING: Keyword<GlobalB> = Keyword {
    name: "no-memory-trimming",
    since: "2.6",
    doc: "Never asks the allocator to give memory back to the system.",
    manual: "3.2",
    ..Keyword::plain(|_, global| global.spec.no_memory_trimming = true)
};
