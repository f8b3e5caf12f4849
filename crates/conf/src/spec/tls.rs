//! TLS on `bind` and `server` lines and on the lines of a crt-list (manual 5.1, 5.2).

use super::{At, CertLoad, Sourced, TlsVersion};

/// What both sides of TLS may say. `None` and `false` leave it to the defaults.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct TlsConf {
    /// Protocols for ALPN, in order of preference; an empty list (`no-alpn`) offers none.
    pub alpn: Option<Protocols>,
    pub npn: Option<Protocols>,
    pub ca_file: Option<TlsFile>,
    /// CAs that verify and aren't told to the client; `bind` only.
    pub ca_verify_file: Option<TlsFile>,
    pub crl_file: Option<TlsFile>,
    pub ciphers: Option<Box<str>>,
    pub ciphersuites: Option<Box<str>>,
    pub curves: Option<Box<str>>,
    /// One curve; `bind` only, and `curves` goes before it.
    pub ecdhe: Option<Box<str>>,
    pub sigalgs: Option<Box<str>>,
    pub client_sigalgs: Option<Box<str>>,
    pub verify: Option<Verify>,
    pub versions: TlsVersions,
    pub allow_0rtt: bool,
    pub no_ca_names: bool,
    pub ktls: Option<bool>,
}

/// Names of protocols, as they go over the wire.
pub type Protocols = Vec<Box<[u8]>>;

/// A file or a directory. `path` is as written while the configuration is read, and has `crt-base` and the like put
/// before it in the Spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TlsFile {
    pub path: Box<[u8]>,
    pub at: At,
}

/// `verify`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verify {
    None,
    Optional,
    Required,
}

/// `ssl-min-ver`, `ssl-max-ver`, `force-…` (which sets both), `no-sslv3`, `no-tlsv1x`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TlsVersions {
    pub min: Option<TlsVersion>,
    pub max: Option<TlsVersion>,
    /// Those taken out, by their place in [`TlsVersion::ALL`]; ignored where `min` or `max` is said.
    pub without: [bool; 5],
}

impl TlsVersion {
    pub const ALL: [TlsVersion; 5] =
        [TlsVersion::Ssl3, TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls13];

    /// As `ssl-min-ver` takes it.
    pub fn name(self) -> &'static str {
        match self {
            TlsVersion::Ssl3 => "SSLv3",
            TlsVersion::Tls10 => "TLSv1.0",
            TlsVersion::Tls11 => "TLSv1.1",
            TlsVersion::Tls12 => "TLSv1.2",
            TlsVersion::Tls13 => "TLSv1.3",
        }
    }
}

/// TLS of a `bind` line.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct TlsBind {
    /// Without it the rest has no effect.
    pub ssl: bool,
    pub conf: TlsConf,
    /// `crt` and `default-crt`, in order.
    pub certs: Vec<CertUse>,
    /// `crt-list`, in order.
    pub lists: Vec<CrtList>,
    /// Faults of CAs and of the client's own certificate that don't matter.
    pub ca_ignore_err: IgnoreErr,
    pub crt_ignore_err: IgnoreErr,
    pub generate_certificates: bool,
    pub ca_sign_file: Option<TlsFile>,
    pub ca_sign_pass: Option<Box<[u8]>>,
    pub strict_sni: Option<bool>,
    pub tickets: Option<bool>,
    pub ticket_keys: Option<TicketKeys>,
    pub prefer_client_ciphers: bool,
    /// Directory with keys of Encrypted Client Hello.
    pub ech: Option<TlsFile>,
}

/// A certificate that a line names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CertUse {
    /// As written.
    pub name: Box<[u8]>,
    pub at: At,
    /// `default-crt`.
    pub is_default: bool,
    /// Where it comes from.
    pub found: Vec<CertSource>,
}

/// Where a certificate comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CertSource {
    /// An entry of a `crt-store`: numbers in [`super::Sections::crt_stores`] and in its `loads`.
    Stored { store: u32, load: u32 },
    /// A file, or one file of a directory or a bundle.
    File(Box<[u8]>),
}

/// A crt-list that a line names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CrtList {
    pub path: Box<[u8]>,
    pub at: At,
    pub lines: Vec<CrtLine>,
}

/// One line of a crt-list.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CrtLine {
    /// Its number, from 1.
    pub line: u32,
    /// The certificate, and its own options between the brackets.
    pub cert: CertUse,
    pub load: CertLoad,
    pub conf: TlsConf,
    /// Names for which it is used instead of its own: `!` takes one out, `*` makes it a default.
    pub filters: Vec<Box<[u8]>>,
}

/// `ca-ignore-err`, `crt-ignore-err`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum IgnoreErr {
    #[default]
    None,
    All,
    /// Numbers of X509_V_ERR, sorted.
    These(Vec<u8>),
}

/// `tls-ticket-keys`: the keys that count, each of 48 or each of 80 bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TicketKeys {
    pub file: TlsFile,
    pub keys: Vec<Box<[u8]>>,
}

/// TLS of a `server` line.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TlsServer {
    /// Without it only health checks may use the rest.
    pub ssl: bool,
    /// `ssl` came from `default-server`: made ready even behind `no-ssl`, so that it can be switched on while running.
    pub kept: bool,
    pub conf: TlsConf,
    pub cert: Option<CertUse>,
    /// `sni`: an expression.
    pub sni: Option<Sourced>,
    pub sni_auto: bool,
    pub verifyhost: Option<Box<str>>,
    pub reuse: bool,
    pub tickets: Option<bool>,
    pub renegotiate: Option<bool>,
    /// `check-ssl`, `no-check-ssl`; unsaid, checks do as `ssl` does.
    pub check: bool,
    pub check_alpn: Option<Protocols>,
    pub check_sni: Option<Box<str>>,
    pub check_sni_auto: bool,
}

impl Default for TlsServer {
    fn default() -> TlsServer {
        TlsServer {
            ssl: false,
            kept: false,
            conf: TlsConf::default(),
            cert: None,
            sni: None,
            sni_auto: true,
            verifyhost: None,
            reuse: true,
            tickets: None,
            renegotiate: None,
            check: false,
            check_alpn: None,
            check_sni: None,
            check_sni_auto: true,
        }
    }
}
