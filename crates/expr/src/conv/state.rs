//! What looks at, or changes, more than the value: variables, captures, proxies, debugging (manual 7.3.1).

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;
use crate::vars::SetIf;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("capture-req", "integer", Str, Str, "the text, kept in a request capture slot"),
    c("capture-res", "integer", Str, Str, "the text, kept in a response capture slot"),
    c("debug", "[string,string]", Any, Same, "the value, shown on a sink"),
    c("fe_exists", "", Str, Bool, "true if a frontend has this name"),
    c("nbsrv", "", Str, Int, "usable servers of the backend of this name"),
    c("set-var", "string[,string,string,string,string]", Any, Any, "the value, kept in a variable").prepared(set_args).does(set_var),
    c("srv_is_up", "", Str, Bool, "true if the server of this name is up"),
    c("srv_queue", "", Str, Int, "requests that wait for the server of this name"),
    c("unset-var", "string", Any, Any, "the value; a variable is forgotten").prepared(unset_args).does(unset_var),
    c("when", "string[,string,string]", Any, Any, "the value, if a condition of the stream holds"),
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
