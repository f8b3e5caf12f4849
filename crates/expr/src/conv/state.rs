//! What looks at, or changes, more than the value: variables, captures, proxies, debugging (manual 7.3.1).

use crate::acl::Tri;
use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::facts::{BackFigure, DebugSink, Number, ProcessFigure, ServerFigure, Side};
use crate::fetch::server_figure;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::{Sink, Val};
use crate::vars::SetIf;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("capture-req", "integer", Str, Str, "the text, kept in a request capture slot").does(|args, v, env| keep(args, v, env, Side::Client)),
    c("capture-res", "integer", Str, Str, "the text, kept in a response capture slot").does(|args, v, env| keep(args, v, env, Side::Server)),
    c("debug", "[string,string]", Any, Same, "the value, shown on a sink").prepared(debug_args).does(debug),
    c("fe_exists", "", Str, Bool, "true if a frontend has this name").does(|_, v, env| Some(Val::Bool(env.live?.has_frontend(name(v)?)))),
    c("nbsrv", "", Str, Int, "usable servers of the backend of this name").does(|_, v, env| env.live?.backend(name(v)?, BackFigure::UsableServers).map(Val::Int)),
    c("set-var", "string[,string,string,string,string]", Any, Any, "the value, kept in a variable").prepared(set_args).does(set_var),
    c("srv_is_up", "", Str, Bool, "true if the server of this name is up").does(|_, v, env| server_figure(name(v)?, env, ServerFigure::IsUp).map(|n| Val::Bool(n != 0))),
    c("srv_queue", "", Str, Int, "requests that wait for the server of this name").does(|_, v, env| server_figure(name(v)?, env, ServerFigure::Queued).map(Val::Int)),
    c("unset-var", "string", Any, Any, "the value; a variable is forgotten").prepared(unset_args).does(unset_var),
    c("when", "string[,string,string]", Any, Any, "the value, if a condition of the stream holds").prepared(when_args).does(when),
    c("x509_v_err_str", "", Int, Str, "the name of a certificate error"),
];

/// The variable, and the conditions as one argument.
fn set_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_var(0)?;
    let mut set_if = SetIf::default();
    for i in 1..args.0.len() {
        set_if.add(args.str(i).unwrap_or_default())?;
    }
    let name = core::mem::replace(&mut args.0[0], Arg::Bool(false));
    args.0 = Box::new([name, Arg::SetIf(set_if)]);
    Ok(())
}

fn set_var<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (Some(Arg::Var(name)), Some(Arg::SetIf(set_if))) = (args.get(0), args.get(1)) else { return None };
    if set_if.holds(&env.vars, name, v) && !env.vars.set(name, v) {
        return None;
    }
    Some(v)
}

fn unset_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_var(0)
}

fn unset_var<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    if let Some(Arg::Var(name)) = args.get(0) {
        env.vars.unset(name);
    }
    Some(v)
}

fn name(v: Val<'_>) -> Option<&str> {
    core::str::from_utf8(v.bytes()?).ok()
}

/// A slot that doesn't exist keeps nothing and fails nothing.
fn keep<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>, side: Side) -> Option<Val<'a>> {
    let slot = usize::try_from(args.int(0)?).ok()?;
    env.facts?.keep(side, slot, v.bytes()?);
    Some(v)
}

/// The prefix, and whether the sink is standard output.
fn debug_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let is_stdout = match args.str(1) {
        Some(b"stdout") => true,
        Some(b"stderr") => false,
        None | Some(b"" | b"buf0") => return Err("event sink 'buf0' is not supported yet".to_owned()),
        Some(other) => return Err(format!("no such sink: '{}'", show(other))),
    };
    args.0 = Box::new([Arg::Str(args.str(0).unwrap_or_default().into()), Arg::Bool(is_stdout)]);
    Ok(())
}

fn debug<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let line = env.scratch.write(|w| {
        [b"[debug] ", args.str(0).unwrap_or_default(), b": type=", v.kind().name().as_bytes(), b" <"]
            .iter()
            .for_each(|part| w.put(part));
        v.write_text(&mut Shown(w, false));
        w.put(b">");
    });
    let sink = if args.get(1) == Some(&Arg::Bool(true)) { DebugSink::Stdout } else { DebugSink::Stderr };
    if let (Some(live), Some(line)) = (env.live, line) {
        live.show(sink, line);
    }
    Some(v)
}

/// What a terminal can show: nothing from the first NUL on, and points for other control characters.
struct Shown<'w>(&'w mut dyn Sink, bool);

impl Sink for Shown<'_> {
    fn put(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.1 |= *b == 0;
            match b {
                _ if self.1 => {}
                0..0x20 | 0x7f => self.0.put(b"."),
                b => self.0.put(&[*b]),
            }
        }
    }
}

/// What `when` asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum When {
    /// Something went wrong.
    Error,
    /// The request went to a server.
    Forwarded,
    /// It went to a server or a service.
    Processed,
    /// The process is stopping.
    Stopping,
    /// It went to a service.
    ToApplet,
    /// The ACL in the argument behind it.
    Acl,
}

/// The condition, whether it is negated, and its ACL.
fn when_args(args: &mut Args, world: &mut dyn Outside) -> Result<(), String> {
    let text = args.str(0).unwrap_or_default();
    let word = text.strip_prefix(b"!").unwrap_or(text);
    let mut negated = word.len() < text.len();
    let when = match word {
        b"error" => When::Error,
        b"normal" => {
            negated = !negated;
            When::Error
        }
        b"forwarded" => When::Forwarded,
        b"processed" => When::Processed,
        b"stopping" => When::Stopping,
        b"toapplet" => When::ToApplet,
        b"acl" => When::Acl,
        other => return Err(format!("unknown condition '{}'", show(other))),
    };
    let mut all = vec![Arg::When(when), Arg::Bool(negated)];
    match (when, args.str(1)) {
        (When::Acl, None) => return Err("'acl' expects the name of an ACL".to_owned()),
        (When::Acl, Some(name)) => {
            let acl =
                world.acl(name).ok_or_else(|| format!("ACL '{}' in an expression is not supported yet", show(name)))?;
            all.push(Arg::Acl(acl));
        }
        (_, Some(extra)) => return Err(format!("condition takes no argument, not '{}'", show(extra))),
        (_, None) => {}
    }
    args.0 = all.into();
    Ok(())
}

fn when<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (Some(Arg::When(when)), Some(Arg::Bool(negated))) = (args.get(0), args.get(1)) else { return None };
    let is = |of: Number| env.facts.and_then(|facts| facts.number(of)).is_some_and(|n| n != 0);
    let holds = match when {
        When::Error => is(Number::Failed),
        When::Forwarded => is(Number::Forwarded),
        When::Processed => is(Number::Forwarded) || is(Number::Served),
        When::ToApplet => is(Number::Served),
        When::Stopping => env.live.and_then(|live| live.process(ProcessFigure::Stopping)).is_some_and(|n| n != 0),
        When::Acl => match args.get(2) {
            Some(Arg::Acl(acl)) => acl.eval(env) == Tri::Yes,
            _ => false,
        },
    };
    (holds != *negated).then_some(v)
}
