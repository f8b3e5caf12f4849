//! Options of TCP sockets.

use super::later;
use crate::build::ServerB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::bind::md5_password;

pub static CC: Keyword<ServerB> = Keyword {
    name: "cc",
    args: Arity::exactly(1, "<algo>"),
    since: "3.2",
    doc: "Congestion control algorithm.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| server.spec.cc = cx.string(0))
};

pub static NAMESPACE: Keyword<ServerB> = Keyword {
    name: "namespace",
    args: Arity::exactly(1, "<name>"),
    since: "1.6",
    doc: "Network namespace to connect in.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        let Some(name) = cx.string(0) else { return };
        if &*name == "*" {
            server.spec.namespace_of_client = true;
            cx.not_yet(0, "namespace *");
        } else if cx.world.has_namespace(&name) {
            server.spec.namespace = Some(name);
        } else {
            cx.alert(0, format!(": there is no network namespace '{name}'."));
        }
    })
};

pub static TCP_MD5SIG: Keyword<ServerB> =
    later("tcp-md5sig", Arity::exactly(1, "<password>"), "3.3", "Signs every segment (RFC 2385).", |cx, server| {
        if let Some(password) = md5_password(cx) {
            server.spec.md5sig = Some(password);
        }
    });

pub static TCP_UT: Keyword<ServerB> = Keyword {
    name: "tcp-ut",
    args: Arity::exactly(1, "<delay>"),
    since: "1.6",
    doc: "How long sent data may stay unacknowledged.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(ms) = cx.time(0, 0) {
            server.spec.tcp_user_timeout_ms = Some(ms.0).filter(|ms| *ms > 0);
        }
    })
};

pub static TFO: Keyword<ServerB> = Keyword {
    name: "tfo",
    since: "2.1",
    doc: "Sends data in the first packet (TCP Fast Open).",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.tfo = true)
};

pub static NO_TFO: Keyword<ServerB> = Keyword {
    name: "no-tfo",
    since: "2.1",
    doc: "Undoes 'tfo'.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.tfo = false)
};
