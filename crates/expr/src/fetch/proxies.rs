//! The proxies' and servers' state and load: connections, queues, rates, weights, limits (manual 7.3.2).

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::facts::{BackFigure, FrontFigure, Number, ServerFigure, Text};
use crate::fetch::ask::{number, text};
use crate::fetch::{Fetch, f};
use crate::place::{Place, Places};
use crate::val::{Type, Val};

macro_rules! back {
    ($name:literal, $doc:literal, $figure:ident) => {
        f($name, "backend", Type::Int, Places::STREAM_OR_CLI, $doc)
            .does(|args, env, _| back(args, env, BackFigure::$figure))
    };
}

macro_rules! front {
    ($name:literal, $doc:literal, $figure:ident) => {
        f($name, "frontend", Type::Int, Places::STREAM_OR_CLI, $doc)
            .does(|args, env, _| front(args, env, FrontFigure::$figure))
    };
}

macro_rules! server {
    ($name:literal, $doc:literal, $figure:ident) => {
        f($name, "server", Type::Int, Places::STREAM_OR_CLI, $doc)
            .does(|args, env, _| Got::opt(server(args, env, ServerFigure::$figure).map(Val::Int)))
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    back!("avg_queue", "the backend's average queue a server", MeanQueued),
    back!("be_conn", "connections of a backend", Connections),
    back!("be_conn_free", "connections that a backend's servers can still take", FreeConnections),
    back!("be_sess_rate", "new sessions a second of a backend", SessionRate),
    back!("connslots", "free places of a backend's servers and their queues", FreeSlots),
    front!("fe_conn", "connections of a frontend", Connections),
    front!("fe_req_rate", "HTTP requests a second of a frontend", RequestRate),
    front!("fe_sess_rate", "new sessions a second of a frontend", SessionRate),
    back!("nbsrv", "usable servers of a backend", UsableServers),
    back!("queue", "waiting requests of a backend and its servers", Queued),
    f("server_status", "", Type::Int, Places::RESPONSE_OR_LOG, "the status of the response as the server sent it").does(|_, env, _| number(env, Number::ServerStatus)),
    server!("srv_conn", "connections of a server", Connections),
    server!("srv_conn_free", "connections that a server can still take", FreeConnections),
    f("srv_is_up", "server", Type::Bool, Places::STREAM_OR_CLI, "true while a server is up").does(is_up),
    server!("srv_iweight", "a server's first weight", InitialWeight),
    server!("srv_queue", "requests that wait for a server", Queued),
    server!("srv_sess_rate", "new sessions a second of a server", SessionRate),
    server!("srv_uweight", "a server's weight as the user set it", UserWeight),
    server!("srv_weight", "a server's weight in force", Weight),
    f("dst_conn", "", Type::Int, Places::FRONTEND, "connections of the bind line").does(|_, env, _| number(env, Number::ListenerConns)),
    f("fe_defbe", "", Type::Str, Places::FRONTEND, "the name of the frontend's default_backend").does(|_, env, _| text(env, Text::DefaultBackend)),
];

fn back<'a>(args: &'a Args, env: &'a Env<'a>, figure: BackFigure) -> Got<'a> {
    let figure = back_name(name(args), env).and_then(|name| env.live?.backend(name, figure));
    Got::opt(figure.map(Val::Int))
}

fn front<'a>(args: &'a Args, env: &'a Env<'a>, figure: FrontFigure) -> Got<'a> {
    let name = name(args).or_else(|| front_in_hand(env));
    Got::opt(name.and_then(|name| env.live?.frontend(name, figure)).map(Val::Int))
}

fn is_up<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    Got::opt(server(args, env, ServerFigure::IsUp).map(|n| Val::Bool(n != 0)))
}

/// A figure of `backend/server`, or of a server of the backend in hand.
fn server(args: &Args, env: &Env<'_>, figure: ServerFigure) -> Option<i64> {
    server_figure(name(args)?, env, figure)
}

/// The same by a text that has the names.
pub(crate) fn server_figure(text: &str, env: &Env<'_>, figure: ServerFigure) -> Option<i64> {
    let (backend, server) = match text.rsplit_once('/') {
        Some((backend, server)) => (Some(backend), server),
        None => (None, text),
    };
    env.live?.server(back_name(backend, env)?, server, figure)
}

/// The first argument, unless it is empty.
fn name(args: &Args) -> Option<&str> {
    match args.get(0)? {
        Arg::Named(_, name, _) => core::str::from_utf8(name).ok().filter(|name| !name.is_empty()),
        _ => None,
    }
}

fn back_name<'e>(given: Option<&'e str>, env: &Env<'e>) -> Option<&'e str> {
    given.or_else(|| if is_backend(env.place) { Some(env.stream?.backend?.name) } else { front_in_hand(env) })
}

/// The proxy whose rules are being evaluated is the backend.
fn is_backend(place: Place) -> bool {
    matches!(
        place,
        Place::BeTcpReq
            | Place::BeHttpReq
            | Place::BeHttpReqBody
            | Place::UseServer
            | Place::ServerSource
            | Place::BeTcpRes
            | Place::BeHttpRes
            | Place::BeHttpResBody
            | Place::StickStore
            | Place::TcpCheck
    )
}

fn front_in_hand<'e>(env: &Env<'e>) -> Option<&'e str> {
    env.session.map(|session| session.frontend.name).or_else(|| env.record.map(|record| record.frontend))
}
