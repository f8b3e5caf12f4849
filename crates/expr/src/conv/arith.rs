//! Arithmetic, bits and truth: `add`, `sub`, `mul`, `div`, `mod`, `neg`, `and`, `or`, `xor`, `cpl`, `not`, `bool`,
//! `even`, `odd`. Results that don't fit stop at the nearest value that does.

use crate::args::Args;
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::outside::Outside;
use crate::val::{Type, Val};

/// A number and an operand.
macro_rules! binary {
    ($name:literal, $doc:literal, $op:expr) => {
        c($name, "string", Type::Int, Type::Int, $doc).prepared(operand).does(|args, v, env| {
            let op: fn(i64, i64) -> i64 = $op;
            Some(Val::Int(op(int(v)?, args.number(0, env)?)))
        })
    };
}

macro_rules! unary {
    ($name:literal, $out:ident, $doc:literal, $op:expr) => {
        c($name, "", Type::Int, Type::$out, $doc)
            .does(|_: &Args, v: Val<'_>, _: &Env<'_>| Some(Val::$out(($op)(int(v)?))))
    };
}

pub static ITEMS: &[Conv] = &[
    binary!("add", "the number plus a value", i64::saturating_add),
    binary!("sub", "the number minus a value", i64::saturating_sub),
    binary!("mul", "the number times a value", i64::saturating_mul),
    binary!("div", "the number divided by a value, the largest integer if that is 0", |a, b| {
        if b == 0 { i64::MAX } else { a.saturating_div(b) }
    }),
    binary!("mod", "the remainder of the division by a value, 0 if that is 0", |a, b| {
        if b == 0 { 0 } else { a.wrapping_rem(b) }
    }),
    binary!("and", "the bits that the number and a value share", |a, b| a & b),
    binary!("or", "the bits that the number or a value has", |a, b| a | b),
    binary!("xor", "the bits that either the number or a value has", |a, b| a ^ b),
    unary!("neg", Int, "the opposite number", i64::saturating_neg),
    unary!("cpl", Int, "the number with all bits flipped", |n: i64| !n),
    unary!("not", Bool, "true for 0", |n: i64| n == 0),
    unary!("bool", Bool, "false for 0", |n: i64| n != 0),
    unary!("even", Bool, "true for an even number", |n: i64| n & 1 == 0),
    unary!("odd", Bool, "true for an odd number", |n: i64| n & 1 == 1),
];

fn int(v: Val<'_>) -> Option<i64> {
    match v {
        Val::Int(n) => Some(n),
        _ => None,
    }
}

fn operand(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_number(0)
}
