//! Encrypted private keys: PKCS#8 with PBES2 (RFC 8018), and OpenSSL's older form with `DEK-Info`.

use crate::der::{BadDer, Reader, tag};
use aws_lc_rs::cipher::{AES_128, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use core::num::NonZeroU32;
use md5::{Digest, Md5};

/// Why a key can't be decrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CryptError {
    /// Isn't the form that it claims to be.
    Malformed,
    /// A cipher or derivation that we don't have (3DES, scrypt …).
    Unsupported,
    WrongPassphrase,
}

impl From<BadDer> for CryptError {
    fn from(_: BadDer) -> CryptError {
        CryptError::Malformed
    }
}

/// The most rounds of a derivation that are done: about a second's work.
const MAX_ROUNDS: u32 = 10_000_000;

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
const HMAC_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 7];
const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
const HMAC_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 10];
const HMAC_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 11];
const AES_128_CBC: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 2];
const AES_256_CBC: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];

/// Decrypts an `EncryptedPrivateKeyInfo`; the answer is PKCS#8.
pub fn pkcs8(der: &[u8], passphrase: &[u8]) -> Result<Vec<u8>, CryptError> {
    let mut outer = Reader::new(der).enter(tag::SEQUENCE)?;
    let mut scheme = outer.enter(tag::SEQUENCE)?;
    let secret = outer.expect(tag::OCTET_STRING)?.content;
    if scheme.expect(tag::OID)?.content != PBES2 {
        return Err(CryptError::Unsupported);
    }
    let mut params = scheme.enter(tag::SEQUENCE)?;
    let mut kdf = params.enter(tag::SEQUENCE)?;
    let mut cipher = params.enter(tag::SEQUENCE)?;
    if kdf.expect(tag::OID)?.content != PBKDF2 {
        return Err(CryptError::Unsupported);
    }
    let mut kdf = kdf.enter(tag::SEQUENCE)?;
    let salt = kdf.expect(tag::OCTET_STRING)?.content;
    let rounds = kdf.expect(tag::INTEGER)?.small()?;
    let rounds = NonZeroU32::new(rounds).filter(|n| n.get() <= MAX_ROUNDS).ok_or(CryptError::Unsupported)?;
    kdf.optional(tag::INTEGER)?;
    let prf = match kdf.optional(tag::SEQUENCE)? {
        Some(prf) => prf.inside().expect(tag::OID)?.content,
        None => HMAC_SHA1,
    };
    let prf = match prf {
        HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
        HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
        HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
        HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return Err(CryptError::Unsupported),
    };
    let bytes = match cipher.expect(tag::OID)?.content {
        AES_128_CBC => 16,
        AES_256_CBC => 32,
        _ => return Err(CryptError::Unsupported),
    };
    let iv = cipher.expect(tag::OCTET_STRING)?.content;
    let mut key = vec![0u8; bytes];
    pbkdf2::derive(prf, rounds, salt, passphrase, &mut key);
    let plain = aes_cbc(&key, iv, secret)?;
    whole_sequence(plain)
}

/// Decrypts the content of a block with `DEK-Info`; the answer is what its label says.
pub fn dek_info(info: &str, der: &[u8], passphrase: &[u8]) -> Result<Vec<u8>, CryptError> {
    let (cipher, iv) = info.split_once(',').ok_or(CryptError::Malformed)?;
    let bytes = match cipher.trim() {
        "AES-128-CBC" => 16,
        "AES-256-CBC" => 32,
        _ => return Err(CryptError::Unsupported),
    };
    let iv = hex(iv.trim()).filter(|iv| iv.len() == 16).ok_or(CryptError::Malformed)?;
    // EVP_BytesToKey with MD5 and one round; the salt is the first half of the vector.
    let mut key: Vec<u8> = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    while key.len() < bytes {
        let mut digest = Md5::new();
        digest.update(&last);
        digest.update(passphrase);
        digest.update(&iv[..8]);
        last = digest.finalize().to_vec();
        key.extend_from_slice(&last);
    }
    key.truncate(bytes);
    whole_sequence(aes_cbc(&key, &iv, der)?)
}

/// Wrong passphrases leave a valid padding now and then, but no DER.
fn whole_sequence(plain: Vec<u8>) -> Result<Vec<u8>, CryptError> {
    match Reader::new(&plain).expect(tag::SEQUENCE) {
        Ok(element) if element.whole.len() == plain.len() => Ok(plain),
        _ => Err(CryptError::WrongPassphrase),
    }
}

fn aes_cbc(key: &[u8], iv: &[u8], secret: &[u8]) -> Result<Vec<u8>, CryptError> {
    let iv: [u8; 16] = iv.try_into().map_err(|_| CryptError::Malformed)?;
    let algorithm = if key.len() == 16 { &AES_128 } else { &AES_256 };
    let key = UnboundCipherKey::new(algorithm, key).map_err(|_| CryptError::Unsupported)?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(|_| CryptError::Unsupported)?;
    let mut bytes = secret.to_vec();
    let plain = key.decrypt(&mut bytes, DecryptionContext::Iv128(FixedLength::from(iv)));
    plain.map(|plain| plain.to_vec()).map_err(|_| CryptError::WrongPassphrase)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
