//! What is spoken with the server, and how requests find it.

use super::{later, now};
use crate::build::ServerB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::mux;
use crate::spec::{Mux, ServerHashKey, Websocket};

pub static COOKIE: Keyword<ServerB> =
    later("cookie", Arity::exactly(1, "<value>"), "", "Value of the backend's cookie that means it.", |cx, server| {
        server.spec.cookie = cx.bytes(0);
    });

pub static REDIR: Keyword<ServerB> =
    later("redir", Arity::exactly(1, "<prefix>"), "", "Redirects GET and HEAD to this prefix.", |cx, server| {
        server.spec.redir = cx.bytes(0);
    });

pub static PROTO: Keyword<ServerB> = now("proto", mux::NAME, "1.9", "What the server speaks.", |cx, server| {
    server.spec.proto = mux::mux(cx).or(server.spec.proto);
    if !matches!(server.spec.proto, None | Some(Mux::H1 | Mux::H2 | Mux::Pass)) {
        let name = cx.show(0);
        cx.not_yet(0, &name);
    }
});

pub static WS: Keyword<ServerB> = now(
    "ws",
    Arity::exactly(1, "'auto', 'h1' or 'h2'"),
    "2.5",
    "What WebSocket requests are sent with.",
    |cx, server| {
        let versions = [("auto", Websocket::Auto), ("h1", Websocket::H1), ("h2", Websocket::H2)];
        if let Some(version) = cx.one_of(0, &versions) {
            server.spec.websocket = version;
        }
    },
);

pub static QUIC_CC_ALGO: Keyword<ServerB> =
    later("quic-cc-algo", mux::CC, "3.3", "Congestion control algorithm of QUIC.", |cx, server| {
        if let Some(cc) = mux::quic_cc(cx) {
            server.spec.quic_cc = cc;
        }
    });

pub static NON_STICK: Keyword<ServerB> =
    later("non-stick", Arity::NONE, "1.4", "Its connections enter no stick-table.", |_, server| {
        server.spec.non_stick = true;
    });

pub static STICK: Keyword<ServerB> =
    now("stick", Arity::NONE, "1.8", "Undoes 'non-stick'.", |_, server| server.spec.non_stick = false);

pub static HASH_KEY: Keyword<ServerB> = later(
    "hash-key",
    Arity::exactly(1, "'id', 'id32', 'guid', 'addr' or 'addr-port'"),
    "3.0",
    "What places it in consistent hashing.",
    |cx, server| {
        let keys = [
            ("id", ServerHashKey::Id),
            ("id32", ServerHashKey::Id32),
            ("guid", ServerHashKey::Guid),
            ("addr", ServerHashKey::Addr),
            ("addr-port", ServerHashKey::AddrPort),
        ];
        if let Some(key) = cx.one_of(0, &keys) {
            server.spec.hash_key = key;
        }
    },
);

pub static SHARD: Keyword<ServerB> =
    later("shard", Arity::exactly(1, "<shard>"), "2.7", "Part of the keys that a peer is told.", |cx, server| {
        if let Some(shard) = cx.uint(0, 0, i32::MAX as u32) {
            server.spec.shard = shard;
        }
    });

pub static LOG_PROTO: Keyword<ServerB> = later(
    "log-proto",
    Arity::exactly(1, "'legacy' or 'octet-count'"),
    "2.2",
    "How log messages are framed (RFC 6587).",
    |cx, server| {
        if let Some(octet_count) = cx.one_of(0, &[("legacy", false), ("octet-count", true)]) {
            server.spec.log.octet_count = octet_count;
        }
    },
);

pub static LOG_BUFSIZE: Keyword<ServerB> =
    later("log-bufsize", Arity::exactly(1, "<bufsize>"), "3.0", "Bytes of messages that wait for it.", |cx, server| {
        if let Some(size) = cx.size(0, 1, i32::MAX as u32) {
            server.spec.log.bufsize = Some(size);
        }
    });
