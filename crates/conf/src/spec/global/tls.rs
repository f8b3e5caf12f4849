//! TLS for the whole process: defaults of `bind` and `server` lines, where files are, `tune.ssl.*` (manual 3.1, 3.2).

/// What `bind` and `server` lines take over, and how certificates are loaded.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct TlsSpec {
    pub bind: TlsDefaults,
    pub server: TlsDefaults,
    pub ca_base: Option<Box<[u8]>>,
    pub crt_base: Option<Box<[u8]>>,
    pub key_base: Option<Box<[u8]>>,
    pub issuers_chain_path: Option<Box<[u8]>>,
    pub dh_param_file: Option<Box<[u8]>>,
    pub extra_files: ExtraFiles,
    /// `ssl-load-extra-del-ext`: `x.key` instead of `x.crt.key`.
    pub extra_del_ext: bool,
    /// `ssl-passphrase-cmd`: the program and its arguments.
    pub passphrase_cmd: Vec<Box<[u8]>>,
    pub security_level: Option<u32>,
    /// `ssl-server-verify none`.
    pub servers_unverified: bool,
    pub skip_self_issued_ca: bool,
    pub maxconn: Option<u32>,
    pub maxrate: Option<u32>,
    pub limited_quic: bool,
}

/// `ssl-default-bind-…`, `ssl-default-server-…`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct TlsDefaults {
    pub ciphers: Option<Box<str>>,
    pub ciphersuites: Option<Box<str>>,
    pub sigalgs: Option<Box<str>>,
    pub client_sigalgs: Option<Box<str>>,
    pub curves: Option<Box<str>>,
    pub options: TlsOptions,
}

/// What `…-options` say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TlsOptions {
    pub min: Option<TlsVersion>,
    pub max: Option<TlsVersion>,
    /// `no-sslv3`, `no-tlsv10` …, by the version's place in [`TlsVersion`].
    pub without: [bool; 5],
    pub tickets: Option<bool>,
    /// `strict-sni`; `bind` only.
    pub strict_sni: Option<bool>,
    /// `prefer-client-ciphers`; `bind` only.
    pub prefer_client_ciphers: bool,
    /// `renegotiate`; `server` only.
    pub renegotiate: Option<bool>,
}

/// A version of the protocol, oldest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TlsVersion {
    Ssl3,
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}

/// `ssl-load-extra-files`: what is looked for beside a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExtraFiles {
    pub bundle: bool,
    pub sctl: bool,
    pub ocsp: bool,
    pub issuer: bool,
    pub key: bool,
}

impl ExtraFiles {
    pub const NONE: ExtraFiles = ExtraFiles { bundle: false, sctl: false, ocsp: false, issuer: false, key: false };
    pub const ALL: ExtraFiles = ExtraFiles { bundle: true, sctl: true, ocsp: true, issuer: true, key: true };
}

impl Default for ExtraFiles {
    fn default() -> ExtraFiles {
        ExtraFiles::ALL
    }
}

/// `tune.ssl.*`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TlsTune {
    /// Blocks; zero for no cache.
    pub cachesize: u32,
    /// Bytes; zero for no capture.
    pub capture_buffer_size: u32,
    pub certificate_compression: bool,
    pub default_dh_param: Option<u32>,
    pub force_private_cache: bool,
    /// Bytes; zero for no limit.
    pub hard_maxrecord: u32,
    pub keylog: bool,
    /// A second; zero for no limit.
    pub keyupdate_rate_limit: u32,
    pub lifetime_s: u32,
    /// Bytes; zero for no limit.
    pub maxrecord: u32,
    pub ctx_cache_size: u32,
}

impl Default for TlsTune {
    fn default() -> TlsTune {
        TlsTune {
            cachesize: 20_000,
            capture_buffer_size: 0,
            certificate_compression: true,
            default_dh_param: None,
            force_private_cache: false,
            hard_maxrecord: 0,
            keylog: false,
            keyupdate_rate_limit: 100,
            lifetime_s: 300,
            maxrecord: 0,
            ctx_cache_size: 1000,
        }
    }
}
