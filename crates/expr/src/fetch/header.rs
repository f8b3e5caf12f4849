//! Header fields: `req.hdr`, `req.fhdr`, their counts, numbers and addresses, the same of responses, and the old
//! names `hdr` and `shdr` (manual 7.3.6).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::{FieldRef, Fields, HdrId, Head};

use crate::args::{Arg, Args};
use crate::env::{Env, View};
use crate::expr::{Cursor, Got};
use crate::fetch::message::{Found, find};
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::{Type, Val, leading_int};

/// Whether a value's commas divide it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Element,
    Line,
}

/// A fetch that looks at the head of one side.
macro_rules! item {
    ($name:literal, $args:literal, $out:ident, $places:ident, $doc:literal, $side:ident, $fun:expr) => {
        f($name, $args, Type::$out, Places::$places, $doc).prepared(field_name).does(|args, env, cursor| {
            match find($side(env), env.last) {
                Found::Head(head) => {
                    let fun: for<'a> fn(&'a Head, &'a Args, &mut Cursor) -> Got<'a> = $fun;
                    fun(head, args, cursor)
                }
                Found::Not(got) => got,
            }
        })
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    item!("hdr", "[string,integer]", Str, MESSAGE, "a value of a header field", either, element),
    item!("hdr_cnt", "[string]", Int, REQUEST, "how many values a request header field has", req, elements),
    item!("hdr_ip", "[string,integer]", Addr, REQUEST, "an address in a request header field", req, address),
    item!("hdr_val", "[string,integer]", Int, REQUEST, "a number in a request header field", req, number),
    item!("req.hdr", "[string,integer]", Str, REQUEST, "a value of a request header field", req, element),
    item!("req.fhdr", "[string,integer]", Str, REQUEST, "a line of a request header field", req, line),
    item!("req.hdr_cnt", "[string]", Int, REQUEST, "how many values a request header field has", req, elements),
    item!("req.fhdr_cnt", "[string]", Int, REQUEST, "how many lines a request header field has", req, lines),
    item!("req.hdr_ip", "[string,integer]", Addr, REQUEST, "an address in a request header field", req, address),
    item!("req.hdr_val", "[string,integer]", Int, REQUEST, "a number in a request header field", req, number),
    item!("res.hdr", "[string,integer]", Str, RESPONSE, "a value of a response header field", res, element),
    item!("res.fhdr", "[string,integer]", Str, RESPONSE, "a line of a response header field", res, line),
    item!("res.hdr_cnt", "[string]", Int, RESPONSE, "how many values a response header field has", res, elements),
    item!("res.fhdr_cnt", "[string]", Int, RESPONSE, "how many lines a response header field has", res, lines),
    item!("res.hdr_ip", "[string,integer]", Addr, RESPONSE, "an address in a response header field", res, address),
    item!("res.hdr_val", "[string,integer]", Int, RESPONSE, "a number in a response header field", res, number),
    item!("shdr", "[string,integer]", Str, RESPONSE, "a value of a response header field", res, element),
    item!("shdr_cnt", "[string]", Int, RESPONSE, "how many values a response header field has", res, elements),
    item!("shdr_ip", "[string,integer]", Addr, RESPONSE, "an address in a response header field", res, address),
    item!("shdr_val", "[string,integer]", Int, RESPONSE, "a number in a response header field", res, number),
];

fn req<'a>(env: &'a Env<'a>) -> View<'a> {
    env.request
}

fn res<'a>(env: &'a Env<'a>) -> View<'a> {
    env.response
}

/// `hdr` picks the request's or the response's by the place that it is used in.
fn either<'a>(env: &'a Env<'a>) -> View<'a> {
    let response = Places::RESPONSE.has(env.place);
    if response { env.response } else { env.request }
}

/// How far back an occurrence may be counted from the last, as in the reference.
const FURTHEST_BACK: i64 = -10;

fn field_name(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_field_name();
    if args.int(1).is_some_and(|n| n < FURTHEST_BACK) {
        return Err("positional index must be >= -10".to_owned());
    }
    if args.str(0).is_none_or(<[u8]>::is_empty) && args.int(1).is_some_and(|n| n != 0) {
        return Err("cannot use a positional index without a header name".to_owned());
    }
    Ok(())
}

fn element<'a>(head: &'a Head, args: &'a Args, cursor: &mut Cursor) -> Got<'a> {
    pick(head, args, cursor, Unit::Element, |v| Some(Val::Str(v)))
}

fn line<'a>(head: &'a Head, args: &'a Args, cursor: &mut Cursor) -> Got<'a> {
    pick(head, args, cursor, Unit::Line, |v| Some(Val::Str(v)))
}

fn number<'a>(head: &'a Head, args: &'a Args, cursor: &mut Cursor) -> Got<'a> {
    pick(head, args, cursor, Unit::Element, |v| Some(Val::Int(leading_int(v))))
}

fn address<'a>(head: &'a Head, args: &'a Args, cursor: &mut Cursor) -> Got<'a> {
    pick(head, args, cursor, Unit::Element, |v| parse_ip(v).map(Val::ip))
}

fn elements<'a>(head: &'a Head, args: &'a Args, _: &mut Cursor) -> Got<'a> {
    let n: usize = fields(head, args).map(|f| split(f.value).count()).sum();
    Got::one(Val::Int(n as i64))
}

fn lines<'a>(head: &'a Head, args: &'a Args, _: &mut Cursor) -> Got<'a> {
    Got::one(Val::Int(fields(head, args).count() as i64))
}

/// The fields that the first argument names; all of them without one.
#[inline]
fn fields<'a>(head: &'a Head, args: &'a Args) -> Fields<'a, 'a> {
    match args.get(0) {
        Some(Arg::Field(HdrId::Other, name)) => head.find_name(name),
        Some(Arg::Field(id, _)) => head.find(*id),
        _ => head.fields(),
    }
}

/// The occurrence that is wanted: the next one for an ACL that names none, otherwise the one of the second argument,
/// otherwise the last.
#[inline]
fn pick<'a>(
    head: &'a Head,
    args: &'a Args,
    cursor: &mut Cursor,
    unit: Unit,
    make: fn(&'a [u8]) -> Option<Val<'a>>,
) -> Got<'a> {
    match args.int(1).unwrap_or(0) {
        0 if cursor.every => next(head, args, cursor, unit, make),
        0 => Got::opt(nth_back(head, args, 0, unit).and_then(make)),
        n if n > 0 => Got::opt(nth(head, args, n.unsigned_abs() - 1, unit).and_then(make)),
        n => Got::opt(nth_back(head, args, n.unsigned_abs() - 1, unit).and_then(make)),
    }
}

/// The first occurrence at or behind the cursor that `make` accepts.
fn next<'a>(
    head: &'a Head,
    args: &'a Args,
    cursor: &mut Cursor,
    unit: Unit,
    make: fn(&'a [u8]) -> Option<Val<'a>>,
) -> Got<'a> {
    let mut left = fields(head, args).starting_at(cursor.at);
    while let Some(field) = left.next() {
        let from = if field.at == cursor.at { cursor.sub } else { 0 };
        let mut rest = Split { left: field.value.get(from..), at: from, whole: unit == Unit::Line };
        while let Some(value) = rest.next() {
            let Some(v) = make(value) else { continue };
            if rest.left.is_some() {
                (cursor.at, cursor.sub) = (field.at, rest.at);
                return Got::Val { v, more: true };
            }
            // Looking ahead here is cheaper than being asked in vain.
            let ahead = left.next();
            (cursor.at, cursor.sub) = (ahead.map_or(head.field_count(), |f| f.at), 0);
            return Got::Val { v, more: ahead.is_some() };
        }
    }
    cursor.at = head.field_count();
    Got::Absent
}

fn nth<'a>(head: &'a Head, args: &'a Args, n: u64, unit: Unit) -> Option<&'a [u8]> {
    let n = usize::try_from(n).ok()?;
    match unit {
        Unit::Line => fields(head, args).nth(n).map(|f| f.value),
        Unit::Element => fields(head, args).flat_map(|f| split(f.value)).nth(n),
    }
}

/// Occurrence `n` counted from the last one, which is 0.
fn nth_back<'a>(head: &'a Head, args: &'a Args, n: u64, unit: Unit) -> Option<&'a [u8]> {
    let mut left = usize::try_from(n).ok()?;
    let mut back = fields(head, args).rev();
    if unit == Unit::Line {
        return back.nth(left).map(|f: FieldRef<'a>| f.value);
    }
    for field in back {
        let count = split(field.value).count();
        match count.checked_sub(left + 1) {
            Some(at) => return split(field.value).nth(at),
            None => left -= count,
        }
    }
    None
}

/// A value's elements.
fn split(value: &[u8]) -> Split<'_> {
    Split { left: Some(value), at: 0, whole: false }
}

/// Goes through a value at its commas, quoted ones aside (RFC 9110 section 5.6.1). Blanks around elements are not part
/// of them.
struct Split<'a> {
    /// What hasn't been looked at, `None` at the end.
    left: Option<&'a [u8]>,
    /// Where `left` begins in the value.
    at: usize,
    /// Commas don't divide.
    whole: bool,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let left = self.left?;
        match if self.whole { None } else { comma(left) } {
            Some(at) => {
                self.left = Some(&left[at + 1..]);
                self.at += at + 1;
                Some(http::trim_ows(&left[..at]))
            }
            None => {
                self.left = None;
                Some(http::trim_ows(left))
            }
        }
    }
}

/// The first comma outside of a quoted string.
#[inline]
fn comma(s: &[u8]) -> Option<usize> {
    let first = memchr::memchr2(b',', b'"', s)?;
    if s[first] == b',' {
        return Some(first);
    }
    let (mut quoted, mut escaped) = (false, false);
    for (at, &b) in s.iter().enumerate().skip(first) {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// An address as RFC 7239 writes it, or an IPv4 address with a port, which is dropped.
fn parse_ip(text: &[u8]) -> Option<IpAddr> {
    let text = core::str::from_utf8(text).ok()?;
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Some(IpAddr::V4(ip));
    }
    if let Some((ip, port)) = text.split_once(':')
        && let Ok(ip) = ip.parse::<Ipv4Addr>()
    {
        let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        return (digits && port.parse::<u16>().is_ok()).then_some(IpAddr::V4(ip));
    }
    let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}
