//! Constants: `always_true`, `always_false`, `bool`, `int`, `str`, `bin`, `ipv4`, `ipv6`, `meth`.

use crate::args::{Arg, ArgKind, ArgSpec, Args, Prepare};
use crate::expr::Got;
use crate::fetch::{Fetch, Fun};
use crate::place::Places;
use crate::record::Needs;
use crate::val::{Type, Val};

/// A constant: legal everywhere, needs nothing.
const fn item(
    name: &'static str,
    args: &'static [ArgKind],
    prepare: Option<Prepare>,
    out: Type,
    doc: &'static str,
    fun: Fun,
) -> Fetch {
    let args = ArgSpec { kinds: args, min: args.len() };
    Fetch { name, args, prepare, out, places: Places::ALL, needs: Needs::NONE, doc, fun }
}

pub static ALWAYS_TRUE: Fetch = item("always_true", &[], None, Type::Bool, "true", |_, _, _| Got::one(Val::Bool(true)));
pub static ALWAYS_FALSE: Fetch =
    item("always_false", &[], None, Type::Bool, "false", |_, _, _| Got::one(Val::Bool(false)));
pub static BOOL: Fetch =
    item("bool", &[ArgKind::Str], Some(truth), Type::Bool, "the truth value that it is given", |args, _, _| match args
        .get(0)
    {
        Some(&Arg::Bool(b)) => Got::one(Val::Bool(b)),
        _ => Got::Absent,
    });
pub static INT: Fetch = item("int", &[ArgKind::Int], None, Type::Int, "the number that it is given", |args, _, _| {
    Got::opt(args.int(0).map(Val::Int))
});
pub static STR: Fetch = item("str", &[ArgKind::Str], None, Type::Str, "the text that it is given", |args, _, _| {
    Got::opt(args.str(0).map(Val::Str))
});
pub static METH: Fetch =
    item("meth", &[ArgKind::Str], None, Type::Meth, "the method that it is given", |args, _, _| {
        Got::opt(args.str(0).map(Val::Meth))
    });
pub static BIN: Fetch =
    item("bin", &[ArgKind::Str], Some(hex), Type::Bin, "the bytes that it is given in hexadecimal", |args, _, _| {
        Got::opt(args.str(0).map(Val::Bin))
    });
pub static IPV4: Fetch =
    item("ipv4", &[ArgKind::Ip4], None, Type::Ip4, "the IPv4 address that it is given", |args, _, _| {
        match args.get(0) {
            Some(&Arg::Ip4(ip)) => Got::one(Val::Ip4(ip)),
            _ => Got::Absent,
        }
    });
pub static IPV6: Fetch =
    item("ipv6", &[ArgKind::Ip6], None, Type::Ip6, "the IPv6 address that it is given", |args, _, _| {
        match args.get(0) {
            Some(&Arg::Ip6(ip)) => Got::one(Val::Ip6(ip)),
            _ => Got::Absent,
        }
    });

fn truth(args: &mut Args) -> Result<(), String> {
    let value = match args.str(0) {
        Some(s) if s.eq_ignore_ascii_case(b"true") || s == b"1" => true,
        Some(s) if s.eq_ignore_ascii_case(b"false") || s == b"0" => false,
        _ => return Err("Expects 'true', 'false', '0' or '1'".to_owned()),
    };
    args.0[0] = Arg::Bool(value);
    Ok(())
}

fn hex(args: &mut Args) -> Result<(), String> {
    let bytes = crate::acl::unhex(args.str(0).unwrap_or_default())?;
    args.0[0] = Arg::Str(bytes.into());
    Ok(())
}
