//! The process and its threads: load, age, environment, random numbers (manual 7.3.2).

use crate::acl::Tri;
use crate::args::{Arg, Args};
use crate::env::Env;
use crate::error::show;
use crate::expr::{Cursor, Got};
use crate::facts::{Number, ProcessFigure, Text};
use crate::fetch::ask::{number, text};
use crate::fetch::{Fetch, dump, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("act_conn", "", Int, Places::ALL, "connections of the process").does(|_, env, _| figure(env, ProcessFigure::Connections)),
    f("acl", "string[,string,string,string,string,string,string,string,string,string,string,string]", Bool, Places::ALL, "true if every named ACL matches, or with ! before its name doesn't").prepared(acl_args).does(acls).awaiting(),
    f("cpu_calls", "", Int, Places::STREAM_OR_CLI, "how often the stream's task was called").does(|_, env, _| number(env, Number::CpuCalls)).awaiting(),
    f("cpu_ns_avg", "", Int, Places::STREAM_OR_CLI, "CPU time of a call of the stream's task in ns").does(|_, env, _| mean(env, Number::CpuNs)).awaiting(),
    f("cpu_ns_tot", "", Int, Places::STREAM_OR_CLI, "CPU time of the stream's task in ns").does(|_, env, _| number(env, Number::CpuNs)).awaiting(),
    f("cpu_usage_grp", "", Int, Places::STREAM_OR_CLI, "CPU use of the thread group in percent").does(|_, env, _| figure(env, ProcessFigure::CpuGroup)),
    f("cpu_usage_proc", "", Int, Places::STREAM_OR_CLI, "CPU use of the process in percent").does(|_, env, _| figure(env, ProcessFigure::CpuProcess)),
    f("cpu_usage_thr", "", Int, Places::STREAM_OR_CLI, "CPU use of the thread in percent").does(|_, env, _| figure(env, ProcessFigure::CpuThread)),
    f("env", "string", Str, Places::ALL, "an environment variable as it was at the start").does(|args, env, _| Got::opt(args.str(0).and_then(|name| env.process.variable(name)).map(Val::Str))),
    f("lat_ns_avg", "", Int, Places::STREAM_OR_CLI, "how long a call of the stream's task waited, in ns").does(|_, env, _| mean(env, Number::LatencyNs)).awaiting(),
    f("lat_ns_tot", "", Int, Places::STREAM_OR_CLI, "how long the stream's task waited, in ns").does(|_, env, _| number(env, Number::LatencyNs)).awaiting(),
    f("quic_enabled", "", Bool, Places::ALL, "true where QUIC can be used").does(|_, env, _| truth(env, ProcessFigure::Quic)),
    f("stopping", "", Bool, Places::STREAM_OR_CLI, "true while the process stops softly").does(|_, env, _| truth(env, ProcessFigure::Stopping)),
    f("tgroup", "", Int, Places::ALL, "the thread's group").does(|_, env, _| figure(env, ProcessFigure::ThreadGroup)),
    f("thread", "", Int, Places::ALL, "the thread's number, from 0 on").does(|_, env, _| figure(env, ProcessFigure::Thread)),
    f("uptime", "", Int, Places::ALL, "seconds since the process began").does(|_, env, _| figure(env, ProcessFigure::Uptime)),
    f("var", "string[,string]", Any, Places::ALL, "a variable, or the default given").prepared(var_name).does(var),
    f("dump_all_vars", "[string,string,string]", Str, Places::ALL, "all variables of a scope as name=value").prepared(dump::dump_args).does(dump::dump),
    f("last_entity", "", Str, Places::STREAM_OR_CLI, "what the stream last ran, or waited for").does(|_, env, _| text(env, Text::LastEntity)).awaiting(),
    f("last_rule_file", "", Str, Places::STREAM_OR_CLI, "the file of the last rule that ended a rule set").does(|_, env, _| text(env, Text::LastRuleFile)).awaiting(),
    f("last_rule_line", "", Int, Places::STREAM_OR_CLI, "the line of the last rule that ended a rule set").does(|_, env, _| number(env, Number::LastRuleLine)).awaiting(),
    f("waiting_entity", "", Str, Places::STREAM_OR_CLI, "what the stream waits for").does(|_, env, _| text(env, Text::WaitingEntity)).awaiting(),
    f("term_events", "", Str, Places::STREAM_OR_CLI, "what happened at each layer until the stream ended, - where that isn't known").does(|_, env, _| term_events(env)),
    f("prio_class", "", Int, Places::STREAM_OR_CLI, "the request's priority class").does(|_, env, _| number(env, Number::PriorityClass)),
    f("prio_offset", "", Int, Places::STREAM_OR_CLI, "the request's priority offset in ms").does(|_, env, _| number(env, Number::PriorityOffset)),
    f("spoe.engine-id", "", Str, Places::STREAM_OR_CLI, "the identifier of the SPOE engine on this thread"),
];

fn figure<'a>(env: &'a Env<'a>, of: ProcessFigure) -> Got<'a> {
    Got::opt(env.live.and_then(|live| live.process(of)).map(Val::Int))
}

fn truth<'a>(env: &'a Env<'a>, of: ProcessFigure) -> Got<'a> {
    Got::opt(env.live.and_then(|live| live.process(of)).map(|n| Val::Bool(n != 0)))
}

/// The figure for each call of the stream's task.
fn mean<'a>(env: &'a Env<'a>, of: Number) -> Got<'a> {
    let calls = env.facts.and_then(|facts| facts.number(Number::CpuCalls)).unwrap_or(0);
    Got::opt(env.facts.and_then(|facts| facts.number(of)).map(|n| Val::Int(n / calls.max(1))))
}

fn term_events<'a>(env: &'a Env<'a>) -> Got<'a> {
    Got::opt(env.facts.map(|facts| Val::Str(facts.text(Text::TermEvents).unwrap_or(b"-"))))
}

/// Each name becomes its ACL; a `!` before it stays as a truth value before the ACL.
fn acl_args(args: &mut Args, world: &mut dyn Outside) -> Result<(), String> {
    let mut all = Vec::new();
    for arg in &args.0 {
        let Arg::Str(text) = arg else { continue };
        let name = text.strip_prefix(b"!").unwrap_or(text);
        let acl =
            world.acl(name).ok_or_else(|| format!("ACL '{}' in an expression is not supported yet", show(name)))?;
        all.push(Arg::Bool(name.len() < text.len()));
        all.push(Arg::Acl(acl));
    }
    args.0 = all.into();
    Ok(())
}

fn acls<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let mut waits = false;
    for pair in args.0.chunks_exact(2) {
        let [Arg::Bool(negated), Arg::Acl(acl)] = pair else { return Got::Absent };
        match (acl.eval(env), negated) {
            (Tri::Wait, _) => waits = true,
            (Tri::Yes, false) | (Tri::No, true) => {}
            _ => return Got::one(Val::Bool(false)),
        }
    }
    if waits { Got::Wait } else { Got::one(Val::Bool(true)) }
}

fn var_name(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_var(0)
}

fn var<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let Some(Arg::Var(name)) = args.get(0) else { return Got::Absent };
    Got::opt(env.var(name).or_else(|| args.str(1).map(Val::Str)))
}
