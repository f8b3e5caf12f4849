//! Private keys: found in PEM files, compared with their certificate without any arithmetic, and made ready for
//! signing when first used.

use crate::der::{Reader, tag};
use crate::key_crypt::{self, CryptError};
use crate::pem::Block;
use crate::x509::{Cert, KeyKind};
use core::fmt;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use rustls::sign::{Signer, SigningKey};
use rustls::{SignatureAlgorithm, SignatureScheme};
use std::sync::{Arc, OnceLock};

/// Why there is no usable key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyError {
    Missing,
    /// It is encrypted, and no passphrase fits or is known.
    NeedsPassphrase,
    /// It is encrypted in a way that we don't know.
    UnknownEncryption,
    Malformed,
    /// It isn't the key of the certificate.
    Mismatch,
    /// DSA, or a curve that the library lacks.
    UnsupportedKind,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::Missing => "No Private Key found",
            KeyError::NeedsPassphrase => "the private key is encrypted, and no passphrase fits",
            KeyError::UnknownEncryption => "the private key is encrypted in an unknown way",
            KeyError::Malformed => "the private key can't be read",
            KeyError::Mismatch => "inconsistencies between private key and certificate loaded",
            KeyError::UnsupportedKind => "keys of this kind aren't supported",
        })
    }
}

/// Whether a block holds a private key.
pub fn is_key(block: &Block) -> bool {
    block.label.ends_with("PRIVATE KEY")
}

/// Whether a block holds an encrypted private key.
pub fn is_encrypted(block: &Block) -> bool {
    is_key(block) && (block.dek_info.is_some() || block.label == "ENCRYPTED PRIVATE KEY")
}

/// Takes the key out of a block, trying each passphrase if it is encrypted.
pub fn from_block(block: &Block, passphrases: &[Vec<u8>]) -> Result<PrivateKeyDer<'static>, KeyError> {
    if !is_encrypted(block) {
        return plain(&block.label, block.der.clone());
    }
    for passphrase in passphrases {
        let result = match &block.dek_info {
            Some(info) => key_crypt::dek_info(info, &block.der, passphrase).map(|der| (block.label.as_str(), der)),
            None => key_crypt::pkcs8(&block.der, passphrase).map(|der| ("PRIVATE KEY", der)),
        };
        match result {
            Ok((label, der)) => return plain(label, der),
            Err(CryptError::WrongPassphrase) => {}
            Err(CryptError::Unsupported) => return Err(KeyError::UnknownEncryption),
            Err(CryptError::Malformed) => return Err(KeyError::Malformed),
        }
    }
    Err(KeyError::NeedsPassphrase)
}

fn plain(label: &str, der: Vec<u8>) -> Result<PrivateKeyDer<'static>, KeyError> {
    match label {
        "PRIVATE KEY" => Ok(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der))),
        "RSA PRIVATE KEY" => Ok(PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(der))),
        "EC PRIVATE KEY" => Ok(PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(der))),
        "DSA PRIVATE KEY" => Err(KeyError::UnsupportedKind),
        _ => Err(KeyError::Malformed),
    }
}

/// Whether a key belongs to a certificate, by comparing the public part that both hold. A key that doesn't hold its
/// public part is asked for it.
pub fn fits(key: &PrivateKeyDer<'_>, cert: &Cert<'_>) -> Result<(), KeyError> {
    match (cert.key_kind(), public_part(key)) {
        (KeyKind::Dsa | KeyKind::Other, _) => Err(KeyError::UnsupportedKind),
        (KeyKind::Rsa, Public::Rsa(modulus)) => {
            let mut theirs = Reader::new(cert.key.bytes).enter(tag::SEQUENCE).map_err(|_| KeyError::Malformed)?;
            let theirs = theirs.expect(tag::INTEGER).map_err(|_| KeyError::Malformed)?.content;
            if theirs == modulus { Ok(()) } else { Err(KeyError::Mismatch) }
        }
        (KeyKind::Ecdsa, Public::Point(point)) if point == cert.key.bytes => Ok(()),
        (_, Public::Bad) => Err(KeyError::Malformed),
        (_, Public::Unknown) => ask(key, cert),
        _ => Err(KeyError::Mismatch),
    }
}

fn ask(key: &PrivateKeyDer<'_>, cert: &Cert<'_>) -> Result<(), KeyError> {
    let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(key).map_err(|_| KeyError::Malformed)?;
    match key.public_key() {
        Some(spki) if spki.as_ref() == cert.spki => Ok(()),
        _ => Err(KeyError::Mismatch),
    }
}

enum Public<'a> {
    Rsa(&'a [u8]),
    Point(&'a [u8]),
    Unknown,
    Bad,
}

fn public_part<'a>(key: &'a PrivateKeyDer<'_>) -> Public<'a> {
    let found = match key {
        PrivateKeyDer::Pkcs1(der) => rsa_modulus(der.secret_pkcs1_der()),
        PrivateKeyDer::Sec1(der) => ec_point(der.secret_sec1_der()),
        PrivateKeyDer::Pkcs8(der) => of_pkcs8(der.secret_pkcs8_der()),
        _ => None,
    };
    found.unwrap_or(Public::Bad)
}

fn of_pkcs8(der: &[u8]) -> Option<Public<'_>> {
    let mut inner = Reader::new(der).enter(tag::SEQUENCE).ok()?;
    inner.expect(tag::INTEGER).ok()?;
    let algorithm = inner.enter(tag::SEQUENCE).ok()?.expect(tag::OID).ok()?.content;
    let key = inner.expect(tag::OCTET_STRING).ok()?.content;
    match algorithm {
        crate::x509::oid::RSA | crate::x509::oid::RSA_PSS => rsa_modulus(key),
        crate::x509::oid::EC => ec_point(key),
        _ => Some(Public::Unknown),
    }
}

fn rsa_modulus(der: &[u8]) -> Option<Public<'_>> {
    let mut inner = Reader::new(der).enter(tag::SEQUENCE).ok()?;
    inner.expect(tag::INTEGER).ok()?;
    Some(Public::Rsa(inner.expect(tag::INTEGER).ok()?.content))
}

fn ec_point(der: &[u8]) -> Option<Public<'_>> {
    let mut inner = Reader::new(der).enter(tag::SEQUENCE).ok()?;
    inner.expect(tag::INTEGER).ok()?;
    inner.expect(tag::OCTET_STRING).ok()?;
    while !inner.is_empty() {
        let element = inner.any().ok()?;
        if element.tag == tag::context(1) {
            return Some(Public::Point(element.inside().expect(tag::BIT_STRING).ok()?.bits().ok()?));
        }
    }
    Some(Public::Unknown)
}

/// A key that is made ready for signing when a handshake first needs it: of 50,000 certificates few are used at once.
pub struct LazyKey {
    der: PrivateKeyDer<'static>,
    kind: KeyKind,
    ready: OnceLock<Option<Arc<dyn SigningKey>>>,
}

impl LazyKey {
    pub fn new(der: PrivateKeyDer<'static>, kind: KeyKind) -> LazyKey {
        LazyKey { der, kind, ready: OnceLock::new() }
    }

    fn ready(&self) -> Option<&Arc<dyn SigningKey>> {
        let make = || rustls::crypto::aws_lc_rs::sign::any_supported_type(&self.der).ok();
        self.ready.get_or_init(make).as_ref()
    }

    /// The key itself, for who must write it out or sign with it.
    pub fn der(&self) -> &PrivateKeyDer<'static> {
        &self.der
    }
}

impl fmt::Debug for LazyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LazyKey({:?})", self.kind)
    }
}

impl SigningKey for LazyKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        self.ready()?.choose_scheme(offered)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        match self.kind {
            KeyKind::Rsa => SignatureAlgorithm::RSA,
            KeyKind::Ed25519 => SignatureAlgorithm::ED25519,
            _ => SignatureAlgorithm::ECDSA,
        }
    }
}

/// The same key, signing only as a line allows (`sigalgs`).
#[derive(Debug)]
pub struct Restricted {
    pub key: Arc<dyn SigningKey>,
    pub schemes: Arc<[SignatureScheme]>,
}

impl SigningKey for Restricted {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let both: Vec<SignatureScheme> = offered.iter().copied().filter(|s| self.schemes.contains(s)).collect();
        self.key.choose_scheme(&both)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }
}
