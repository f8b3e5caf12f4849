//! The client's connection: `src`, `src_port`, `dst`, `dst_port` (manual 7.3.3).

use crate::args::Args;
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::{Type, Val};

pub static ITEMS: &[Fetch] = &[
    f("src", "", Type::Addr, Places::CONNECTION, "the client's address").does(src),
    f("src_port", "", Type::Int, Places::CONNECTION, "the client's port").does(src_port),
    f("dst", "", Type::Addr, Places::CONNECTION, "the address that the client connected to").does(dst),
    f("dst_port", "", Type::Int, Places::CONNECTION, "the port that the client connected to").does(dst_port),
];

fn src<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    Got::opt(env.session.and_then(|s| s.src.ip()).map(|sa| Val::ip(sa.ip())))
}

fn src_port<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    Got::opt(env.session.and_then(|s| s.src.ip()).map(|sa| Val::Int(i64::from(sa.port()))))
}

fn dst<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    Got::opt(env.session.and_then(|s| s.dst).map(|sa| Val::ip(sa.ip())))
}

fn dst_port<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    Got::opt(env.session.and_then(|s| s.dst).map(|sa| Val::Int(i64::from(sa.port()))))
}
