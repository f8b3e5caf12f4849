//! The process and the configuration's own names: `fe_name`, `be_name`, `srv_name`, `so_name`, their numbers,
//! `pid`, `hostname`, `date`, `wait_end` (manual 7.3.2, 7.3.3, 7.3.5).

use crate::args::{Arg, Args};
use crate::env::{Env, ProxyName, Session, Stream};
use crate::expr::{Cursor, Got};
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::record::ServerName;
use crate::val::{Type, Val};

pub static ITEMS: &[Fetch] = &[
    f("fe_name", "", Type::Str, Places::FRONTEND, "the frontend's name")
        .does(|_, env, _| Got::opt(frontend(env).map(|name| Val::Str(name.as_bytes())))),
    f("fe_id", "", Type::Int, Places::FRONTEND, "the frontend's id")
        .does(|_, env, _| Got::opt(session(env).map(|s| Val::Int(i64::from(s.frontend.id))))),
    f("so_id", "", Type::Int, Places::FRONTEND, "the bind line's id")
        .does(|_, env, _| Got::opt(session(env).map(|s| Val::Int(i64::from(s.listener_id))))),
    f("so_name", "", Type::Str, Places::FRONTEND, "the bind line's name")
        .does(|_, env, _| Got::opt(session(env).and_then(|s| s.listener_name).map(|name| Val::Str(name.as_bytes())))),
    f("be_name", "", Type::Str, Places::BACKEND, "the backend's name")
        .does(|_, env, _| Got::opt(backend_name(env).map(|name| Val::Str(name.as_bytes())))),
    f("be_id", "", Type::Int, Places::BACKEND, "the backend's id")
        .does(|_, env, _| Got::opt(backend_id(env).map(|id| Val::Int(i64::from(id))))),
    f("srv_name", "", Type::Str, Places::SERVER, "the server's name")
        .does(|_, env, _| Got::opt(server_name(env).map(|name| Val::Str(name.as_bytes())))),
    f("srv_id", "", Type::Int, Places::SERVER, "the server's id")
        .does(|_, env, _| Got::opt(server(env).map(|srv| Val::Int(i64::from(srv.id))))),
    f("pid", "", Type::Int, Places::ALL, "the process' number")
        .does(|_, env, _| Got::one(Val::Int(i64::from(env.process.pid)))),
    f("hostname", "", Type::Str, Places::ALL, "the host's name")
        .does(|_, env, _| Got::one(Val::Str(env.process.hostname.as_bytes()))),
    f("wait_end", "", Type::Bool, Places::STREAM_OR_CLI, "true once nothing more is waited for")
        .does(|_, env, _| if env.last { Got::one(Val::Bool(true)) } else { Got::Wait }),
    f("date_us", "", Type::Int, Places::ALL, "the microseconds of the time now")
        .does(|_, env, _| Got::one(Val::Int((env.wall.us % 1_000_000) as i64))),
    f("nbproc", "", Type::Int, Places::ALL, "the number of processes, always 1").does(|_, _, _| Got::one(Val::Int(1))),
    f("proc", "", Type::Int, Places::ALL, "the position of the process, always 1")
        .does(|_, _, _| Got::one(Val::Int(1))),
    f("rand", "[integer]", Type::Int, Places::ALL, "a random number below 2^32, or below its argument")
        .prepared(range)
        .does(rand),
    f("uuid", "[integer]", Type::Str, Places::ALL, "a random identifier of RFC 9562").prepared(version).does(uuid),
    f("accept_date", "[string]", Type::Int, Places::CONNECTION, "when the connection was accepted")
        .prepared(date_unit)
        .does(accept_date),
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

/// Log lines have the names from their record.
fn frontend<'a>(env: &'a Env<'a>) -> Option<&'a str> {
    session(env).map(|s| s.frontend.name).or_else(|| Some(env.record?.frontend))
}

/// Without a backend it is the frontend's.
fn backend_id(env: &Env<'_>) -> Option<u32> {
    backend(env).map(|be| be.id).or_else(|| session(env).map(|s| s.frontend.id))
}

fn backend_name<'a>(env: &'a Env<'a>) -> Option<&'a str> {
    backend(env).map(|be| be.name).or_else(|| Some(env.record?.backend))
}

fn server_name<'a>(env: &'a Env<'a>) -> Option<&'a str> {
    server(env).map(|srv| srv.name).or_else(|| match env.record?.server {
        ServerName::Name(name) => Some(name),
        ServerName::NoSrv | ServerName::Stats => None,
    })
}

fn backend<'a>(env: &'a Env<'a>) -> Option<ProxyName<'a>> {
    env.stream.and_then(|s: &Stream<'a>| s.backend)
}

fn server<'a>(env: &'a Env<'a>) -> Option<ProxyName<'a>> {
    env.stream.and_then(|s: &Stream<'a>| s.server)
}

/// The unit becomes how many microseconds it has.
fn unit(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    unit_at(args, 1)
}

fn unit_at(args: &mut Args, i: usize) -> Result<(), String> {
    if let Some(slot) = args.0.get_mut(i) {
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

fn range(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    match args.int(0) {
        Some(n) if n < 0 => Err("expects no negative number".to_owned()),
        _ => Ok(()),
    }
}

fn rand<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let n = (env.process.random)() >> 32;
    let n = match args.int(0).and_then(|range| u64::try_from(range).ok()) {
        // The high bits of the product spread evenly over the range.
        Some(range) => ((u128::from(n) * u128::from(range)) >> 32) as u64,
        None => n,
    };
    Got::opt(i64::try_from(n).ok().map(Val::Int))
}

fn version(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    match args.int(0) {
        None | Some(4 | 7) => Ok(()),
        Some(_) => Err("Unsupported UUID version, expected 4 or 7".to_owned()),
    }
}

/// Version 4 is random, version 7 begins with the time in ms (RFC 9562 sections 5.4 and 5.7).
fn uuid<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let random = env.process.random;
    let mut bits = u128::from(random()) << 64 | u128::from(random());
    let version = args.int(0).unwrap_or(4);
    if version == 7 {
        bits = bits << 48 >> 48 | u128::from(env.wall.us / 1000) << 80;
    }
    bits = bits & !(0xf << 76) | (version as u128) << 76;
    bits = bits & !(3 << 62) | 2 << 62;
    let text = env.scratch.write(|w| {
        for (i, b) in bits.to_be_bytes().into_iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                w.put(b"-");
            }
            let digit = |n: u8| b"0123456789abcdef"[usize::from(n)];
            w.put(&[digit(b >> 4), digit(b & 15)]);
        }
    });
    Got::opt(text.map(Val::Str))
}

pub(super) fn date_unit(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    unit_at(args, 0)
}

fn accept_date<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let at = env.session.map(|s| s.accepted).or_else(|| Some(env.record?.accept_date));
    let unit = args.int(0).unwrap_or(1_000_000).max(1);
    Got::opt(at.and_then(|at| i64::try_from(at.us).ok()).map(|us| Val::Int(us / unit)))
}
