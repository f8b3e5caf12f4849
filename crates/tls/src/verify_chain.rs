//! Whether a chain leads from a peer's certificate to one that is trusted, and all that is wrong with it, in the order
//! in which OpenSSL finds it (RFC 5280, 6).
//!
//! Our own, since the library's verifier refuses certificates of version 1, a CA as a server's own certificate, and
//! says neither number nor depth.

use crate::der::{Reader, tag};
use crate::roots::Roots;
use crate::verify::{Fault, code};
use crate::x509::{AltName, Cert, oid};
use core::net::IpAddr;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm};

/// The longest chain that is followed.
const MAX_CHAIN: usize = 16;
/// How many signatures are looked at for one chain; who sends many candidates finds that it has none.
const MAX_SIGNATURES: u32 = 48;
/// The most faults that are told.
const MAX_FAULTS: usize = 32;

/// Extensions that are understood, so that they may be critical.
const HANDLED: [&[u8]; 8] = [
    oid::SAN,
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXT_KEY_USAGE,
    oid::NAME_CONSTRAINTS,
    oid::POLICIES,
    oid::SUBJECT_KEY_ID,
    oid::CRL_POINTS,
];

/// `keyUsage` bits.
const CERT_SIGN: u8 = 5;
const CRL_SIGN: u8 = 6;

/// What is to be judged.
#[derive(Clone, Copy)]
pub struct Chain<'a> {
    pub leaf: &'a CertificateDer<'a>,
    /// What the peer sent beside it, in any order.
    pub others: &'a [CertificateDer<'a>],
    pub roots: &'a Roots,
    pub algorithms: &'a WebPkiSupportedAlgorithms,
    /// What the peer's certificate is used for (extended key usage).
    pub purpose: &'static [u8],
    /// Seconds since 1970.
    pub now: i64,
    /// Whether each certificate must be covered by a CRL.
    pub crls: bool,
}

/// All that is wrong, in order; nothing if the chain is good.
pub fn faults(chain: Chain<'_>) -> Vec<Fault> {
    let mut walk = Walk { chain, links: Vec::new(), faults: Vec::new(), signatures: 0 };
    match Cert::parse(chain.leaf) {
        Ok(leaf) => walk.links.push(Link { cert: leaf, der: chain.leaf, trusted: false, signed: None }),
        Err(_) => return vec![Fault { depth: 0, code: code::UNSPECIFIED }],
    }
    walk.build();
    walk.check_extensions();
    walk.check_names();
    if chain.crls {
        walk.check_revoked();
    }
    walk.check_signatures_and_dates();
    walk.faults
}

struct Walk<'a> {
    chain: Chain<'a>,
    links: Vec<Link<'a>>,
    faults: Vec<Fault>,
    signatures: u32,
}

struct Link<'a> {
    cert: Cert<'a>,
    der: &'a [u8],
    trusted: bool,
    /// Whether the next one has signed it, once that is known.
    signed: Option<bool>,
}

impl<'a> Walk<'a> {
    fn fault(&mut self, depth: usize, code: u8) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { depth: u8::try_from(depth).unwrap_or(u8::MAX), code });
        }
    }

    /// Follows issuers until one is trusted and its own issuer, or none can be found.
    fn build(&mut self) {
        loop {
            let depth = self.links.len() - 1;
            let last = &self.links[depth];
            let trusted = last.trusted || self.chain.roots.contains(&last.cert, last.der);
            self.links[depth].trusted = trusted;
            let own_issuer = self.is_self_signed(depth);
            if own_issuer {
                self.links[depth].signed = Some(true);
                match (trusted, depth) {
                    (true, _) => {}
                    (false, 0) => self.fault(0, code::DEPTH_ZERO_SELF_SIGNED_CERT),
                    (false, _) => self.fault(depth, code::SELF_SIGNED_CERT_IN_CHAIN),
                }
                return;
            }
            if self.links.len() >= MAX_CHAIN {
                self.fault(depth, code::CERT_CHAIN_TOO_LONG);
                return;
            }
            match self.issuer(depth, trusted) {
                Some((link, signed)) => {
                    self.links[depth].signed = Some(signed);
                    self.links.push(link);
                }
                None if trusted && depth > 0 => return self.fault(depth, code::UNABLE_TO_GET_ISSUER_CERT),
                None => {
                    self.fault(depth, code::UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
                    if depth == 0 {
                        self.fault(0, code::UNABLE_TO_VERIFY_LEAF_SIGNATURE);
                    }
                    return;
                }
            }
        }
    }

    fn is_self_signed(&mut self, depth: usize) -> bool {
        let cert = self.links[depth].cert.clone();
        cert.is_self_issued() && self.is_signed(&cert, &cert)
    }

    /// The issuer of a certificate: a trusted one goes first, and one whose key fits before one whose doesn't.
    fn issuer(&mut self, depth: usize, only_trusted: bool) -> Option<(Link<'a>, bool)> {
        let cert = self.links[depth].cert.clone();
        let Chain { roots, others, .. } = self.chain;
        let mut fallback = None;
        let trusted = roots.named(cert.issuer).map(|der| (der, true));
        let others = others.iter().filter(|_| !only_trusted).map(|der| (der, false));
        for (der, trusted) in trusted.chain(others) {
            let der: &'a [u8] = der;
            let Ok(candidate) = Cert::parse(der) else { continue };
            let used = self.links.iter().any(|link| link.der == der);
            if used || candidate.subject != cert.issuer || !ids_agree(&cert, &candidate) {
                continue;
            }
            let signed = self.is_signed(&cert, &candidate);
            let valid = (candidate.not_before..=candidate.not_after).contains(&self.chain.now);
            let link = Link { cert: candidate, der, trusted, signed: None };
            if signed && valid {
                return Some((link, true));
            }
            if fallback.is_none() || (signed && matches!(fallback, Some((_, false)))) {
                fallback = Some((link, signed));
            }
        }
        fallback
    }

    fn is_signed(&mut self, cert: &Cert<'_>, issuer: &Cert<'_>) -> bool {
        self.signatures += 1;
        self.signatures <= MAX_SIGNATURES
            && is_signature(self.chain.algorithms, issuer, cert.signature_alg, cert.tbs, cert.signature)
    }

    fn check_extensions(&mut self) {
        let mut below = 0;
        for depth in 0..self.links.len() {
            let cert = self.links[depth].cert.clone();
            if cert.extensions().any(|extension| extension.critical && !HANDLED.contains(&extension.oid)) {
                self.fault(depth, code::UNHANDLED_CRITICAL_EXTENSION);
            }
            if depth > 0 {
                if !may_issue(&cert, self.links[depth].signed == Some(true)) {
                    self.fault(depth, code::INVALID_CA);
                }
                // Certificates that were issued to their own issuer don't count (RFC 5280, 4.2.1.9).
                if cert.basic().and_then(|basic| basic.path_len).is_some_and(|most| below > most) {
                    self.fault(depth, code::PATH_LENGTH_EXCEEDED);
                }
                if !cert.is_self_issued() {
                    below += 1;
                }
            }
            if !cert.is_for(self.chain.purpose) {
                self.fault(depth, code::INVALID_PURPOSE);
            }
        }
    }

    /// Name constraints of CAs (RFC 5280, 4.2.1.10), on the names of the peer's certificate.
    fn check_names(&mut self) {
        let leaf = self.links[0].cert.clone();
        for depth in 1..self.links.len() {
            let Some(extension) = self.links[depth].cert.extension(oid::NAME_CONSTRAINTS) else { continue };
            if let Some(code) = violation(extension.value, &leaf) {
                self.fault(0, code);
            }
        }
    }

    fn check_revoked(&mut self) {
        let roots = self.chain.roots;
        for depth in 0..self.links.len() {
            let cert = self.links[depth].cert.clone();
            // What is trusted as its own issuer has nobody who could revoke it.
            if self.links[depth].trusted && cert.is_self_issued() {
                continue;
            }
            let Some(issuer) = self.links.get(depth + 1).map(|link| link.cert.clone()) else { continue };
            let now = self.chain.now;
            let current = |crl: &&crate::roots::CrlEntry| crl.next_update.is_none_or(|next| next >= now);
            let crls = roots.crls_of(cert.issuer);
            let Some(crl) = crls.iter().find(current).or(crls.first()) else {
                self.fault(depth, code::UNABLE_TO_GET_CRL);
                continue;
            };
            let algorithms = self.chain.algorithms;
            let verify = |list: &crate::x509::Crl<'_>| {
                issuer.may(CRL_SIGN) && is_signature(algorithms, &issuer, list.signature_alg, list.tbs, list.signature)
            };
            if crl.has_critical {
                self.fault(depth, code::UNHANDLED_CRITICAL_CRL_EXTENSION);
            }
            if crl.this_update > now {
                self.fault(depth, code::CRL_NOT_YET_VALID);
            }
            if !current(&crl) {
                self.fault(depth, code::CRL_HAS_EXPIRED);
            }
            if !crl.is_signed_by(issuer.spki, verify) {
                self.fault(depth, code::CRL_SIGNATURE_FAILURE);
            }
            if crl.revokes(cert.serial) {
                self.fault(depth, code::CERT_REVOKED);
            }
        }
    }

    fn check_signatures_and_dates(&mut self) {
        for depth in (0..self.links.len()).rev() {
            let link = &self.links[depth];
            let (signed, from, to) = (link.signed, link.cert.not_before, link.cert.not_after);
            if signed == Some(false) {
                self.fault(depth, code::CERT_SIGNATURE_FAILURE);
            }
            if self.chain.now < from {
                self.fault(depth, code::CERT_NOT_YET_VALID);
            }
            if self.chain.now > to {
                self.fault(depth, code::CERT_HAS_EXPIRED);
            }
        }
    }
}

/// Whether a certificate may issue others. One of version 1 can't say so, and may if it is its own issuer.
fn may_issue(cert: &Cert<'_>, signed: bool) -> bool {
    match cert.basic() {
        Some(basic) => basic.ca && cert.may(CERT_SIGN),
        None => cert.version < 3 && cert.is_self_issued() && signed,
    }
}

/// Whether the authority's key identifier of one is the subject's of the other, where both are said.
fn ids_agree(cert: &Cert<'_>, issuer: &Cert<'_>) -> bool {
    let wanted = cert.extension(oid::AUTHORITY_KEY_ID).and_then(|extension| {
        let mut inner = Reader::new(extension.value).enter(tag::SEQUENCE).ok()?;
        inner.optional(tag::context_primitive(0)).ok()?.map(|id| id.content)
    });
    let there = issuer
        .extension(oid::SUBJECT_KEY_ID)
        .and_then(|extension| Reader::new(extension.value).expect(tag::OCTET_STRING).ok().map(|id| id.content));
    match (wanted, there) {
        (Some(wanted), Some(there)) => wanted == there,
        _ => true,
    }
}

/// Whether a signature is of the key that a certificate certifies.
pub fn is_signature(
    algorithms: &WebPkiSupportedAlgorithms,
    signer: &Cert<'_>,
    algorithm: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let fits = |known: &&&'static dyn SignatureVerificationAlgorithm| {
        known.signature_alg_id().as_ref() == algorithm && known.public_key_alg_id().as_ref() == signer.key.algorithm_id
    };
    let found = algorithms.all.iter().find(fits);
    found.is_some_and(|known| known.verify_signature(signer.key.bytes, message, signature).is_ok())
}

/// How a certificate's names violate the constraints of a CA.
fn violation(constraints: &[u8], leaf: &Cert<'_>) -> Option<u8> {
    let Ok(mut inner) = Reader::new(constraints).enter(tag::SEQUENCE) else {
        return Some(code::UNSUPPORTED_CONSTRAINT_TYPE);
    };
    let (mut permitted, mut excluded) = (Vec::new(), Vec::new());
    while let Ok(list) = inner.any() {
        let into = if list.tag == tag::context(0) { &mut permitted } else { &mut excluded };
        let mut trees = list.inside();
        while let Ok(mut tree) = trees.enter(tag::SEQUENCE) {
            let Ok(base) = tree.any() else { return Some(code::UNSUPPORTED_CONSTRAINT_TYPE) };
            into.push((base.tag, base.content));
        }
    }
    // Names of other kinds can't be judged: then the certificate is refused rather than trusted too far.
    let judged = |tag: u8| matches!(tag, 0x82 | 0x87 | 0xa4);
    if permitted.iter().chain(&excluded).any(|(tag, _)| !judged(*tag)) {
        return Some(code::UNSUPPORTED_CONSTRAINT_TYPE);
    }
    let mut names: Vec<(u8, Vec<u8>)> = Vec::new();
    let alternative = leaf.alt_names();
    for name in &alternative {
        match name {
            AltName::Dns(name) => names.push((0x82, name.to_vec())),
            AltName::Ip(IpAddr::V4(ip)) => names.push((0x87, ip.octets().to_vec())),
            AltName::Ip(IpAddr::V6(ip)) => names.push((0x87, ip.octets().to_vec())),
        }
    }
    if !alternative.iter().any(|name| matches!(name, AltName::Dns(_))) {
        // Where there are no alternative names the common name stands for a host's.
        names.extend(leaf.common_names().iter().map(|name| (0x82, name.to_vec())));
    }
    names.push((0xa4, leaf.subject.to_vec()));
    for (kind, name) in &names {
        let of_kind = |trees: &[(u8, &[u8])]| -> Vec<bool> {
            trees.iter().filter(|(tag, _)| tag == kind).map(|(_, base)| is_under(*kind, name, base)).collect()
        };
        if of_kind(&excluded).contains(&true) {
            return Some(code::EXCLUDED_VIOLATION);
        }
        let within = of_kind(&permitted);
        if !within.is_empty() && !within.contains(&true) {
            return Some(code::PERMITTED_VIOLATION);
        }
    }
    None
}

fn is_under(kind: u8, name: &[u8], base: &[u8]) -> bool {
    match kind {
        0x82 => {
            let base = base.strip_prefix(b".").unwrap_or(base);
            let Some(at) = name.len().checked_sub(base.len()) else { return false };
            name[at..].eq_ignore_ascii_case(base) && (at == 0 || base.is_empty() || name[at - 1] == b'.')
        }
        0x87 => {
            let (net, mask) = base.split_at(base.len() / 2);
            net.len() == name.len() && name.iter().zip(net).zip(mask).all(|((a, b), m)| a & m == b & m)
        }
        _ => {
            let content = |der| Reader::new(der).expect(tag::SEQUENCE).map(|element| element.content);
            matches!((content(name), content(base)), (Ok(name), Ok(base)) if name.starts_with(base))
        }
    }
}
