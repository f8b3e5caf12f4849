//! The process and its threads: load, age, environment, random numbers (manual 7.3.2).

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("act_conn", "", Int, Places::ALL, "connections of the process"),
    f("acl", "string[,string,string,string,string,string,string,string,string,string,string,string]", Bool, Places::ALL, "true if every named ACL matches, or with ! before its name doesn't"),
    f("cpu_calls", "", Int, Places::STREAM_OR_CLI, "how often the stream's task was called"),
    f("cpu_ns_avg", "", Int, Places::STREAM_OR_CLI, "CPU time of a call of the stream's task in ns"),
    f("cpu_ns_tot", "", Int, Places::STREAM_OR_CLI, "CPU time of the stream's task in ns"),
    f("cpu_usage_grp", "", Int, Places::STREAM_OR_CLI, "CPU use of the thread group in percent"),
    f("cpu_usage_proc", "", Int, Places::STREAM_OR_CLI, "CPU use of the process in percent"),
    f("cpu_usage_thr", "", Int, Places::STREAM_OR_CLI, "CPU use of the thread in percent"),
    f("env", "string", Str, Places::ALL, "an environment variable as it was at the start"),
    f("lat_ns_avg", "", Int, Places::STREAM_OR_CLI, "how long a call of the stream's task waited, in ns"),
    f("lat_ns_tot", "", Int, Places::STREAM_OR_CLI, "how long the stream's task waited, in ns"),
    f("quic_enabled", "", Bool, Places::ALL, "true where QUIC can be used"),
    f("stopping", "", Bool, Places::STREAM_OR_CLI, "true while the process stops softly"),
    f("tgroup", "", Int, Places::ALL, "the thread's group"),
    f("thread", "", Int, Places::ALL, "the thread's number, from 0 on"),
    f("uptime", "", Int, Places::ALL, "seconds since the process began"),
    f("var", "string[,string]", Any, Places::ALL, "a variable, or the default given").prepared(var_name).does(var),
    f("dump_all_vars", "[string,string,string]", Str, Places::ALL, "all variables of a scope as name=value"),
    f("last_entity", "", Str, Places::STREAM_OR_CLI, "what the stream last ran, or waited for"),
    f("last_rule_file", "", Str, Places::STREAM_OR_CLI, "the file of the last rule that ended a rule set"),
    f("last_rule_line", "", Int, Places::STREAM_OR_CLI, "the line of the last rule that ended a rule set"),
    f("waiting_entity", "", Str, Places::STREAM_OR_CLI, "what the stream waits for"),
    f("term_events", "", Str, Places::STREAM_OR_CLI, "what happened at each layer until the stream ended"),
    f("prio_class", "", Int, Places::STREAM_OR_CLI, "the request's priority class"),
    f("prio_offset", "", Int, Places::STREAM_OR_CLI, "the request's priority offset in ms"),
    f("spoe.engine-id", "", Str, Places::STREAM_OR_CLI, "the identifier of the SPOE engine on this thread"),
];

fn var_name(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_var(0)
}

fn var<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let Some(Arg::Var(name)) = args.get(0) else { return Got::Absent };
    Got::opt(env.var(name).or_else(|| args.str(1).map(Val::Str)))
}
