//! Bytes as text and back: base64, hexadecimal, decimal; and masks of addresses (manual 7.3.1).

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::{Sink, Val};

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("b64dec", "", Str, Bin, "the bytes that base64 text stands for").does(b64dec),
    c("base2", "", Bin, Str, "the bytes as binary digits").does(base2),
    c("base64", "", Bin, Str, "the bytes in base64").does(|_, v, env| encode64(v, env, STANDARD, true)),
    c("be2dec", "string[,integer,integer]", Bin, Str, "the bytes as big-endian numbers in decimal").prepared(dec_args).does(be2dec),
    c("be2hex", "string[,integer,integer]", Bin, Str, "the bytes in hexadecimal, in chunks").prepared(hex_args).does(be2hex),
    c("hex", "", Bin, Str, "the bytes in hexadecimal").does(hex),
    c("hex2i", "", Str, Int, "the number that hexadecimal text stands for").does(hex2i),
    c("htonl", "", Int, Bin, "the number as four bytes, big-endian").does(htonl),
    c("ipmask", "IPv4 mask[,IPv6 mask]", Addr, Addr, "the address with only the bits of a mask").does(ipmask),
    c("le2dec", "string[,integer,integer]", Bin, Str, "the bytes as little-endian numbers in decimal").prepared(dec_args).does(le2dec),
    c("ub64dec", "", Str, Bin, "the bytes that URL-safe base64 text stands for").does(ub64dec),
    c("ub64enc", "", Bin, Str, "the bytes in URL-safe base64 without padding").does(|_, v, env| encode64(v, env, URL_SAFE, false)),
];

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The bytes that padded base64 (RFC 4648 section 4) stands for.
pub(crate) fn base64_decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    decode64(unpadded(text)?, STANDARD, &mut out).then_some(out)
}

/// The bytes that URL-safe base64 (RFC 4648 section 5) without padding stands for.
pub(crate) fn base64url_decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    decode64(text, URL_SAFE, &mut out).then_some(out)
}

/// The text before its padding, which has to fill the last group.
fn unpadded(text: &[u8]) -> Option<&[u8]> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let one = text.strip_suffix(b"=").unwrap_or(text);
    Some(one.strip_suffix(b"=").unwrap_or(one))
}

/// Writes what `text` stands for; `false` if it isn't base64.
fn decode64(text: &[u8], alphabet: &[u8; 64], out: &mut dyn Sink) -> bool {
    let digit = |b: &u8| -> Option<u32> {
        Some(u32::from(match *b {
            b @ b'A'..=b'Z' => b - b'A',
            b @ b'a'..=b'z' => b - b'a' + 26,
            b @ b'0'..=b'9' => b - b'0' + 52,
            b if b == alphabet[62] => 62,
            b if b == alphabet[63] => 63,
            _ => return None,
        }))
    };
    for group in text.chunks(4) {
        let mut bits = 0;
        for b in group {
            let Some(d) = digit(b) else { return false };
            bits = bits << 6 | d;
        }
        let [_, a, b, c] = (bits << (6 * (4 - group.len()))).to_be_bytes();
        match group.len() {
            4 => out.put(&[a, b, c]),
            3 => out.put(&[a, b]),
            2 => out.put(&[a]),
            _ => return false,
        }
    }
    true
}

fn b64dec<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    decoded(unpadded(v.bytes()?)?, STANDARD, env)
}

fn ub64dec<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    decoded(v.bytes()?, URL_SAFE, env)
}

fn decoded<'a>(text: &[u8], alphabet: &[u8; 64], env: &'a Env<'a>) -> Option<Val<'a>> {
    let mut valid = true;
    let out = env.scratch.write(|w| valid = decode64(text, alphabet, w));
    out.filter(|_| valid).map(Val::Bin)
}

fn encode64<'a>(v: Val<'a>, env: &'a Env<'a>, alphabet: &[u8; 64], pad: bool) -> Option<Val<'a>> {
    let bytes = v.bytes()?;
    env.scratch.write(|w| put64(bytes, alphabet, pad, w)).map(Val::Str)
}

/// Writes `bytes` in padded base64.
pub(crate) fn base64_encode(bytes: &[u8], out: &mut dyn Sink) {
    put64(bytes, STANDARD, true, out);
}

fn put64(bytes: &[u8], alphabet: &[u8; 64], pad: bool, out: &mut dyn Sink) {
    for group in bytes.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let digits = [18, 12, 6, 0].map(|shift| alphabet[(bits >> shift & 63) as usize]);
        out.put(&digits[..=group.len()]);
        if pad {
            out.put(&b"=="[..3 - group.len()]);
        }
    }
}

fn base2<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let bytes = v.bytes()?;
    let digits = |b: u8| core::array::from_fn::<u8, 8, _>(|i| b'0' + (b >> (7 - i) & 1));
    env.scratch.write(|w| bytes.iter().for_each(|b| w.put(&digits(*b)))).map(Val::Str)
}

/// Separator, size of a chunk, and whether what doesn't fill a chunk is dropped.
fn chunk_args(args: &mut Args, sizes: core::ops::RangeInclusive<i64>, otherwise: Option<i64>) -> Result<(), String> {
    let size = match (args.int(1), otherwise) {
        (Some(n), _) if sizes.contains(&n) => n,
        (None, Some(n)) => n,
        _ => return Err(format!("chunk_size out of [{}..{}] range", sizes.start(), sizes.end())),
    };
    let truncate = args.int(2).unwrap_or(0);
    if !matches!(truncate, 0 | 1) {
        return Err("truncate must be 0 or 1".to_owned());
    }
    let separator = args.str(0).unwrap_or_default();
    args.0 = Box::new([Arg::Str(separator.into()), Arg::Int(size), Arg::Bool(truncate == 1)]);
    Ok(())
}

fn dec_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    chunk_args(args, 1..=8, None)
}

/// Without a separator there is one chunk for all.
fn hex_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let whole = args.str(0).is_none_or(<[u8]>::is_empty);
    chunk_args(args, 1..=i64::from(i32::MAX), whole.then_some(i64::from(i32::MAX)))
}

/// Writes each chunk by `put`, separators between them.
fn chunks<'a>(args: &Args, v: Val<'a>, env: &'a Env<'a>, put: fn(&[u8], &mut dyn Sink)) -> Option<Val<'a>> {
    let (bytes, separator, size) = (v.bytes()?, args.str(0)?, usize::try_from(args.int(1)?).ok()?);
    let drop_rest = args.get(2) == Some(&Arg::Bool(true));
    env.scratch
        .write(|w| {
            for (i, chunk) in bytes.chunks(size).filter(|c| !drop_rest || c.len() == size).enumerate() {
                if i > 0 {
                    w.put(separator);
                }
                put(chunk, w);
            }
        })
        .map(Val::Str)
}

fn be2hex<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    chunks(args, v, env, put_hex)
}

fn be2dec<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    chunks(args, v, env, |chunk, w| put_number(chunk.iter(), w))
}

fn le2dec<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    chunks(args, v, env, |chunk, w| put_number(chunk.iter().rev(), w))
}

fn put_number<'b>(bytes: impl Iterator<Item = &'b u8>, out: &mut dyn Sink) {
    let n = bytes.fold(0, |n: u64, b| n << 8 | u64::from(*b));
    out.put(itoa::Buffer::new().format(n).as_bytes());
}

/// The byte that two hexadecimal digits stand for.
pub(crate) fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |b: u8| (b as char).to_digit(16);
    match digits {
        [high, low] => Some((digit(*high)? * 16 + digit(*low)?) as u8),
        _ => None,
    }
}

pub(crate) fn put_hex(bytes: &[u8], out: &mut dyn Sink) {
    let digit = |n: u8| b"0123456789ABCDEF"[usize::from(n)];
    bytes.iter().for_each(|b| out.put(&[digit(b >> 4), digit(b & 15)]));
}

fn hex<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let bytes = v.bytes()?;
    env.scratch.write(|w| put_hex(bytes, w)).map(Val::Str)
}

/// The manual promises 0 for what can't be converted; the reference, asked, finds nothing there.
fn hex2i<'a>(_: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    let mut n: u64 = 0;
    for b in v.bytes()? {
        n = n << 4 | u64::from((*b as char).to_digit(16)?);
    }
    Some(Val::Int(n as i64))
}

fn htonl<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let Val::Int(n) = v else { return None };
    env.scratch.copy(&(n as u32).to_be_bytes()).map(Val::Bin)
}

/// An IPv6 address needs a mask of its own.
fn ipmask<'a>(args: &'a Args, v: Val<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    match (v, args.get(0), args.get(1)) {
        (Val::Ip4(ip), Some(Arg::Ip4(mask)), _) => Some(Val::Ip4(Ipv4Addr::from(u32::from(ip) & u32::from(*mask)))),
        (Val::Ip6(ip), _, Some(Arg::Ip6(mask))) => Some(Val::Ip6(Ipv6Addr::from(u128::from(ip) & u128::from(*mask)))),
        _ => None,
    }
}
