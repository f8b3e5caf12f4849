//! Certificates that are trusted and lists of those that were revoked, from `ca-file` and `crl-file`.

use crate::cert::{CertError, certs_of, crls_of};
use crate::x509::{Cert, Crl};
use rustls::pki_types::CertificateDer;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// What a line trusts.
#[derive(Debug, Default)]
pub struct Roots {
    certs: Vec<CertificateDer<'static>>,
    by_subject: HashMap<Box<[u8]>, Vec<u32>>,
    /// By issuer.
    crls: HashMap<Box<[u8]>, Vec<CrlEntry>>,
}

/// A CRL.
#[derive(Debug)]
pub struct CrlEntry {
    pub der: Vec<u8>,
    pub this_update: i64,
    pub next_update: Option<i64>,
    pub has_critical: bool,
    serials: HashSet<Box<[u8]>>,
    /// The key that its signature was found to be of, so that a large list is hashed only once.
    signer: OnceLock<Box<[u8]>>,
}

impl Roots {
    /// Adds the certificates and CRLs of a file. What isn't X.509 among them is skipped; the answer says how many were
    /// taken.
    pub fn add(&mut self, file: &[u8]) -> Result<usize, CertError> {
        let certs = certs_of(file)?;
        let mut taken = 0;
        for cert in certs {
            let Ok(parsed) = Cert::parse(&cert) else { continue };
            let subject = Box::<[u8]>::from(parsed.subject);
            taken += 1;
            if self.contains(&parsed, &cert) {
                continue;
            }
            self.by_subject.entry(subject).or_default().push(self.certs.len() as u32);
            self.certs.push(cert);
        }
        Ok(taken + self.add_crls(file)?)
    }

    /// Adds the CRLs of a file.
    pub fn add_crls(&mut self, file: &[u8]) -> Result<usize, CertError> {
        let mut taken = 0;
        for der in crls_of(file)? {
            let Ok(crl) = Crl::parse(&der) else { continue };
            let entry = CrlEntry {
                this_update: crl.this_update,
                next_update: crl.next_update,
                has_critical: crl.has_critical(),
                serials: crl.serials().map(Box::from).collect(),
                signer: OnceLock::new(),
                der: Vec::new(),
            };
            let issuer = Box::<[u8]>::from(crl.issuer);
            self.crls.entry(issuer).or_default().push(CrlEntry { der, ..entry });
            taken += 1;
        }
        Ok(taken)
    }

    /// The trusted certificates of this name.
    pub fn named(&self, subject: &[u8]) -> impl Iterator<Item = &CertificateDer<'static>> {
        let places = self.by_subject.get(subject).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| &self.certs[*place as usize])
    }

    /// Whether this very certificate is trusted.
    pub fn contains(&self, cert: &Cert<'_>, der: &[u8]) -> bool {
        self.named(cert.subject).any(|trusted| &trusted[..] == der)
    }

    pub fn crls_of(&self, issuer: &[u8]) -> &[CrlEntry] {
        self.crls.get(issuer).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn certs(&self) -> &[CertificateDer<'static>] {
        &self.certs
    }

    pub fn is_empty(&self) -> bool {
        self.certs.is_empty()
    }
}

impl CrlEntry {
    pub fn revokes(&self, serial: &[u8]) -> bool {
        self.serials.contains(serial)
    }

    /// Whether a key (as SPKI) has signed it; `verify` finds out, and is asked once.
    pub fn is_signed_by(&self, spki: &[u8], verify: impl FnOnce(&Crl<'_>) -> bool) -> bool {
        if let Some(signer) = self.signer.get() {
            return &**signer == spki;
        }
        let good = Crl::parse(&self.der).is_ok_and(|crl| verify(&crl));
        if good {
            let _ = self.signer.set(spki.into());
        }
        good
    }
}
