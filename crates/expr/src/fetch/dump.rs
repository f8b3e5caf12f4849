//! `dump_all_vars`: variables as `name=value`, for debugging (manual 7.3.2).

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::error::show;
use crate::expr::{Cursor, Got};
use crate::outside::Outside;
use crate::val::{Sink, Val};
use crate::vars::{Scope, Vars};

/// The scopes that can be dumped, in the order in which all of them are.
const SCOPES: [(&[u8], Scope); 5] =
    [(b"sess", Scope::Sess), (b"txn", Scope::Txn), (b"req", Scope::Req), (b"res", Scope::Res), (b"proc", Scope::Proc)];

/// Scope, prefix and delimiter as they are, checked.
pub(super) fn dump_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let scope = args.str(0).unwrap_or_default();
    if !scope.is_empty() && SCOPES.iter().all(|(name, _)| *name != scope) {
        return Err(format!("invalid scope '{}', expected sess, txn, req, res or proc", show(scope)));
    }
    let of = |i: usize, default: &[u8]| Arg::Str(args.str(i).filter(|s| !s.is_empty()).unwrap_or(default).into());
    args.0 = Box::new([of(0, b""), of(1, b""), of(2, b", ")]);
    Ok(())
}

/// All variables that can be reached and are asked for. Absent if they are more than a buffer holds.
pub(super) fn dump<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let [scope, prefix, delimiter] = [0, 1, 2].map(|i| args.str(i).unwrap_or_default());
    let text = env.scratch.write(|w| {
        let mut is_first = true;
        for (name, of) in SCOPES.iter().filter(|(name, _)| scope.is_empty() || *name == scope) {
            env.vars.read(*of, |vars| put(vars, name, prefix, delimiter, &mut is_first, w));
        }
    });
    Got::opt(text.map(Val::Str))
}

fn put(vars: &Vars, scope: &[u8], prefix: &[u8], delimiter: &[u8], is_first: &mut bool, w: &mut dyn Sink) {
    for (name, value) in vars.iter().filter(|(name, _)| name.starts_with(prefix)) {
        if !core::mem::replace(is_first, false) {
            w.put(delimiter);
        }
        [scope, b".", name, b"="].iter().for_each(|part| w.put(part));
        put_value(value.val(), w);
    }
}

fn put_value(v: Val<'_>, w: &mut dyn Sink) {
    match v {
        Val::Bool(is) => w.put(if is { b"true" } else { b"false" }),
        Val::Int(_) | Val::Ip4(_) | Val::Ip6(_) => v.write_text(w),
        Val::Bin(bytes) => {
            w.put(b"x");
            let digit = |n: u8| b"0123456789abcdef"[usize::from(n)];
            bytes.iter().for_each(|b| w.put(&[digit(b >> 4), digit(b & 15)]));
        }
        Val::Str(text) | Val::Meth(text) => {
            w.put(b"\"");
            text.iter().for_each(|b| put_escaped(*b, w));
            w.put(b"\"");
        }
    }
}

fn put_escaped(b: u8, w: &mut dyn Sink) {
    match b {
        b'"' => w.put(b"\\\""),
        b'\\' => w.put(b"\\\\"),
        b'\r' => w.put(b"\\r"),
        b'\n' => w.put(b"\\n"),
        8 => w.put(b"\\b"),
        0 => w.put(b"\\0"),
        b => w.put(&[b]),
    }
}
