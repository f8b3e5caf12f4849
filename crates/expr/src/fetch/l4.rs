//! The client's connection: `src`, `src_port`, `dst`, `dst_port` (manual 7.3.3).

use core::net::SocketAddr;

use crate::env::Env;
use crate::expr::Got;
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::record::Needs;
use crate::val::{Type, Val};

/// Where the client connected to is asked for only if somebody wants it.
const DST: Needs = Needs { frontend_addr: true, ..Needs::NONE };

pub static ITEMS: &[Fetch] = &[
    f("src", "", Type::Addr, Places::CONNECTION, "the client's address").does(|_, env, _| address(client(env))),
    f("src_port", "", Type::Int, Places::CONNECTION, "the client's port").does(|_, env, _| port(client(env))),
    f("dst", "", Type::Addr, Places::CONNECTION, "the address that the client connected to")
        .needing(DST)
        .does(|_, env, _| address(local(env))),
    f("dst_port", "", Type::Int, Places::CONNECTION, "the port that the client connected to")
        .needing(DST)
        .does(|_, env, _| port(local(env))),
];

/// The client's address and port; a log line has them from its record.
pub(super) fn client(env: &Env<'_>) -> Option<SocketAddr> {
    match env.session {
        Some(session) => session.src.ip(),
        None => env.record?.client.ip(),
    }
}

fn local(env: &Env<'_>) -> Option<SocketAddr> {
    match env.session {
        Some(session) => session.dst,
        None => env.record?.frontend_addr,
    }
}

fn address<'a>(at: Option<SocketAddr>) -> Got<'a> {
    Got::opt(at.map(|sa| Val::ip(sa.ip())))
}

fn port<'a>(at: Option<SocketAddr>) -> Got<'a> {
    Got::opt(at.map(|sa| Val::Int(i64::from(sa.port()))))
}
