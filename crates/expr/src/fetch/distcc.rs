//! distcc's messages: tokens of four letters with a number of eight hexadecimal digits behind each, which for some
//! tokens is the length of the bytes that follow (distcc's `doc/protocol-1.txt`).

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::expr::Got;
use crate::facts::Received;
use crate::fetch::body::cut;
use crate::fetch::payload::missing;
use crate::outside::Outside;
use crate::val::Val;

const NAME: usize = 4;
const HEADER: usize = NAME + 8;

/// Tokens whose number says how long the bytes behind them are.
const WITH_BODY: [&[u8; NAME]; 6] = [b"ARGV", b"DOTI", b"DOTO", b"SERR", b"SOUT", b"NAME"];

/// The token, four letters, and which of several.
pub(super) fn token_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let name = args.str(0).unwrap_or_default();
    if name.len() != NAME {
        return Err("a token has exactly four letters".to_owned());
    }
    let nth = args.int(1).unwrap_or(1).max(1);
    args.0 = Box::new([Arg::Str(name.into()), Arg::Int(nth)]);
    Ok(())
}

/// The number behind a token.
pub(super) fn param<'a>(args: &'a Args, received: Option<&'a Received<'a>>, env: &'a Env<'a>) -> Got<'a> {
    find(args, received, env, |number, _| Some(Val::Int(i64::from(number))))
}

/// The bytes behind a token, as far as they have come.
pub(super) fn body<'a>(args: &'a Args, received: Option<&'a Received<'a>>, env: &'a Env<'a>) -> Got<'a> {
    find(args, received, env, |_, body| body.map(Val::Bin))
}

fn find<'a>(
    args: &'a Args,
    received: Option<&'a Received<'a>>,
    env: &'a Env<'a>,
    show: fn(u32, Option<&'a [u8]>) -> Option<Val<'a>>,
) -> Got<'a> {
    let Some(received) = received else { return Got::Absent };
    let Some(mut left) = cut(received, 0..usize::MAX, env) else { return Got::Absent };
    let (wanted, mut nth) = (args.str(0).unwrap_or_default(), args.int(1).unwrap_or(1));
    while let Some((header, rest)) = left.split_first_chunk::<HEADER>() {
        let Some(number) = hex(&header[NAME..]) else { return Got::Absent };
        let has_body = WITH_BODY.iter().any(|name| name[..] == header[..NAME]);
        let len = if has_body { number as usize } else { 0 };
        let come = len.min(rest.len());
        if header[..NAME] == *wanted {
            nth -= 1;
            if nth == 0 {
                return Got::opt(show(number, has_body.then(|| &rest[..come])));
            }
        }
        if come < len {
            break;
        }
        left = &rest[len..];
    }
    missing(received, env)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |n, d| char::from(*d).to_digit(16).map(|d| n << 4 | d))
}
