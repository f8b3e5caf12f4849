//! Maps: what a file has for a key (manual 7.3.1).

use crate::acl::Matcher;
use crate::args::{Arg, Args};
use crate::conv::words::expand;
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::list::{How, Kind, Probe, Use, Values, View, ViewKey};
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;
use crate::vars::Owned;

/// The four forms of one way to match: giving text, a number, an address, or the key that matched.
macro_rules! forms {
    ($name:literal, $in:ident, $matcher:ident, $how:literal) => {
        [
            c($name, "string[,string]", $in, Str, concat!("the text that a file has for the key that ", $how))
                .prepared(|args, world| load(args, Matcher::$matcher, Values::Text, world))
                .does(find),
            c(
                concat!($name, "_int"),
                "string[,integer]",
                $in,
                Int,
                concat!("the number that a file has for the key that ", $how),
            )
            .prepared(|args, world| load(args, Matcher::$matcher, Values::Int, world))
            .does(find),
            c(
                concat!($name, "_ip"),
                "string[,string]",
                $in,
                Addr,
                concat!("the address that a file has for the key that ", $how),
            )
            .prepared(|args, world| load(args, Matcher::$matcher, Values::Addr, world))
            .does(find),
            c(concat!($name, "_key"), "string", $in, Str, concat!("the key of a file that ", $how))
                .prepared(|args, world| load(args, Matcher::$matcher, Values::Key, world))
                .does(find_key),
        ]
    };
}

pub static ITEMS: &[Conv] = &[
    c("map", "string[,string]", Str, Str, "the text that a file has for the key that is the text")
        .prepared(|args, world| load(args, Matcher::Str, Values::Text, world))
        .does(find),
    c("map_regm", "string[,string]", Str, Str, "the text that a file has for a regular expression, groups filled in")
        .prepared(|args, world| load(args, Matcher::Reg, Values::Groups, world))
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

/// The map, and what is given when no key matches.
fn load(args: &mut Args, matcher: Matcher, values: Values, world: &mut dyn Outside) -> Result<(), String> {
    let name = show(args.str(0).filter(|n| !n.is_empty()).ok_or("missing the name of a map")?);
    let how = How { matcher, ignore_case: false };
    let view = View::load(&name, Kind::Map, ViewKey { how, values, no_resolve: true }, world)?;
    let (list, source) = (view.list().clone(), world.source());
    world.lists().note(Use { list, by: "map", criterion: "".into(), id: None, source });
    let default = match args.get(1) {
        Some(Arg::Int(n)) => Some(Owned::Int(*n)),
        Some(Arg::Str(text)) if values == Values::Addr => {
            let addr = values.number(text).ok_or_else(|| format!("'{}' is no address", show(text)))?;
            Some(Owned::of(addr))
        }
        Some(Arg::Str(text)) => Some(Owned::Str(text.clone())),
        _ => None,
    };
    args.0 = Box::new([Arg::Map(view), Arg::Owned(default)]);
    Ok(())
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

/// What was found is copied, since the map may change while the value is still in use.
fn find<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let Some(Arg::Map(view)) = args.get(0) else { return None };
    let Some(found) = view.find(probe(v)?) else { return default(args) };
    match view.key().values {
        Values::Text => found.value(|text| env.scratch.copy(text)).map(Val::Str),
        values => found.value(|text| values.number(text)),
    }
}

fn find_key<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let Some(Arg::Map(view)) = args.get(0) else { return None };
    let found = view.find(probe(v)?)?;
    env.scratch.copy(found.key()).map(Val::Str)
}

fn find_groups<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, Some(Arg::Map(view))) = (v.bytes()?, args.get(0)) else { return None };
    let Some(found) = view.find(Probe::Text(text)) else { return default(args) };
    let groups = found.rx()?.captures_at(text, 0)?;
    let mut valid = true;
    let out = env.scratch.write(|w| {
        valid = found.value(|value| expand(value, |n| groups.get(n).map_or(&b""[..], |m| m.as_bytes()), w));
    });
    out.filter(|_| valid).map(Val::Str)
}
