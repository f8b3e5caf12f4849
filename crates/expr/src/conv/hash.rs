//! Hashes (manual 7.3.1). Those of 32 bits are the ones that balancing uses too.

use aws_lc_rs::{digest, hmac};
use md5::Digest as _;

use crate::args::{Arg, Args};
use crate::conv::coding::base64_decode;
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("crc32", "[integer]", Bin, Int, "the CRC-32 of the bytes").does(|a, v, _| short(a, v, crc32fast::hash)),
    c("crc32c", "[integer]", Bin, Int, "the CRC-32C of the bytes").does(|a, v, _| short(a, v, |b| wire::crc32c::Crc32c::new().update(b).value())),
    c("digest", "string", Bin, Bin, "the digest of the bytes by a named algorithm").prepared(digest_args).does(digest_by_name),
    c("djb2", "[integer]", Bin, Int, "the DJB2 hash of the bytes").does(|a, v, _| short(a, v, djb2)),
    c("hmac", "string,string", Bin, Bin, "the keyed digest of the bytes by a named algorithm").prepared(hmac_args).does(keyed),
    c("sdbm", "[integer]", Bin, Int, "the SDBM hash of the bytes").does(|a, v, _| short(a, v, sdbm)),
    c("sha1", "", Bin, Bin, "the SHA-1 of the bytes").does(|_, v, env| made(&digest::SHA1_FOR_LEGACY_USE_ONLY, v, env)),
    c("sha2", "[integer]", Bin, Bin, "the SHA-2 of the bytes, 256 bits wide unless said otherwise").prepared(sha2_args).does(sha2),
    c("wt6", "[integer]", Bin, Int, "the WT6 hash of the bytes"),
    c("xxh3", "[integer]", Bin, Int, "the XXH3 hash of the bytes, 64 bits wide").does(|a, v, _| seeded(a, v, |seed, b| {
        twox_hash::XxHash3_64::oneshot_with_seed(seed as u64, b) as i64
    })),
    c("xxh32", "[integer]", Bin, Int, "the XXH32 hash of the bytes").does(|a, v, _| seeded(a, v, |seed, b| {
        i64::from(twox_hash::XxHash32::oneshot(seed as u32, b))
    })),
    c("xxh64", "[integer]", Bin, Int, "the XXH64 hash of the bytes").does(|a, v, _| seeded(a, v, |seed, b| {
        twox_hash::XxHash64::oneshot(seed as u64, b) as i64
    })),
];

fn short<'a>(args: &Args, v: Val<'a>, hash: fn(&[u8]) -> u32) -> Option<Val<'a>> {
    let h = hash(v.bytes()?);
    let h = if args.int(0).is_some_and(|n| n != 0) { avalanche(h) } else { h };
    Some(Val::Int(i64::from(h)))
}

fn seeded<'a>(args: &Args, v: Val<'a>, hash: fn(i64, &[u8]) -> i64) -> Option<Val<'a>> {
    Some(Val::Int(hash(args.int(0).unwrap_or(0), v.bytes()?)))
}

/// Bernstein's hash, times 33 and plus.
fn djb2(bytes: &[u8]) -> u32 {
    bytes.iter().fold(5381, |h: u32, b| h.wrapping_mul(33).wrapping_add(u32::from(*b)))
}

/// The hash of the sdbm library.
fn sdbm(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |h: u32, b| h.wrapping_mul(65599).wrapping_add(u32::from(*b)))
}

/// The hash of `base32` and `url32`: SDBM over the pieces as one text, with the avalanche.
pub(crate) fn hash32<const N: usize>(pieces: [&[u8]; N]) -> u32 {
    let h = pieces.iter().flat_map(|p| p.iter()).fold(0, |h: u32, b| h.wrapping_mul(65599).wrapping_add(u32::from(*b)));
    avalanche(h)
}

/// Bob Jenkins' six-shift integer hash, where each input bit changes each output bit; and, as the reference was seen to
/// do, times a number that carries the lowest bits to the top.
fn avalanche(a: u32) -> u32 {
    let a = a.wrapping_add(0x7ed5_5d16).wrapping_add(a << 12);
    let a = (a ^ 0xc761_c23c) ^ (a >> 19);
    let a = a.wrapping_add(0x1656_67b1).wrapping_add(a << 5);
    let a = a.wrapping_add(0xd3a2_646c) ^ (a << 9);
    let a = a.wrapping_add(0xfd70_46c5).wrapping_add(a << 3);
    ((a ^ 0xb55a_4f09) ^ (a >> 16)).wrapping_mul(0xc000_0001)
}

/// The digests that have a name; OpenSSL's names, in any case.
static DIGESTS: &[(&str, Option<&digest::Algorithm>)] = &[
    ("md5", None),
    ("sha1", Some(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
    ("sha224", Some(&digest::SHA224)),
    ("sha256", Some(&digest::SHA256)),
    ("sha384", Some(&digest::SHA384)),
    ("sha512", Some(&digest::SHA512)),
    ("sha512-256", Some(&digest::SHA512_256)),
    ("sha3-256", Some(&digest::SHA3_256)),
    ("sha3-384", Some(&digest::SHA3_384)),
    ("sha3-512", Some(&digest::SHA3_512)),
];

/// Argument 0 becomes the place of the algorithm in [`DIGESTS`].
fn digest_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let name = show(args.str(0).unwrap_or_default()).to_ascii_lowercase();
    // OpenSSL also knows the names with a hyphen behind `sha`.
    let plain = name.strip_prefix("sha-").map_or(name.clone(), |rest| format!("sha{rest}"));
    let found = DIGESTS.iter().position(|(known, _)| *known == name || *known == plain);
    let at = found.ok_or_else(|| {
        let known: Vec<&str> = DIGESTS.iter().map(|(known, _)| *known).collect();
        format!("algorithm must be a message digest, one of {}", known.join(", "))
    })?;
    args.0[0] = Arg::Int(at as i64);
    Ok(())
}

fn algorithm(args: &Args) -> Option<Option<&'static digest::Algorithm>> {
    DIGESTS.get(usize::try_from(args.int(0)?).ok()?).map(|(_, a)| *a)
}

fn digest_by_name<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    match algorithm(args)? {
        Some(algorithm) => made(algorithm, v, env),
        None => env.scratch.copy(&md5::Md5::digest(v.bytes()?)).map(Val::Bin),
    }
}

fn made<'a>(algorithm: &'static digest::Algorithm, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    env.scratch.copy(digest::digest(algorithm, v.bytes()?).as_ref()).map(Val::Bin)
}

fn sha2_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    match args.int(0).unwrap_or(256) {
        224 | 256 | 384 | 512 => Ok(()),
        other => Err(format!("Unsupported number of bits: '{other}', expected 224, 256, 384 or 512")),
    }
}

fn sha2<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let algorithm = match args.int(0).unwrap_or(256) {
        224 => &digest::SHA224,
        384 => &digest::SHA384,
        512 => &digest::SHA512,
        _ => &digest::SHA256,
    };
    made(algorithm, v, env)
}

/// Argument 1 becomes the key itself, or the variable that has it in base64.
fn hmac_args(args: &mut Args, outside: &mut dyn Outside) -> Result<(), String> {
    digest_args(args, outside)?;
    args.make_var_if_named(1);
    if let Some(text) = args.str(1) {
        let key = base64_decode(text).ok_or("the key isn't base64")?;
        args.0[1] = Arg::Str(key.into());
    }
    Ok(())
}

fn keyed<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let decoded;
    let key = match args.get(1)? {
        // The key is known only now; it is short, and decoding it anew is what the reference does.
        Arg::Var(_) => {
            decoded = base64_decode(args.text(1, env)?)?;
            &decoded[..]
        }
        _ => args.str(1)?,
    };
    env.scratch.copy(&tag(algorithm(args)?, key, v.bytes()?)?).map(Val::Bin)
}

/// The HMAC of `message` (RFC 2104).
fn tag(algorithm: Option<&'static digest::Algorithm>, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let of = |algorithm| Some(hmac::sign(&hmac::Key::new(algorithm, key), message).as_ref().to_vec());
    match algorithm {
        Some(a) if *a == digest::SHA1_FOR_LEGACY_USE_ONLY => of(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        Some(a) if *a == digest::SHA224 => of(hmac::HMAC_SHA224),
        Some(a) if *a == digest::SHA256 => of(hmac::HMAC_SHA256),
        Some(a) if *a == digest::SHA384 => of(hmac::HMAC_SHA384),
        Some(a) if *a == digest::SHA512 => of(hmac::HMAC_SHA512),
        Some(a) => Some(hmac_by_hand(
            a.block_len(),
            |parts| {
                let mut context = digest::Context::new(a);
                parts.iter().for_each(|p| context.update(p));
                context.finish().as_ref().to_vec()
            },
            key,
            message,
        )),
        None => Some(hmac_by_hand(
            64,
            |parts| {
                let mut context = md5::Md5::new();
                parts.iter().for_each(|p| context.update(p));
                context.finalize().to_vec()
            },
            key,
            message,
        )),
    }
}

/// The construction of RFC 2104 over a hash of `block` bytes.
fn hmac_by_hand(block: usize, hash: impl Fn(&[&[u8]]) -> Vec<u8>, key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut padded = if key.len() > block { hash(&[key]) } else { key.to_vec() };
    padded.resize(block, 0);
    let xor = |with: u8| padded.iter().map(|b| b ^ with).collect::<Vec<u8>>();
    hash(&[&xor(0x5c), &hash(&[&xor(0x36), message])])
}
