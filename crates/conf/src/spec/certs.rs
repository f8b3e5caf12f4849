//! Sections `crt-store` and `acme` (manual 12.7, 12.8).

use super::At;
use base::Ms;
use core::net::IpAddr;

/// A `crt-store` section.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CrtStore {
    /// Empty for the one without a name.
    pub name: Box<[u8]>,
    pub at: At,
    pub crt_base: Option<Box<[u8]>>,
    pub key_base: Option<Box<[u8]>>,
    pub loads: Vec<CertLoad>,
}

/// The options of a `load` line, which the lines of a crt-list may have as well. Paths are as written while the
/// configuration is read, and have `crt-base` or `key-base` put before them in the Spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CertLoad {
    pub at: At,
    /// The certificate as written, by which others refer to it.
    pub name: Option<Box<[u8]>>,
    pub crt: Option<Box<[u8]>>,
    pub alias: Option<Box<[u8]>>,
    pub key: Option<Box<[u8]>>,
    pub ocsp: Option<Box<[u8]>>,
    pub issuer: Option<Box<[u8]>>,
    pub sctl: Option<Box<[u8]>>,
    pub ocsp_update: Option<bool>,
    pub jwt: Option<bool>,
    /// Name of the section that renews it.
    pub acme: Option<Box<[u8]>>,
    pub domains: Vec<Box<[u8]>>,
    pub ips: Vec<IpAddr>,
    pub dummy: Option<bool>,
    pub key_type: KeyType,
}

/// The kind of key to make.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct KeyType {
    pub algorithm: Option<KeyAlgorithm>,
    /// Of RSA keys.
    pub bits: Option<u32>,
    /// Of ECDSA keys.
    pub curves: Option<Box<str>>,
}

/// `keytype`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyAlgorithm {
    Rsa,
    Ecdsa,
}

/// An `acme` section.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Acme {
    pub name: Box<[u8]>,
    pub at: At,
    pub directory: Option<Box<str>>,
    pub account_key: Option<Box<[u8]>>,
    pub contact: Option<Box<str>>,
    pub challenge: Challenge,
    /// Unsaid, it depends on the challenge.
    pub ready: Option<Ready>,
    pub dns_delay: Ms,
    pub dns_timeout: Ms,
    pub key_type: KeyType,
    pub map: Option<Box<str>>,
    pub profile: Option<Box<str>>,
    pub provider: Option<Box<str>>,
    pub vars: Option<Box<str>>,
    pub reuse_key: bool,
    pub eab_key_id: Option<Box<[u8]>>,
    pub eab_mac_key: Option<Box<[u8]>>,
    pub eab_mac: EabMac,
}

impl Default for Acme {
    fn default() -> Acme {
        Acme {
            name: Box::default(),
            at: At::default(),
            directory: None,
            account_key: None,
            contact: None,
            challenge: Challenge::Http01,
            ready: None,
            dns_delay: Ms(30_000),
            dns_timeout: Ms(600_000),
            key_type: KeyType::default(),
            map: None,
            profile: None,
            provider: None,
            vars: None,
            reuse_key: false,
            eab_key_id: None,
            eab_mac_key: None,
            eab_mac: EabMac::Hs256,
        }
    }
}

/// `challenge`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Challenge {
    Http01,
    Dns01,
    DnsPersist01,
}

/// `challenge-ready`; none of them is `none`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Ready {
    pub cli: bool,
    pub dns: bool,
    pub delay: bool,
}

/// `eab-mac-alg`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EabMac {
    Hs256,
    Hs384,
    Hs512,
}
