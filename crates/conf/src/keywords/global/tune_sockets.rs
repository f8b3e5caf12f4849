//! Sockets and polling.

use super::shape::{put_once, put_size, size};
use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Reload};
use crate::spec::{DefaultShards, MultiQueue};

pub static RCVBUF_CLIENT: Keyword<GlobalB> = Keyword {
    name: "tune.rcvbuf.client",
    args: Arity::exactly(1, "<size>"),
    since: "1.4",
    doc: "Receive buffer of client sockets; 0 lets the kernel choose.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.rcvbuf_client == b.tune.rcvbuf_client),
    ..Keyword::plain(|cx, global| socket_buffer(cx, &mut global.spec.tune.rcvbuf_client))
};

pub static RCVBUF_SERVER: Keyword<GlobalB> = Keyword {
    name: "tune.rcvbuf.server",
    args: Arity::exactly(1, "<size>"),
    since: "1.4",
    doc: "Receive buffer of server sockets; 0 lets the kernel choose.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.rcvbuf_server == b.tune.rcvbuf_server),
    ..Keyword::plain(|cx, global| socket_buffer(cx, &mut global.spec.tune.rcvbuf_server))
};

pub static SNDBUF_CLIENT: Keyword<GlobalB> = Keyword {
    name: "tune.sndbuf.client",
    args: Arity::exactly(1, "<size>"),
    since: "1.4",
    doc: "Send buffer of client sockets; 0 lets the kernel choose.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.sndbuf_client == b.tune.sndbuf_client),
    ..Keyword::plain(|cx, global| socket_buffer(cx, &mut global.spec.tune.sndbuf_client))
};

pub static SNDBUF_SERVER: Keyword<GlobalB> = Keyword {
    name: "tune.sndbuf.server",
    args: Arity::exactly(1, "<size>"),
    since: "1.4",
    doc: "Send buffer of server sockets; 0 lets the kernel choose.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.sndbuf_server == b.tune.sndbuf_server),
    ..Keyword::plain(|cx, global| socket_buffer(cx, &mut global.spec.tune.sndbuf_server))
};

fn socket_buffer(cx: &mut Cx<'_>, slot: &mut Option<u32>) {
    if let Some(size) = cx.size(0, 0, 1 << 30) {
        *slot = Some(size).filter(|n| *n > 0);
    }
}

pub static MAXACCEPT: Keyword<GlobalB> = Keyword {
    name: "tune.maxaccept",
    args: Arity::exactly(1, "<number>"),
    doc: "Most connections accepted in a row; -1 for no limit.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.maxaccept == b.tune.maxaccept),
    ..Keyword::plain(|cx, global| {
        let n = cx.int(0, -1, i64::from(i32::MAX)).filter(|n| *n != 0);
        put_once(cx, &mut global.spec.tune.maxaccept, n.map(|n| u32::try_from(n).unwrap_or(u32::MAX)));
    })
};

pub static MAXPOLLEVENTS: Keyword<GlobalB> = Keyword {
    name: "tune.maxpollevents",
    args: Arity::exactly(1, "<number>"),
    doc: "Most events taken from the kernel at once.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.maxpollevents == b.tune.maxpollevents),
    ..Keyword::plain(|cx, global| {
        if let Some(n) = cx.uint(0, 1, 1_000_000) {
            global.spec.tune.maxpollevents = Some(n);
        }
    })
};

pub static MULTI_QUEUE: Keyword<GlobalB> = Keyword {
    name: "tune.listener.multi-queue",
    args: Arity::exactly(1, "'on', 'fair' or 'off'"),
    since: "1.9",
    doc: "How accepted connections are spread over the threads.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        let choices = [("on", MultiQueue::On), ("fair", MultiQueue::Fair), ("off", MultiQueue::Off)];
        if let Some(choice) = cx.one_of(0, &choices) {
            global.spec.tune.listener_multi_queue = choice;
        }
    })
};

pub static DEFAULT_SHARDS: Keyword<GlobalB> = Keyword {
    name: "tune.listener.default-shards",
    args: Arity::exactly(1, "'by-process', 'by-thread' or 'by-group'"),
    since: "2.8",
    doc: "How many sockets a bind line without 'shards' opens.",
    manual: "3.2",
    ..Keyword::plain(|cx, global| {
        let choices = [
            ("by-process", DefaultShards::ByProcess),
            ("by-thread", DefaultShards::ByThread),
            ("by-group", DefaultShards::ByGroup),
        ];
        if let Some(choice) = cx.one_of(0, &choices) {
            global.spec.tune.listener_default_shards = choice;
        }
    })
};

pub static RCVBUF_BACKEND: Keyword<GlobalB> = Keyword {
    name: "tune.rcvbuf.backend",
    since: "2.7",
    doc: "Receive buffer of sockets towards servers that aren't connected.",
    manual: "3.2",
    ..size(|cx, global| socket_buffer(cx, &mut global.spec.tune.rcvbuf_backend))
};

pub static RCVBUF_FRONTEND: Keyword<GlobalB> = Keyword {
    name: "tune.rcvbuf.frontend",
    since: "2.7",
    doc: "Receive buffer of listening sockets that many clients share.",
    manual: "3.2",
    ..size(|cx, global| socket_buffer(cx, &mut global.spec.tune.rcvbuf_frontend))
};

pub static SNDBUF_BACKEND: Keyword<GlobalB> = Keyword {
    name: "tune.sndbuf.backend",
    since: "2.7",
    doc: "Send buffer of sockets towards servers that aren't connected.",
    manual: "3.2",
    ..size(|cx, global| socket_buffer(cx, &mut global.spec.tune.sndbuf_backend))
};

pub static SNDBUF_FRONTEND: Keyword<GlobalB> = Keyword {
    name: "tune.sndbuf.frontend",
    since: "2.7",
    doc: "Send buffer of listening sockets that many clients share.",
    manual: "3.2",
    ..size(|cx, global| socket_buffer(cx, &mut global.spec.tune.sndbuf_frontend))
};

pub static NOTSENT_CLIENT: Keyword<GlobalB> = Keyword {
    name: "tune.notsent-lowat.client",
    since: "2.9",
    doc: "Unsent bytes from which on a client's socket counts as full; 0 for any number.",
    manual: "3.2",
    ..size(|cx, global| socket_buffer(cx, &mut global.spec.tune.notsent_lowat_client))
};

pub static NOTSENT_SERVER: Keyword<GlobalB> = Keyword {
    name: "tune.notsent-lowat.server",
    since: "2.9",
    doc: "Unsent bytes from which on a server's socket counts as full; 0 for any number.",
    manual: "3.2",
    ..size(|cx, global| socket_buffer(cx, &mut global.spec.tune.notsent_lowat_server))
};

pub static RECV_ENOUGH: Keyword<GlobalB> = Keyword {
    name: "tune.recv_enough",
    doc: "Bytes of a short read above which a socket isn't read again at once.",
    manual: "3.2",
    ..size(|cx, global| put_size(cx, &mut global.spec.tune.recv_enough))
};
