//! The client's connection: `src`, `src_port`, `dst`, `dst_port` (manual 7.3.3).

use crate::args::{ArgSpec, Args};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::fetch::Fetch;
use crate::place::Places;
use crate::record::Needs;
use crate::val::{Type, Val};

const EVERY_STREAM: Places = Places::of("YYYYYYYYYYYYYYYYYYYY..");

pub static SRC: Fetch = Fetch {
    name: "src",
    args: ArgSpec::NONE,
    prepare: None,
    out: Type::Addr,
    places: EVERY_STREAM,
    needs: Needs::NONE,
    doc: "the client's address",
    fun: src,
};

pub static SRC_PORT: Fetch = Fetch {
    name: "src_port",
    args: ArgSpec::NONE,
    prepare: None,
    out: Type::Int,
    places: EVERY_STREAM,
    needs: Needs::NONE,
    doc: "the client's port",
    fun: src_port,
};

pub static DST: Fetch = Fetch {
    name: "dst",
    args: ArgSpec::NONE,
    prepare: None,
    out: Type::Addr,
    places: EVERY_STREAM,
    needs: Needs::NONE,
    doc: "the address that the client connected to",
    fun: dst,
};

pub static DST_PORT: Fetch = Fetch {
    name: "dst_port",
    args: ArgSpec::NONE,
    prepare: None,
    out: Type::Int,
    places: EVERY_STREAM,
    needs: Needs::NONE,
    doc: "the port that the client connected to",
    fun: dst_port,
};

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
