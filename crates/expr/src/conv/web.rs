//! What URLs and header fields are made of: their encoding, Host, Accept-Language (manual 7.3.1).

use crate::args::Args;
use crate::conv::coding::{hex_byte, put_hex};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::{Sink, Val};

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("host_only", "", Str, Str, "the host in a Host field, without its port").does(host_only),
    c("language", "string[,string]", Str, Str, "the best of the offered languages for an Accept-Language value").does(language),
    c("port_only", "", Str, Int, "the port in a Host field").does(port_only),
    c("url_dec", "[integer]", Str, Str, "the text with %XX decoded").does(url_dec),
    c("url_enc", "string", Str, Str, "the text with what isn't plain in a URL encoded as %XX").prepared(url_enc_args).does(url_enc),
];

/// Where the port's colon stands, if the text ends with a port; an address in brackets may hold colons too.
fn port_colon(text: &[u8]) -> Option<usize> {
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let before = text.len() - digits;
    (before > 0 && text[before - 1] == b':').then(|| before - 1)
}

fn host_only<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let text = v.bytes()?;
    let host = &text[..port_colon(text).unwrap_or(text.len())];
    if !host.iter().any(u8::is_ascii_uppercase) {
        return Some(Val::Str(host));
    }
    let copy = env.scratch.copy_mut(host)?;
    copy.make_ascii_lowercase();
    Some(Val::Str(copy))
}

fn port_only<'a>(_: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let text = v.bytes()?;
    Some(Val::Int(port_colon(text).map_or(0, |colon| crate::val::leading_int(&text[colon + 1..]))))
}

fn url_dec<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let text = v.bytes()?;
    let mut in_form = args.int(0).is_some_and(|n| n != 0);
    if !text.iter().any(|b| matches!(b, b'%' | b'+')) {
        return Some(Val::Str(text));
    }
    let out = env.scratch.copy_mut(text)?;
    let (mut read, mut write) = (0, 0);
    while read < text.len() {
        out[write] = match text[read] {
            b'%' => {
                let digits = text.get(read + 1..read + 3)?;
                read += 2;
                hex_byte(digits)?
            }
            b'+' if in_form => b' ',
            b => {
                in_form |= b == b'?';
                b
            }
        };
        read += 1;
        write += 1;
    }
    Some(Val::Str(&out[..write]))
}

fn url_enc_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    match args.str(0) {
        None | Some(b"" | b"query") => Ok(()),
        Some(other) => Err(format!("Unexpected encode type '{}', expected 'query'", show(other))),
    }
}

/// Only what RFC 3986 calls unreserved stays as it is.
fn url_enc<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let text = v.bytes()?;
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    if text.iter().all(plain) {
        return Some(Val::Str(text));
    }
    let put = |b: &u8, w: &mut dyn Sink| match plain(b) {
        true => w.put(&[*b]),
        false => {
            w.put(b"%");
            put_hex(&[*b], w);
        }
    };
    env.scratch.write(|w| text.iter().for_each(|b| put(b, w))).map(Val::Str)
}

fn language<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let offered = args.str(0)?;
    let mut best: Option<(u32, &[u8])> = None;
    for wish in v.bytes()?.split(|b| *b == b',') {
        let mut parts = wish.split(|b| *b == b';').map(<[u8]>::trim_ascii);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|p| p.strip_prefix(b"q=")).map_or(WHOLE, weight);
        if weight > best.map_or(0, |(most, _)| most)
            && let Some(lang) = among(offered, name)
        {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang).or_else(|| args.str(1)).map(Val::Str)
}

/// The offered language that is `name`, or the one that `name` is a variant of.
fn among<'o>(offered: &'o [u8], name: &[u8]) -> Option<&'o [u8]> {
    let find = |name: &[u8]| offered.split(|b| *b == b';').find(|o| !o.is_empty() && *o == name);
    let base = &name[..memchr::memchr(b'-', name).unwrap_or(name.len())];
    find(name).or_else(|| find(base))
}

/// The weight of 1.
const WHOLE: u32 = 1000;

/// A weight in thousandths (RFC 9110 section 12.4.2); what is none weighs 1.
fn weight(text: &[u8]) -> u32 {
    let (whole, fraction) = match text {
        [whole] => (whole, &b""[..]),
        [whole, b'.', fraction @ ..] => (whole, fraction),
        _ => return WHOLE,
    };
    if !whole.is_ascii_digit() || !fraction.iter().all(u8::is_ascii_digit) {
        return WHOLE;
    }
    let digit = |i: usize| fraction.get(i).map_or(0, |b| u32::from(b - b'0'));
    u32::from(whole - b'0') * WHOLE + digit(0) * 100 + digit(1) * 10 + digit(2)
}
