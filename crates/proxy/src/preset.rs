//! Variables of the process that are set from outside of any stream: by section `global` before the start (manual 3.1,
//! `set-var`) and by the runtime API.

use crate::worker::Shared;
use conf::spec::{At, Spec, VarsTune};
use expr::logfmt::{LogFormat, Use};
use expr::vars::{Budget, Scope, Scopes, VarName};
use expr::{Arena, Env, Expr, Got, NoOutside, Place, Val};

/// The longest text of a format, in bytes.
const LONGEST: usize = 16 * 1024;

/// Sets what section `global` says. What gives no value sets nothing. The error names the variable.
pub fn all(spec: &Spec, shared: &Shared) -> Result<(), (At, String)> {
    for var in &spec.global.vars {
        let name = format!("proc.{}", var.name);
        put(&name, &var.text, var.is_format, Place::Config, shared).map_err(|why| (var.at, why))?;
    }
    Ok(())
}

/// `set var` of the runtime API. The error is the message.
pub fn set(name: &str, text: &[u8], is_format: bool, shared: &Shared) -> Result<(), String> {
    put(name, text, is_format, Place::Cli, shared)
}

fn put(name: &str, text: &[u8], is_format: bool, place: Place, shared: &Shared) -> Result<(), String> {
    let var = VarName::parse(name.as_bytes())?;
    if var.scope != Scope::Proc {
        return Err(format!("'set var': cannot set variable '{name}', only scope 'proc' is permitted here."));
    }
    let arena = Arena::new();
    let scopes = Scopes { proc: Some(&shared.vars), budget: shared.vars_budget.as_ref(), ..Scopes::default() };
    let env = Env::bare(place, rt::now(), rt::wall(), &shared.process, arena.scratch());
    let env = Env { vars: scopes, ..env };
    if is_format {
        let format = LogFormat::compile(text, Use::Log, place, false, &mut NoOutside).map_err(|error| error.text)?;
        if !format.places().has(place) {
            return Err(format!("'{}' may not be used here", String::from_utf8_lossy(text)));
        }
        let mut out = Vec::new();
        format.format(&env, &Default::default(), &mut Default::default(), LONGEST, &mut out);
        scopes.set(&var, Val::Str(&out));
        return Ok(());
    }
    let expr = Expr::compile(text, &mut NoOutside).map_err(|error| error.text)?;
    if !expr.places().has(place) {
        let fetch = expr.fetch().name;
        return Err(format!("fetch method '{fetch}' extracts information which is not available here"));
    }
    if let Got::Val { v, .. } = expr.eval(&env) {
        scopes.set(&var, v);
    }
    Ok(())
}

/// The limits of section `global` on what variables take (`tune.vars.*-max-size`), if there are any.
pub fn budget(spec: &Spec) -> Option<Budget> {
    let tune = &spec.global.tune.vars;
    if *tune == VarsTune::default() {
        return None;
    }
    let bytes = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
    Some(Budget {
        global: bytes(tune.global),
        proc: bytes(tune.process),
        sess: bytes(tune.session),
        txn: bytes(tune.transaction),
        reqres: bytes(tune.reqres),
        check: bytes(tune.check),
        ..Budget::default()
    })
}
