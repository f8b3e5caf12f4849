//! Faults of certificates, with the numbers that OpenSSL has for them (X509_STORE_CTX_get_error), and who judges them.

use core::fmt;

/// A fault of one certificate of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fault {
    /// 0 is the peer's own certificate.
    pub depth: u8,
    /// X509_V_ERR.
    pub code: u8,
}

/// Numbers of faults.
pub mod code {
    pub const UNSPECIFIED: u8 = 1;
    pub const UNABLE_TO_GET_ISSUER_CERT: u8 = 2;
    pub const UNABLE_TO_GET_CRL: u8 = 3;
    pub const CERT_SIGNATURE_FAILURE: u8 = 7;
    pub const CRL_SIGNATURE_FAILURE: u8 = 8;
    pub const CERT_NOT_YET_VALID: u8 = 9;
    pub const CERT_HAS_EXPIRED: u8 = 10;
    pub const CRL_NOT_YET_VALID: u8 = 11;
    pub const CRL_HAS_EXPIRED: u8 = 12;
    pub const DEPTH_ZERO_SELF_SIGNED_CERT: u8 = 18;
    pub const SELF_SIGNED_CERT_IN_CHAIN: u8 = 19;
    pub const UNABLE_TO_GET_ISSUER_CERT_LOCALLY: u8 = 20;
    pub const UNABLE_TO_VERIFY_LEAF_SIGNATURE: u8 = 21;
    pub const CERT_CHAIN_TOO_LONG: u8 = 22;
    pub const CERT_REVOKED: u8 = 23;
    pub const PATH_LENGTH_EXCEEDED: u8 = 25;
    pub const INVALID_PURPOSE: u8 = 26;
    pub const UNHANDLED_CRITICAL_EXTENSION: u8 = 34;
    pub const UNHANDLED_CRITICAL_CRL_EXTENSION: u8 = 36;
    pub const PERMITTED_VIOLATION: u8 = 47;
    pub const EXCLUDED_VIOLATION: u8 = 48;
    pub const UNSUPPORTED_CONSTRAINT_TYPE: u8 = 51;
    pub const HOSTNAME_MISMATCH: u8 = 62;
    pub const INVALID_CA: u8 = 79;
}

impl fmt::Display for Fault {
    /// OpenSSL's text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.code {
            code::UNABLE_TO_GET_ISSUER_CERT => "unable to get issuer certificate",
            code::UNABLE_TO_GET_CRL => "unable to get certificate CRL",
            code::CERT_SIGNATURE_FAILURE => "certificate signature failure",
            code::CRL_SIGNATURE_FAILURE => "CRL signature failure",
            code::CERT_NOT_YET_VALID => "certificate is not yet valid",
            code::CERT_HAS_EXPIRED => "certificate has expired",
            code::CRL_NOT_YET_VALID => "CRL is not yet valid",
            code::CRL_HAS_EXPIRED => "CRL has expired",
            code::DEPTH_ZERO_SELF_SIGNED_CERT => "self-signed certificate",
            code::SELF_SIGNED_CERT_IN_CHAIN => "self-signed certificate in certificate chain",
            code::UNABLE_TO_GET_ISSUER_CERT_LOCALLY => "unable to get local issuer certificate",
            code::UNABLE_TO_VERIFY_LEAF_SIGNATURE => "unable to verify the first certificate",
            code::CERT_CHAIN_TOO_LONG => "certificate chain too long",
            code::CERT_REVOKED => "certificate revoked",
            code::PATH_LENGTH_EXCEEDED => "path length constraint exceeded",
            code::INVALID_PURPOSE => "unsuitable certificate purpose",
            code::UNHANDLED_CRITICAL_EXTENSION => "unhandled critical extension",
            code::UNHANDLED_CRITICAL_CRL_EXTENSION => "unhandled critical CRL extension",
            code::PERMITTED_VIOLATION => "permitted subtree violation",
            code::EXCLUDED_VIOLATION => "excluded subtree violation",
            code::UNSUPPORTED_CONSTRAINT_TYPE => "unsupported name constraint type",
            code::HOSTNAME_MISMATCH => "hostname mismatch",
            code::INVALID_CA => "invalid CA certificate",
            _ => "unspecified certificate verification error",
        })
    }
}

impl std::error::Error for Fault {}

/// Faults that don't matter (`ca-ignore-err`, `crt-ignore-err`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ignore {
    /// At depth 0, and above.
    pub cert: IgnoreSet,
    pub ca: IgnoreSet,
}

/// Numbers of faults.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum IgnoreSet {
    #[default]
    None,
    All,
    These(Vec<u8>),
}

impl IgnoreSet {
    fn has(&self, code: u8) -> bool {
        match self {
            IgnoreSet::None => false,
            IgnoreSet::All => true,
            IgnoreSet::These(codes) => codes.contains(&code),
        }
    }
}

impl Ignore {
    /// Whether this fault doesn't matter.
    pub fn has(&self, fault: Fault) -> bool {
        if fault.depth == 0 { self.cert.has(fault.code) } else { self.ca.has(fault.code) }
    }

    /// The first fault that matters.
    pub fn first_that_matters(&self, faults: &[Fault]) -> Option<Fault> {
        faults.iter().copied().find(|fault| !self.has(*fault))
    }
}

/// Whether a certificate is for a host: its alternative names and its common names, with a `*` for one label at the
/// front (manual 5.2, `verify`).
pub fn is_for_host(cert: &crate::x509::Cert<'_>, host: &str) -> bool {
    use crate::x509::AltName;
    let ip: Option<core::net::IpAddr> = host.parse().ok();
    let names = cert.alt_names();
    let alternative = names.iter().any(|name| match name {
        AltName::Dns(pattern) => matches_host(pattern, host.as_bytes()),
        AltName::Ip(address) => ip == Some(*address),
    });
    alternative || cert.common_names().iter().any(|pattern| matches_host(pattern, host.as_bytes()))
}

fn matches_host(pattern: &[u8], host: &[u8]) -> bool {
    let host = host.strip_suffix(b".").unwrap_or(host);
    match pattern.strip_prefix(b"*.") {
        Some(rest) => match host.iter().position(|c| *c == b'.') {
            Some(dot) => dot > 0 && rest.contains(&b'.') && host[dot + 1..].eq_ignore_ascii_case(rest),
            None => false,
        },
        None => !host.is_empty() && pattern.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let cases = [
            ("www.example.com", "WWW.example.com", true),
            ("www.example.com", "www.example.com.", true),
            ("*.example.com", "www.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "a.b.example.com", false),
            ("*.example.com", ".example.com", false),
            ("*.com", "example.com", false),
            ("*", "example", false),
            ("w*.example.com", "www.example.com", false),
            ("", "", false),
        ];
        for (pattern, host, want) in cases {
            assert_eq!(matches_host(pattern.as_bytes(), host.as_bytes()), want, "{pattern} {host}");
        }
    }

    #[test]
    fn ignored_faults() {
        let ignore = Ignore { cert: IgnoreSet::These(vec![10]), ca: IgnoreSet::All };
        let faults = [(1, 19), (0, 10), (0, 23)].map(|(depth, code)| Fault { depth, code });
        assert_eq!(ignore.first_that_matters(&faults), Some(faults[2]));
        assert_eq!(Ignore::default().first_that_matters(&faults), Some(faults[0]));
    }
}
