//! AES in GCM and CBC (manual 7.3.1; NIST SP 800-38A and 38D). Nonce, key, tag and additional data are base64, or
//! variables with base64 in them.

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;

use crate::args::{Arg, Args};
use crate::conv::coding::{base64_decode, base64_encode};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("aes_cbc_dec", "integer,string,string[,string]", Bin, Bin, "the bytes decrypted by AES-CBC").prepared(all_decoded).does(|args, v, env| cbc(args, v, env, false)),
    c("aes_cbc_enc", "integer,string,string[,string]", Bin, Bin, "the bytes encrypted by AES-CBC").prepared(all_decoded).does(|args, v, env| cbc(args, v, env, true)),
    c("aes_gcm_dec", "integer,string,string,string[,string]", Bin, Bin, "the bytes decrypted by AES-GCM, if their tag is right").prepared(all_decoded).does(gcm_open),
    c("aes_gcm_enc", "integer,string,string,string[,string]", Bin, Bin, "the bytes encrypted by AES-GCM, the tag in a variable").prepared(tag_in_var).does(gcm_seal),
];

fn all_decoded(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    bits(args)?;
    (1..args.0.len()).try_for_each(|i| decoded(args, i))
}

fn tag_in_var(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    bits(args)?;
    args.make_var(3)?;
    [1, 2, 4].into_iter().try_for_each(|i| decoded(args, i))
}

fn bits(args: &Args) -> Result<(), String> {
    match args.int(0) {
        Some(128 | 192 | 256) => Ok(()),
        _ => Err("key size must be 128, 192 or 256 (bits)".to_owned()),
    }
}

/// The argument becomes what it stands for, or the name of the variable that has it.
fn decoded(args: &mut Args, i: usize) -> Result<(), String> {
    args.make_var_if_named(i);
    if let Some(text) = args.str(i) {
        let bytes = base64_decode(text).ok_or_else(|| format!("argument {} isn't base64", i + 1))?;
        args.0[i] = Arg::Str(bytes.into());
    }
    Ok(())
}

/// The bytes of an argument; those of a variable are decoded anew each time.
fn bytes(args: &Args, i: usize, env: &Env<'_>) -> Option<Vec<u8>> {
    match args.get(i) {
        None => Some(Vec::new()),
        Some(Arg::Var(name)) => base64_decode(env.var(name)?.cast(Str, env.scratch)?.bytes()?),
        Some(_) => args.str(i).map(<[u8]>::to_vec),
    }
}

/// The algorithm for the bits that were asked for, with a key that has as many.
fn gcm_key(args: &Args, env: &Env<'_>) -> Option<(LessSafeKey, Nonce)> {
    let algorithm: &'static Algorithm = match args.int(0)? {
        128 => &AES_128_GCM,
        192 => &AES_192_GCM,
        _ => &AES_256_GCM,
    };
    let key = UnboundKey::new(algorithm, &bytes(args, 2, env)?).ok()?;
    let nonce = Nonce::try_assume_unique_for_key(&bytes(args, 1, env)?).ok()?;
    Some((LessSafeKey::new(key), nonce))
}

fn gcm_open<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (key, nonce) = gcm_key(args, env)?;
    let (tag, aad) = (bytes(args, 3, env)?, bytes(args, 4, env)?);
    let mut text = v.bytes()?.to_vec();
    text.extend_from_slice(&tag);
    let plain = key.open_in_place(nonce, Aad::from(&aad), &mut text).ok()?;
    env.scratch.copy(plain).map(Val::Bin)
}

fn gcm_seal<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let Some(Arg::Var(tag_name)) = args.get(3) else { return None };
    let (key, nonce) = gcm_key(args, env)?;
    let aad = bytes(args, 4, env)?;
    let text = env.scratch.copy_mut(v.bytes()?)?;
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(&aad), text).ok()?;
    let tag = env.scratch.write(|w| base64_encode(tag.as_ref(), w))?;
    env.vars.set(tag_name, Val::Str(tag)).then_some(Val::Bin(text))
}

fn cbc<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>, encrypt: bool) -> Option<Val<'a>> {
    let algorithm: &'static cipher::Algorithm = match args.int(0)? {
        128 => &AES_128,
        192 => &AES_192,
        _ => &AES_256,
    };
    let iv = FixedLength::from(bytes(args, 1, env)?.first_chunk::<16>()?);
    let key = UnboundCipherKey::new(algorithm, &bytes(args, 2, env)?).ok()?;
    let mut text = v.bytes()?.to_vec();
    if encrypt {
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).ok()?;
        key.less_safe_encrypt(&mut text, EncryptionContext::Iv128(iv)).ok()?;
        return env.scratch.copy(&text).map(Val::Bin);
    }
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
    let plain = key.decrypt(&mut text, DecryptionContext::Iv128(iv)).ok()?;
    env.scratch.copy(plain).map(Val::Bin)
}
