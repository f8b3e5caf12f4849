//! Parts and hashes of the target: parameters, host, port (manual 7.3.6).

use core::net::Ipv4Addr;

use http::{HdrId, Head};

use crate::args::{Arg, Args};
use crate::conv::hash32;
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::fetch::message::{Found, find};
use crate::fetch::request::path;
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::{Type, Val, leading_int};

/// A fetch that looks at the request's head.
macro_rules! item {
    ($name:literal, $args:literal, $out:ident, $doc:literal, $fun:expr) => {
        f($name, $args, Type::$out, Places::REQUEST, $doc).does(|args, env, cursor| match find(env.request, env.last) {
            Found::Head(head) => {
                let fun: for<'a> fn(&'a Head, &'a Args, &'a Env<'a>, &mut Cursor) -> Got<'a> = $fun;
                fun(head, args, env, cursor)
            }
            Found::Not(got) => got,
        })
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    item!("base32", "", Int, "a hash of Host and path", |head, _, _, _| Got::one(Val::Int(i64::from(base32(head))))),
    item!("base32+src", "", Bin, "a hash of Host and path, and the client's address behind it", |head, _, env, _| with_src(base32(head), env)),
    item!("url32", "", Int, "a hash of Host and path with query", |head, _, _, _| Got::one(Val::Int(i64::from(url32(head))))),
    item!("url32+src", "", Bin, "a hash of Host and path with query, and the client's address behind it", |head, _, env, _| with_src(url32(head), env)),
    item!("url_ip", "", Ip4, "the address in an absolute target", |head, _, _, _| Got::opt(host(head).map(|(ip, _)| Val::Ip4(ip)))),
    item!("url_param", "[string,string,string]", Str, "a parameter of the query", |head, args, _, cursor| param(head, args, cursor, Val::Str)).prepared(param_args),
    item!("url_port", "", Int, "the port in an absolute target", |head, _, _, _| Got::opt(host(head).map(|(_, port)| Val::Int(port)))),
    item!("urlp", "[string,string,string]", Str, "a parameter of the query", |head, args, _, cursor| param(head, args, cursor, Val::Str)).prepared(param_args),
    item!("urlp_val", "[string,string,string]", Int, "a parameter of the query as a number", |head, args, _, cursor| {
        param(head, args, cursor, |value| Val::Int(leading_int(value)))
    }).prepared(param_args),
];

fn base32(head: &Head) -> u32 {
    let host = head.first(HdrId::Host).unwrap_or_default();
    hash32([host, path(head).unwrap_or_default()])
}

fn url32(head: &Head) -> u32 {
    let host = head.first(HdrId::Host).unwrap_or_default();
    let path = if path(head).is_some() { head.path_and_query() } else { b"" };
    hash32([host, path])
}

fn with_src<'a>(hash: u32, env: &'a Env<'a>) -> Got<'a> {
    let Some(src) = crate::fetch::l4::client(env) else { return Got::Absent };
    let out = env.scratch.write(|w| {
        w.put(&hash.to_be_bytes());
        match src.ip() {
            core::net::IpAddr::V4(ip) => w.put(&ip.octets()),
            core::net::IpAddr::V6(ip) => w.put(&ip.octets()),
        }
    });
    Got::opt(out.map(Val::Bin))
}

/// The IPv4 address in an absolute target and its port, 80 if it has none; names aren't looked up.
fn host(head: &Head) -> Option<(Ipv4Addr, i64)> {
    let target = head.target();
    let authority = &target[memchr::memmem::find(target, b"://")? + 3..];
    let end = authority.iter().position(|b| matches!(b, b'/' | b'?')).unwrap_or(authority.len());
    let authority = http::split_authority(&authority[..end]).ok()?;
    let ip = core::str::from_utf8(authority.host).ok()?.parse().ok()?;
    Some((ip, authority.port.map_or(80, leading_int)))
}

/// The name, the delimiter's byte, and whether case doesn't count.
fn param_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let ignore_case = match args.str(2) {
        None | Some(b"") => false,
        Some(b"i") => true,
        Some(_) => return Err("expects no third argument, or 'i'".to_owned()),
    };
    let delimiter = args.str(1).and_then(<[u8]>::first).copied().unwrap_or(b'?');
    let name = args.str(0).unwrap_or_default();
    args.0 = Box::new([Arg::Str(name.into()), Arg::Int(i64::from(delimiter)), Arg::Bool(ignore_case)]);
    Ok(())
}

/// The first parameter of that name behind the delimiter, or for an ACL the next one.
fn param<'a>(head: &'a Head, args: &'a Args, cursor: &mut Cursor, make: fn(&'a [u8]) -> Val<'a>) -> Got<'a> {
    let Some(_) = path(head) else { return Got::Absent };
    let text = head.path_and_query();
    let delimiter = args.int(1).unwrap_or(0) as u8;
    let Some(begin) = memchr::memchr(delimiter, text) else { return Got::Absent };
    let text = &text[begin + 1..];
    let (name, any_case) = (args.str(0).unwrap_or_default(), args.get(2) == Some(&Arg::Bool(true)));
    params(text, cursor.sub, delimiter, name, any_case).map_or(Got::Absent, |(value, next)| {
        cursor.sub = next;
        Got::Val { v: make(value), more: cursor.every && next < text.len() }
    })
}

/// The value of the first parameter `name` (any if that is empty) at or behind `from`, and where the next one begins.
pub(super) fn params<'a>(
    text: &'a [u8],
    from: usize,
    delimiter: u8,
    name: &[u8],
    any_case: bool,
) -> Option<(&'a [u8], usize)> {
    let mut at = from;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let len = rest.iter().position(|b| matches!(b, b'&' | b';') || *b == delimiter).unwrap_or(rest.len());
        let next = at + len + 1;
        if let Some(equals) = memchr::memchr(b'=', &rest[..len]) {
            let found = &rest[..equals];
            let same = if any_case { found.eq_ignore_ascii_case(name) } else { found == name };
            if name.is_empty() || same {
                return Some((&rest[equals + 1..len], next));
            }
        }
        at = next;
    }
    None
}
