//! JSON web tokens in their compact form (manual 7.3.1; RFC 7515, 7518, 7519).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};

use crate::args::{Arg, Args};
use crate::conv::coding::{base64_decode, base64url_decode};
use crate::conv::json::{query, query_args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("jwt_decrypt_cert", "string", Bin, Bin, "the content of an encrypted token, by a certificate's key"),
    c("jwt_decrypt_jwk", "string", Bin, Bin, "the content of an encrypted token, by a JSON web key"),
    c("jwt_decrypt_secret", "string", Bin, Bin, "the content of an encrypted token, by a shared secret"),
    c("jwt_header_query", "[string,string]", Bin, Any, "a token's header, or what a path finds in it").prepared(path_args).does(|args, v, env| part(args, v, env, 0)),
    c("jwt_payload_query", "[string,string]", Bin, Any, "a token's payload, or what a path finds in it").prepared(path_args).does(|args, v, env| part(args, v, env, 1)),
    c("jwt_verify", "string,string", Bin, Int, "1 if a token's signature is right for a key").prepared(verify_args).does(verify),
    c("jwt_verify_cert", "string,string", Bin, Int, "1 if a token's signature is right for a certificate"),
];

fn path_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    if args.str(0).is_some() { query_args(args) } else { Ok(()) }
}

/// Part `n` of a token, decoded, or what the path of the arguments finds in it.
fn part<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>, n: usize) -> Option<Val<'a>> {
    let encoded = v.bytes()?.split(|b| *b == b'.').nth(n)?;
    let json = env.scratch.copy(&base64url_decode(encoded)?)?;
    match args.get(0) {
        None => Some(Val::Str(json)),
        Some(_) => query(json, args, env),
    }
}

/// How a token is signed (RFC 7518 section 3.1).
#[derive(Clone, Copy)]
enum Alg {
    None,
    Hmac(hmac::Algorithm),
    Public(&'static dyn VerificationAlgorithm),
}

/// The algorithm of this name.
fn algorithm(name: &[u8]) -> Option<Alg> {
    Some(match name {
        b"none" => Alg::None,
        b"HS256" => Alg::Hmac(hmac::HMAC_SHA256),
        b"HS384" => Alg::Hmac(hmac::HMAC_SHA384),
        b"HS512" => Alg::Hmac(hmac::HMAC_SHA512),
        b"RS256" => Alg::Public(&RSA_PKCS1_2048_8192_SHA256),
        b"RS384" => Alg::Public(&RSA_PKCS1_2048_8192_SHA384),
        b"RS512" => Alg::Public(&RSA_PKCS1_2048_8192_SHA512),
        b"ES256" => Alg::Public(&ECDSA_P256_SHA256_FIXED),
        b"ES384" => Alg::Public(&ECDSA_P384_SHA384_FIXED),
        b"ES512" => Alg::Public(&ECDSA_P521_SHA512_FIXED),
        b"PS256" => Alg::Public(&RSA_PSS_2048_8192_SHA256),
        b"PS384" => Alg::Public(&RSA_PSS_2048_8192_SHA384),
        b"PS512" => Alg::Public(&RSA_PSS_2048_8192_SHA512),
        _ => return None,
    })
}

/// What `jwt_verify` gives besides 1 and 0.
const UNKNOWN_ALGORITHM: i64 = -1;
const INVALID_TOKEN: i64 = -3;
const UNKNOWN_KEY: i64 = -5;

/// A public key in DER, by the name of its file.
#[derive(PartialEq, Eq, Hash, Debug)]
pub struct PublicKey {
    path: Box<str>,
    der: Box<[u8]>,
}

/// Keys that the configuration has loaded, so that a variable can name them too.
static LOADED: Mutex<Option<HashMap<Box<str>, Weak<PublicKey>>>> = Mutex::new(None);

impl PublicKey {
    /// Loads a key; `None` if there is no such file or no public key in it.
    fn load(path: &str, world: &mut dyn Outside) -> Option<Arc<PublicKey>> {
        let der = pem(&world.read(path).ok()?)?;
        let key = Arc::new(PublicKey { path: path.into(), der: der.into() });
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = loaded.get_or_insert_default();
        loaded.retain(|_, key| key.strong_count() > 0);
        loaded.insert(path.into(), Arc::downgrade(&key));
        Some(key)
    }

    fn loaded(path: &[u8]) -> Option<Arc<PublicKey>> {
        let path = core::str::from_utf8(path).ok()?;
        LOADED.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(path)?.upgrade()
    }
}

/// The bytes of the first public key in a PEM file (RFC 7468).
fn pem(file: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(file).ok()?;
    let kinds = ["PUBLIC KEY", "RSA PUBLIC KEY"];
    kinds.iter().find_map(|kind| {
        let (_, rest) = text.split_once(&format!("-----BEGIN {kind}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
        let digits: Vec<u8> = body.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        base64_decode(&digits)
    })
}

/// The algorithm's name or variable; the secret, variable or path; and the key that is in the file of that name.
fn verify_args(args: &mut Args, world: &mut dyn Outside) -> Result<(), String> {
    args.make_var_if_named(0);
    args.make_var_if_named(1);
    if let Some(name) = args.str(0)
        && algorithm(name).is_none()
    {
        return Err(format!("unknown JWT algorithm: {}", show(name)));
    }
    // With a secret nothing is read: it could be the name of a file by chance.
    let secret = args.str(0).is_some_and(|name| matches!(algorithm(name), Some(Alg::Hmac(_) | Alg::None)));
    let path = args.str(1).filter(|_| !secret).map(show);
    let key = path.and_then(|path| PublicKey::load(&path, world));
    let mut all = core::mem::take(&mut args.0).into_vec();
    all.push(Arg::PublicKey(key));
    args.0 = all.into();
    Ok(())
}

fn verify<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let token = v.bytes()?;
    let name = args.text(0, env)?;
    Some(Val::Int(match verdict(token, name, args, env) {
        Ok(right) => i64::from(right),
        Err(code) => code,
    }))
}

fn verdict(token: &[u8], algorithm_name: &[u8], args: &Args, env: &Env<'_>) -> Result<bool, i64> {
    let algorithm = algorithm(algorithm_name).ok_or(UNKNOWN_ALGORITHM)?;
    if token.iter().filter(|b| **b == b'.').count() != 2 {
        return Err(INVALID_TOKEN);
    }
    let last = memchr::memrchr(b'.', token).ok_or(INVALID_TOKEN)?;
    let (signed, signature) = (&token[..last], &token[last + 1..]);
    if let Alg::None = algorithm {
        return Ok(signature.is_empty());
    }
    let signature = base64url_decode(signature).ok_or(INVALID_TOKEN)?;
    match algorithm {
        Alg::None => Ok(false),
        Alg::Hmac(hash) => {
            let secret = env_text(args, env).ok_or(UNKNOWN_KEY)?;
            Ok(hmac::verify(&hmac::Key::new(hash, &secret), signed, &signature).is_ok())
        }
        Alg::Public(algorithm) => {
            let key = match (args.get(2), args.get(1)) {
                (Some(Arg::PublicKey(Some(key))), _) => key.clone(),
                // A path that is known only now: one look under a lock, as seldom as such rules are.
                (_, Some(Arg::Var(_))) => {
                    let path = env_text(args, env).ok_or(UNKNOWN_KEY)?;
                    PublicKey::loaded(&path).ok_or(UNKNOWN_KEY)?
                }
                _ => return Err(UNKNOWN_KEY),
            };
            Ok(UnparsedPublicKey::new(algorithm, &key.der).verify(signed, &signature).is_ok())
        }
    }
}

/// Argument 1 as bytes.
fn env_text(args: &Args, env: &Env<'_>) -> Option<Vec<u8>> {
    match args.get(1)? {
        Arg::Var(name) => env.var(name)?.cast(Str, env.scratch)?.bytes().map(<[u8]>::to_vec),
        _ => args.str(1).map(<[u8]>::to_vec),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 appendix A.2 and A.3 have the keys as numbers; these are them as SubjectPublicKeyInfo.
    #[test]
    fn keys_in_both_forms_are_found() {
        let of = |text: &str| pem(text.as_bytes());
        assert_eq!(of("x\n-----BEGIN PUBLIC KEY-----\nAQ\nID\n-----END PUBLIC KEY-----\n"), Some(vec![1, 2, 3]));
        assert_eq!(of("-----BEGIN RSA PUBLIC KEY-----\nAQID\n-----END RSA PUBLIC KEY-----"), Some(vec![1, 2, 3]));
        assert_eq!(of("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----"), None);
        assert_eq!(of("-----BEGIN PUBLIC KEY-----\nAQID"), None);
    }
}
