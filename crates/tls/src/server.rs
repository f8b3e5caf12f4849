//! TLS of a bind line: its settings, its certificates, and what a new connection gets of both.

use crate::hello::{self, First, Hello};
use crate::names::Group;
use crate::roots::Roots;
use crate::session_cache::{OfLine, SessionCache};
use crate::sni::{Able, Entry, Index};
use crate::tickets::Tickets;
use crate::verify::{Fault, Ignore};
use crate::verify_peers::Clients;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{CipherSuite, DistinguishedName, KeyLog, ServerConfig, SignatureScheme, SupportedCipherSuite};
use std::sync::{Arc, PoisonError, RwLock};

/// What a bind line, or a line of its crt-list, says, with all names resolved.
#[derive(Clone)]
pub struct Settings {
    pub alpn: Vec<Vec<u8>>,
    pub tls12: bool,
    pub tls13: bool,
    /// Of both versions.
    pub suites: Vec<SupportedCipherSuite>,
    pub groups: Vec<Group>,
    /// `sigalgs`; `None` for all that the key can do.
    pub sigalgs: Option<Arc<[SignatureScheme]>>,
    /// `client-sigalgs`.
    pub client_sigalgs: Option<Vec<SignatureScheme>>,
    pub prefer_client_ciphers: bool,
    pub verify: Option<VerifyClients>,
    /// `None`: `no-tls-tickets`.
    pub tickets: Option<Arc<Tickets>>,
    /// The most bytes of a record's content; `None` for what the protocol allows.
    pub max_record: Option<usize>,
    pub key_log: Option<Arc<dyn KeyLog>>,
}

/// Clients are asked for a certificate.
#[derive(Clone)]
pub struct VerifyClients {
    pub roots: Arc<Roots>,
    pub mandatory: bool,
    /// Clients are told whom we trust, unless this is said.
    pub no_ca_names: bool,
    /// Where these differ from `roots` (`ca-verify-file` beside `ca-file`).
    pub named: Option<Arc<Roots>>,
    pub crls: bool,
    pub ignore: Ignore,
}

/// Settings under which no handshake could succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NothingUsable;

impl core::fmt::Display for NothingUsable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("none of the ciphers, curves and versions that it asks for can be had")
    }
}

/// TLS of a bind line.
pub struct Line {
    certs: Arc<Certs>,
    /// The line's own first, then those of crt-list lines.
    configs: Vec<Arc<ServerConfig>>,
    verifiers: Vec<Option<Arc<Clients>>>,
    strict: bool,
    tickets: Option<Arc<Tickets>>,
}

/// The line's certificates: all threads see them change at once.
#[derive(Debug)]
struct Certs {
    index: RwLock<Arc<Index>>,
    strict: bool,
}

/// What the first bytes of a connection lead to.
pub enum Start {
    More,
    Config {
        config: Arc<ServerConfig>,
        /// Its number among the line's.
        settings: u16,
        /// What the client asks for.
        name: Option<Box<str>>,
    },
    Refused(Refusal),
}

/// Why a connection can't begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    NotTls,
    TooLong,
    /// `strict-sni`, and no certificate for the name.
    UnknownName,
    NoCertificate,
}

impl Refusal {
    /// The alert that tells the client, as a record.
    pub fn alert(self) -> [u8; 7] {
        let description = match self {
            Refusal::NotTls => 70,
            Refusal::TooLong => 50,
            Refusal::UnknownName => 112,
            Refusal::NoCertificate => 40,
        };
        [21, 3, 3, 0, 2, 2, description]
    }
}

impl Line {
    /// `number` tells this line's sessions from others'.
    pub fn new(
        settings: &[Settings],
        index: Index,
        strict: bool,
        cache: &Arc<SessionCache>,
        number: u64,
    ) -> Result<Line, NothingUsable> {
        let certs = Arc::new(Certs { index: RwLock::new(Arc::new(index)), strict });
        let mut line = Line {
            certs: certs.clone(),
            configs: Vec::new(),
            verifiers: Vec::new(),
            strict,
            tickets: settings.first().and_then(|own| own.tickets.clone()),
        };
        for (place, own) in settings.iter().enumerate() {
            let verifier = own.verify.as_ref().map(|verify| Arc::new(clients(verify, own)));
            let store = OfLine { cache: cache.clone(), line: number << 16 | place as u64 };
            line.configs.push(Arc::new(config(own, verifier.clone(), certs.clone(), store)?));
            line.verifiers.push(verifier);
        }
        Ok(line)
    }

    /// The certificates as they are now.
    pub fn index(&self) -> Arc<Index> {
        self.certs.current()
    }

    /// Puts others in their place; handshakes that have begun go on with what they have.
    pub fn set_index(&self, index: Index) {
        *self.certs.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
    }

    /// The keys of its tickets.
    pub fn tickets(&self) -> Option<&Arc<Tickets>> {
        self.tickets.as_ref()
    }

    /// Looks at the first bytes of a connection.
    pub fn start(&self, bytes: &[u8]) -> Start {
        match hello::first(bytes) {
            First::More => Start::More,
            First::NotTls => Start::Refused(Refusal::NotTls),
            First::TooLong => Start::Refused(Refusal::TooLong),
            First::Hello(length) => self.chosen(&bytes[..length]),
        }
    }

    fn chosen(&self, bytes: &[u8]) -> Start {
        let Some(body) = hello::body(bytes) else { return Start::Refused(Refusal::NotTls) };
        // What isn't a hello after all gets its alert from the library.
        let Some(hello) = Hello::parse(&body) else { return self.config(0, None) };
        let name = hello.server_name().and_then(|name| core::str::from_utf8(name).ok());
        // Where nothing depends on the name, the library asks for a certificate when it needs one.
        if self.configs.len() == 1 && !self.strict {
            return self.config(0, name);
        }
        match self.certs.current().choose(name, able_of_hello(&hello), self.strict) {
            Some(entry) => self.config(entry.settings, name),
            None if self.strict => Start::Refused(Refusal::UnknownName),
            None => Start::Refused(Refusal::NoCertificate),
        }
    }

    fn config(&self, settings: u16, name: Option<&str>) -> Start {
        match self.configs.get(usize::from(settings)) {
            Some(config) => Start::Config { config: config.clone(), settings, name: name.map(Box::from) },
            None => Start::Refused(Refusal::NoCertificate),
        }
    }

    /// All that is wrong with the certificate of a client that was let in all the same.
    pub fn faults(&self, settings: u16, chain: &[CertificateDer<'_>], now: i64) -> Vec<Fault> {
        let verifier = self.verifiers.get(usize::from(settings)).and_then(Option::as_ref);
        match (verifier, chain) {
            (Some(verifier), [leaf, others @ ..]) => verifier.faults(leaf, others, now),
            _ => Vec::new(),
        }
    }

    /// The certificate that a client which named this host was given.
    pub fn cert_for(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        self.certs.current().choose(name, Able::ALL, self.strict).map(|entry| entry.certified.clone())
    }
}

impl Certs {
    fn current(&self) -> Arc<Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn clients(verify: &VerifyClients, own: &Settings) -> Clients {
    let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
    let named = verify.named.as_ref().unwrap_or(&verify.roots);
    let subject = |cert: &CertificateDer<'_>| {
        crate::x509::Cert::parse(cert).map(|cert| DistinguishedName::from(cert.subject.to_vec())).ok()
    };
    let hints = if verify.no_ca_names { Vec::new() } else { named.certs().iter().filter_map(subject).collect() };
    let mut schemes = algorithms.supported_schemes();
    if let Some(wanted) = &own.client_sigalgs {
        schemes = wanted.iter().copied().filter(|scheme| schemes.contains(scheme)).collect();
    }
    Clients {
        roots: verify.roots.clone(),
        hints,
        mandatory: verify.mandatory,
        ignore: verify.ignore.clone(),
        crls: verify.crls,
        algorithms,
        schemes,
    }
}

/// The library's own form of the settings.
fn config(
    own: &Settings,
    verifier: Option<Arc<Clients>>,
    certs: Arc<Certs>,
    store: OfLine,
) -> Result<ServerConfig, NothingUsable> {
    let provider = provider(&own.suites, &own.groups, own.tls12, own.tls13);
    let versions = versions(&provider);
    let builder = ServerConfig::builder_with_provider(Arc::new(provider));
    let builder = builder.with_protocol_versions(&versions).map_err(|_| NothingUsable)?;
    let builder = match verifier {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(Resolver(certs)));
    config.alpn_protocols.clone_from(&own.alpn);
    config.ignore_client_order = !own.prefer_client_ciphers;
    config.max_fragment_size = own.max_record.map(|most| (most + 5).clamp(32, 16_384 + 5));
    config.session_storage = match store.cache.is_off() {
        true => Arc::new(NoServerSessionStorage {}),
        false => Arc::new(store),
    };
    if let Some(tickets) = &own.tickets {
        config.ticketer = tickets.clone();
    }
    if let Some(log) = &own.key_log {
        config.key_log = log.clone();
    }
    Ok(config)
}

/// The library with only what settings allow.
pub(crate) fn provider(suites: &[SupportedCipherSuite], groups: &[Group], tls12: bool, tls13: bool) -> CryptoProvider {
    let allowed = |suite: &&SupportedCipherSuite| if suite.tls13().is_some() { tls13 } else { tls12 };
    CryptoProvider {
        cipher_suites: suites.iter().filter(allowed).copied().collect(),
        kx_groups: groups.to_vec(),
        ..aws_lc_rs::default_provider()
    }
}

/// The versions for which there is a suite.
pub(crate) fn versions(provider: &CryptoProvider) -> Vec<&'static rustls::SupportedProtocolVersion> {
    let mut versions = Vec::new();
    if provider.cipher_suites.iter().any(|suite| suite.tls13().is_some()) {
        versions.push(&rustls::version::TLS13);
    }
    if provider.cipher_suites.iter().any(|suite| suite.tls13().is_none()) {
        versions.push(&rustls::version::TLS12);
    }
    versions
}

/// Chooses a certificate when the library asks for one.
#[derive(Debug)]
struct Resolver(Arc<Certs>);

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let able = able(hello.signature_schemes(), hello.cipher_suites());
        let index = self.0.current();
        index.choose(hello.server_name(), able, self.0.strict).map(|entry: &Entry| entry.certified.clone())
    }
}

/// Which kinds of keys a client can use.
fn able(schemes: &[SignatureScheme], suites: &[CipherSuite]) -> Able {
    let signs = |wanted: fn(SignatureScheme) -> bool| schemes.iter().any(|scheme| wanted(*scheme));
    let is_13 = suites.iter().any(|suite| (0x1301..=0x1305).contains(&u16::from(*suite)));
    let has = |wanted: [CipherSuite; 3]| is_13 || suites.iter().any(|suite| wanted.contains(suite));
    let ecdsa_suites = [
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];
    let rsa_suites = [
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];
    Able {
        rsa: signs(|s| matches!(u16::from(s), 0x0804..=0x0806 | 0x0401 | 0x0501 | 0x0601)) && has(rsa_suites),
        ecdsa: signs(|s| matches!(u16::from(s), 0x0403 | 0x0503 | 0x0603)) && has(ecdsa_suites),
        ed25519: signs(|s| s == SignatureScheme::ED25519) && has(ecdsa_suites),
    }
}

fn able_of_hello(hello: &Hello<'_>) -> Able {
    let numbers =
        |list: &[u8]| -> Vec<u16> { list.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect() };
    let schemes: Vec<SignatureScheme> = numbers(hello.signatures()).into_iter().map(SignatureScheme::from).collect();
    let suites: Vec<CipherSuite> = numbers(hello.suites).into_iter().map(CipherSuite::from).collect();
    able(&schemes, &suites)
}
