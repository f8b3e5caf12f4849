//! X.509 certificates and CRLs (RFC 5280), read as OpenSSL reads them: version 1 is fine, and what isn't understood is
//! kept to be judged where it matters.

use crate::der::{BadDer, Reader, oid_text, tag, time};
use core::net::IpAddr;

/// Object identifiers, as their content.
pub mod oid {
    pub const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    pub const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    pub const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
    pub const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    pub const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
    pub const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    pub const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    pub const P384: &[u8] = &[0x2b, 0x81, 4, 0, 34];
    pub const P521: &[u8] = &[0x2b, 0x81, 4, 0, 35];
    pub const SAN: &[u8] = &[0x55, 0x1d, 17];
    pub const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
    pub const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub const EXT_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
    pub const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 30];
    pub const POLICIES: &[u8] = &[0x55, 0x1d, 32];
    pub const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
    pub const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
    pub const CRL_POINTS: &[u8] = &[0x55, 0x1d, 31];
    pub const AUTHORITY_INFO: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
    pub const EKU_ANY: &[u8] = &[0x55, 0x1d, 37, 0];
    pub const EKU_SERVER: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
    pub const EKU_CLIENT: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
}

/// Why bytes aren't a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadCert;

impl From<BadDer> for BadCert {
    fn from(_: BadDer) -> BadCert {
        BadCert
    }
}

/// A certificate, as spans of its bytes.
#[derive(Clone, Debug)]
pub struct Cert<'a> {
    /// 1 to 3.
    pub version: u8,
    /// The number as DER has it: big-endian, with a leading zero where it would look negative.
    pub serial: &'a [u8],
    /// The signed part.
    pub tbs: &'a [u8],
    /// The whole of the names, as DER.
    pub issuer: &'a [u8],
    pub subject: &'a [u8],
    /// Seconds since 1970.
    pub not_before: i64,
    pub not_after: i64,
    /// As they stand in the certificate.
    pub not_before_text: &'a [u8],
    pub not_after_text: &'a [u8],
    /// The whole of the key's description, as DER.
    pub spki: &'a [u8],
    pub key: PublicKey<'a>,
    /// The content of the outer `signatureAlgorithm`, without its own tag and length.
    pub signature_alg: &'a [u8],
    pub signature_alg_oid: &'a [u8],
    pub signature: &'a [u8],
    /// The extensions' content; empty if there are none.
    extensions: &'a [u8],
}

/// What a certificate certifies.
#[derive(Clone, Copy, Debug)]
pub struct PublicKey<'a> {
    pub algorithm: &'a [u8],
    /// The content of the whole algorithm identifier, parameters included.
    pub algorithm_id: &'a [u8],
    /// The named curve of an EC key.
    pub curve: Option<&'a [u8]>,
    pub bytes: &'a [u8],
}

/// The kind of a key, by which certificates for one name are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyKind {
    Rsa,
    Ecdsa,
    Ed25519,
    Dsa,
    Other,
}

/// An extension.
#[derive(Clone, Copy, Debug)]
pub struct Extension<'a> {
    pub oid: &'a [u8],
    pub critical: bool,
    pub value: &'a [u8],
}

/// Whom a certificate is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AltName<'a> {
    Dns(&'a [u8]),
    Ip(IpAddr),
}

/// What basic constraints say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Basic {
    pub ca: bool,
    pub path_len: Option<u32>,
}

impl<'a> Cert<'a> {
    /// Reads a certificate. Its signature isn't looked at.
    pub fn parse(der: &'a [u8]) -> Result<Cert<'a>, BadCert> {
        let mut outer = Reader::new(der).enter(tag::SEQUENCE)?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let signature_alg = outer.expect(tag::SEQUENCE)?;
        let signature = outer.expect(tag::BIT_STRING)?.bits()?;
        let mut inner = tbs.inside();
        let version = match inner.optional(tag::context(0))? {
            Some(version) => version.inside().expect(tag::INTEGER)?.small()? + 1,
            None => 1,
        };
        let serial = inner.expect(tag::INTEGER)?.content;
        inner.expect(tag::SEQUENCE)?;
        let issuer = inner.expect(tag::SEQUENCE)?.whole;
        let mut validity = inner.enter(tag::SEQUENCE)?;
        let (not_before, not_after) = (validity.any()?, validity.any()?);
        let subject = inner.expect(tag::SEQUENCE)?.whole;
        let spki = inner.expect(tag::SEQUENCE)?;
        let mut extensions: &[u8] = &[];
        while !inner.is_empty() {
            let element = inner.any()?;
            if element.tag == tag::context(3) {
                extensions = element.inside().expect(tag::SEQUENCE)?.content;
            }
        }
        Ok(Cert {
            version: u8::try_from(version).ok().filter(|v| (1..=3).contains(v)).ok_or(BadCert)?,
            serial,
            tbs: tbs.whole,
            issuer,
            subject,
            not_before: time(not_before)?,
            not_after: time(not_after)?,
            not_before_text: not_before.content,
            not_after_text: not_after.content,
            spki: spki.whole,
            key: public_key(spki.inside())?,
            signature_alg: signature_alg.content,
            signature_alg_oid: signature_alg.inside().expect(tag::OID)?.content,
            signature,
            extensions,
        })
    }

    /// Its extensions, up to the first one that can't be read.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        extensions(self.extensions)
    }

    /// One of its extensions.
    pub fn extension(&self, oid: &[u8]) -> Option<Extension<'a>> {
        self.extensions().find(|extension| extension.oid == oid)
    }

    /// Issued to itself, by its names.
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Names and addresses of `subjectAltName`.
    pub fn alt_names(&self) -> Vec<AltName<'a>> {
        let mut names = Vec::new();
        let Some(extension) = self.extension(oid::SAN) else { return names };
        let Ok(mut list) = Reader::new(extension.value).enter(tag::SEQUENCE) else { return names };
        while let Ok(name) = list.any() {
            match name.tag {
                0x82 => names.push(AltName::Dns(name.content)),
                0x87 => {
                    let ip = match name.content.len() {
                        4 => <[u8; 4]>::try_from(name.content).ok().map(IpAddr::from),
                        _ => <[u8; 16]>::try_from(name.content).ok().map(IpAddr::from),
                    };
                    names.extend(ip.map(AltName::Ip));
                }
                _ => {}
            }
        }
        names
    }

    /// The common names of the subject, in order.
    pub fn common_names(&self) -> Vec<&'a [u8]> {
        let found = rdns(self.subject).into_iter().filter(|rdn| rdn.oid == oid::COMMON_NAME);
        found.map(|rdn| rdn.value).collect()
    }

    /// What basic constraints say, if they are there.
    pub fn basic(&self) -> Option<Basic> {
        let mut inner = Reader::new(self.extension(oid::BASIC_CONSTRAINTS)?.value).enter(tag::SEQUENCE).ok()?;
        let ca = inner.optional(tag::BOOLEAN).ok()?.is_some_and(|flag| flag.content != [0]);
        let path_len = inner.optional(tag::INTEGER).ok()?.and_then(|n| n.small().ok());
        Some(Basic { ca, path_len })
    }

    /// Whether key usage, where it is said, has this bit (RFC 5280, 4.2.1.3).
    pub fn may(&self, bit: u8) -> bool {
        let Some(extension) = self.extension(oid::KEY_USAGE) else { return true };
        let Ok(bits) = Reader::new(extension.value).expect(tag::BIT_STRING) else { return false };
        let byte = bits.content.get(1 + usize::from(bit / 8)).copied().unwrap_or(0);
        byte & 0x80 >> (bit % 8) != 0
    }

    /// Whether extended key usage, where it is said, has this purpose.
    pub fn is_for(&self, purpose: &[u8]) -> bool {
        let Some(extension) = self.extension(oid::EXT_KEY_USAGE) else { return true };
        let Ok(mut list) = Reader::new(extension.value).enter(tag::SEQUENCE) else { return false };
        while let Ok(element) = list.expect(tag::OID) {
            if element.content == purpose || element.content == oid::EKU_ANY {
                return true;
            }
        }
        false
    }

    pub fn key_kind(&self) -> KeyKind {
        match self.key.algorithm {
            oid::RSA | oid::RSA_PSS => KeyKind::Rsa,
            oid::EC => KeyKind::Ecdsa,
            oid::ED25519 => KeyKind::Ed25519,
            oid::DSA => KeyKind::Dsa,
            _ => KeyKind::Other,
        }
    }

    /// The modulus of an RSA key, in bits, or the size of the curve.
    pub fn key_bits(&self) -> Option<u32> {
        match self.key_kind() {
            KeyKind::Rsa => {
                let modulus = Reader::new(self.key.bytes).enter(tag::SEQUENCE).ok()?.expect(tag::INTEGER).ok()?.content;
                let first = modulus.iter().position(|byte| *byte != 0)?;
                Some((modulus.len() - first) as u32 * 8 - modulus[first].leading_zeros())
            }
            KeyKind::Ecdsa => match self.key.curve? {
                oid::P256 => Some(256),
                oid::P384 => Some(384),
                oid::P521 => Some(521),
                _ => None,
            },
            KeyKind::Ed25519 => Some(256),
            KeyKind::Dsa | KeyKind::Other => None,
        }
    }
}

fn public_key(mut spki: Reader<'_>) -> Result<PublicKey<'_>, BadCert> {
    let algorithm_id = spki.expect(tag::SEQUENCE)?;
    let mut inner = algorithm_id.inside();
    let algorithm = inner.expect(tag::OID)?.content;
    let curve = inner.optional(tag::OID)?.map(|oid| oid.content);
    let bytes = spki.expect(tag::BIT_STRING)?.bits()?;
    Ok(PublicKey { algorithm, algorithm_id: algorithm_id.content, curve, bytes })
}

fn extensions<'a>(content: &'a [u8]) -> impl Iterator<Item = Extension<'a>> + use<'a> {
    let mut list = Reader::new(content);
    core::iter::from_fn(move || {
        let mut one = list.enter(tag::SEQUENCE).ok()?;
        let oid = one.expect(tag::OID).ok()?.content;
        let critical = one.optional(tag::BOOLEAN).ok()?.is_some_and(|flag| flag.content != [0]);
        let value = one.expect(tag::OCTET_STRING).ok()?.content;
        Some(Extension { oid, critical, value })
    })
}

/// One attribute of a distinguished name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rdn<'a> {
    pub oid: &'a [u8],
    /// The text, in whatever encoding the certificate has it.
    pub value: &'a [u8],
}

impl Rdn<'_> {
    /// The short name that OpenSSL has for the attribute, or the identifier in dots.
    pub fn label(&self) -> String {
        let known = match self.oid {
            [0x55, 4, last] => match last {
                3 => "CN",
                4 => "SN",
                5 => "serialNumber",
                6 => "C",
                7 => "L",
                8 => "ST",
                9 => "street",
                10 => "O",
                11 => "OU",
                12 => "title",
                13 => "description",
                15 => "businessCategory",
                17 => "postalCode",
                41 => "name",
                42 => "GN",
                43 => "initials",
                44 => "generationQualifier",
                46 => "dnQualifier",
                65 => "pseudonym",
                97 => "organizationIdentifier",
                _ => "",
            },
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "emailAddress",
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2] => "unstructuredName",
            [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC",
            [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID",
            _ => "",
        };
        if known.is_empty() { oid_text(self.oid) } else { known.to_owned() }
    }
}

/// The attributes of a name (as whole DER), in order; up to 64.
pub fn rdns(name: &[u8]) -> Vec<Rdn<'_>> {
    let mut found = Vec::new();
    let Ok(mut list) = Reader::new(name).enter(tag::SEQUENCE) else { return found };
    while let Ok(mut set) = list.enter(tag::SET) {
        while let Ok(mut pair) = set.enter(tag::SEQUENCE) {
            let (Ok(oid), Ok(value)) = (pair.expect(tag::OID), pair.any()) else { break };
            if found.len() < 64 {
                found.push(Rdn { oid: oid.content, value: value.content });
            }
        }
    }
    found
}

/// A name as OpenSSL shows it on one line: `/C=FR/CN=a`. `None` if a value has a zero byte in it.
pub fn one_line(name: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for rdn in rdns(name) {
        if rdn.value.contains(&0) {
            return None;
        }
        out.push(b'/');
        out.extend_from_slice(rdn.label().as_bytes());
        out.push(b'=');
        out.extend_from_slice(rdn.value);
    }
    Some(out)
}

/// A name as LDAP wants it (RFC 2253): the last attribute first, special characters behind a backslash.
pub fn rfc2253(name: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for (n, rdn) in rdns(name).iter().rev().enumerate() {
        if rdn.value.contains(&0) {
            return None;
        }
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(rdn.label().as_bytes());
        out.push(b'=');
        let last = rdn.value.len().saturating_sub(1);
        for (at, c) in rdn.value.iter().enumerate() {
            let special = matches!(c, b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';');
            if special || (at == 0 && matches!(c, b'#' | b' ')) || (at == last && *c == b' ') {
                out.push(b'\\');
            }
            out.push(*c);
        }
    }
    Some(out)
}

/// The value of an attribute by its short name: occurrence `n` from the beginning (from 1; 0 means the same as 1) or,
/// if negative, from the end.
pub fn entry<'a>(name: &'a [u8], label: &str, n: i64) -> Option<&'a [u8]> {
    let all: Vec<&[u8]> = rdns(name).iter().filter(|rdn| rdn.label() == label).map(|rdn| rdn.value).collect();
    let at = match n {
        0 => 0,
        1.. => usize::try_from(n - 1).ok()?,
        _ => all.len().checked_sub(usize::try_from(n.unsigned_abs()).ok()?)?,
    };
    all.get(at).copied().filter(|value| !value.contains(&0))
}

/// What OpenSSL calls an algorithm of a key or a signature.
pub fn algorithm_name(oid: &[u8]) -> String {
    const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
    const ECDSA_SHA2: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3];
    let known = match (oid.split_last(), oid) {
        (_, oid::EC) => "id-ecPublicKey",
        (_, oid::DSA) => "dsaEncryption",
        (_, oid::ED25519) => "ED25519",
        (_, [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1]) => "ecdsa-with-SHA1",
        (Some((last, PKCS1)), _) => match last {
            1 => "rsaEncryption",
            4 => "RSA-MD5",
            5 => "RSA-SHA1",
            10 => "RSASSA-PSS",
            11 => "RSA-SHA256",
            12 => "RSA-SHA384",
            13 => "RSA-SHA512",
            _ => "",
        },
        (Some((last, ECDSA_SHA2)), _) => match last {
            1 => "ecdsa-with-SHA224",
            2 => "ecdsa-with-SHA256",
            3 => "ecdsa-with-SHA384",
            4 => "ecdsa-with-SHA512",
            _ => "",
        },
        _ => "",
    };
    if known.is_empty() { oid_text(oid) } else { known.to_owned() }
}

/// A list of revoked certificates.
#[derive(Clone, Debug)]
pub struct Crl<'a> {
    pub issuer: &'a [u8],
    pub this_update: i64,
    pub next_update: Option<i64>,
    pub tbs: &'a [u8],
    pub signature_alg: &'a [u8],
    pub signature: &'a [u8],
    revoked: &'a [u8],
    extensions: &'a [u8],
}

impl<'a> Crl<'a> {
    /// Reads a CRL. Its signature isn't looked at.
    pub fn parse(der: &'a [u8]) -> Result<Crl<'a>, BadCert> {
        let mut outer = Reader::new(der).enter(tag::SEQUENCE)?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let signature_alg = outer.expect(tag::SEQUENCE)?.content;
        let signature = outer.expect(tag::BIT_STRING)?.bits()?;
        let mut inner = tbs.inside();
        inner.optional(tag::INTEGER)?;
        inner.expect(tag::SEQUENCE)?;
        let issuer = inner.expect(tag::SEQUENCE)?.whole;
        let this_update = time(inner.any()?)?;
        let next_update = match inner.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(time(inner.any()?)?),
            _ => None,
        };
        let revoked = inner.optional(tag::SEQUENCE)?.map_or(&[][..], |list| list.content);
        let extensions = match inner.optional(tag::context(0))? {
            Some(element) => element.inside().expect(tag::SEQUENCE)?.content,
            None => &[],
        };
        Ok(Crl { issuer, this_update, next_update, tbs: tbs.whole, signature_alg, signature, revoked, extensions })
    }

    /// The numbers of what was revoked.
    pub fn serials(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut list = Reader::new(self.revoked);
        core::iter::from_fn(move || Some(list.enter(tag::SEQUENCE).ok()?.expect(tag::INTEGER).ok()?.content))
    }

    /// Whether it has a critical extension, which we'd have to understand.
    pub fn has_critical(&self) -> bool {
        extensions(self.extensions).any(|extension| extension.critical)
    }
}
