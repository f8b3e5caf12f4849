//! A certificate with its chain, key and companions, read from the files that the configuration names.

use crate::key::{self, KeyError, LazyKey, Restricted};
use crate::pem::{self, PemError};
use crate::x509::{AltName, Cert, KeyKind};
use core::fmt;
use rustls::SignatureScheme;
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use std::sync::Arc;

/// What was read beside the certificate's own file.
#[derive(Clone, Debug, Default)]
pub struct Companions {
    /// A file with the key, if it isn't in the certificate's.
    pub key: Option<Vec<u8>>,
    /// A response of the CA's OCSP service, as DER.
    pub ocsp: Option<Vec<u8>>,
    /// Signed certificate timestamps; checked, not sent.
    pub sctl: Option<Vec<u8>>,
}

/// A certificate that connections can be served with.
#[derive(Debug)]
pub struct ServerCert {
    pub certified: Arc<CertifiedKey>,
    pub key: Arc<LazyKey>,
    pub kind: KeyKind,
}

/// Why files don't make a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CertError {
    Pem(PemError),
    /// No certificate in it.
    NoCert,
    /// One that isn't X.509.
    BadCert,
    Key(KeyError),
    BadSctl,
}

impl fmt::Display for CertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CertError::Pem(error) => error.fmt(f),
            CertError::NoCert => f.write_str("no certificate in it"),
            CertError::BadCert => f.write_str("a certificate in it can't be read"),
            CertError::Key(error) => error.fmt(f),
            CertError::BadSctl => f.write_str("it isn't a list of signed certificate timestamps"),
        }
    }
}

impl From<PemError> for CertError {
    fn from(error: PemError) -> CertError {
        CertError::Pem(error)
    }
}

impl From<KeyError> for CertError {
    fn from(error: KeyError) -> CertError {
        CertError::Key(error)
    }
}

impl ServerCert {
    /// Reads a certificate, its chain and its key. Of several keys the first counts, and the first certificate is the
    /// one that the key must fit.
    pub fn load(file: &[u8], beside: &Companions, passphrases: &[Vec<u8>]) -> Result<ServerCert, CertError> {
        let mut chain = Vec::new();
        let mut key = None;
        for block in pem::parse(file)? {
            if is_cert(&block.label) {
                chain.push(CertificateDer::from(block.der));
            } else if key.is_none() && key::is_key(&block) {
                key = Some(block);
            }
        }
        if let Some(file) = &beside.key {
            key = pem::parse(file)?.into_iter().find(key::is_key).or(key);
        }
        if let Some(sctl) = &beside.sctl {
            check_sctl(sctl)?;
        }
        let kind = {
            let leaf = Cert::parse(chain.first().ok_or(CertError::NoCert)?).map_err(|_| CertError::BadCert)?;
            for other in &chain[1..] {
                Cert::parse(other).map_err(|_| CertError::BadCert)?;
            }
            leaf.key_kind()
        };
        let der = key::from_block(&key.ok_or(KeyError::Missing)?, passphrases)?;
        let leaf = Cert::parse(&chain[0]).map_err(|_| CertError::BadCert)?;
        key::fits(&der, &leaf)?;
        chain.shrink_to_fit();
        let key = Arc::new(LazyKey::new(der, kind));
        let mut certified = CertifiedKey::new(chain, key.clone());
        certified.ocsp = beside.ocsp.clone();
        Ok(ServerCert { certified: Arc::new(certified), key, kind })
    }

    /// The same with another OCSP response to be stapled.
    pub fn with_ocsp(&self, ocsp: Option<Vec<u8>>) -> ServerCert {
        let mut certified = CertifiedKey::clone(&self.certified);
        certified.ocsp = ocsp;
        ServerCert { certified: Arc::new(certified), key: self.key.clone(), kind: self.kind }
    }

    /// For handshakes in which its key may only sign in these ways (`sigalgs`).
    pub fn restricted(&self, schemes: Arc<[SignatureScheme]>) -> Arc<CertifiedKey> {
        let mut certified = CertifiedKey::clone(&self.certified);
        certified.key = Arc::new(Restricted { key: self.key.clone(), schemes });
        Arc::new(certified)
    }

    /// The certificate without its chain, as DER.
    pub fn leaf(&self) -> &[u8] {
        self.certified.cert.first().map_or(&[], |cert| cert)
    }

    /// The names that it is for, in lower case: common names, then alternative names.
    pub fn names(&self) -> Vec<Vec<u8>> {
        let Ok(leaf) = Cert::parse(self.leaf()) else { return Vec::new() };
        let mut names: Vec<Vec<u8>> = leaf.common_names().iter().map(|name| name.to_ascii_lowercase()).collect();
        for name in leaf.alt_names() {
            if let AltName::Dns(name) = name {
                names.push(name.to_ascii_lowercase());
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The certificates of a file, as DER.
pub fn certs_of(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertError> {
    let blocks = pem::parse(file)?.into_iter().filter(|block| is_cert(&block.label));
    Ok(blocks.map(|block| CertificateDer::from(block.der)).collect())
}

/// The CRLs of a file, as DER.
pub fn crls_of(file: &[u8]) -> Result<Vec<Vec<u8>>, CertError> {
    Ok(pem::parse(file)?.into_iter().filter(|block| block.label == "X509 CRL").map(|block| block.der).collect())
}

fn is_cert(label: &str) -> bool {
    matches!(label, "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE")
}

/// RFC 6962, 3.3: a list of entries, each and all with their length in two bytes.
fn check_sctl(bytes: &[u8]) -> Result<(), CertError> {
    let [high, low, rest @ ..] = bytes else { return Err(CertError::BadSctl) };
    let mut rest: &[u8] = rest;
    if usize::from(u16::from_be_bytes([*high, *low])) != rest.len() || rest.is_empty() {
        return Err(CertError::BadSctl);
    }
    while let [high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = after.get(length..).filter(|_| length > 0).ok_or(CertError::BadSctl)?;
    }
    if rest.is_empty() { Ok(()) } else { Err(CertError::BadSctl) }
}
