//! Maps: what a file has for a key (manual 7.3.1).

use crate::acl::{Map, Matcher, Probe};
use crate::args::{Arg, Args};
use crate::conv::words::expand;
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::{self, *};
use crate::val::Val;
use crate::vars::Owned;

/// The four forms of one way to match: giving text, a number, an address, or the key that matched.
macro_rules! forms {
    ($name:literal, $in:ident, $matcher:ident, $how:literal) => {
        [
            c($name, "string[,string]", $in, Str, concat!("the text that a file has for the key that ", $how))
                .prepared(|args, world| load(args, Matcher::$matcher, Some(Str), world))
                .does(find),
            c(
                concat!($name, "_int"),
                "string[,integer]",
                $in,
                Int,
                concat!("the number that a file has for the key that ", $how),
            )
            .prepared(|args, world| load(args, Matcher::$matcher, Some(Int), world))
            .does(find),
            c(
                concat!($name, "_ip"),
                "string[,string]",
                $in,
                Addr,
                concat!("the address that a file has for the key that ", $how),
            )
            .prepared(|args, world| load(args, Matcher::$matcher, Some(Addr), world))
            .does(find),
            c(concat!($name, "_key"), "string", $in, Str, concat!("the key of a file that ", $how))
                .prepared(|args, world| load(args, Matcher::$matcher, None, world))
                .does(find_key),
        ]
    };
}

pub static ITEMS: &[Conv] = &[
    c("map", "string[,string]", Str, Str, "the text that a file has for the key that is the text")
        .prepared(|args, world| load(args, Matcher::Str, Some(Str), world))
        .does(find),
    c("map_regm", "string[,string]", Str, Str, "the text that a file has for a regular expression, groups filled in")
        .prepared(load_groups)
        .does(find_groups),
];
pub static BEG: &[Conv] = &forms!("map_beg", Str, Beg, "begins like the text");
pub static DIR: &[Conv] = &forms!("map_dir", Str, Dir, "is a part of the path");
pub static DOM: &[Conv] = &forms!("map_dom", Str, Dom, "is a part of the domain");
pub static END: &[Conv] = &forms!("map_end", Str, End, "ends like the text");
pub static INT: &[Conv] = &forms!("map_int", Int, Int, "holds the number");
pub static IP: &[Conv] = &forms!("map_ip", Addr, Ip, "holds the address");
pub static REG: &[Conv] = &forms!("map_reg", Str, Reg, "is a regular expression for the text");
pub static STR: &[Conv] = &forms!("map_str", Str, Str, "is the text");
pub static SUB: &[Conv] = &forms!("map_sub", Str, Sub, "is within the text");

/// The map; its values one by one if they aren't text; and what is given when no key matches.
fn load(args: &mut Args, matcher: Matcher, values: Option<Type>, world: &mut dyn Outside) -> Result<(), String> {
    let name = show(args.str(0).filter(|n| !n.is_empty()).ok_or("missing the name of a map")?);
    let map = Map::load(&name, matcher, false, world)?;
    let typed = match values {
        None | Some(Str) => None,
        Some(kind) => {
            let one = |i| typed(map.value(i), kind).ok_or_else(|| bad_value(&name, map.value(i), kind));
            Some((0..map.len()).map(one).collect::<Result<Box<[Owned]>, String>>()?)
        }
    };
    let default = match (args.get(1), values) {
        (Some(Arg::Int(n)), _) => Some(Owned::Int(*n)),
        (Some(Arg::Str(text)), Some(kind)) => {
            Some(typed_or_text(text, kind).ok_or_else(|| format!("'{}' is no address", show(text)))?)
        }
        _ => None,
    };
    args.0 = Box::new([Arg::Map(map, typed), Arg::Owned(default)]);
    Ok(())
}

fn bad_value(name: &str, value: &[u8], kind: Type) -> String {
    let what = if kind == Int { "a number" } else { "an address" };
    format!("'{}' in map '{name}' is not {what}", show(value))
}

/// A value of the file as a number or an address.
fn typed(text: &[u8], kind: Type) -> Option<Owned> {
    let text = core::str::from_utf8(text).ok()?;
    if kind == Int { text.parse().ok().map(Owned::Int) } else { address(text) }
}

fn typed_or_text(text: &[u8], kind: Type) -> Option<Owned> {
    if kind == Str { Some(Owned::Str(text.into())) } else { typed(text, kind) }
}

fn address(text: &str) -> Option<Owned> {
    text.parse().map(Owned::Ip4).or_else(|_| text.parse().map(Owned::Ip6)).ok()
}

fn probe(v: Val<'_>) -> Option<Probe<'_>> {
    Some(match v {
        Val::Str(b) | Val::Bin(b) | Val::Meth(b) => Probe::Text(b),
        Val::Int(n) => Probe::Int(n),
        Val::Ip4(ip) => Probe::Ip(ip.into()),
        Val::Ip6(ip) => Probe::Ip(ip.into()),
        Val::Bool(_) => return None,
    })
}

fn default(args: &Args) -> Option<Val<'_>> {
    match args.get(1) {
        Some(Arg::Owned(default)) => default.as_ref().map(Owned::val),
        _ => None,
    }
}

fn find<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let Some(Arg::Map(map, typed)) = args.get(0) else { return None };
    let Some(entry) = map.find(probe(v)?) else { return default(args) };
    match typed {
        Some(values) => values.get(entry).map(Owned::val),
        None => Some(Val::Str(map.value(entry))),
    }
}

fn find_key<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let Some(Arg::Map(map, _)) = args.get(0) else { return None };
    map.find(probe(v)?).map(|entry| Val::Str(map.key(entry)))
}

fn load_groups(args: &mut Args, world: &mut dyn Outside) -> Result<(), String> {
    let name = show(args.str(0).filter(|n| !n.is_empty()).ok_or("missing the name of a map")?);
    let map = Map::load(&name, Matcher::Reg, true, world)?;
    let default = args.str(1).map(|text| Owned::Str(text.into()));
    args.0 = Box::new([Arg::Map(map, None), Arg::Owned(default)]);
    Ok(())
}

fn find_groups<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, Some(Arg::Map(map, _))) = (v.bytes()?, args.get(0)) else { return None };
    let Some(entry) = map.find(Probe::Text(text)) else { return default(args) };
    let groups = map.groups(entry)?.captures_at(text, 0)?;
    let mut valid = true;
    let out = env.scratch.write(|w| {
        valid = expand(map.value(entry), |n| groups.get(n).map_or(&b""[..], |m| m.as_bytes()), w);
    });
    out.filter(|_| valid).map(Val::Str)
}
