//! The library's verifiers, on our own judgement of chains.

use crate::roots::Roots;
use crate::verify::{Fault, Ignore, code, is_for_host};
use crate::verify_chain::{self, Chain};
use crate::x509::{Cert, oid};
use core::fmt;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, PeerMisbehaved, SignatureScheme,
};
use std::sync::Arc;

/// Verifies clients.
pub struct Clients {
    pub roots: Arc<Roots>,
    /// Names that the client is told.
    pub hints: Vec<DistinguishedName>,
    pub mandatory: bool,
    pub ignore: Ignore,
    /// `crl-file` was said.
    pub crls: bool,
    pub algorithms: WebPkiSupportedAlgorithms,
    /// What the client is told that it may sign with.
    pub schemes: Vec<SignatureScheme>,
}

/// Verifies servers.
pub struct Servers {
    /// `None`: `verify none`.
    pub roots: Option<Arc<Roots>>,
    pub crls: bool,
    /// The host that the certificate must be for, where none was asked for by SNI.
    pub host: Option<Box<str>>,
    /// Whether the name that was asked for must be in the certificate.
    pub checks_sni: bool,
    pub algorithms: WebPkiSupportedAlgorithms,
    pub schemes: Vec<SignatureScheme>,
}

impl Clients {
    /// All that is wrong with a client's chain.
    pub fn faults(&self, leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>], now: i64) -> Vec<Fault> {
        verify_chain::faults(Chain {
            leaf,
            others,
            roots: &self.roots,
            algorithms: &self.algorithms,
            purpose: oid::EKU_CLIENT,
            now,
            crls: self.crls,
        })
    }
}

fn seconds(now: UnixTime) -> i64 {
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

fn refused(fault: Fault) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(fault))))
}

/// The fault for which a handshake was refused, if it was one of a certificate.
pub fn fault_of(error: &Error) -> Option<Fault> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => inner.downcast_ref::<Fault>().copied(),
        _ => None,
    }
}

/// With the key of a certificate that the library might not be able to read.
fn check_signature13(
    algorithms: &WebPkiSupportedAlgorithms,
    message: &[u8],
    cert: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let cert = Cert::parse(cert).map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let key = SubjectPublicKeyInfoDer::from(cert.spki);
    verify_tls13_signature_with_raw_key(message, &key, signature, algorithms)
}

fn check_signature12(
    algorithms: &WebPkiSupportedAlgorithms,
    message: &[u8],
    cert: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let cert = Cert::parse(cert).map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let possible = algorithms.mapping.iter().find(|(scheme, _)| *scheme == signature.scheme);
    let (_, possible) = possible.ok_or(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme)?;
    let good = possible.iter().any(|known| {
        known.public_key_alg_id().as_ref() == cert.key.algorithm_id
            && known.verify_signature(cert.key.bytes, message, signature.signature()).is_ok()
    });
    if good {
        Ok(HandshakeSignatureValid::assertion())
    } else {
        Err(Error::InvalidCertificate(CertificateError::BadSignature))
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clients(..)")
    }
}

impl ClientCertVerifier for Clients {
    fn client_auth_mandatory(&self) -> bool {
        self.mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let faults = self.faults(leaf, others, seconds(now));
        match self.ignore.first_that_matters(&faults) {
            Some(fault) => Err(refused(fault)),
            None => Ok(ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        check_signature12(&self.algorithms, message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        check_signature13(&self.algorithms, message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Servers(..)")
    }
}

impl ServerCertVerifier for Servers {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        let chain = Chain {
            leaf,
            others,
            roots,
            algorithms: &self.algorithms,
            purpose: oid::EKU_SERVER,
            now: seconds(now),
            crls: self.crls,
        };
        if let Some(fault) = verify_chain::faults(chain).first() {
            return Err(refused(*fault));
        }
        let asked = match name {
            ServerName::DnsName(name) if self.checks_sni => Some(name.as_ref()),
            _ => self.host.as_deref(),
        };
        let Some(host) = asked else { return Ok(ServerCertVerified::assertion()) };
        match Cert::parse(leaf) {
            Ok(cert) if is_for_host(&cert, host) => Ok(ServerCertVerified::assertion()),
            _ => Err(refused(Fault { depth: 0, code: code::HOSTNAME_MISMATCH })),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        check_signature12(&self.algorithms, message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        check_signature13(&self.algorithms, message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}
