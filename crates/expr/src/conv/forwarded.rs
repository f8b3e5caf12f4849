//! The Forwarded field and its nodes (manual 7.3.1; RFC 7239).

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("rfc7239_field", "string", Str, Str, "a parameter of a Forwarded field").prepared(field_arg).does(field),
    c("rfc7239_is_valid", "", Str, Bool, "true if the text is a valid Forwarded field").does(|_, v, _| {
        Some(Val::Bool(parameters(v.bytes()?).is_some()))
    }),
    c("rfc7239_n2nn", "", Str, Any, "the name in a node of a Forwarded field").does(node_name),
    c("rfc7239_n2np", "", Str, Any, "the port in a node of a Forwarded field").does(node_port),
    c("rfc7239_nn", "", Any, Str, "the value as the name in a node of a Forwarded field").does(to_name),
    c("rfc7239_np", "", Any, Str, "the value as the port in a node of a Forwarded field").does(to_port),
];

/// The parameters that are known, in lower case.
const NAMES: [&[u8]; 4] = [b"proto", b"host", b"for", b"by"];

fn field_arg(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let name = args.str(0).unwrap_or_default();
    let at = NAMES.iter().position(|known| *known == name);
    let at = at.ok_or_else(|| format!("unknown field '{}', expected 'proto', 'host', 'for' or 'by'", show(name)))?;
    args.0[0] = Arg::Int(at as i64);
    Ok(())
}

fn field<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let at = usize::try_from(args.int(0)?).ok()?;
    parameters(v.bytes()?)?[at].map(Val::Str)
}

/// The values of [`NAMES`] without their quotes; `None` if the text isn't one valid element of a Forwarded field.
fn parameters(text: &[u8]) -> Option<[Option<&[u8]>; 4]> {
    let mut out = [None; 4];
    let mut rest = text;
    loop {
        let equals = memchr::memchr(b'=', rest)?;
        let name = &rest[..equals];
        let at = NAMES.iter().position(|known| name.eq_ignore_ascii_case(known)).filter(|at| out[*at].is_none())?;
        let tail = &rest[equals + 1..];
        let (value, behind, quoted) = match tail {
            [b'"', quoted @ ..] => {
                let end = memchr::memchr(b'"', quoted)?;
                (&quoted[..end], &quoted[end + 1..], true)
            }
            _ => {
                let end = memchr::memchr(b';', tail).unwrap_or(tail.len());
                (&tail[..end], &tail[end..], false)
            }
        };
        let token = !value.is_empty() && value.iter().all(|b| http::is_tchar(*b));
        let right = match NAMES[at] {
            b"proto" => value == b"http" || value == b"https",
            b"host" => is_host(value),
            _ => node(value).is_some(),
        };
        // What isn't a token has to stand in quotes: colons and brackets.
        if !right || (!quoted && !token) {
            return None;
        }
        out[at] = Some(value);
        match behind {
            [] => return Some(out),
            [b';', more @ ..] => rest = more,
            _ => return None,
        }
    }
}

/// A host with an optional port, as the Host field has it.
fn is_host(text: &[u8]) -> bool {
    http::split_authority(text).is_ok_and(|a| a.userinfo.is_none() && !a.host.is_empty())
}

/// The name and port of a node (RFC 7239 section 6).
fn node(text: &[u8]) -> Option<(Name<'_>, Option<Port<'_>>)> {
    let (name, behind) = match text {
        [b'[', inner @ ..] => {
            let end = memchr::memchr(b']', inner)?;
            let ip = core::str::from_utf8(&inner[..end]).ok()?.parse().ok()?;
            (Name::Ip6(ip), &inner[end + 1..])
        }
        _ => {
            let end = memchr::memchr(b':', text).unwrap_or(text.len());
            let (name, behind) = text.split_at(end);
            let ip = || core::str::from_utf8(name).ok()?.parse().ok();
            let name = match name {
                b"unknown" => Name::Unknown,
                [b'_', ..] => Name::Hidden(obfuscated(name)?),
                _ => Name::Ip4(ip()?),
            };
            (name, behind)
        }
    };
    match behind {
        [] => Some((name, None)),
        [b':', port @ ..] => Some((name, Some(Port::of(port)?))),
        _ => None,
    }
}

enum Name<'a> {
    Ip4(Ipv4Addr),
    Ip6(Ipv6Addr),
    Unknown,
    Hidden(&'a [u8]),
}

enum Port<'a> {
    Number(u16),
    Hidden(&'a [u8]),
}

impl Port<'_> {
    fn of(text: &[u8]) -> Option<Port<'_>> {
        if text.first() == Some(&b'_') {
            return obfuscated(text).map(Port::Hidden);
        }
        let digits = (1..=5).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
        let number = || core::str::from_utf8(text).ok()?.parse().ok();
        digits.then(number)?.map(Port::Number)
    }
}

/// An identifier that hides the real one: an underscore, and at least one of a few characters.
fn obfuscated(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"_")?;
    (!rest.is_empty() && rest.iter().all(is_hidden_char)).then_some(text)
}

fn is_hidden_char(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')
}

fn node_name<'a>(_: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    Some(match node(v.bytes()?)?.0 {
        Name::Ip4(ip) => Val::Ip4(ip),
        Name::Ip6(ip) => Val::Ip6(ip),
        Name::Unknown => Val::Str(b"unknown"),
        Name::Hidden(name) => Val::Str(name),
    })
}

fn node_port<'a>(_: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    Some(match node(v.bytes()?)?.1? {
        Port::Number(n) => Val::Int(i64::from(n)),
        Port::Hidden(name) => Val::Str(name),
    })
}

fn to_name<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let text = match v {
        Val::Ip4(_) => return v.cast(Str, env.scratch),
        Val::Ip6(_) => env.scratch.write(|w| {
            w.put(b"[");
            v.write_text(w);
            w.put(b"]");
        }),
        Val::Str(b"") => Some(&b"unknown"[..]),
        Val::Str(name) => hidden(name, env),
        _ => None,
    };
    text.map(Val::Str)
}

fn to_port<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    match v {
        Val::Int(0..=65535) => v.cast(Str, env.scratch),
        Val::Str(name) if !name.is_empty() => hidden(name, env).map(Val::Str),
        _ => None,
    }
}

fn hidden<'a>(name: &[u8], env: &'a Env<'a>) -> Option<&'a [u8]> {
    if !name.iter().all(is_hidden_char) {
        return None;
    }
    env.scratch.write(|w| {
        w.put(b"_");
        w.put(name);
    })
}
