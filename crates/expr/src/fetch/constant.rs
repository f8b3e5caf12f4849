//! Constants: `always_true`, `always_false`, `bool`, `int`, `str`, `bin`, `ipv4`, `ipv6`, `meth`.

use crate::args::{Arg, Args};
use crate::expr::Got;
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::{Type, Val};

/// A constant: legal everywhere, needs nothing.
const fn item(name: &'static str, args: &'static str, out: Type, doc: &'static str) -> Fetch {
    f(name, args, out, Places::ALL, doc)
}

pub static ITEMS: &[Fetch] = &[
    item("always_true", "", Type::Bool, "true").does(|_, _, _| Got::one(Val::Bool(true))),
    item("always_false", "", Type::Bool, "false").does(|_, _, _| Got::one(Val::Bool(false))),
    item("bool", "string", Type::Bool, "the truth value that it is given").prepared(truth).does(
        |args, _, _| match args.get(0) {
            Some(&Arg::Bool(b)) => Got::one(Val::Bool(b)),
            _ => Got::Absent,
        },
    ),
    item("int", "integer", Type::Int, "the number that it is given")
        .does(|args, _, _| Got::opt(args.int(0).map(Val::Int))),
    item("str", "string", Type::Str, "the text that it is given")
        .does(|args, _, _| Got::opt(args.str(0).map(Val::Str))),
    item("meth", "string", Type::Meth, "the method that it is given")
        .does(|args, _, _| Got::opt(args.str(0).map(Val::Meth))),
    item("bin", "string", Type::Bin, "the bytes that it is given in hexadecimal")
        .prepared(hex)
        .does(|args, _, _| Got::opt(args.str(0).map(Val::Bin))),
    item("ipv4", "IPv4 address", Type::Ip4, "the IPv4 address that it is given").does(|args, _, _| match args.get(0) {
        Some(&Arg::Ip4(ip)) => Got::one(Val::Ip4(ip)),
        _ => Got::Absent,
    }),
    item("ipv6", "IPv6 address", Type::Ip6, "the IPv6 address that it is given").does(|args, _, _| match args.get(0) {
        Some(&Arg::Ip6(ip)) => Got::one(Val::Ip6(ip)),
        _ => Got::Absent,
    }),
];

fn truth(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let value = match args.str(0) {
        Some(s) if s.eq_ignore_ascii_case(b"true") || s == b"1" => true,
        Some(s) if s.eq_ignore_ascii_case(b"false") || s == b"0" => false,
        _ => return Err("Expects 'true', 'false', '0' or '1'".to_owned()),
    };
    args.0[0] = Arg::Bool(value);
    Ok(())
}

fn hex(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let digits = args.str(0).filter(|d| !d.is_empty()).ok_or("missing hexadecimal digits")?;
    let bytes = crate::acl::unhex(digits)?;
    args.0[0] = Arg::Str(bytes.into());
    Ok(())
}
