//! The process and the configuration's own names: `fe_name`, `be_name`, `srv_name`, `so_name`, their numbers,
//! `pid`, `hostname`, `date`, `wait_end` (manual 7.3.2, 7.3.3, 7.3.5).

use crate::args::{Arg, ArgKind, ArgSpec, Args};
use crate::env::{Env, ProxyName, Session, Stream};
use crate::expr::{Cursor, Got};
use crate::fetch::{Fetch, Fun};
use crate::place::Places;
use crate::record::Needs;
use crate::val::{Type, Val};

const fn item(name: &'static str, out: Type, places: &'static str, doc: &'static str, fun: Fun) -> Fetch {
    let places = Places::of(places);
    Fetch { name, args: ArgSpec::NONE, prepare: None, out, places, needs: Needs::NONE, doc, fun }
}

const ALL: &str = "YYYYYYYYYYYYYYYYYYYYYY";
const STREAM: &str = "YYYYYYYYYYYYYYYYYYY...";
const BACKEND: &str = "......YYYYYYYYYYYYYY..";
const SERVER: &str = "..........YYYYYYYYYY..";

pub static FE_NAME: Fetch = item("fe_name", Type::Str, STREAM, "the frontend's name", |_, env, _| {
    Got::opt(session(env).map(|s| Val::Str(s.frontend.name.as_bytes())))
});
pub static FE_ID: Fetch = item("fe_id", Type::Int, STREAM, "the frontend's id", |_, env, _| {
    Got::opt(session(env).map(|s| Val::Int(i64::from(s.frontend.id))))
});
pub static SO_ID: Fetch = item("so_id", Type::Int, STREAM, "the bind line's id", |_, env, _| {
    Got::opt(session(env).map(|s| Val::Int(i64::from(s.listener_id))))
});
pub static SO_NAME: Fetch = item("so_name", Type::Str, STREAM, "the bind line's name", |_, env, _| {
    Got::opt(session(env).and_then(|s| s.listener_name).map(|name| Val::Str(name.as_bytes())))
});
pub static BE_NAME: Fetch = item("be_name", Type::Str, BACKEND, "the backend's name", |_, env, _| {
    Got::opt(backend(env).map(|be| Val::Str(be.name.as_bytes())))
});
pub static BE_ID: Fetch = item("be_id", Type::Int, BACKEND, "the backend's id", |_, env, _| {
    Got::opt(backend(env).map(|be| Val::Int(i64::from(be.id))))
});
pub static SRV_NAME: Fetch = item("srv_name", Type::Str, SERVER, "the server's name", |_, env, _| {
    Got::opt(server(env).map(|srv| Val::Str(srv.name.as_bytes())))
});
pub static SRV_ID: Fetch = item("srv_id", Type::Int, SERVER, "the server's id", |_, env, _| {
    Got::opt(server(env).map(|srv| Val::Int(i64::from(srv.id))))
});
pub static PID: Fetch =
    item("pid", Type::Int, ALL, "the process' number", |_, env, _| Got::one(Val::Int(i64::from(env.process.pid))));
pub static HOSTNAME: Fetch = item("hostname", Type::Str, ALL, "the host's name", |_, env, _| {
    Got::one(Val::Str(env.process.hostname.as_bytes()))
});
pub static WAIT_END: Fetch =
    item("wait_end", Type::Bool, "YYYYYYYYYYYYYYYYYYYY.Y", "true once nothing more is waited for", |_, env, _| {
        if env.last { Got::one(Val::Bool(true)) } else { Got::Wait }
    });

pub static DATE: Fetch = Fetch {
    name: "date",
    args: ArgSpec { kinds: &[ArgKind::Int, ArgKind::Str], min: 0 },
    prepare: Some(unit),
    out: Type::Int,
    places: Places::ALL,
    needs: Needs::NONE,
    doc: "the time now, in seconds (or ms, or us) since the epoch, plus an offset",
    fun: date,
};

fn session<'a>(env: &'a Env<'a>) -> Option<&'a Session<'a>> {
    env.session
}

fn backend<'a>(env: &'a Env<'a>) -> Option<ProxyName<'a>> {
    env.stream.and_then(|s: &Stream<'a>| s.backend)
}

fn server<'a>(env: &'a Env<'a>) -> Option<ProxyName<'a>> {
    env.stream.and_then(|s: &Stream<'a>| s.server)
}

/// The unit becomes how many microseconds it has.
fn unit(args: &mut Args) -> Result<(), String> {
    if let Some(slot) = args.0.get_mut(1) {
        *slot = match slot {
            Arg::Str(s) if **s == *b"s" => Arg::Int(1_000_000),
            Arg::Str(s) if **s == *b"ms" => Arg::Int(1_000),
            Arg::Str(s) if **s == *b"us" => Arg::Int(1),
            _ => return Err("unexpected unit, expected 's', 'ms' or 'us'".to_owned()),
        };
    }
    Ok(())
}

fn date<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let unit = args.int(1).unwrap_or(1_000_000).max(1);
    let now = i64::try_from(env.wall.us).unwrap_or(i64::MAX) / unit;
    Got::one(Val::Int(now.saturating_add(args.int(0).unwrap_or(0))))
}
