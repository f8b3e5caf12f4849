//! Text cut into parts, joined and changed (manual 7.3.1).

use crate::args::{Arg, Args};
use crate::conv::coding::hex_byte;
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::regex::Rx;
use crate::val::Type::*;
use crate::val::{Sink, Type, Val};

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("add_item", "string,string[,string]", Str, Str, "a delimiter, a variable and a text put behind the text").prepared(item_args).does(add_item),
    c("bytes", "string[,string]", Bin, Bin, "a part of the bytes, from an offset on").prepared(bytes_args).does(bytes),
    c("concat", "string[,string,string]", Str, Str, "a text, a variable and a text put behind the text").prepared(concat_args).does(concat),
    c("cut_crlf", "", Str, Str, "the text up to its first CR or LF").does(cut_crlf),
    c("field", "integer,string[,integer]", Str, Str, "a part of the text between delimiters, empty parts counted").prepared(part_args).does(field),
    c("has_ctl", "[string]", Bin, Bool, "true if a control character is in the bytes, beyond those allowed").prepared(ctl_args).does(has_ctl),
    c("iif", "string,string", Bool, Str, "one text for true, another for false").does(iif),
    c("ltrim", "string", Str, Str, "the text without these bytes at its begin").does(ltrim),
    c("param", "string[,string]", Str, Str, "a parameter of a text in URL form").prepared(param_args).does(param),
    c("regsub", "regex,string[,string]", Str, Str, "the text with what a regular expression matches replaced").prepared(regsub_args).does(regsub),
    c("reverse", "", Str, Str, "the text backwards").does(reverse),
    c("reverse_dom", "", Str, Str, "the labels of a domain name backwards").does(reverse_dom),
    c("rtrim", "string", Str, Str, "the text without these bytes at its end").does(rtrim),
    c("secure_memcmp", "string", Bin, Bool, "true if a variable has these bytes, compared in constant time").prepared(one_var).does(secure_memcmp),
    c("strcmp", "string", Str, Int, "how a variable compares with the text").prepared(one_var).does(strcmp),
    c("word", "integer,string[,integer]", Str, Str, "a part of the text between delimiters, empty parts skipped").prepared(part_args).does(word),
];

fn one_var(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_var(0)
}

/// A variable as text, empty if there is none.
fn var_text<'a>(args: &'a Args, i: usize, env: &'a Env<'a>) -> &'a [u8] {
    match args.get(i) {
        Some(Arg::Var(_)) => args.text(i, env).unwrap_or_default(),
        _ => b"",
    }
}

fn item_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    match (args.str(1).unwrap_or_default(), args.str(2)) {
        (b"", None) => Err("one of the optional arguments has to be given".to_owned()),
        (b"", _) => Ok(()),
        _ => args.make_var(1),
    }
}

fn add_item<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, delimiter) = (v.bytes()?, args.str(0)?);
    let (var, suffix) = (var_text(args, 1, env), args.str(2).unwrap_or_default());
    if var.is_empty() && suffix.is_empty() {
        return Some(Val::Str(text));
    }
    let delimiter = if text.is_empty() { b"" } else { delimiter };
    join(env, [text, delimiter, var, suffix])
}

fn concat_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    match args.str(1) {
        None | Some(b"") => Ok(()),
        Some(_) => args.make_var(1),
    }
}

fn concat<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let pieces = [v.bytes()?, args.str(0)?, var_text(args, 1, env), args.str(2).unwrap_or_default()];
    join(env, pieces)
}

fn join<'a, const N: usize>(env: &'a Env<'a>, pieces: [&[u8]; N]) -> Option<Val<'a>> {
    env.scratch.write(|w| pieces.iter().for_each(|p| w.put(p))).map(Val::Str)
}

fn bytes_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_number(0)?;
    args.make_number(1)
}

fn bytes<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let all = v.bytes()?;
    let rest = usize::try_from(args.number(0, env)?).ok().and_then(|from| all.get(from..));
    let part = match (rest, args.get(1)) {
        (None, _) => b"",
        (Some(rest), None) => rest,
        (Some(rest), Some(_)) => match usize::try_from(args.number(1, env)?) {
            Ok(len) => &rest[..len.min(rest.len())],
            Err(_) => b"",
        },
    };
    Some(Val::Bin(part))
}

fn cut_crlf<'a>(_: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let text = v.bytes()?;
    Some(Val::Str(&text[..memchr::memchr2(b'\r', b'\n', text).unwrap_or(text.len())]))
}

fn iif<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    args.str(if v == Val::Bool(true) { 0 } else { 1 }).map(Val::Str)
}

fn ltrim<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, chars) = (v.bytes()?, args.str(0)?);
    Some(Val::Str(&text[text.iter().position(|b| !chars.contains(b)).unwrap_or(text.len())..]))
}

fn rtrim<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, chars) = (v.bytes()?, args.str(0)?);
    Some(Val::Str(&text[..text.iter().rposition(|b| !chars.contains(b)).map_or(0, |at| at + 1)]))
}

fn part_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    if args.int(0) == Some(0) {
        return Err("Unexpected value 0 for index".to_owned());
    }
    if args.str(1).is_none_or(<[u8]>::is_empty) {
        return Err("Empty separators list".to_owned());
    }
    Ok(())
}

/// How many parts are wanted; no limit below 1.
fn wanted(args: &Args) -> u64 {
    u64::try_from(args.int(2).unwrap_or(1)).ok().filter(|n| *n > 0).unwrap_or(u64::MAX)
}

fn field<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    part(v.bytes()?, args.int(0)?, args.str(1)?, wanted(args), false).map(Val::Str)
}

fn word<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    part(v.bytes()?, args.int(0)?, args.str(1)?, wanted(args), true).map(Val::Str)
}

/// Parts number `index` and the `count - 1` behind it, with what stands between them. A negative index counts from the
/// end, and the parts then lie before it.
fn part<'a>(text: &'a [u8], index: i64, delimiters: &[u8], count: u64, skip_empty: bool) -> Option<&'a [u8]> {
    let mut nth = index.unsigned_abs();
    let mut found: Option<(usize, usize)> = None;
    let mut taken = 0;
    let mut step = |start: usize, end: usize| {
        if skip_empty && start == end {
            return false;
        }
        if nth > 1 {
            nth -= 1;
            return false;
        }
        let (low, high) = found.unwrap_or((start, end));
        found = Some((low.min(start), high.max(end)));
        taken += 1;
        taken >= count
    };
    let is = |b: &u8| delimiters.contains(b);
    if index > 0 {
        let mut start = 0;
        loop {
            let end = text[start..].iter().position(is).map_or(text.len(), |at| start + at);
            if step(start, end) || end == text.len() {
                break;
            }
            start = end + 1;
        }
    } else {
        let mut end = text.len();
        loop {
            let start = text[..end].iter().rposition(is).map_or(0, |at| at + 1);
            if step(start, end) || start == 0 {
                break;
            }
            end = start - 1;
        }
    }
    let (low, high) = found?;
    // When there are fewer parts than wanted, what is left goes along, delimiters included.
    match index > 0 {
        _ if taken >= count => Some(&text[low..high]),
        true => Some(&text[low..]),
        false => Some(&text[..high]),
    }
}

fn ctl_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    const DEL: i64 = 1 << 32;
    const ALL: i64 = DEL | 0xffff_ffff;
    const TAB: i64 = 1 << 9;
    let mask = match args.str(0).unwrap_or_default() {
        b"" => ALL & !TAB,
        b"any" => ALL,
        b"http" => 0x2401,
        text => {
            let shown = show(text);
            let number = match shown.strip_prefix("0x").or_else(|| shown.strip_prefix("0X")) {
                Some(hex) => i64::from_str_radix(hex, 16),
                None => shown.parse(),
            };
            number.ok().filter(|n| (0..=ALL).contains(n)).ok_or_else(|| format!("'{shown}' is no 33-bit mask"))?
        }
    };
    args.0 = Box::new([Arg::Int(mask)]);
    Ok(())
}

fn has_ctl<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let mask = args.int(0)?;
    let is = |b: &u8| match *b {
        b @ 0..32 => mask >> b & 1 == 1,
        127 => mask >> 32 & 1 == 1,
        _ => false,
    };
    Some(Val::Bool(v.bytes()?.iter().any(is)))
}

fn param_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let delimiter = match args.str(1) {
        None | Some(b"") => b'&',
        Some([one]) => *one,
        Some([b'0', b'x' | b'X', hex @ ..]) if hex_byte(hex).is_some() => hex_byte(hex).unwrap_or_default(),
        Some(_) => return Err("the delimiter must be one character, or its code as 0xHH".to_owned()),
    };
    let name = args.str(0).unwrap_or_default();
    args.0 = Box::new([Arg::Str(name.into()), Arg::Int(i64::from(delimiter))]);
    Ok(())
}

fn param<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let (name, delimiter) = (args.str(0)?, args.int(1)? as u8);
    for part in v.bytes()?.split(|b| *b == delimiter) {
        match part.strip_prefix(name) {
            Some([b'=', value @ ..]) => return Some(Val::Str(value)),
            Some([]) => return Some(Val::Str(b"")),
            _ => {}
        }
    }
    None
}

/// The pattern, and whether all matches are replaced.
fn regsub_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let flags = args.str(2).unwrap_or_default();
    if let Some(bad) = flags.iter().find(|b| !matches!(b, b'i' | b'g')) {
        return Err(format!("invalid regex flag '{}', only 'i' and 'g' are supported", show(&[*bad])));
    }
    let pattern = args.str(0).filter(|p| !p.is_empty()).ok_or("missing regex")?;
    let rx = Rx::new(pattern, flags.contains(&b'i'))?;
    let all = flags.contains(&b'g');
    let subst = args.str(1).unwrap_or_default();
    args.0 = Box::new([Arg::Regex(rx), Arg::Str(subst.into()), Arg::Bool(all)]);
    Ok(())
}

fn regsub<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, Some(Arg::Regex(rx))) = (v.bytes()?, args.get(0)) else { return None };
    let (subst, all) = (args.str(1)?, args.get(2) == Some(&Arg::Bool(true)));
    if rx.captures_at(text, 0).is_none() {
        return Some(Val::Str(text));
    }
    let mut valid = true;
    let done = env.scratch.write(|w| {
        let (mut from, mut kept) = (0, 0);
        while from <= text.len()
            && let Some(groups) = rx.captures_at(text, from)
        {
            let Some(whole) = groups.get(0) else { break };
            w.put(&text[kept..whole.start()]);
            valid &= expand(subst, |n| groups.get(n).map_or(&b""[..], |m| m.as_bytes()), w);
            kept = whole.end();
            // An empty match takes the next byte along, so that the search goes on behind it.
            from = if whole.is_empty() { whole.end() + 1 } else { whole.end() };
            if !all {
                break;
            }
        }
        w.put(&text[kept.min(text.len())..]);
    });
    done.filter(|_| valid).map(Val::Str)
}

/// Writes `template` with `\0` to `\9` replaced by groups and `\xHH` by a byte; another escaped character stands for
/// itself. `false` if it isn't valid.
pub fn expand<'g>(template: &[u8], group: impl Fn(usize) -> &'g [u8], out: &mut dyn Sink) -> bool {
    let mut rest = template;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.put(&rest[..at]);
        rest = match &rest[at + 1..] {
            [digit @ b'0'..=b'9', tail @ ..] => {
                out.put(group(usize::from(digit - b'0')));
                tail
            }
            [b'x', a, b, tail @ ..] => match hex_byte(&[*a, *b]) {
                Some(byte) => {
                    out.put(&[byte]);
                    tail
                }
                None => return false,
            },
            [b'x', ..] | [] => return false,
            [other, tail @ ..] => {
                out.put(&[*other]);
                tail
            }
        };
    }
    out.put(rest);
    true
}

fn reverse<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let copy = env.scratch.copy_mut(v.bytes()?)?;
    copy.reverse();
    Some(Val::Str(copy))
}

fn reverse_dom<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let text = v.bytes()?;
    let name = text.strip_suffix(b".").unwrap_or(text);
    if name.split(|b| *b == b'.').any(<[u8]>::is_empty) {
        return None;
    }
    env.scratch
        .write(|w| {
            for (i, label) in name.rsplit(|b| *b == b'.').enumerate() {
                if i > 0 {
                    w.put(b".");
                }
                w.put(label);
            }
        })
        .map(Val::Str)
}

fn secure_memcmp<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let Some(Arg::Var(name)) = args.get(0) else { return None };
    let other = env.var(name)?.cast(Type::Bin, env.scratch)?.bytes()?;
    let same = aws_lc_rs::constant_time::verify_slices_are_equal(v.bytes()?, other).is_ok();
    Some(Val::Bool(same))
}

fn strcmp<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, other) = (v.bytes()?, args.text(0, env)?);
    let first = text.iter().zip(other).find(|(a, b)| a != b).map(|(a, b)| i64::from(*a) - i64::from(*b));
    Some(Val::Int(first.unwrap_or(text.len() as i64 - other.len() as i64)))
}
