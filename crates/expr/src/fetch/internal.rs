//! The process and the configuration's own names: `fe_name`, `be_name`, `srv_name`, `so_name`, their numbers,
//! `pid`, `hostname`, `date`, `wait_end` (manual 7.3.2, 7.3.3, 7.3.5).

use crate::args::{Arg, Args};
use crate::env::{Env, ProxyName, Session, Stream};
use crate::expr::{Cursor, Got};
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::{Type, Val};

pub static ITEMS: &[Fetch] = &[
    f("fe_name", "", Type::Str, Places::FRONTEND, "the frontend's name")
        .does(|_, env, _| Got::opt(session(env).map(|s| Val::Str(s.frontend.name.as_bytes())))),
    f("fe_id", "", Type::Int, Places::FRONTEND, "the frontend's id")
        .does(|_, env, _| Got::opt(session(env).map(|s| Val::Int(i64::from(s.frontend.id))))),
    f("so_id", "", Type::Int, Places::FRONTEND, "the bind line's id")
        .does(|_, env, _| Got::opt(session(env).map(|s| Val::Int(i64::from(s.listener_id))))),
    f("so_name", "", Type::Str, Places::FRONTEND, "the bind line's name")
        .does(|_, env, _| Got::opt(session(env).and_then(|s| s.listener_name).map(|name| Val::Str(name.as_bytes())))),
    f("be_name", "", Type::Str, Places::BACKEND, "the backend's name")
        .does(|_, env, _| Got::opt(backend(env).map(|be| Val::Str(be.name.as_bytes())))),
    f("be_id", "", Type::Int, Places::BACKEND, "the backend's id")
        .does(|_, env, _| Got::opt(backend(env).map(|be| Val::Int(i64::from(be.id))))),
    f("srv_name", "", Type::Str, Places::SERVER, "the server's name")
        .does(|_, env, _| Got::opt(server(env).map(|srv| Val::Str(srv.name.as_bytes())))),
    f("srv_id", "", Type::Int, Places::SERVER, "the server's id")
        .does(|_, env, _| Got::opt(server(env).map(|srv| Val::Int(i64::from(srv.id))))),
    f("pid", "", Type::Int, Places::ALL, "the process' number")
        .does(|_, env, _| Got::one(Val::Int(i64::from(env.process.pid)))),
    f("hostname", "", Type::Str, Places::ALL, "the host's name")
        .does(|_, env, _| Got::one(Val::Str(env.process.hostname.as_bytes()))),
    f("wait_end", "", Type::Bool, Places::STREAM_OR_CLI, "true once nothing more is waited for")
        .does(|_, env, _| if env.last { Got::one(Val::Bool(true)) } else { Got::Wait }),
    f(
        "date",
        "[integer,string]",
        Type::Int,
        Places::ALL,
        "the time now in s, ms or us since the epoch, plus an offset",
    )
    .prepared(unit)
    .does(date),
];

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
pub(super) fn unit(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
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
