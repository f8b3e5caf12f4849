//! Protocol buffers messages, bare and within gRPC (manual 7.3.1).

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("protobuf", "Protocol buffers field number[,string]", Bin, Bin, "a field of a protocol buffers message").prepared(type_arg).does(|args, v, _| {
        field(v.bytes()?, args)
    }),
    c("ungrpc", "Protocol buffers field number[,string]", Bin, Bin, "a field of the protocol buffers message in a gRPC message").prepared(type_arg).does(|args, v, _| {
        field(message(v.bytes()?)?, args)
    }),
];

/// How the bytes of a field become a number.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Int32,
    Int64,
    Uint32,
    ZigZag32,
    ZigZag64,
    Bool,
    Fixed64,
    Double,
    Fixed32,
    Sfixed32,
    Float,
}

static KINDS: [(&str, Kind); 14] = [
    ("int32", Kind::Int32),
    ("int64", Kind::Int64),
    ("uint32", Kind::Uint32),
    ("uint64", Kind::Int64),
    ("sint32", Kind::ZigZag32),
    ("sint64", Kind::ZigZag64),
    ("bool", Kind::Bool),
    ("enum", Kind::Int32),
    ("fixed64", Kind::Fixed64),
    ("sfixed64", Kind::Fixed64),
    ("double", Kind::Double),
    ("fixed32", Kind::Fixed32),
    ("sfixed32", Kind::Sfixed32),
    ("float", Kind::Float),
];

/// The type's name becomes its place in [`KINDS`].
fn type_arg(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let Some(name) = args.str(1) else { return Ok(()) };
    let at = KINDS.iter().position(|(known, _)| known.as_bytes() == name).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
        format!("Wrong protocol buffers field type '{}', expected one of {}", show(name), known.join(", "))
    })?;
    args.0[1] = Arg::Int(at as i64);
    Ok(())
}

/// The first message of a gRPC body: a flag that says whether it is compressed, and its length, stand before it.
fn message(body: &[u8]) -> Option<&[u8]> {
    let (prefix, rest) = body.split_first_chunk::<5>()?;
    let [compressed, a, b, c, d] = *prefix;
    let len = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
    // The buffer may hold only the first part of a long message.
    (compressed == 0).then(|| &rest[..len.min(rest.len())])
}

/// A value as it stands in a message.
#[derive(Clone, Copy)]
enum Wire<'a> {
    Varint(u64, &'a [u8]),
    Bits64(&'a [u8; 8]),
    Bits32(&'a [u8; 4]),
    Bytes(&'a [u8]),
}

fn field<'a>(message: &'a [u8], args: &Args) -> Option<Val<'a>> {
    let Some(Arg::Fields(path)) = args.get(0) else { return None };
    let (last, outer) = path.split_last()?;
    let mut message = message;
    for number in outer {
        match find(message, *number)? {
            Wire::Bytes(inner) => message = inner,
            _ => return None,
        }
    }
    let found = find(message, *last)?;
    let Some(kind) = args.int(1) else {
        return Some(Val::Bin(match found {
            Wire::Varint(_, raw) | Wire::Bytes(raw) => raw,
            Wire::Bits64(raw) => raw,
            Wire::Bits32(raw) => raw,
        }));
    };
    let (_, kind) = KINDS.get(usize::try_from(kind).ok()?)?;
    number(found, *kind).map(Val::Int)
}

/// The first field of this number.
fn find(mut message: &[u8], number: u32) -> Option<Wire<'_>> {
    while !message.is_empty() {
        let (key, _) = varint(&mut message)?;
        let value = match key & 7 {
            0 => varint(&mut message).map(|(n, raw)| Wire::Varint(n, raw))?,
            1 => Wire::Bits64(take(&mut message, 8)?.first_chunk()?),
            2 => {
                let (len, _) = varint(&mut message)?;
                Wire::Bytes(take(&mut message, usize::try_from(len).ok()?)?)
            }
            5 => Wire::Bits32(take(&mut message, 4)?.first_chunk()?),
            // Groups are deprecated, and nothing tells how long they are.
            _ => return None,
        };
        if key >> 3 == u64::from(number) {
            return Some(value);
        }
    }
    None
}

fn take<'a>(from: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(taken)
}

/// A number in sevens of bits, and the bytes that it took.
fn varint<'a>(from: &mut &'a [u8]) -> Option<(u64, &'a [u8])> {
    const LONGEST: usize = 10;
    let len = from.iter().take(LONGEST).position(|b| *b < 0x80)? + 1;
    let raw = take(from, len)?;
    let n = raw.iter().rev().fold(0u64, |n, b| n << 7 | u64::from(b & 0x7f));
    Some((n, raw))
}

/// The number that a value is; `None` if a value of this kind isn't written this way.
fn number(value: Wire<'_>, kind: Kind) -> Option<i64> {
    Some(match (value, kind) {
        (Wire::Varint(n, _), Kind::Int32) => i64::from(n as i32),
        (Wire::Varint(n, _), Kind::Int64) => n as i64,
        (Wire::Varint(n, _), Kind::Uint32) => i64::from(n as u32),
        (Wire::Varint(n, _), Kind::ZigZag32) => i64::from((n as u32 >> 1) as i32 ^ -((n & 1) as i32)),
        (Wire::Varint(n, _), Kind::ZigZag64) => (n >> 1) as i64 ^ -((n & 1) as i64),
        // The reference doesn't make 1 of other numbers.
        (Wire::Varint(n, _), Kind::Bool) => n as i64,
        (Wire::Bits64(raw), Kind::Fixed64) => i64::from_le_bytes(*raw),
        (Wire::Bits64(raw), Kind::Double) => f64::from_le_bytes(*raw) as i64,
        (Wire::Bits32(raw), Kind::Fixed32) => i64::from(u32::from_le_bytes(*raw)),
        (Wire::Bits32(raw), Kind::Sfixed32) => i64::from(i32::from_le_bytes(*raw)),
        (Wire::Bits32(raw), Kind::Float) => f32::from_le_bytes(*raw) as i64,
        _ => return None,
    })
}
